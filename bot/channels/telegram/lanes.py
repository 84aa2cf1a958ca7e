"""Serve chats side by side and each chat in order, until every update is answered or set aside."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Container, Hashable, Sequence

from telegram.error import Forbidden

from bot.channels.telegram.answer import Answer
from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.failures import away
from bot.channels.telegram.intake.albums import PATIENCE as FOR_A_CAPTION
from bot.channels.telegram.intake.albums import Albums
from bot.channels.telegram.intake.backlog import Backlog
from bot.channels.telegram.intake.incoming import Incoming
from bot.channels.telegram.places import Places
from bot.channels.telegram.refusals import TopicClosedError
from bot.channels.telegram.respond import Responder
from bot.channels.telegram.sending import Sender
from bot.delivery.metrics import Metrics
from bot.delivery.outage import Outage
from bot.store.errors import StoreError
from bot.store.inbox import KILLED
from bot.store.records import Attempt, Status
from bot.store.store import Store

log = logging.getLogger(__name__)

GRACE = 0.4
"""Seconds that replies under way may take at a stop; then they are left for the next start."""

_AGAIN = 2.0
"""Seconds between two attempts to write an outcome, at most: less than another process waits before it takes a chat."""

PATIENCE = 10.0
"""Longest time in seconds for an apology; what it is for is set aside either way."""


class Lanes:
    """Serves one update of a chat after the other, and a number of chats at once.

    A chat waits for its own earlier update and for its pace first and for a place then, so a chatty resident or group
    takes one place. An update leaves its lane when what came of it is on disk; while it waits for another attempt it
    takes no place. One that tells of danger and would wait behind others of its chat has a lane of its own.
    """

    def __init__(
        self,
        width: int,
        backlog: Backlog,
        store: Store,
        albums: Albums,
        responder: Responder,
        sender: Sender,
        metrics: Metrics,
    ) -> None:
        """Serve `width` chats at once: what `responder` finds is sent by `sender`; what came of it goes to `store`."""
        self._places = Places(width)
        self._backlog = backlog
        self._store = store
        self._albums = albums
        self._responder = responder
        self._sender = sender
        self._metrics = metrics
        self.mine: Callable[[int], bool] = lambda _: True
        """Whether a chat is this process's to answer; where it is the only one, all are."""
        self.proven: Callable[[], Awaitable[None]] | None = None
        """Awaited before each attempt: returns when that is certain; None: it always is."""
        self._lanes: dict[Hashable, deque[Delivery]] = {}
        self._tasks: dict[asyncio.Task[None], int] = {}  # each with its chat
        self._settling: set[asyncio.Task[None] | None] = set()
        self._stopping = asyncio.Event()
        self._served = 0
        self._outage = Outage(
            log,
            "Telegram cannot be reached (%s); %d updates wait",
            "Telegram can be reached again; %d updates wait",
        )

    def accept(self, incoming: Incoming, tries: int = 0, *, urgent: bool = False) -> None:
        """Let an update that is on disk wait its turn; `tries` is how often serving it has failed before."""
        key = (incoming.chat, incoming.user) if urgent else incoming.chat
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = deque()
            task = asyncio.create_task(self._work(key, lane, incoming.chat))
            self._tasks[task] = incoming.chat
            task.add_done_callback(self._tasks.pop)
        lane.append(Delivery(incoming, tries, urgent))

    async def stop(self) -> None:
        """Let answers under way be finished, but for no longer than `GRACE`; leave the rest open."""
        self._stopping.set()
        await self._ended(list(self._tasks), GRACE)

    async def leave(self, patience: float) -> None:
        """Let answers to chats that are no longer `mine` be finished within `patience` s; forget what waits of them.

        That one was taken by Telegram is written however long it takes.
        """
        await self._ended([task for task, chat in self._tasks.items() if not self.mine(chat)], patience, self._settling)

    @staticmethod
    async def _ended(tasks: Sequence[asyncio.Task[None]], patience: float, spared: Container[object] = ()) -> None:
        """Wait until `tasks` have ended, and cancel them after `patience` seconds, but for those `spared`."""
        if not tasks:
            return
        await asyncio.wait(tasks, timeout=patience)
        late = [task for task in tasks if not task.done() and task not in spared]
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _work(self, key: Hashable, lane: deque[Delivery], chat: int) -> None:
        """Serve what waits in a lane, and close it when nothing does."""
        delivery: Delivery | None = None
        try:
            while lane and self._goes_on(chat):
                delivery = lane.popleft()
                try:
                    await self._serve(delivery)
                except Exception as error:  # noqa: BLE001 - the next in the lane must be served; this one stays open in the inbox
                    _log(error, "serving")
        finally:
            del self._lanes[key]
            if not self.mine(chat):  # whoever answers the chat from now reads from the database what waits
                for left in ([delivery] if delivery else []) + list(lane):
                    self._backlog.forget(left.incoming.number)

    def _goes_on(self, chat: int) -> bool:
        return self.mine(chat) and not self._stopping.is_set()

    async def _serve(self, delivery: Delivery) -> None:
        """Try until what came of it is on disk or the bot stops."""
        incoming, delivery.served = delivery.incoming, self._served
        if self._albums.waits(incoming):
            await self._pause(FOR_A_CAPTION)
        while self._goes_on(incoming.chat):
            while not delivery.urgent and (wait := self._sender.wait(incoming.chat)) and self._goes_on(incoming.chat):
                await self._pause(wait)
            async with self._places.one() as keep_place:
                if self.proven:
                    await self.proven()
                if not self._goes_on(incoming.chat):
                    return
                attempt, error = await self._attempt(delivery)
                keep_place()  # while the store takes no changes, nobody else is to be answered
                if attempt:
                    await self._settle(incoming, attempt)
            if attempt and attempt.status != Status.OPEN:
                return
            if error:
                await self._pause(delivery.pause(error))

    async def _attempt(self, delivery: Delivery) -> tuple[Attempt | None, BaseException | None]:
        """Answer once; return what is to be written, None if nothing has changed, and what failed."""
        incoming, answer, error = delivery.incoming, Answer(), None
        if incoming.update.my_chat_member is None and self._store.blocked(incoming.pseudonym):
            return Attempt(incoming.number, incoming.pseudonym), None
        if delivery.hopeless:  # before its first attempt already: the process died of it
            return await self._set_aside(delivery, KILLED), None
        try:
            answer = await self._answer(delivery)
        except Exception as failed:  # noqa: BLE001 - whatever it is, `_outcome` decides what becomes of the update
            error = failed
        return await self._outcome(delivery, answer, error), error

    async def _answer(self, delivery: Delivery) -> Answer:
        """Find the answer and send it; return it when Telegram has taken it."""
        incoming = delivery.incoming
        if delivery.doubts:
            await self._sender.reach()
        words = None
        if self._albums.holds(incoming) and (words := self._albums.words(incoming)) is None:
            return Answer()
        answer, query = Answer(), incoming.update.callback_query
        try:
            with self._store.in_flight.at(incoming.number):
                answer = self._responder.respond(incoming, words)
        finally:
            if query:
                await self._sender.acknowledge(query, answer.notice)
        answer = await answer.later() if answer.later else answer
        try:
            await self._sender.send(answer, delivery)
        except Exception:
            await self._alarm(delivery, answer)  # staff must hear of danger though the resident cannot be reached now
            raise
        self._responder.edits.note(incoming, answer.heard, delivery.sent)
        return answer

    async def _alarm(self, delivery: Delivery, answer: Answer) -> None:
        if answer.alarms and not delivery.alarmed:
            delivery.alarmed = True
            with contextlib.suppress(StoreError):  # it has said so; what came of the update is written in the end
                await self._store.settle(Attempt(0, "", beside=answer.alarms))

    async def _outcome(self, delivery: Delivery, answer: Answer, error: BaseException | None) -> Attempt | None:
        """Decide what an attempt has brought about: here alone, for whatever kind of error."""
        number, chat = delivery.incoming.number, delivery.incoming.pseudonym
        self._note(error)
        if error is None:
            self._served += 1
            return self._answered(delivery, answer)
        if isinstance(error, TopicClosedError):
            return Attempt(number, chat)
        if isinstance(error, Forbidden):
            log.info("a chat has blocked the bot or does not let it write; nothing more is sent to it until it does")
            return Attempt(number, chat, blocked=True)
        if not away(error):
            _log(error, "handling an update")
        if not delivery.failed(error, self._served):
            return None
        if delivery.hopeless:
            return await self._set_aside(delivery, type(error).__name__)
        return Attempt(number, chat, Status.OPEN, delivery.tries, type(error).__name__)

    def _answered(self, delivery: Delivery, answer: Answer) -> Attempt:
        """Return the attempt that answered an update; what is remembered of a group moves where the group has moved."""
        number, chat = delivery.incoming.number, delivery.incoming.pseudonym
        beside = (*answer.beside, *(() if delivery.alarmed else answer.alarms))
        if answer.decision:
            self._metrics.decided(answer.decision)
        if answer.resident is None:
            return Attempt(number, chat, blocked=answer.blocked, beside=beside)
        own, user = self._store.pseudonym(*answer.resident), answer.resident[1]
        moved = None if delivery.moved_to is None else self._store.pseudonym(delivery.moved_to, user)
        return Attempt(
            number,
            chat,
            remembered={moved or own: answer.session} if answer.session else {},
            forgotten=(own,) if answer.forget or (moved and answer.session) else (),
            beside=beside,
        )

    async def _set_aside(self, delivery: Delivery, reason: str) -> Attempt:
        """Give the update up, and tell the resident unless he may have been answered."""
        incoming = delivery.incoming
        log.error("update %d is set aside (%s); see: python run_bot.py letters", incoming.number, reason)
        if not delivery.unknown:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._sender.send(self._responder.apology(incoming.update), Delivery(incoming))
            except Exception as error:  # noqa: BLE001 - whatever it is, what came of the update must be written
                log.error("%s while apologising", type(error).__name__)
        return Attempt(incoming.number, incoming.pseudonym, Status.DEAD, delivery.tries, reason)

    async def _settle(self, incoming: Incoming, attempt: Attempt) -> None:
        """Write `attempt`, as often as it takes: until then the lane goes no further."""
        pause, task = 0.1, asyncio.current_task()
        self._settling.add(task)
        try:
            while True:
                try:
                    await self._store.settle(attempt)
                    break
                except StoreError:  # the store has said so
                    await self._pause(pause)
                    pause = min(2 * pause, _AGAIN)
                    if self._stopping.is_set():
                        return
        finally:
            self._settling.discard(task)
        if attempt.status != Status.OPEN and incoming.number in self._backlog:
            self._metrics.answered(self._backlog.close(incoming.number))

    def _note(self, error: BaseException | None) -> None:
        if away(error):
            self._outage.begin(type(error).__name__, len(self._backlog))
        elif error is None:
            self._outage.end(len(self._backlog))

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def _log(error: BaseException, doing: str) -> None:
    """Log where the program failed, without a word of a resident's."""
    log.error("%s while %s\n%s", type(error).__name__, doing, "".join(traceback.format_tb(error.__traceback__)))
