"""Keep one sender's flood from the others: buckets of messages, one courteous notice, then silence."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from enum import Enum, auto

from aiolimiter import AsyncLimiter
from cachetools import TTLCache

CRIES = 5
"""Messages about danger a minute that are answered of a resident who has written more than his share already."""

_USUAL = 20
"""Messages a minute of a resident after which danger is counted, where there is no limit for others."""

_READ = 20_000
"""Characters a minute that are read to the end for signs of danger in messages beyond a resident's share."""

_GLANCE = 200
"""Characters of a message that are read beyond that: else long messages would keep the bot busy with one resident."""

_PERIOD = 60.0
"""Seconds in which an empty bucket fills; a bucket left alone for so long is full and need not be kept."""

_RESIDENTS = 100_000
"""Most buckets kept at once, about 60 MB; the longest unused goes first."""


class Verdict(Enum):
    """What to do with a message."""

    ADMIT = auto()
    """Serve it."""
    WARN = auto()
    """Drop it, and tell the sender or the group why; at most once a minute."""
    CALM = auto()
    """Drop it, the latest of many cries for help, and name the emergency numbers once."""
    DROP = auto()
    """Drop it."""


class _Bucket(AsyncLimiter):
    __slots__ = ("told",)

    def __init__(self, size: int) -> None:
        super().__init__(size, _PERIOD)
        self.told = False


class RateLimit:
    """Token buckets, refilled evenly over a minute: bursts of `per_minute` messages of a resident, or of a group.

    In a group a resident has half as many, so that he cannot use up the group's, and in all groups together as many.
    """

    def __init__(self, per_minute: int, urgent: Callable[[str], bool]) -> None:
        """Take the size of the buckets (0: no limit) and what tells that a message is about danger."""
        self._per_minute = per_minute
        self._urgent = urgent
        self._buckets: TTLCache[Hashable, _Bucket] = TTLCache(_RESIDENTS, _PERIOD)

    async def check(
        self, resident: Hashable, message: str | None, group: Hashable = None, *, crowded: bool = False
    ) -> Verdict:
        """Return what to do with `message` of `resident`, in `group` if given; it never waits.

        `crowded`: so much waits to be answered there that only danger is admitted. Signs of danger are always, up to
        `CRIES` a minute beyond the resident's share.
        """
        buckets = self._shares(resident, group)
        if not crowded and all(bucket.has_capacity() for bucket in buckets):
            for bucket in buckets:
                await bucket.acquire()
            return Verdict.ADMIT
        notice = self._bucket(("notice", resident if group is None else group), 1)
        cries = self._bucket(("cries", resident), CRIES)
        if not self._per_minute and not crowded:
            otherwise = Verdict.ADMIT
        else:
            otherwise = Verdict.WARN if notice.has_capacity() else Verdict.DROP
        unheard = cries.told and not cries.has_capacity() and otherwise is Verdict.DROP  # whatever it says
        if not unheard and message and await self._in_danger(resident, message):
            return await self._heard(cries, notice)
        if otherwise is Verdict.WARN:
            await notice.acquire()
        return otherwise

    async def _heard(self, cries: _Bucket, notice: _Bucket) -> Verdict:
        """Return what to do with one more cry for help."""
        if cries.has_capacity():
            await cries.acquire()
            return Verdict.ADMIT
        if cries.told:
            return Verdict.DROP
        cries.told = True
        if notice.has_capacity():
            await notice.acquire()
        return Verdict.CALM

    def _shares(self, resident: Hashable, group: Hashable) -> list[_Bucket]:
        """Return the buckets that a message is taken from."""
        size = self._per_minute or _USUAL
        if group is None:
            return [self._bucket(resident, size)]
        half = max(size // 2, 1)
        return [
            self._bucket(("in", group, resident), half),
            self._bucket(("in groups", resident), size),
            self._bucket(("group", group), size),
        ]

    def _bucket(self, owner: Hashable, size: int) -> _Bucket:
        bucket = self._buckets.get(owner) or _Bucket(size)
        self._buckets[owner] = bucket  # put in anew, for its time counts from here
        if bucket.has_capacity(size):
            bucket.told = False  # full again: it is over
        return bucket

    async def _in_danger(self, resident: Hashable, message: str) -> bool:
        """Tell whether `message` shows signs of danger; only its beginning is read of one who writes too much."""
        if len(message) > _GLANCE:
            read = self._bucket(("read", resident), _READ)
            if not read.has_capacity(len(message)):
                return self._urgent(message[:_GLANCE])
            await read.acquire(len(message))
        return self._urgent(message)
