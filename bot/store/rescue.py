"""Keep in memory what waits, and put it into a new database when the files of the old one are lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.delivery.outage import Outage
from bot.store.desk.records import Beside
from bot.store.errors import LostError
from bot.store.inbox import Inbox
from bot.store.records import Attempt, Entry, Status

log = logging.getLogger(__name__)

T = TypeVar("T")

_TOLD = 900.0
"""Seconds for which `trouble` tells of files that were lost and made anew: long enough for every monitoring."""


class Rescue:
    """Runs the work of the store's one thread; after a LostError it makes the files good and runs it once more."""

    def __init__(self, inbox: Inbox, now: Callable[[], float]) -> None:
        """Watch over `inbox`; `now` tells seconds since 1970."""
        self._inbox = inbox
        self._now = now
        self._waiting: dict[int, Entry] = {}
        self._owed = False
        self._lost: tuple[str, float] | None = None
        self.beside: Callable[[], Sequence[Beside]] = tuple
        """Returns what else is in memory and belongs into new files: tickets, messages on their way."""
        self._warned = Outage(log, "the bot could not open its database at the next start: %s", "%s: well again")
        self._warning: str | None = None

    @property
    def trouble(self) -> str | None:
        """What is wrong with the files though the bot serves, or was so until a moment ago; None: nothing."""
        lost = self._lost[0] if self._lost and time.monotonic() - self._lost[1] < _TOLD else None
        return self._warning or lost

    def run(self, work: Callable[[], T]) -> T:
        """Return what `work` returns. Raises StoreError."""
        try:
            self._pay()
            return work()
        except LostError as error:
            self._renew(error)
            return work()

    def write(self, changes: Sequence[Entry | Attempt]) -> frozenset[int]:
        """Write `changes` as Inbox does."""
        new = self._inbox.write(changes, self._now())
        for change in changes:
            if isinstance(change, Attempt):
                self._settle(change)
            elif change.update_id in new and change.body is not None:
                self._waiting[change.update_id] = change
        return new

    def open(self) -> list[Entry]:
        """Return what waits, in the order in which it came."""
        entries = self._inbox.open()
        self._waiting = {entry.update_id: entry for entry in entries}
        return entries

    def purge(self) -> None:
        """Delete what may no longer be kept, and look after the files."""
        self._inbox.purge(self._now())
        self._warning = self._inbox.warning
        if self._warning:
            self._warned.begin(self._warning)
        else:
            self._warned.end("the database")

    def _settle(self, attempt: Attempt) -> None:
        entry = self._waiting.pop(attempt.update_id, None)
        if entry and attempt.status == Status.OPEN:
            self._waiting[entry.update_id] = Entry(entry.update_id, entry.chat, entry.body, attempt.tries)

    def _renew(self, error: LostError) -> None:
        done = self._inbox.renew()
        self._owed = True
        added = self._pay()
        if done or added:
            self._lost = (f"{done or error}; see the log", time.monotonic())
            log.error(
                "%s; %d updates that wait were added; find out what did it, lest it come again", done or error, added
            )

    def _pay(self) -> int:
        """Add what waits to files that were made anew; return how many updates they did not hold."""
        if not self._owed:
            return 0
        beside = Attempt(0, "", beside=tuple(self.beside()))
        added = len(self._inbox.write([*self._waiting.values(), beside], self._now()))
        self._owed = False
        return added
