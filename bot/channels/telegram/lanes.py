"""Serve chats side by side and each chat in order, until every update is answered or set aside."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.error import Forbidden
from telegram.ext import Application, BaseUpdateProcessor

from bot.channels.telegram.failures import Case, away
from bot.channels.telegram.intake.addressing import chat_of, resident_of, turned_away
from bot.channels.telegram.intake.durable_queue import DurableQueue
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.refusals import TopicClosedError
from bot.channels.telegram.turn import Turn, begin
from bot.delivery.outage import Outage
from bot.store.errors import StoreError
from bot.store.in_hand import Watched
from bot.store.inbox import KILLED
from bot.store.ledger import Ledger
from bot.store.records import Outcome, State

log = logging.getLogger(__name__)

GRACE = 0.4
"""Seconds that replies under way may take at a stop; then they are left for the next start."""

PATIENCE = 10.0
"""Longest time in seconds for an apology; what it is for is set aside either way."""

UPKEEP = 60.0
"""Seconds between two looks for what may no longer be kept and what an admin has revived."""


@dataclass
class _Lane:
    lock: asyncio.Lock
    users: int = 0


class Lanes(BaseUpdateProcessor):
    """Serves one update of a chat after the other, and at most `width` chats at once.

    A chat waits for its own earlier update and for its pace first and for one of the `width` places then, so a chatty
    resident or group takes one place. An update leaves its lane when its outcome is on disk; while it waits for another
    attempt it takes no place. One that tells of danger and would wait behind others of its chat has a lane of its own.
    """

    def __init__(self, width: int, queue: DurableQueue, ledger: Ledger, pace: Pace) -> None:
        """Serve `width` chats at once from `queue`, no faster than `pace`; `ledger` keeps the outcomes."""
        super().__init__(sys.maxsize)  # the base counts updates, which could all be of one chat; the gate counts chats
        self._gate = asyncio.Semaphore(width)
        self._queue = queue
        self._ledger = ledger
        self._pace = pace
        self._lanes: dict[Hashable, _Lane] = {}
        self._under_way: set[asyncio.Task[Any]] = set()
        self._background: list[asyncio.Task[None]] = []
        self._served = 0
        self._outage = Outage(
            log,
            "Telegram cannot be reached (%s); %d updates wait",
            "Telegram can be reached again; %d updates wait",
        )

    def attend(
        self,
        application: Application,  # type: ignore[type-arg]
        apologise: Callable[[Update], Awaitable[None]],
    ) -> None:
        """Serve with the handlers of `application`; `apologise` tells a resident that the bot gave up."""
        self._application = application
        self._apologise = apologise

    async def initialize(self) -> None:
        """Take up what an earlier run left open, oldest first. Raises StoreError."""
        if not self._background:
            if blamed := await self._ledger.blame():
                log.error("the last run died while it worked on update %d", blamed)
            await self._ledger.purge()
            await self._queue.replay(self._application.bot)
            self._background = [asyncio.create_task(work()) for work in (self._end_at_stop, self._keep_house)]

    async def shutdown(self) -> None:
        """Wait until the store has written what it was asked for."""
        for task in self._background:
            task.cancel()
        await self._ledger.close()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Serve `update` in its lane; at a stop leave it open."""
        if isinstance(coroutine, Coroutine):
            coroutine.close()  # each attempt is a call of its own, watched
        if isinstance(update, Update):
            urgent = update.update_id in self._queue.urgent
            async with self._lane(resident_of(update) if urgent else chat_of(update)):
                await self._serve(Case(update, self._queue.tries.get(update.update_id, 0), Turn(urgent=urgent)))

    @asynccontextmanager
    async def _lane(self, key: Hashable) -> AsyncIterator[None]:
        lane = self._lanes.setdefault(key, _Lane(asyncio.Lock()))
        lane.users += 1
        try:
            async with lane.lock:
                yield
        finally:
            lane.users -= 1
            if not lane.users:
                del self._lanes[key]

    async def _serve(self, case: Case) -> None:
        """Attempt until the outcome is on disk or the application stops."""
        case.served = self._served
        chat = chat_of(case.update)
        while not self._queue.stopping.is_set():
            while not case.turn.urgent and (wait := self._pace.wait(chat)) and not self._queue.stopping.is_set():
                await self._pause(wait)
            async with self._gate:
                if self._queue.stopping.is_set():
                    return
                with self._cancelled_at_stop():
                    outcome = await self._attempt(case)
                    if outcome:
                        await self._settle(case.update, outcome)
            if outcome and outcome.state != State.OPEN:
                return
            await self._pause(case.pause())

    async def _attempt(self, case: Case) -> Outcome | None:
        """Let the handlers answer; return what is to be written, None if nothing has changed."""
        lane = self._ledger.pseudonym(chat_of(case.update))
        told = turned_away(case.update)
        if told is None and self._ledger.blocked(lane):
            return Outcome(case.update.update_id, lane)
        if case.hopeless():  # at its start already: the process died of it
            return await self._set_aside(case, lane, KILLED)
        begin(case.turn)
        try:
            if case.turn.doubts:
                await self._application.bot.reach()
            await Watched(self._ledger.in_hand, case.update.update_id, self._application.process_update(case.update))
        except Exception as error:  # the library's own: an outcome must be written all the same
            case.turn.error = error
        return await self._outcome(case, lane, told)

    async def _outcome(self, case: Case, lane: str, told: bool | None) -> Outcome | None:
        """Return what an attempt has brought about; `told` is whether the update tells that the chat is blocked."""
        error, number = case.turn.error, case.update.update_id
        self._note(error)
        if isinstance(error, TopicClosedError):
            return Outcome(number, lane)
        if isinstance(error, Forbidden):
            log.info("a chat has blocked the bot or does not let it write; nothing more is sent to it until it does")
            self._queue.refused[lane] = True
            return Outcome(number, lane, blocked=True)
        if error is None:
            self._served += 1
            return self._answered(case, lane, told)
        if not case.blame(self._served):
            return None
        if case.hopeless():
            return await self._set_aside(case, lane, type(error).__name__)
        return Outcome(number, lane, State.OPEN, case.tries, type(error).__name__)

    def _answered(self, case: Case, lane: str, told: bool | None) -> Outcome:
        """Return the outcome of an answered update; what is remembered of a group moves where the group has moved."""
        turn = case.turn
        if told:
            self._queue.refused[lane] = True
        elif told is False:
            self._queue.refused.pop(lane, None)
        remembered, forgotten = turn.remembered, turn.forgotten
        if turn.moved_to is not None:
            chat, user = resident_of(case.update)
            old = self._ledger.pseudonym(chat, user)
            if old in remembered:
                remembered = {self._ledger.pseudonym(turn.moved_to, user): remembered[old]}
                forgotten = (*forgotten, old)
        return Outcome(case.update.update_id, lane, remembered=remembered, forgotten=forgotten, blocked=told)

    async def _set_aside(self, case: Case, lane: str, error: str) -> Outcome:
        """Give the update up, and tell the resident unless he may have been answered."""
        log.error("update %d is set aside (%s); see: python run_bot.py inbox", case.update.update_id, error)
        if not case.unknown:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._apologise(case.update)
            except Exception as failed:  # whatever it is, the outcome must be written
                log.error("%s while apologising", type(failed).__name__)
        return Outcome(case.update.update_id, lane, State.DEAD, case.tries, error)

    async def _settle(self, update: Update, outcome: Outcome) -> None:
        """Write `outcome`, as often as it takes: until then the lane goes no further."""
        pause = 0.1
        while True:
            try:
                await self._ledger.settle(outcome)
                break
            except StoreError:  # the ledger has said so
                await self._pause(pause)
                pause = min(2 * pause, 5.0)
                if self._queue.stopping.is_set():
                    return
        if outcome.state != State.OPEN:
            self._queue.settled(update)

    def _note(self, error: BaseException | None) -> None:
        if away(error):
            self._outage.begin(type(error).__name__, self._queue.backlog)
        elif error is None:
            self._outage.end(self._queue.backlog)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._queue.stopping.wait(), seconds)

    @contextmanager
    def _cancelled_at_stop(self) -> Iterator[None]:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("updates are served in tasks")
        self._under_way.add(task)
        try:
            yield
        finally:
            self._under_way.discard(task)

    async def _end_at_stop(self) -> None:
        await self._queue.stopping.wait()
        await asyncio.sleep(GRACE)
        for task in self._under_way:
            task.cancel()

    async def _keep_house(self) -> None:
        untidy = Outage(log, "the store could not be tidied up: %s", "the store could be tidied up again")
        while True:
            await asyncio.sleep(UPKEEP)
            try:
                await self._ledger.purge()
                await self._queue.replay(self._application.bot)
            except Exception as error:  # whatever it is, in a minute it may be well
                untidy.begin(error if isinstance(error, StoreError) else type(error).__name__)
            else:
                untidy.end()
