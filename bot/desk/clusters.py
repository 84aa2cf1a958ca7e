"""Cluster vectors one after the other by average linkage; each costs the same however many there are."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence

_HEAVIEST = 16
"""Features of a vector by which others like it are looked for: its heaviest ones."""

_POSTED = 100
"""Most clusters remembered under one feature, the newest: what stands in more tells none from another."""

_COMPARED = 8
"""Clusters that a vector is compared with as a whole."""

_SMALL = 16
"""Vectors of the largest cluster that looks for one to merge with; a larger one waits for smaller ones to find it."""

Vector = Mapping[str, float]
"""Weights by feature; length 1."""


class Clusters:
    """Knows the sum of the vectors of each cluster: divided by their number, it gives the average cosine with all."""

    def __init__(self, alike: float) -> None:
        """Take the average cosine from which on a vector belongs to a cluster, and two clusters are one."""
        self._alike = alike
        self._sums: dict[int, dict[str, float]] = {}
        self._sizes: dict[int, int] = {}
        self._merged: dict[int, int] = {}
        self._posted: defaultdict[str, dict[int, None]] = defaultdict(dict)

    def add(self, vector: Vector, *, alone: bool = False) -> int:
        """Add a vector to the cluster most like it, or to one of its own, by choice `alone`; return its place."""
        near = None if alone else self.nearest(vector)
        place = len(self._sums) + len(self._merged) if near is None else near
        self._grow(place, vector, 1)
        if near is not None:
            self._merge(place)
        return self.place(place)

    def place(self, place: int) -> int:
        """Return the place at which a cluster stands now, which may have been merged with another."""
        while place in self._merged:
            place = self._merged[place]
        return place

    def nearest(self, vector: Vector) -> int | None:
        """Return the place of the cluster most like `vector`; None: none is like it."""
        return self._nearest(vector, 1, None)

    def _nearest(self, vector: Vector, size: int, own: int | None) -> int | None:
        """Return the place of the cluster but `own` most like the sum of `size` vectors; None: none is like it."""
        shared: defaultdict[int, float] = defaultdict(float)
        for feature in heaviest(vector, _HEAVIEST):
            for place in self._posted.get(feature, ()):
                shared[place] += vector[feature] * self._sums[place][feature] / self._sizes[place]
        shared.pop(-1 if own is None else own, None)
        near = heapq.nlargest(_COMPARED, shared, key=shared.__getitem__)
        linked = ((likeness(vector, self._sums[one]) / (size * self._sizes[one]), -one) for one in near)
        average, best = max(linked, default=(0.0, 0))
        return -best if average >= self._alike else None

    def _merge(self, place: int) -> None:
        """Merge a cluster that has grown with those it is now like: the one that began later goes into the other."""
        while self._sizes[place] <= _SMALL:
            other = self._nearest(self._sums[place], self._sizes[place], place)
            if other is None:
                return
            place, gone = sorted((place, other))
            self._merged[gone] = place
            features = self._sums.pop(gone)
            for feature in features:
                self._posted[feature].pop(gone, None)
            self._grow(place, features, self._sizes.pop(gone))

    def _grow(self, place: int, vector: Vector, size: int) -> None:
        total = self._sums.setdefault(place, {})
        for feature, weight in vector.items():
            total[feature] = total.get(feature, 0.0) + weight
        self._sizes[place] = self._sizes.get(place, 0) + size
        for feature in heaviest(vector, _HEAVIEST):
            posted = self._posted[feature]
            posted.pop(place, None)
            posted[place] = None
            if len(posted) > _POSTED:
                del posted[next(iter(posted))]


def likeness(one: Vector, other: Vector) -> float:
    """Return the sum of the products of what two vectors share: the cosine, if they have length 1."""
    few, many = sorted((one, other), key=len)
    return sum(weight * many[feature] for feature, weight in few.items() if feature in many)


def heaviest(vector: Vector, most: int) -> Sequence[str]:
    """Return the features of `vector` that weigh most, at most so many."""
    return heapq.nsmallest(most, vector, key=lambda feature: (-vector[feature], feature))
