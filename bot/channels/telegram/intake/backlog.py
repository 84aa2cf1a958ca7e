"""Know which updates are open, and share the places for them between chats, so that none can take them all."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass

CHATS = 20
"""Chats that together may take all places."""

FEWEST = 20
"""Places that a chat may take at least."""


@dataclass(frozen=True)
class _Open:
    since: float
    chat: int


class Backlog:
    """The updates that are open; what a chat has beyond its share, from an earlier version, takes no place."""

    def __init__(self, limit: int) -> None:
        """Take how many places there are."""
        self._limit = limit
        self._share = max(limit // CHATS, FEWEST)
        self._updates: dict[int, _Open] = {}
        self._chats: Counter[int] = Counter()
        self._taken = 0
        self._room = asyncio.Event()
        self._room.set()

    def __len__(self) -> int:
        """Return how many updates are open."""
        return len(self._updates)

    def __contains__(self, number: int) -> bool:
        """Tell whether the update with this number is open."""
        return number in self._updates

    def of(self, chat: int) -> int:
        """Return how many updates of `chat` are open."""
        return self._chats[chat]

    @property
    def is_full(self) -> bool:
        """Whether no place is left, so that Telegram keeps further updates."""
        return not self._room.is_set()

    @property
    def full_chats(self) -> int:
        """How many chats have taken their share."""
        return sum(count >= self._share for count in self._chats.values())

    def crowded(self, chat: int, coming: int = 0) -> bool:
        """Tell whether `chat` has taken its share when `coming` more of its updates are in."""
        return self._chats[chat] + coming >= self._share

    async def room(self) -> None:
        """Wait until a place is left."""
        await self._room.wait()

    def open(self, number: int, chat: int) -> None:
        """Count an update of `chat` as open from now."""
        self._updates[number] = _Open(time.monotonic(), chat)
        self._chats[chat] += 1
        self._taken += self._chats[chat] <= self._share
        if self._taken >= self._limit:
            self._room.clear()

    def close(self, number: int) -> float:
        """Count an update as open no longer; return for how many seconds it was."""
        was = self._updates.pop(number)
        self._leave(was)
        return time.monotonic() - was.since

    def forget(self, number: int) -> None:
        """Count an update as open no longer, if it is: another process answers it."""
        if was := self._updates.pop(number, None):
            self._leave(was)

    def _leave(self, was: _Open) -> None:
        self._taken -= self._chats[was.chat] <= self._share
        self._chats[was.chat] -= 1
        if not self._chats[was.chat]:
            del self._chats[was.chat]
        if self._taken < self._limit:
            self._room.set()
