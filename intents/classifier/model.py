"""The model that serves: arrays, thresholds and `rank()`, without scikit-learn; on disk: intents.registry.storage."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from faq.knowledge.case import OUT_OF_SCOPE
from faq.knowledge.types import Faq, Intent
from intents.classifier.next_turn import NextTurn
from intents.features.words import Words

Floats = npt.NDArray[np.float64]

__all__ = ["OUT_OF_SCOPE", "Calibration", "Guess", "Model", "ModelError", "Thresholds", "Weights"]

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
class Weights:
    """The trained classifier as plain arrays."""

    labels: tuple[str, ...]
    """Intent ids, `OUT_OF_SCOPE` last; (classes,)."""
    vocabulary: Mapping[str, int]
    """Feature → row; shared with other classifiers, so it may hold rows behind the last one of this."""
    idf: npt.NDArray[np.float32]
    """Inverse document frequency of each feature known here; (features,)."""
    coefficients: npt.NDArray[np.float16]
    """Weight of each feature for each label; three digits are more than training can tell; (features, classes)."""
    intercepts: npt.NDArray[np.float32]
    """(classes,)."""

    @functools.cached_property
    def rarest(self) -> float:
        """Inverse document frequency of the rarest feature."""
        return float(self.idf.max())

    def scores(self, features: Sequence[str]) -> Floats | None:
        """Return the decision value of each label (classes,), or None if no feature is known."""
        known = self.values(features)
        if known is None:
            return None
        rows, values = known
        return np.asarray(values @ self.coefficients.take(rows, axis=0) + self.intercepts, np.float64)

    def knows(self, feature: str) -> bool:
        """Tell whether the classifier was trained on `feature`."""
        return self.vocabulary.get(feature, len(self.idf)) < len(self.idf)

    def rarity(self, feature: str) -> float:
        """Return the inverse document frequency of `feature`; one that training never met is as rare as the rarest."""
        return float(self.idf[self.vocabulary[feature]]) if self.knows(feature) else self.rarest

    def values(self, features: Sequence[str]) -> tuple[npt.NDArray[np.intp], Floats] | None:
        """Return the rows of the features that are known and their TF-IDF values; None if none is known.

        A value times the row's coefficients is exactly what its feature adds to the scores. Known and unknown features
        together have length 1, the unknown taken for as rare as the rarest: what little is known of a message that
        is mostly strange says little.
        """
        counts = Counter(map(self.vocabulary.get, features))
        unknown = counts.pop(None, 0)
        if len(self.vocabulary) > (size := len(self.idf)):  # what only another classifier knows is unknown
            unknown += sum(map(counts.pop, [row for row in counts if row is not None and row >= size]))
        if not counts:
            return None
        rows = np.fromiter(counts, np.intp, len(counts))
        values = self.idf.take(rows).astype(np.float64)
        if len(counts) + unknown < len(features):  # in most messages no feature stands twice
            values *= 1.0 + np.log(np.fromiter(counts.values(), np.float64, len(counts)))
        values /= math.sqrt(values @ values + unknown * self.rarest**2)
        return rows, values


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
        """Join trained weights with the knowledge they were trained on; `curve` by rising threshold."""
        self.faq = faq
        self.words = words
        self.weights = weights
        self.calibration = calibration
        self.thresholds = thresholds
        self.distress = distress
        self.curve = tuple(curve)
        self.next_turn = NextTurn()
        """How residents go on."""
        self._intents = [faq.intents[label] for label in weights.labels[:-1]]

    def telling(self, faq: Faq) -> Model:
        """Return this model with the answers of `faq`, which must be trained on the same text."""
        told = Model(faq, self.words, self.weights, self.calibration, self.thresholds, self.distress, self.curve)
        told.next_turn = self.next_turn
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
