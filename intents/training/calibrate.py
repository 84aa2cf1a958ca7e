"""From scores of unseen questions to probabilities and to the thresholds that keep a stated share of mistakes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from intents.classifier.model import OFFERED, Calibration, Floats, OperatingPoint, Thresholds

WRONG_ANSWERS = 0.028
"""Budget: share of unseen training questions in scope that may get a wrong policy answer; of the easier checks, 2 %."""

ANSWERED_OUT_OF_SCOPE = 0.04
"""Budget: share of questions out of scope that may get a policy answer."""

MISSED = 0.01
"""Share of questions in scope that may be neither answered nor have the right intent offered, though it is among the
first `OFFERED`."""

FALSE_ALARMS = 0.048
"""Budget: share of messages that only sound like danger that may raise the alarm; each line of them counts once."""

SHARPNESS = (0.1, 100.0)
"""Least and greatest sharpness: of questions all told apart none would be sharp enough."""

POINTS = 40
"""Points of a coverage-risk curve."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Unseen:
    """Questions scored by a classifier that was not trained on them."""

    scores: Floats
    """Decision values, out-of-scope last; (examples, classes)."""
    targets: npt.NDArray[np.int64]
    """Class of each; (examples,)."""
    weights: Floats
    """How much each counts: one half over all in scope and one half over all out of scope; (examples,)."""

    @classmethod
    def balanced(cls, scores: Floats, targets: npt.NDArray[np.int64]) -> Unseen:
        """Return them with one half of the weight on the last class, one half on all others."""
        last = targets == scores.shape[1] - 1
        return cls(scores, targets, np.where(last, 0.5 / max(1, last.sum()), 0.5 / max(1, (~last).sum())))

    @property
    def inside(self) -> Flags:
        """Which of them are in scope."""
        return np.asarray(self.targets != self.scores.shape[1] - 1)


def calibrate(unseen: Unseen) -> Calibration:
    """Return the calibration under which the classes of `unseen` are most likely."""
    rows, outside = np.arange(len(unseen.targets)), ~unseen.inside
    scores = unseen.scores[rows, unseen.targets]

    def surprise(parameters: Floats) -> tuple[float, Floats]:
        """Return the loss and its slopes, which are what a logistic regression of two inputs has."""
        probabilities = Calibration(*parameters.tolist()).probabilities(unseen.scores)
        likelihood = np.maximum(probabilities[rows, unseen.targets], 1e-12)
        sharper = np.einsum("ij,ij->i", probabilities, unseen.scores) - scores
        slopes = np.array([unseen.weights @ sharper, unseen.weights @ (probabilities[:, -1] - outside)])
        return float(-(unseen.weights @ np.log(likelihood))), slopes

    found = minimize(surprise, np.array([7.0, 2.0]), jac=True, method="L-BFGS-B", bounds=[SHARPNESS, (None, None)])
    return Calibration(*found.x.tolist())


@dataclass(frozen=True)
class Risk:
    """What answering unseen questions with the best-ranked intent would mean."""

    confidence: Floats
    """Probability of the best intent; (examples,)."""
    harmful: Flags
    """Whether answering with it states a wrong policy; (examples,)."""
    inside: Flags
    """Which questions are in scope."""
    weights: Floats
    """How much each counts."""

    def lowest(self, among: Flags, budget: float) -> float:
        """Return the lowest threshold at which at most `budget` of `among` are answered harmfully."""
        return _lowest(self.confidence[among], self.harmful[among], self.weights[among], budget)

    def at(self, threshold: float) -> OperatingPoint:
        """Return what answering from `threshold` on means."""
        answered = self.confidence >= threshold
        inside, outside = self.weights * self.inside, self.weights * ~self.inside
        return OperatingPoint(
            threshold,
            *(
                round(float(share[answered & which].sum() / max(share.sum(), 1e-12)), 4)
                for share, which in ((inside, self.inside), (inside, self.harmful), (outside, self.harmful))
            ),
        )

    def curve(self) -> list[OperatingPoint]:
        """Return points at thresholds that split the questions into equally many."""
        return [self.at(round(float(t), 4)) for t in np.quantile(self.confidence, np.linspace(0, 1, POINTS))]


def risk_of(unseen: Unseen, probabilities: Floats, small_talk: Flags, signposts: Flags | None = None) -> Risk:
    """Judge the best-ranked intents; `small_talk` (classes,) marks those whose answers state no policy.

    A wrong one of these costs nobody a trip. What one of `signposts` (classes,) is right for is another office's
    business: out of scope, where each of them is as good as declining. In scope it is as wrong as a policy.
    """
    best = probabilities[:, :-1].argmax(axis=1)
    confidence = probabilities[np.arange(len(best)), best]
    spared, inside = small_talk[best], unseen.inside
    if signposts is not None:
        inside = inside & ~signposts[unseen.targets]
        spared = spared | (signposts[best] & ~inside)
    return Risk(confidence, (best != unseen.targets) & ~spared, inside, unseen.weights)


def choose_thresholds(
    unseen: Unseen, probabilities: Floats, small_talk: Flags, signposts: Flags | None = None
) -> Thresholds:
    """Return the lowest thresholds that keep the budgets on `unseen`, given their `probabilities`; see `risk_of`."""
    risk = risk_of(unseen, probabilities, small_talk, signposts)
    inside = risk.inside
    accept = max(risk.lowest(inside, WRONG_ANSWERS), risk.lowest(~inside, ANSWERED_OUT_OF_SCOPE))
    top = np.argsort(-probabilities[:, :-1], axis=1)[:, :OFFERED]
    helpful = inside & (top == unseen.targets[:, None]).any(axis=1)
    own = probabilities[np.arange(len(probabilities)), unseen.targets]
    needed = np.where(risk.confidence >= accept, 1.0, own)  # each candidate is weighed by itself
    clarify = _quantile(needed[helpful], unseen.weights[helpful], MISSED) if helpful.any() else accept
    return Thresholds(accept, min(accept, clarify))


def _lowest(confidence: Floats, harmful: Flags, weights: Floats, budget: float) -> float:
    """Return the lowest threshold at which at most `budget` of all weight is answered harmfully."""
    order = np.argsort(-confidence, kind="stable")
    order = order[harmful[order]]
    spent = np.cumsum(weights[order])
    too_much = int(np.searchsorted(spent, budget * weights.sum() * (1 + 1e-9), side="right"))
    return float(np.nextafter(confidence[order[too_much]], np.inf)) if too_much < len(order) else 0.0


def _quantile(values: Floats, weights: Floats, share: float) -> float:
    """Return the value that `share` of all weight lies below."""
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(weights[order])
    return float(values[order[min(int(np.searchsorted(passed, share * passed[-1])), len(order) - 1)]])


def believed(probabilities: Floats, weights: Floats) -> float:
    """Return the least probability of danger (messages,) at which `FALSE_ALARMS` of harmless messages are believed.

    `weights` say how much each counts; with none, nothing is known of false alarms, and the likelier is believed.
    """
    return _lowest(probabilities, np.full(len(weights), True), weights, FALSE_ALARMS) if len(weights) else 0.5
