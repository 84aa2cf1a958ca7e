"""A linear classifier over TF-IDF values as plain arrays, without scikit-learn."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
"""Scores, probabilities or values."""


@dataclass(frozen=True)
class Weights:
    """What training has learned of each feature."""

    labels: tuple[str, ...]
    """What is told apart; (classes,)."""
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
