"""The points of one answer, ready to be compared with what is asked."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from faq.knowledge.points import Point
from intents.classifier.model import Floats

_LENGTH = 0.2
"""Share of a point's length that counts against it."""


class Index:
    """Finds the points of an answer by what stands in them."""

    def __init__(
        self,
        points: Sequence[Point],
        features: Sequence[Collection[str]],
        classes: Sequence[Collection[str]],
        sizes: Sequence[float],
        alike: Sequence[Floats | None],
        districts: Sequence[frozenset[str]],
    ) -> None:
        """Take the points, and of each: features, classes of words, length, how the classifier sees it, for whom."""
        self.points = tuple(points)
        """The points, as they stand in the answer."""
        self.tags = Counter(point.about for point in points)
        """How many points are about each part."""
        self.districts = tuple(districts)
        """Districts that each point is for; none: for all."""
        average = sum(sizes) / max(1, len(sizes)) or 1.0
        self.length = [1 - _LENGTH + _LENGTH * size / average for size in sizes]
        """By what the worth of each point is divided: 1 for one of average length."""
        places: dict[str, list[int]] = {}
        for at, (one, others) in enumerate(zip(features, classes, strict=True)):
            for feature in (*one, *others):
                places.setdefault(feature, []).append(at)
        shapes = {tuple(found): tuple(found) for found in places.values()}  # few, for most features stand in one point
        self._places = {sys.intern(feature): shapes[tuple(found)] for feature, found in places.items()}
        self._rarities = [self.rarity(count) for count in range(1 + max(map(len, shapes), default=0))]
        width = next((len(one) for one in alike if one is not None), 0)
        self._alike = np.array([np.zeros(width) if one is None else one for one in alike])

    def shared(self, wanted: Mapping[str, float]) -> list[float]:
        """Return the weight of what is `wanted` and stands in each point; what stands in few points weighs more."""
        shared = [0.0] * len(self.points)
        for feature in filter(self._places.__contains__, wanted):
            places = self._places[feature]
            worth = wanted[feature] * self._rarities[len(places)]
            for at in places:
                shared[at] += worth
        return shared

    def likeness(self, asked: Floats | None) -> list[float]:
        """Return how near each point is to what is asked in the eyes of the classifier, from -1 to 1."""
        if asked is None or not self._alike.size:
            return [0.0] * len(self.points)
        found: list[float] = (self._alike @ asked).tolist()
        return found

    def rarity(self, count: int) -> float:
        """Return how much what stands in `count` points tells those of this answer apart: 1 if in one, 0 if in all."""
        size = len(self.points) + 1
        return math.log(size / (count + 0.5)) / math.log(size / 1.5)
