"""What the page stands on: the running bot's own store and knowledge, or, as a program beside it, the same files."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from abc import ABC, abstractmethod
from pathlib import Path

from bot.delivery.live import Live
from bot.desk.drafts import Drafts
from bot.desk.publishing import Publisher
from bot.desk.waiting import Waiting
from bot.dialogue.dialogue import Dialogue
from bot.statistics.figures import Tally
from bot.store.database import Database
from bot.store.desk import audit
from bot.store.desk.acts import ByAdmin
from bot.store.desk.opinions import Opinions
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.records import Attempt
from bot.store.store import Store

_FRESH = 1.0
"""Seconds for which what was read beside a bot is taken as it is."""


class Ground(ABC):
    """Where the page reads from and writes to."""

    def __init__(self, folder: Path, data: Path) -> None:
        """Take the folder of the knowledge and the data folder."""
        self.folder, self.data = folder, data
        self.publisher = Publisher(folder, data)
        """Previews, diffs, versions."""
        self.drafts = Drafts(folder, data)
        """Looks at edits."""
        self._number = 0

    opinions: Opinions
    """Unanswered questions, and acts."""
    waiting: Waiting
    """The groups that wait."""
    beside = False
    """Whether a bot that may not run has to take up what is written."""

    @property
    @abstractmethod
    def dialogue(self) -> Dialogue:
        """The dialogue that serves."""

    @abstractmethod
    async def refresh(self) -> None:
        """Take over what has changed since. Raises StoreError."""

    @abstractmethod
    async def write(self, *changes: ByAdmin) -> None:
        """Write what an admin did. Raises StoreError."""

    @abstractmethod
    async def tally(self, first: dt.date, last: dt.date) -> Tally:
        """Return what was counted from `first` to `last`. Raises StoreError."""

    def number(self) -> int:
        """Return a number for an act that no other act of this page has."""
        self._number = max(self._number + 1, int(time.time() * 1000))
        return self._number


class Within(Ground):
    """The page within the bot that serves."""

    def __init__(self, live: Live, store: Store, waiting: Waiting) -> None:
        """Take what serves, the store, and the groups that wait."""
        super().__init__(*live.folders)
        self._live, self._store = live, store
        self.opinions, self.waiting = store.desk.opinions, waiting

    @property
    def dialogue(self) -> Dialogue:
        """The dialogue that serves."""
        return self._live.dialogue

    async def refresh(self) -> None:
        """Do nothing: the store holds all in memory."""

    async def write(self, *changes: ByAdmin) -> None:
        """Write what an admin did."""
        await self._store.settle(Attempt(0, "", beside=changes))

    async def tally(self, first: dt.date, last: dt.date) -> Tally:
        """Return what was counted."""
        return await self._store.tally(first, last)


class Beside(Ground):
    """The page as a program of its own; a running bot takes up within a minute what is written."""

    def __init__(self, database: Database, folder: Path, data: Path) -> None:
        """Take the database and the folders. Raises ModelError if nothing was ever published."""
        super().__init__(folder, data)
        self.beside = True
        self._database = database
        self._version = self.publisher.registry.active()
        self._dialogue = Dialogue(self.publisher.registry.open())
        self.opinions = Opinions()
        self.waiting = Waiting(self.opinions, lambda: self._dialogue.questions, Pseudonyms(data).digest)
        self._read_at = 0.0

    @property
    def dialogue(self) -> Dialogue:
        """The dialogue of the version in use."""
        return self._dialogue

    async def refresh(self) -> None:
        """Read what a bot, or another page, has changed."""
        if time.monotonic() - self._read_at < _FRESH:
            return
        await asyncio.to_thread(self._read)

    def _read(self) -> None:
        self.opinions.refresh(Inbox(self._database).desk())
        version = self.publisher.registry.active()
        if version != self._version:
            self._dialogue, self._version = Dialogue(self.publisher.registry.open()), version
        self._read_at = time.monotonic()

    async def write(self, *changes: ByAdmin) -> None:
        """Write what an admin did."""
        await asyncio.to_thread(self._write, changes)
        for change in changes:
            self.opinions.apply_admins(change)

    def _write(self, changes: tuple[ByAdmin, ...]) -> None:
        with self._database.writing() as connection:
            for change in changes:
                audit.write(connection, change)

    async def tally(self, first: dt.date, last: dt.date) -> Tally:
        """Return what was counted."""
        return await asyncio.to_thread(Inbox(self._database).tally, first, last)
