"""The model that serves: arrays, thresholds and `rank()`, without scikit-learn; on disk: intents.registry.storage."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from faq.knowledge.case import OUT_OF_SCOPE
from faq.knowledge.types import Faq, Intent
from intents.classifier import asked_point, at_risk, next_turn
from intents.classifier.logit import Logit
from intents.classifier.weights import Floats, Weights
from intents.features.words import Words

__all__ = ["OUT_OF_SCOPE", "Calibration", "Floats", "Guess", "Model", "ModelError", "Thresholds", "Weights"]

CALM = "calm"
"""Label, beside the kinds of emergencies, of messages of nobody in danger."""

OFFERED = 3
"""Most intents offered at once; more make a long keyboard on a phone."""


class ModelError(Exception):
    """Raised when a saved model is damaged or belongs to other knowledge."""


class Guess(NamedTuple):
    """An intent that a message may mean."""

    intent: Intent
    """The intent with its answer."""
    confidence: float
    """Calibrated probability, in [0, 1]."""


def top(guesses: Sequence[Guess]) -> float:
    """Return the confidence of the first of `guesses`; 0 if there is none."""
    return guesses[0].confidence if guesses else 0.0


_guess = functools.partial(tuple.__new__, Guess)
"""Makes a Guess of a pair without a step through Python: 83 are made for every message."""


@dataclass(frozen=True)
class Thresholds:
    """Least confidences, computed at training for a stated share of mistakes (intents.training.calibrate)."""

    accept: float
    """From here on the best intent is answered."""
    clarify: float
    """From here on the best intents are offered; below, the message is declined."""

    def sure(self, guesses: Sequence[Guess]) -> bool:
        """Tell whether the first of `guesses` is to be answered."""
        return bool(guesses) and guesses[0].confidence >= self.accept


@dataclass(frozen=True)
class OperatingPoint:
    """What answering from a certain confidence on would have meant for questions that training had not seen."""

    threshold: float
    """Least confidence to answer."""
    coverage: float
    """Share of questions in scope that get an answer."""
    risk: float
    """Share of questions in scope that get a wrong policy answer."""
    oos_answered: float
    """Share of questions out of scope that get a policy answer."""


@dataclass(frozen=True)
class Calibration:
    """Turns scores into probabilities: softmax of `sharpness` × score, out-of-scope shifted by `shift`."""

    sharpness: float
    """Inverse temperature."""
    shift: float
    """Added to the scaled score of out-of-scope."""

    def probabilities(self, scores: Floats) -> Floats:
        """Return probabilities along the last axis of `scores` (…, classes); out-of-scope is the last class."""
        scaled = scores * self.sharpness
        scaled[..., -1] += self.shift
        scaled -= np.maximum.reduce(scaled, axis=-1, keepdims=True)
        weights = np.exp(scaled, out=scaled)
        weights /= np.add.reduce(weights, axis=-1, keepdims=True)
        return weights


@dataclass(frozen=True)
class Distress:
    """A second classifier, which tells who is in danger and of what kind."""

    weights: Weights
    """Labels: kinds of emergencies, `CRISIS` for danger of any kind, `CALM` last."""
    calibration: Calibration
    """From scores to probabilities."""
    believed: float
    """Probability of danger from which on it is believed."""
    after: Distress | None = None
    """A third, which tells what is said of danger once it was told of (labels: what `After.about` names, `CALM` last);
    None: the knowledge has no answers to that."""

    @classmethod
    def deaf(cls, weights: Weights, calibration: Calibration) -> Distress:
        """Return one that believes nothing, for a model whose alarm is still being learned."""
        return cls(weights, calibration, math.inf)

    def probabilities(self, features: Sequence[str]) -> dict[str, float]:
        """Return the probability of each label; of `CALM` alone if nothing is known."""
        scores = self.weights.scores(features)
        if scores is None:
            return {CALM: 1.0}
        return dict(zip(self.weights.labels, self.calibration.probabilities(scores).tolist(), strict=True))


class Model:
    """Ranks the intents of one `Faq` for a message."""

    def __init__(
        self,
        faq: Faq,
        words: Words,
        weights: Weights,
        calibration: Calibration,
        thresholds: Thresholds,
        distress: Distress,
        curve: Sequence[OperatingPoint] = (),
    ) -> None:
        """Join trained weights with the knowledge they were trained on; `curve` by rising threshold.

        Labels of `weights`: intent ids, `OUT_OF_SCOPE` last.
        """
        self.faq = faq
        self.words = words
        self.weights = weights
        self.calibration = calibration
        self.thresholds = thresholds
        self.distress = distress
        self.curve = tuple(curve)
        self.next_turn = Logit(next_turn.PRIOR)
        """How residents go on."""
        self.asked_point = Logit(asked_point.PRIOR)
        """Which point of an answer they ask for."""
        self.at_risk = Logit(at_risk.PRIOR)
        """Who is at risk in a message of danger."""
        self._intents = [faq.intents[label] for label in weights.labels[:-1]]

    def telling(self, faq: Faq) -> Model:
        """Return this model with the answers of `faq`, which must be trained on the same text."""
        told = Model(faq, self.words, self.weights, self.calibration, self.thresholds, self.distress, self.curve)
        told.next_turn, told.asked_point, told.at_risk = self.next_turn, self.asked_point, self.at_risk
        return told

    def rank(self, message: str) -> list[Guess]:
        """Return all intents but `CRISIS` and those for after danger, most probable first; empty if nothing is known.

        Probabilities are calibrated, in [0, 1], and sum with the out-of-scope probability to 1.
        """
        scores = self.weights.scores(self.words.features(message))
        if scores is None:
            return []
        probabilities = self.calibration.probabilities(scores)[:-1]
        order = np.argsort(-probabilities, kind="stable")
        intents = map(self._intents.__getitem__, order.tolist())
        return list(map(_guess, zip(intents, probabilities[order].tolist(), strict=True)))
