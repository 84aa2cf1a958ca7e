"""The queue between Telegram and the handlers: nothing is in it, nor forgotten by Telegram, that is not on disk."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from cachetools import LRUCache
from telegram import Bot, Update
from telegram.error import NetworkError

from bot.store.errors import StoreError
from bot.store.ledger import Ledger
from bot.store.records import Entry, Outcome, State
from bot.telegram.addressing import chat_of, concerns_bot

log = logging.getLogger(__name__)

_JUDGED = 10_000
"""Updates remembered as admitted or not while they cannot be committed: Telegram offers them again and again."""


class Receipt(Update):
    """Stands for an update that is on disk already; only its number counts."""

    __slots__ = ()


class DurableQueue(asyncio.Queue[object]):
    """Commits updates before they are confirmed; waits while too many are open.

    The Updater awaits `put` before it moves its offset, and a webhook before it answers, so that an update which could
    not be committed is sent again by Telegram.
    """

    def __init__(
        self,
        ledger: Ledger,
        limit: int,
        admits: Callable[[Update], Awaitable[bool]] | None = None,
        answered: Callable[[float], None] | None = None,
    ) -> None:
        """Keep updates in `ledger`, at most about `limit` open at once.

        What `admits` turns away is not kept; `answered` is told how many seconds an update was open.
        """
        super().__init__()
        self._ledger = ledger
        self._limit = limit
        self._admits = admits
        self._answered = answered
        self._open: dict[int, float] = {}
        self._judged: LRUCache[int, bool] = LRUCache(_JUDGED)
        self._room = asyncio.Event()
        self._room.set()
        self.stopping = asyncio.Event()
        """Set when the application stops: what is open is left for the next start."""
        self.tries: dict[int, int] = {}
        """Failures of updates from before this start, by number."""
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

    async def put(self, item: object) -> None:
        """Commit an update, then let it wait its turn. Raises NetworkError: it is not committed, poll again."""
        if isinstance(item, Receipt):
            return
        if isinstance(item, Update):
            await self.room()
            await self._commit([(item, item.to_json())], [])
            return
        self.stopping.set()  # the application puts its sign to stop
        await super().put(item)

    async def take(self, received: Sequence[dict[str, Any]], bot: Bot) -> tuple[Receipt, ...]:
        """Commit updates as Telegram sends them, in one transaction; one that cannot be read is remembered as such.

        Raises NetworkError: none is committed, poll again.
        """
        readable, broken = [], []
        for raw in received:
            try:
                readable.append((Update.de_json(dict(raw), bot), json.dumps(raw)))
            except Exception as error:  # whatever is wrong with it, the updates after it must be served
                log.error("update %s cannot be read (%s); it is skipped", raw["update_id"], type(error).__name__)
                self.unreadable += 1
                broken.append(Entry(raw["update_id"], "", None))
        await self._commit(readable, broken, bot)
        return tuple(Receipt(raw["update_id"]) for raw in received)

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
                    update = Update.de_json(json.loads(entry.body), bot)
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
        since = self._open.pop(update.update_id, None)
        if since is not None and self._answered:
            self._answered(time.monotonic() - since)
        self.tries.pop(update.update_id, None)
        if len(self._open) < self._limit:
            self._room.set()

    async def _commit(
        self, arrived: Sequence[tuple[Update, str]], broken: Sequence[Entry], bot: Bot | None = None
    ) -> None:
        wanted = [(u, body) for u, body in arrived if await self._is_wanted(u, bot or u.get_bot())]
        entries = [self._entry(update, body) for update, body in wanted]
        try:
            new = await self._ledger.add([*entries, *broken]) if entries or broken else frozenset()
        except StoreError as error:
            raise NetworkError("the updates could not be committed, so Telegram keeps them") from error
        for update, _ in arrived:
            self._judged.pop(update.update_id, None)
        for update, _ in wanted:
            if update.update_id in new:
                self._enqueue(update)

    async def _is_wanted(self, update: Update, bot: Bot) -> bool:
        if not concerns_bot(update, bot.username, bot.id):
            return False
        if update.update_id in self._open or self._admits is None:
            return True
        if update.update_id not in self._judged:
            self._judged[update.update_id] = await self._admits(update)
        return self._judged[update.update_id]

    def _entry(self, update: Update, body: str) -> Entry:
        lane = self._ledger.pseudonym(chat_of(update))
        return Entry(update.update_id, lane, body, unblocks=bool(update.message) and self._ledger.blocked(lane))

    def _enqueue(self, update: Update) -> None:
        if update.update_id in self._open:  # seen by `replay` between its commit and now
            return
        self._open[update.update_id] = time.monotonic()
        if len(self._open) >= self._limit:
            self._room.clear()
        self.put_nowait(update)
