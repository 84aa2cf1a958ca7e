"""The store as the event loop sees it: written by one thread, all that waits for it as one transaction."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeVar

from cachetools import TTLCache

from bot.delivery.outage import Outage
from bot.dialogue.pages.preferences import Preferences
from bot.dialogue.session import MEMORY, STORY_MEMORY, Session
from bot.statistics.figures import Tally
from bot.store.desk.desk import Desk
from bot.store.errors import StoreError
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.records import Attempt, Entry, Status
from bot.store.rescue import Rescue

log = logging.getLogger(__name__)

T = TypeVar("T")

CHATS = 100_000
"""Most residents remembered at once, about 100 MB; the longest silent is forgotten first."""

STORIES = 10_000
"""Most residents whose story is remembered at once, about 40 MB at the worst."""

_SHUT = 60.0
"""Seconds before a group that did not let the bot write is tried again, though it has not told that it does now."""

_FAREWELL = 3.0
"""Longest time in seconds for the last transaction at a stop."""

_Job = tuple[Sequence[Entry | Attempt], "asyncio.Future[frozenset[int]]"]


class Store:
    """Keeps updates and what serving them changes; sessions and blocked chats are read from memory.

    A call returns when its change is on disk. What is asked for while the thread writes becomes the next transaction,
    so that a flood costs one fsync for many updates and the event loop never waits for a disk or a lock.
    """

    def __init__(
        self, inbox: Inbox, pseudonyms: Pseudonyms, in_flight: InFlight, now: Callable[[], float] = time.time
    ) -> None:
        """Take the inbox and a clock in seconds since 1970; read what is remembered. Raises StoreError."""
        self._inbox, self._now = inbox, now
        self.in_flight = in_flight
        """Which update is being worked on."""
        self.pseudonym = pseudonyms.of
        """The name in the database of what Telegram knows by these numbers."""
        self.digest = pseudonyms.digest
        """What stands in the database for a text that must not be read there."""
        self._sessions: TTLCache[str, Session] = TTLCache(CHATS, MEMORY.total_seconds())
        self._sessions.update(inbox.sessions(now()))
        self._stories: TTLCache[str, tuple[str, ...]] = TTLCache(STORIES, STORY_MEMORY.total_seconds())
        """What residents have told, apart from their sessions: it is gone after minutes, and in no file."""
        self._preferences = inbox.preferences()
        """What residents have set; few do."""
        self._blocked = inbox.blocked()
        self._dead = Counter(inbox.dead_by_chat())
        self.desk = Desk(inbox.desk(), inbox.reach())
        """Tickets, the outbox and what else is kept for the people behind the bot."""
        self._refused: TTLCache[str, bool] = TTLCache(CHATS, _SHUT)
        self._rescue = Rescue(inbox, now)
        self._rescue.beside = self.desk.everything
        self._thread = ThreadPoolExecutor(1, "store")
        self._outage = Outage(
            log, "the database takes no changes, so updates and answers wait: %s", "the database takes changes again"
        )
        self._waiting: list[_Job] = []
        self._writing: asyncio.Task[None] | None = None

    def session(self, resident: str) -> Session:
        """Return what is remembered of `resident`."""
        known, told = self._sessions.get(resident, Session()), self._stories.get(resident, ())
        return replace(known, story=told, preferences=self.preferences(resident))

    def preferences(self, resident: str) -> Preferences:
        """Return what `resident` has set."""
        return self._preferences.get(resident, Preferences())

    def blocked(self, chat: str) -> bool:
        """Tell whether the chat of this pseudonym wants no messages."""
        return chat in self._blocked

    def lets_try(self, chat: str, *, private: bool) -> bool:
        """Tell whether a message from a blocked chat is a reason to write to it again.

        One who writes has not blocked the bot; that a group talks says nothing, so it is tried once in a while.
        """
        return chat in self._blocked and (private or chat not in self._refused)

    @property
    def refuses(self) -> bool:
        """Whether the last change could not be written (disk full, locked); reading may be possible all the same."""
        return self._outage.is_on

    @property
    def trouble(self) -> str | None:
        """What is wrong with the database's files though the bot serves; None: nothing."""
        return self._rescue.trouble

    async def add(self, entries: Sequence[Entry]) -> frozenset[int]:
        """Commit `entries`; return the numbers of those not known before. Raises StoreError: then none is kept."""
        new = await self._write(entries)
        self._blocked -= {entry.chat for entry in entries if entry.unblocks}
        return new & {entry.update_id for entry in entries}

    async def settle(self, attempt: Attempt) -> None:
        """Commit `attempt`, then remember it. Raises StoreError: then nothing has changed."""
        remembered = attempt.remembered.items()
        before = {key: Preferences() if key in attempt.forgotten else self.preferences(key) for key, _ in remembered}
        changed = {key: one.preferences for key, one in remembered if one.preferences != before[key]}
        await self._write([replace(attempt, preferences=changed) if changed else attempt])
        for resident in attempt.forgotten:
            self._preferences.pop(resident, None)
        self._preferences |= changed
        self.desk.apply(attempt.beside)
        for resident in (*attempt.forgotten, *attempt.remembered):
            self._sessions.pop(resident, None)
            self._stories.pop(resident, None)
        for resident, session in attempt.remembered.items():
            self._sessions[resident] = replace(session, story=(), preferences=Preferences())
            if session.story:
                self._stories[resident] = session.story
        if attempt.forgotten:
            self._dead.pop(attempt.chat, None)
        elif attempt.status == Status.DEAD:
            self._dead[attempt.chat] += 1
        if attempt.blocked:
            self._blocked.add(attempt.chat)
            self._refused[attempt.chat] = True
        elif attempt.blocked is False:
            self._blocked.discard(attempt.chat)
            self._refused.pop(attempt.chat, None)

    def set_aside(self, chat: str) -> int:
        """Return how many messages of the chat with this pseudonym could not be answered and are kept for an admin."""
        return self._dead[chat]

    async def open(self) -> list[Entry]:
        """Return what waits, in the order in which it came. Raises StoreError."""
        return await self._call(self._rescue.open)

    async def blame(self) -> int:
        """Count it against the update in flight that the last run has died; return its number, 0: none.

        To be called before anything is noted as in flight. Raises StoreError.
        """
        number = self.in_flight.number
        blamed = number if number and await self._call(lambda: self._inbox.blame(number)) else 0
        self.in_flight.take(0)
        return blamed

    async def dead(self) -> int:
        """Return how many updates were given up. Raises StoreError."""
        return await self._call(self._inbox.count_dead)

    async def tally(self, first: dt.date, last: dt.date) -> Tally:
        """Return what was counted from the day `first` to the day `last`. Raises StoreError."""
        return await self._call(lambda: self._inbox.tally(first, last))

    async def purge(self) -> None:
        """Delete what may no longer be kept. Raises StoreError."""
        self._stories.expire()
        await self._call(self._rescue.purge)
        self._dead = Counter(await self._call(self._inbox.dead_by_chat))
        self.desk.refresh(await self._call(self._inbox.desk))
        self.desk.audience.purge(self._now())

    async def reread(self) -> None:
        """Read anew what is remembered of residents: other processes have answered those that are now this one's.

        Raises StoreError.
        """
        sessions = await self._call(lambda: self._inbox.sessions(self._now()))
        self._sessions.clear()  # also of those who were forgotten elsewhere
        self._sessions.update(sessions)
        self._stories.clear()
        self._preferences = await self._call(self._inbox.preferences)
        self.desk.refresh(await self._call(self._inbox.desk))
        await self.share(subscribers=True)

    async def share(self, *, subscribers: bool = False) -> None:
        """Take over what other processes have changed of tickets, outbox, pause and blocked chats. Raises StoreError.

        `subscribers`: also who may be written to first, of whom there are many.
        """
        kept, reach, chats = await self._call(self._inbox.shared)
        self.desk.share(kept)
        self._blocked = chats
        if subscribers:
            reach = await self._call(self._inbox.reach)
        self.desk.audience.refresh(reach, subscribers=subscribers)
        if self.refuses:  # a process that nobody writes to would not see that changes are taken again
            await self._write([Attempt(0, "")])

    async def refresh(self) -> None:
        """Do what `purge` does of memory alone; another process purges the database. Raises StoreError."""
        self._stories.expire()
        self._dead = Counter(await self._call(self._inbox.dead_by_chat))
        self.desk.refresh(await self._call(self._inbox.desk))

    async def close(self) -> None:
        """Wait until what was asked for is written; give up a database that stays silent."""
        try:
            async with asyncio.timeout(_FAREWELL):
                if self._writing:
                    await self._writing
        except TimeoutError:
            log.error("the database does not answer; what it was asked last may be done again at the next start")
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._rescue.run, work)

    async def _write(self, changes: Sequence[Entry | Attempt]) -> frozenset[int]:
        done: asyncio.Future[frozenset[int]] = asyncio.get_running_loop().create_future()
        self._waiting.append((changes, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await done

    async def _write_all(self) -> None:
        """Write batch after batch until nothing waits; each gets its result or the error."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                changes = [change for asked, _ in batch for change in asked]
                try:
                    new = await self._call(partial(self._rescue.write, changes))
                except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
                    if isinstance(error, StoreError):
                        self._outage.begin(error)
                    for _, done in batch:
                        if not done.done():
                            done.set_exception(error)
                else:
                    self._outage.end()
                    for _, done in batch:
                        if not done.done():
                            done.set_result(new)
        finally:
            self._writing = None
