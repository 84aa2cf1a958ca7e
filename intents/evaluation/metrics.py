"""Measures of a classifier that may decline, on plain arrays; tests compare them with scikit-learn's.

Terms: coverage is the share of questions answered, risk the share of questions answered wrongly, both of all questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Values = Sequence[float] | npt.NDArray[np.float64]
Flags = Sequence[bool] | npt.NDArray[np.bool_]

BINS = 10
"""Parts of [0, 1] that confidences are counted in."""

RECALL = 0.95
"""Share of questions in scope at which false positives are counted (FPR95)."""


class RiskPoint(NamedTuple):
    """A point of the coverage–risk curve."""

    threshold: float
    """Least confidence answered."""
    coverage: float
    """Share of all questions answered."""
    risk: float
    """Share of all questions answered wrongly."""


class Bin(NamedTuple):
    """Questions of like confidence."""

    confidence: float
    """Their mean confidence."""
    accuracy: float
    """Share of them that were right."""
    size: int
    """How many they are."""


def auroc(inside: Values, outside: Values) -> float:
    """Return the probability that a question in scope gets a higher confidence than one out of scope; ties count half.

    >>> auroc([0.9, 0.6], [0.6, 0.1])
    0.875
    """
    positive, negative = np.asarray(inside), np.sort(outside)
    below = np.searchsorted(negative, positive, "left")
    up_to = np.searchsorted(negative, positive, "right")
    return float((below + up_to).mean() / 2 / len(negative))


def false_positives(inside: Values, outside: Values, recall: float = RECALL) -> float:
    """Return the share of `outside` at or over the highest threshold that keeps `recall` of `inside`.

    >>> false_positives([0.9, 0.8, 0.7, 0.1], [0.75, 0.05], recall=0.75)
    0.5
    """
    kept = int(np.ceil(recall * len(inside)))
    threshold = np.sort(inside)[::-1][kept - 1]
    return float((np.asarray(outside) >= threshold).mean())


def macro_f1(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """Return the mean, over all labels met, of the harmonic mean of precision and recall."""
    true, guessed = np.array(truth), np.array(predicted)
    shares = []
    for label in np.union1d(true, guessed):
        hits = int(((true == label) & (guessed == label)).sum())
        shares.append(2 * hits / int((true == label).sum() + (guessed == label).sum()))
    return float(np.mean(shares))


def risk_curve(confidence: Values, wrong: Flags) -> list[RiskPoint]:
    """Return coverage and risk at every threshold that makes a difference, from none answered to all.

    >>> [tuple(point) for point in risk_curve([0.9, 0.4], [False, True])]
    [(inf, 0.0, 0.0), (0.9, 0.5, 0.0), (0.4, 1.0, 0.5)]
    """
    values = np.asarray(confidence, np.float64)
    order = np.argsort(-values, kind="stable")
    values, mistakes = values[order], np.cumsum(np.asarray(wrong)[order])
    last = np.flatnonzero(np.append(values[1:] != values[:-1], bool(len(values))))
    points = [RiskPoint(float(values[i]), (int(i) + 1) / len(values), float(mistakes[i]) / len(values)) for i in last]
    return [RiskPoint(float("inf"), 0.0, 0.0), *points]


def coverage_at(curve: Sequence[RiskPoint], risk: float) -> float:
    """Return the greatest coverage of `curve` whose risk is at most `risk`."""
    return max(point.coverage for point in curve if point.risk <= risk)


def reliability(confidence: Values, right: Flags, bins: int = BINS) -> list[Bin]:
    """Return accuracy against confidence in `bins` equal parts of [0, 1]; empty parts are left out."""
    values, hits = np.asarray(confidence, np.float64), np.asarray(right)
    part = np.minimum((values * bins).astype(int), bins - 1)
    return [
        Bin(float(values[part == b].mean()), float(hits[part == b].mean()), int((part == b).sum()))
        for b in range(bins)
        if (part == b).any()
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the mean gap of confidence and accuracy over all questions of `bins` (ECE)."""
    total = sum(b.size for b in bins)
    return sum(abs(b.confidence - b.accuracy) * b.size for b in bins) / total
