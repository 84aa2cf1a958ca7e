"""Keep one resident's flood from the others: a bucket of messages each, one courteous notice, then silence."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from enum import Enum, auto

from aiolimiter import AsyncLimiter
from cachetools import TTLCache

_PERIOD = 60.0
"""Seconds in which an empty bucket fills; a bucket left alone for so long is full and need not be kept."""

_RESIDENTS = 100_000
"""Most buckets kept at once, about 60 MB; the longest unused goes first."""


class Verdict(Enum):
    """What to do with a message."""

    ADMIT = auto()
    """Serve it."""
    WARN = auto()
    """Drop it, and tell the resident once why."""
    DROP = auto()
    """Drop it."""


class _Bucket(AsyncLimiter):
    __slots__ = ("warned",)

    def __init__(self, size: int) -> None:
        super().__init__(size, _PERIOD)
        self.warned = False


class FloodGate:
    """A token bucket for each resident: bursts of `per_minute` messages, refilled evenly over a minute."""

    def __init__(self, per_minute: int, urgent: Callable[[str], bool]) -> None:
        """Take the size of the buckets (0: no limit) and what tells that a message is about danger."""
        self._per_minute = per_minute
        self._urgent = urgent
        self._buckets: TTLCache[Hashable, _Bucket] = TTLCache(_RESIDENTS, _PERIOD)

    async def judge(self, resident: Hashable, message: str | None) -> Verdict:
        """Return what to do with `message` of `resident`; signs of danger are always admitted. It never waits."""
        if not self._per_minute:
            return Verdict.ADMIT
        bucket = self._buckets.get(resident) or _Bucket(self._per_minute)
        self._buckets[resident] = bucket  # put in anew, for its time counts from here
        if bucket.has_capacity(self._per_minute):
            bucket.warned = False  # full again: that flood is over
        if bucket.has_capacity():
            await bucket.acquire()
            return Verdict.ADMIT
        if message and self._urgent(message):
            return Verdict.ADMIT
        warned, bucket.warned = bucket.warned, True
        return Verdict.DROP if warned else Verdict.WARN
