"""Commit what Telegram sends before it is confirmed: what is not on disk is not served, nor forgotten by Telegram."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cachetools import LRUCache

from bot.channels.telegram.intake.addressing import Me
from bot.channels.telegram.intake.admission import Admission
from bot.channels.telegram.intake.albums import Albums
from bot.channels.telegram.intake.backlog import Backlog
from bot.channels.telegram.intake.incoming import GUEST, INLINE, NEWEST, Incoming, numbered, read
from bot.channels.telegram.lanes import Lanes
from bot.delivery.metrics import Metrics
from bot.store.errors import StoreError
from bot.store.records import Attempt, Entry, Status
from bot.store.store import Store

log = logging.getLogger(__name__)

_JUDGED = 10_000
"""Updates remembered as admitted or not while they cannot be committed: Telegram offers them again and again."""

_AT_ONCE = 100
"""Updates read and committed together; Telegram sends no more at a time."""

_QUIET = 1.0
"""Seconds between two lines about unreadable updates."""


def last_of(received: Sequence[object]) -> int | None:
    """Return the number that confirms all of `received`; None if there is none."""
    numbers = [raw["update_id"] for raw in received if isinstance(raw, Mapping) and numbered(raw)]
    return max((number for number in numbers if number <= NEWEST), default=None)


class Unreadable:
    """Counts and logs updates that cannot be read, without a word of what they hold."""

    def __init__(self, metrics: Metrics) -> None:
        """Count in `metrics`."""
        self._metrics = metrics
        self._untold: Counter[str] = Counter()
        self._told_at = -_QUIET

    def note(self, reasons: Counter[str]) -> None:
        """Count each; log them, together with those since the last line, at most once in `_QUIET` seconds."""
        self._metrics.unreadable(reasons.total())
        self._untold += reasons
        if self._untold and time.monotonic() >= self._told_at + _QUIET:
            what = "1 update" if self._untold.total() == 1 else f"{self._untold.total()} updates"
            log.error("%s cannot be read (%s); it is skipped", what, ", ".join(self._untold))
            self._told_at = time.monotonic()
            self._untold.clear()


class Intake:
    """Reads, admits and commits updates, and hands them to their lanes."""

    def __init__(
        self,
        me: Me,
        store: Store,
        backlog: Backlog,
        admission: Admission,
        albums: Albums,
        lanes: Lanes,
        unreadable: Unreadable,
    ) -> None:
        """Take updates to `me` that `admission` admits, keep them in `store`, count them in `backlog`."""
        self.inline: Callable[[Mapping[str, Any]], None] = lambda _: None
        """Takes inline queries and the like, which are not kept: the next keystroke makes one stale."""
        self.mine: Callable[[int], bool] = lambda _: True
        """Whether a chat is this process's to answer; what waits of others is not taken up."""
        self._me = me
        self._store = store
        self._backlog = backlog
        self._admission = admission
        self._albums = albums
        self._lanes = lanes
        self._unreadable = unreadable
        self._judged: LRUCache[int, bool] = LRUCache(_JUDGED)

    async def take(self, received: Sequence[object]) -> int | None:
        """Commit updates as Telegram sends them; return the number that confirms them all, None if there is none.

        One that cannot be read is remembered as such, if it has a number. Raises StoreError: not all are committed, so
        none may be confirmed.
        """
        for start in range(0, len(received), _AT_ONCE):
            await self._backlog.room()
            await self._take(received[start : start + _AT_ONCE])
        return last_of(received)

    async def replay(self) -> None:
        """Take up what is open in the store and not here: at start, and what an admin revived. Raises StoreError.

        What can no longer be read, as after another version of the library was installed, is set aside.
        """
        broken = []
        for entry in await self._store.open():
            if entry.update_id in self._backlog or entry.body is None:
                continue
            try:
                incoming = self._read(json.loads(entry.body))
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the others must be served
                reason = type(error).__name__
                log.error("update %d can no longer be read (%s); it is set aside", entry.update_id, reason)
                broken.append(Attempt(entry.update_id, entry.chat, Status.DEAD, entry.tries, reason))
                continue
            if self.mine(incoming.chat):
                self._albums.note(incoming)
                self._hand_over(incoming, entry.tries)
        for attempt in broken:  # not before: while that is written, others of what was read may be answered
            await self._store.settle(attempt)

    async def _take(self, batch: Sequence[object]) -> None:
        readable, broken, reasons = [], [], Counter[str]()
        for raw in batch:
            if not isinstance(raw, Mapping) or not numbered(raw):
                reasons["no number"] += 1
                continue
            if INLINE in raw or GUEST in raw:
                self.inline(raw)
                continue
            try:
                readable.append(self._read(raw))
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the updates after it must be served
                reasons[type(error).__name__] += 1
                broken.append(Entry(raw["update_id"], "", None))
        self._unreadable.note(reasons)
        wanted = await self._wanted(readable)
        new = await self._keep([*map(self._entry, wanted), *broken])
        for incoming in readable:
            self._judged.pop(incoming.number, None)
        for incoming in wanted:
            if incoming.number in new and incoming.number not in self._backlog:  # seen by `replay` since its commit
                self._hand_over(incoming)

    def _read(self, raw: Mapping[str, Any]) -> Incoming:
        return read(raw, self._me, self._store.pseudonym)

    async def _wanted(self, arrived: Sequence[Incoming]) -> list[Incoming]:
        """Return the updates of `arrived` that are to be kept."""
        wanted, coming = [], Counter[int]()
        for incoming in arrived:
            crowded = self._backlog.crowded(incoming.chat, coming[incoming.chat])
            if incoming.concerns_bot and await self._admitted(incoming, crowded=crowded):
                coming[incoming.chat] += 1
                wanted.append(incoming)
        return wanted

    async def _admitted(self, incoming: Incoming, *, crowded: bool) -> bool:
        if incoming.number in self._backlog:
            return True
        if incoming.number not in self._judged:
            self._judged[incoming.number] = await self._admission.admits(incoming, crowded=crowded)
        return self._judged[incoming.number]

    def _entry(self, incoming: Incoming) -> Entry:
        speaks = incoming.message is not None and self._store.lets_try(incoming.pseudonym, private=incoming.private)
        return Entry(incoming.number, incoming.pseudonym, incoming.body, unblocks=speaks)

    async def _keep(self, entries: Sequence[Entry]) -> frozenset[int]:
        """Commit `entries`; return the numbers of those not known before. Raises StoreError: none is committed."""
        try:
            return await self._store.add(entries) if entries else frozenset()
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one of them cannot be written, whatever it is
            if len(entries) > 1:
                return frozenset().union(*[await self._keep([entry]) for entry in entries])
            log.error("update %d cannot be kept", entries[0].update_id)
            self._unreadable.note(Counter([type(error).__name__]))
            return frozenset()

    def _hand_over(self, incoming: Incoming, tries: int = 0) -> None:
        urgent = self._backlog.of(incoming.chat) > 0 and self._admission.urgent(incoming)
        self._backlog.open(incoming.number, incoming.chat)
        self._lanes.accept(incoming, tries, urgent=urgent)
