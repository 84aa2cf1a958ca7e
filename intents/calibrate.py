"""From scores of unseen questions to probabilities and to the thresholds that keep a stated share of mistakes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from intents.model import Calibration, Floats, Thresholds

WRONG_ANSWERS = 0.03
"""Budget: share of questions in scope that may get a wrong policy answer."""

ANSWERED_OUT_OF_SCOPE = 0.04
"""Budget: share of questions out of scope that may get a policy answer."""

MISSED = 0.01
"""Share of questions in scope that may be declined although the right intent is among the first three."""

MISSED_DANGER = 1.5
"""Cost of not hearing a resident in danger, in false alarms on messages that only sound like it."""

BELIEVED = 1 / (1 + MISSED_DANGER)
"""Probability of danger from which on believing it costs less than not."""


def calibrate(scores: Floats, targets: npt.NDArray[np.int64]) -> Calibration:
    """Return the calibration under which `targets` (examples,) are most likely given `scores` (examples, classes).

    Questions in scope and out of scope count alike, however many of each an admin has written.
    """
    rows = np.arange(len(targets))
    outside = targets == scores.shape[1] - 1
    weights = np.where(outside, 0.5 / max(1, outside.sum()), 0.5 / max(1, (~outside).sum()))

    def surprise(parameters: Floats) -> float:
        calibration = Calibration(float(np.exp(parameters[0])), float(parameters[1]))
        likelihood = calibration.probabilities(scores)[rows, targets]
        return float(-(weights * np.log(np.maximum(likelihood, 1e-12))).sum())

    found = minimize(surprise, np.array([1.0, 0.0]), method="Nelder-Mead")
    return Calibration(float(np.exp(found.x[0])), float(found.x[1]))


def choose_thresholds(
    probabilities: Floats, targets: npt.NDArray[np.int64], small_talk: npt.NDArray[np.bool_]
) -> Thresholds:
    """Return the lowest thresholds that keep the budgets on `probabilities` (examples, classes) of unseen questions.

    `small_talk` (classes,) marks intents whose answers state no policy: a wrong one costs nobody a trip.
    """
    out_of_scope = probabilities.shape[1] - 1
    inside = targets != out_of_scope
    best = probabilities[:, :-1].argmax(axis=1)
    confidence = probabilities[np.arange(len(targets)), best]
    harmful = (best != targets) & ~small_talk[best]
    accept = max(
        _lowest(confidence[inside], harmful[inside], WRONG_ANSWERS),
        _lowest(confidence[~inside], harmful[~inside], ANSWERED_OUT_OF_SCOPE),
    )
    top = np.argsort(-probabilities[:, :-1], axis=1)[:, :3]
    helpful = inside & (top == targets[:, None]).any(axis=1)
    clarify = float(np.quantile(confidence[helpful], MISSED)) if helpful.any() else accept
    return Thresholds(accept, min(accept, clarify))


def _lowest(confidence: Floats, harmful: npt.NDArray[np.bool_], budget: float) -> float:
    """Return the lowest threshold at which at most `budget` of all examples are answered harmfully."""
    if not len(confidence):
        return 0.0
    allowed = int(budget * len(confidence))
    worst = np.sort(confidence[harmful])[::-1]
    return float(np.nextafter(worst[allowed], np.inf)) if len(worst) > allowed else 0.0
