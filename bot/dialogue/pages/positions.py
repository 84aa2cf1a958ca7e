"""Guess the district of a place on the map, coarsely: by the nearest seat of a county, this city's or a neighbour's."""

from __future__ import annotations

import math
from typing import NamedTuple

from faq.knowledge.places import Places

FARTHEST = 40.0
"""Kilometres from every known seat beyond which nothing is guessed."""

_DEGREE = 111.2
"""Kilometres of a degree of latitude."""


class Near(NamedTuple):
    """What lies nearest."""

    name: str
    """A district of the city, or a neighbouring county."""
    ours: bool
    """Whether it is the city's."""


class Positions:
    """The seats known to one `Places`."""

    def __init__(self, places: Places) -> None:
        """Take the districts that have a seat of their own, and the neighbours."""
        ours = {name: district.seat for name, district in places.districts.items() if district.seat}
        seats = [(Near(name, ours=True), seat) for name, seat in ours.items()]
        seats += [(Near(name, ours=False), seat) for name, seat in places.neighbours.items()]
        self._seats = [(near, _degrees(seat)) for near, seat in seats]

    def nearest(self, latitude: float, longitude: float) -> Near | None:
        """Return what lies nearest to a position in degrees; None: nothing within `FARTHEST`."""
        if not self._seats or not (math.isfinite(latitude) and math.isfinite(longitude)):
            return None
        distance, near = min((_between((latitude, longitude), seat), near) for near, seat in self._seats)
        return near if distance <= FARTHEST else None


def _degrees(written: str) -> tuple[float, float]:
    latitude, longitude = map(float, written.split(","))
    return latitude, longitude


def _between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the kilometres between two positions not far from each other."""
    east = (one[1] - other[1]) * math.cos(math.radians((one[0] + other[0]) / 2))
    return _DEGREE * math.hypot(one[0] - other[0], east)
