"""A linear classifier over TF-IDF values as plain arrays, without scikit-learn."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from intents.classifier.vocabulary import UNKNOWN, Vocabulary

Floats = npt.NDArray[np.float64]
"""Scores, probabilities or values."""


@dataclass(frozen=True)
class Weights:
    """What training has learned of each feature."""

    labels: tuple[str, ...]
    """What is told apart; (classes,)."""
    vocabulary: Mapping[str, int] | Vocabulary
    """Feature → row; shared with other classifiers, so it may hold rows behind the last one of this."""
    idf: npt.NDArray[np.float32]
    """Inverse document frequency of each feature known here; (features,)."""
    coefficients: npt.NDArray[np.float16]
    """What features say for each label, each by its row or by its slot; three digits are more than training can tell;
    (rows, classes)."""
    intercepts: npt.NDArray[np.float32]
    """(classes,)."""
    slots: npt.NDArray[np.int32] | None = None
    """Row of `coefficients` of each feature, where features that say the same share one; None: each has its own;
    (features,)."""

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
        return np.asarray(values @ self.said(rows) + self.intercepts, np.float64)

    def said(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float16]:
        """Return what features, by their `rows`, say for each label (rows, classes)."""
        return self.coefficients.take(rows if self.slots is None else self.slots.take(rows), axis=0)

    def knows(self, feature: str) -> bool:
        """Tell whether the classifier was trained on `feature`."""
        return UNKNOWN < self._find((feature,))[0] < len(self.idf)

    def rarities(self, features: Sequence[str]) -> dict[str, float]:
        """Return the inverse document frequency of each of `features`; one never met is as rare as the rarest."""
        known = range(len(self.idf))
        rows = zip(features, self._find(features), strict=True)
        return {feature: float(self.idf[row]) if row in known else self.rarest for feature, row in rows}

    def values(self, features: Sequence[str]) -> tuple[npt.NDArray[np.intp], Floats] | None:
        """Return the rows of the features that are known and their TF-IDF values; None if none is known.

        A value times the row's coefficients is exactly what its feature adds to the scores. Known and unknown features
        together have length 1, the unknown taken for as rare as the rarest: what little is known of a message that
        is mostly strange says little.
        """
        counts = Counter(self._find(features))
        unknown = counts.pop(UNKNOWN, 0)
        if len(self.vocabulary) > (size := len(self.idf)):  # what only another classifier knows is unknown
            unknown += sum(map(counts.pop, [row for row in counts if row >= size]))
        if not counts:
            return None
        rows = np.fromiter(counts, np.intp, len(counts))
        values = self.idf.take(rows).astype(np.float64)
        if len(counts) + unknown < len(features):  # in most messages no feature stands twice
            values *= 1.0 + np.log(np.fromiter(counts.values(), np.float64, len(counts)))
        values /= math.sqrt(values @ values + unknown * self.rarest**2)
        return rows, values

    def _find(self, features: Sequence[str]) -> list[int]:
        if isinstance(self.vocabulary, Vocabulary):
            return self.vocabulary.find(features)
        return [self.vocabulary.get(feature, UNKNOWN) for feature in features]  # while it is trained
