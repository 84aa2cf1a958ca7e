"""Tell which districts a point of an answer is for, and choose the points of an answer that a resident is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from faq.knowledge.points import About, Point
from faq.knowledge.text import any_of, normalise
from faq.knowledge.types import Intent, Places

_OWN = frozenset({About.AMOUNT, About.FEE, About.PLACE})
"""What differs by where a resident lives: figures, and where to go."""
_BETWEEN = ".{0,4}?"
"""Between two names: 、 or 三个区和."""


class Local:
    """Knows the names of districts at the beginning of points: 淇县：…, 鹤山、山城、淇滨三个区和开发区：…."""

    def __init__(self, places: Places, heading: Sequence[str] = ()) -> None:
        """Prepare one pattern over all names of districts; `heading` are words of a line that speaks of those below."""
        self._heading = heading
        self._named = {normalise(n): d for d, entry in places.districts.items() for n in (d, *entry.aliases)}
        names = any_of(self._named)
        self._name = re.compile(names)
        self._opening = re.compile(rf"\W{{0,4}}{names}(?:{_BETWEEN}{names}){{0,12}}")

    def districts(self, point: Point) -> frozenset[str]:
        """Return the districts that `point` is for alone; none if it is for everybody."""
        opening = self._opening.match(normalise(point.text)) if point.about in _OWN else None
        return frozenset(self._named[name] for name in self._name.findall(opening[0])) if opening else frozenset()

    def differs(self, intent: Intent) -> bool:
        """Tell whether the answer of `intent`, or its details, has points for some districts alone."""
        return any(map(self.districts, (*intent.points, *intent.details_points)))

    def told(self, intent: Intent, points: Sequence[Point], district: str | None) -> tuple[Point, ...]:
        """Return those of `points`, the answer of `intent` or its details, that a resident of `district` is told.

        What is for other districts alone is left out; what the details say for this one stands in its place, or after
        the first line. Where nothing is left below a line that speaks of those below it, that goes too.
        """
        if district is None or not self.differs(intent):
            return tuple(points)
        ours = [point for point in intent.details_points if district in self.districts(point)][:1]
        ours = ours or [point for point in intent.points if district in self.districts(point)]
        if points == intent.details_points:
            ours = [point for point in points if district in self.districts(point)]
        own = [at for at, point in enumerate(points) if self.districts(point)]
        at = own[0] if own else 1
        above, below = points[:at], [point for point in points[at:] if not self.districts(point)]
        if not ours and above and self._heads(above[-1]) and (not below or below[0].about != above[-1].about):
            above = above[:-1]
        return (*above, *ours, *below)

    def _heads(self, point: Point) -> bool:
        return any(word in point.text for word in self._heading)

    def without(self, points: Sequence[Point], homes: frozenset[str]) -> Iterator[Point]:
        """Yield those of `points` that are not for other districts than `homes` alone; all if no home is known."""
        for point in points:
            of = self.districts(point)
            if not homes or not of or of & homes:
                yield point
