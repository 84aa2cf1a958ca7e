"""Share the places for open updates between chats, so that none can take them all."""

from __future__ import annotations

from collections import Counter

CHATS = 20
"""Chats that together may take all places."""

FEWEST = 20
"""Places that a chat may take at least."""


class Places:
    """Counts open updates by chat; what a chat has beyond its share, from an earlier version, takes no place."""

    def __init__(self, limit: int) -> None:
        """Take how many places there are."""
        self._limit = limit
        self._share = max(limit // CHATS, FEWEST)
        self._open: Counter[int] = Counter()
        self._taken = 0

    def __getitem__(self, chat: int) -> int:
        """Return how many updates of `chat` are open."""
        return self._open[chat]

    @property
    def all_taken(self) -> bool:
        """Whether there is no place left."""
        return self._taken >= self._limit

    @property
    def full_chats(self) -> int:
        """How many chats have taken their share."""
        return sum(count >= self._share for count in self._open.values())

    def full(self, chat: int, coming: int = 0) -> bool:
        """Tell whether `chat` has taken its share when `coming` more of its updates are in."""
        return self._open[chat] + coming >= self._share

    def take(self, chat: int) -> None:
        """Count one more update of `chat`."""
        self._open[chat] += 1
        self._taken += self._open[chat] <= self._share

    def leave(self, chat: int) -> None:
        """Count one less."""
        self._taken -= self._open[chat] <= self._share
        self._open[chat] -= 1
        if not self._open[chat]:
            del self._open[chat]
