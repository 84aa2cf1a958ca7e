"""The queue between Telegram and the handlers: nothing is in it, nor forgotten by Telegram, that is not on disk."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cachetools import LRUCache, TTLCache
from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.error import NetworkError

from bot.channels.telegram.intake.addressing import chat_of, concerns_bot
from bot.channels.telegram.intake.places import Places
from bot.channels.telegram.intake.updates import NEWEST, numbered, read
from bot.store.errors import StoreError
from bot.store.ledger import Ledger
from bot.store.records import Entry, Outcome, State

log = logging.getLogger(__name__)

_JUDGED = 10_000
"""Updates remembered as admitted or not while they cannot be committed: Telegram offers them again and again."""


_SHUT = 60.0
"""Seconds before a group that did not let the bot write is tried again, though it has not told that it does now."""

_AT_ONCE = 100
"""Updates read and committed together; Telegram sends no more at a time."""

_QUIET = 1.0
"""Seconds between two lines about unreadable updates."""


class Receipt(Update):
    """Stands for an update that is on disk already; only its number counts."""

    __slots__ = ()


class Door(Protocol):
    """Decides which updates are served, which at once, and is told how long they took."""

    async def admits(self, update: Update, *, crowded: bool) -> bool:
        """Tell whether to keep an update; `crowded`: as many of its chat wait as are kept of one."""

    def urgent(self, update: Update) -> bool:
        """Tell whether an update shows signs of danger, and so must not wait behind others."""

    def answered(self, seconds: float) -> None:
        """Note for how long an update was open."""


@dataclass(frozen=True)
class _Open:
    since: float
    chat: int


class DurableQueue(asyncio.Queue[object]):
    """Commits updates before they are confirmed; waits while too many are open.

    The Updater awaits `put` before it moves its offset, and a webhook before it answers, so that an update which could
    not be committed is sent again by Telegram. One chat can take a twentieth of the places, so it never fills them up.
    """

    def __init__(self, ledger: Ledger, limit: int, door: Door) -> None:
        """Keep updates in `ledger` that `door` admits, about `limit` open at once at most."""
        super().__init__()
        self._ledger = ledger
        self._door = door
        self._open: dict[int, _Open] = {}
        self._places = Places(limit)
        self._judged: LRUCache[int, bool] = LRUCache(_JUDGED)
        self._room = asyncio.Event()
        self._room.set()
        self._complained = 0.0
        self.stopping = asyncio.Event()
        """Set when the application stops: what is open is left for the next start."""
        self.tries: dict[int, int] = {}
        """Failures of updates from before this start, by number."""
        self.urgent: set[int] = set()
        """Open updates that show signs of danger and would otherwise wait behind others of their chat."""
        self.refused: TTLCache[str, bool] = TTLCache(_JUDGED, _SHUT)
        """Pseudonyms of the chats that have refused the bot lately."""
        self.unreadable = 0
        """Updates of this start that could not be read."""

    @property
    def backlog(self) -> int:
        """How many updates of this start are open."""
        return len(self._open)

    @property
    def full_up(self) -> bool:
        """Whether Telegram keeps further updates because too many are open here."""
        return not self._room.is_set()

    @property
    def full_chats(self) -> int:
        """How many chats have as many updates open as are kept of one."""
        return self._places.full_chats

    async def put(self, item: object) -> None:
        """Commit an update, then let it wait its turn. Raises NetworkError: it is not committed, poll again."""
        if isinstance(item, Receipt):
            return
        if isinstance(item, Update):
            await self.room()
            await self._commit([(item, item.to_json())], [], item.get_bot())
            return
        self.stopping.set()  # the application puts its sign to stop
        await super().put(item)

    async def take(self, received: Sequence[object], bot: Bot) -> tuple[Receipt, ...]:
        """Commit updates as Telegram sends them; return the receipt that confirms them all, none if there is nothing.

        One that cannot be read is remembered as such, if it has a number. Raises NetworkError: poll again, for not all
        are committed.
        """
        for start in range(0, len(received), _AT_ONCE):
            if start:
                await self.room()
            await self._take(received[start : start + _AT_ONCE], bot)
        numbers = [raw["update_id"] for raw in received if isinstance(raw, Mapping) and numbered(raw)]
        confirmed = max((number for number in numbers if number <= NEWEST), default=None)
        return () if confirmed is None else (Receipt(confirmed),)

    async def _take(self, batch: Sequence[object], bot: Bot) -> None:
        readable, broken, reasons = [], [], Counter[str]()
        for raw in batch:
            try:
                if not isinstance(raw, Mapping) or not numbered(raw):
                    reasons["no number"] += 1
                    continue
                number = raw["update_id"]
                update, body = read(raw, bot)
                concerns_bot(update, bot.username, bot.id)  # whatever else may go wrong with it goes wrong now
                self._entry(update, body)
            except Exception as error:  # whatever is wrong with it, the updates after it must be served
                reasons[type(error).__name__] += 1
                broken.append(Entry(number, "", None))
            else:
                readable.append((update, body))
        self._complain(batch, reasons)
        await self._commit(readable, broken, bot)

    def _complain(self, batch: Sequence[object], reasons: Counter[str]) -> None:
        """Log, but not too often, that updates cannot be read."""
        self.unreadable += reasons.total()
        if not reasons or time.monotonic() < self._complained + _QUIET:
            return
        self._complained = time.monotonic()
        kinds = ", ".join(reasons)
        log.error("%d of %d updates cannot be read (%s); it is skipped", reasons.total(), len(batch), kinds)

    async def room(self) -> None:
        """Wait while too many updates are open: Telegram keeps the rest."""
        await self._room.wait()

    async def replay(self, bot: Bot) -> None:
        """Take up what is open in the store and not here: at start, and what an admin revived. Raises StoreError.

        What can no longer be read, as after another version of the library was installed, is set aside.
        """
        broken = []
        for entry in await self._ledger.open():
            if entry.update_id not in self._open and entry.body is not None:
                try:
                    update, _ = read(json.loads(entry.body), bot)
                except Exception as error:  # whatever is wrong with it, the others must be served
                    reason = type(error).__name__
                    log.error("update %d can no longer be read (%s); it is set aside", entry.update_id, reason)
                    broken.append(Outcome(entry.update_id, entry.lane, State.DEAD, entry.tries, reason))
                    continue
                self.tries[entry.update_id] = entry.tries
                self._enqueue(update)
        for outcome in broken:  # not before: while that is written, others of what was read may be answered
            await self._ledger.settle(outcome)

    def settled(self, update: Update) -> None:
        """Give the place of `update` to another."""
        was = self._open.pop(update.update_id, None)
        if was is not None:
            self._places.leave(was.chat)
            self._door.answered(time.monotonic() - was.since)
        self.tries.pop(update.update_id, None)
        self.urgent.discard(update.update_id)
        if not self._places.all_taken:
            self._room.set()

    async def _commit(self, arrived: Sequence[tuple[Update, str]], broken: Sequence[Entry], bot: Bot) -> None:
        wanted = await self._wanted(arrived, bot)
        new = await self._keep([*(self._entry(update, body) for update, body in wanted), *broken])
        for update, _ in arrived:
            self._judged.pop(update.update_id, None)
        for update, _ in wanted:
            if update.update_id in new:
                self._enqueue(update)

    async def _keep(self, entries: Sequence[Entry]) -> frozenset[int]:
        """Commit `entries`; return the numbers of those not known before. Raises NetworkError: none is committed."""
        try:
            return await self._ledger.add(entries) if entries else frozenset()
        except StoreError as error:
            raise NetworkError("the updates could not be committed, so Telegram keeps them") from error
        except Exception as error:  # one of them cannot be written, whatever it is
            if len(entries) > 1:
                return frozenset().union(*[await self._keep([entry]) for entry in entries])
            log.error("update %d cannot be kept (%s); it is skipped", entries[0].update_id, type(error).__name__)
            return frozenset()

    async def _wanted(self, arrived: Sequence[tuple[Update, str]], bot: Bot) -> list[tuple[Update, str]]:
        """Return the updates of `arrived` that are to be kept."""
        wanted, coming = [], Counter[int]()
        for update, body in arrived:
            chat = chat_of(update)
            crowded = self._places.full(chat, coming[chat])
            if concerns_bot(update, bot.username, bot.id) and await self._admitted(update, crowded=crowded):
                coming[chat] += 1
                wanted.append((update, body))
        return wanted

    async def _admitted(self, update: Update, *, crowded: bool) -> bool:
        if update.update_id in self._open:
            return True
        if update.update_id not in self._judged:
            self._judged[update.update_id] = await self._door.admits(update, crowded=crowded)
        return self._judged[update.update_id]

    def _entry(self, update: Update, body: str) -> Entry:
        lane = self._ledger.pseudonym(chat_of(update))
        return Entry(update.update_id, lane, body, unblocks=self._welcomes(update, lane))

    def _welcomes(self, update: Update, lane: str) -> bool:
        """Tell whether `update` shows that a chat which did not let the bot write lets it now.

        One who writes has not blocked the bot; that a group talks says nothing, so it is tried once in a while.
        """
        if update.message is None or not self._ledger.blocked(lane):
            return False
        return update.message.chat.type == ChatType.PRIVATE or lane not in self.refused

    def _enqueue(self, update: Update) -> None:
        if update.update_id in self._open:  # seen by `replay` between its commit and now
            return
        chat = chat_of(update)
        if self._places[chat] and self._door.urgent(update):
            self.urgent.add(update.update_id)
        self._open[update.update_id] = _Open(time.monotonic(), chat)
        self._places.take(chat)
        if self._places.all_taken:
            self._room.clear()
        self.put_nowait(update)
