"""What is told to all residents, as the event loop sees it: who may be written to, broadcasts, the pause."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.store.desk.audience_rows import SUBSCRIBERS, Reach, oldest
from bot.store.desk.broadcasts import (
    Broadcast,
    Directed,
    Paused,
    Public,
    Reached,
    Resumed,
    Subscribed,
    Unsubscribed,
)

_FRESH = dt.timedelta(days=30)
"""Age of a row from which on it is written anew when its chat writes: not with each message."""

_REMEMBERED = 100
"""Broadcasts held in memory; the oldest that are over go first."""


class Audience:
    """Read from memory, changed when a change is on disk."""

    def __init__(self, reach: Reach | None = None) -> None:
        """Take what is on disk."""
        reach = reach or Reach()
        self._districts = {one.chat: (one.district, one.day) for one in reach.subscribers}
        self.broadcasts = {one.number: one for one in reach.broadcasts}
        """Broadcasts, by number."""
        self.pause: Paused | None = reach.pause
        """Why residents are not answered; None: they are."""
        self.news = asyncio.Event()
        """Set when a broadcast is to begin or to go on."""

    def refresh(self, reach: Reach, *, subscribers: bool) -> None:
        """Take over what another process may have changed; who may be written to only with `subscribers`."""
        if subscribers:
            self._districts = {one.chat: (one.district, one.day) for one in reach.subscribers}
        self.broadcasts = {one.number: one for one in reach.broadcasts}
        self.pause = reach.pause
        if self.current:
            self.news.set()

    def __contains__(self, chat: int) -> bool:
        return chat in self._districts

    def district(self, chat: int) -> str | None:
        """Return the district that is kept of a chat; None: none is."""
        return self._districts.get(chat, (None, ""))[0]

    def chats(self, district: str | None, after: int = 0) -> list[int]:
        """Return the chats above number `after` that may be written to, of `district` or all, by rising numbers."""
        known = self._districts.items()
        return sorted(chat for chat, (own, _) in known if chat > after and district in (None, own))

    def by_district(self) -> Counter[str | None]:
        """Return how many chats may be written to of each district; under None those of whom it is not known."""
        return Counter(district for district, _ in self._districts.values())

    def noted(self, chat: int, district: str | None, today: dt.date) -> tuple[Public, ...]:
        """Return what is to be written when a chat with this `district` has written; nothing if that is known."""
        known = self._districts.get(chat)
        if known is None and len(self._districts) >= SUBSCRIBERS:
            return ()
        if known and known[0] == district and known[1] > (today - _FRESH).isoformat():
            return ()
        return (Subscribed(chat, district, today.isoformat()),)

    @property
    def current(self) -> Broadcast | None:
        """The broadcast that is not over; None: there is none."""
        return next((one for one in self.broadcasts.values() if not one.course.over), None)

    def apply(self, change: Public) -> None:
        """Take over a change, which is on disk."""
        match change:
            case Subscribed():
                self._districts[change.chat] = (change.district, change.day)
            case Unsubscribed():
                self.forget(change.chat)
            case Broadcast() if change.number not in self.broadcasts:
                self.broadcasts[change.number] = change
                self._shorten()
            case Reached() if known := self.broadcasts.get(change.number):
                counts = {name: getattr(known, name) + getattr(change, name) for name in ("sent", "blocked", "failed")}
                self.broadcasts[change.number] = replace(known, position=change.position, **counts)
            case Directed() if (known := self.broadcasts.get(change.number)) and not known.course.over:
                self.broadcasts[change.number] = known.directed(change)
            case Paused():
                self.pause = change
            case Resumed():
                self.pause = None
        if isinstance(change, Broadcast | Directed):
            self.news.set()

    def _shorten(self) -> None:
        over = sorted((one.at, number) for number, one in self.broadcasts.items() if one.course.over)
        for _, number in over[: max(0, len(self.broadcasts) - _REMEMBERED)]:
            del self.broadcasts[number]

    def forget(self, chat: int) -> None:
        """Forget that a chat may be written to."""
        self._districts.pop(chat, None)

    def purge(self, now: float) -> None:
        """Forget chats that were silent for too long at `now`."""
        before = oldest(now)
        for chat in [chat for chat, (_, day) in self._districts.items() if day < before]:
            del self._districts[chat]

    def everything(self) -> Sequence[Public]:
        """Return all that is to be written into a database made anew; called from the store's thread."""
        known = list(self._districts.items())
        pause = [self.pause] if self.pause else []
        return [*(Subscribed(c, *kept) for c, kept in known), *list(self.broadcasts.values()), *pause]
