"""Deliver the outbox: one message at a time, so that a kill repeats one at most; what cannot be delivered waits."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

from telegram.error import ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.channels.telegram.answer import Post
from bot.channels.telegram.api import uncertain
from bot.channels.telegram.delivery import COPIES, TRIES, pause
from bot.channels.telegram.desk.feedback import Feedback
from bot.channels.telegram.desk.handoff import Handoff
from bot.channels.telegram.failures import away
from bot.channels.telegram.lanes import GRACE
from bot.channels.telegram.sending import Sender
from bot.delivery.live import Live
from bot.store.desk.records import Beside, Outgoing, Sent
from bot.store.errors import StoreError
from bot.store.records import Attempt
from bot.store.store import Store

log = logging.getLogger(__name__)

_LOOK = 1.0
"""Seconds after which it is looked anew whether a chat may be written to again."""

_SHUT = 60.0
"""Seconds after which a group that did not let the bot write is tried again."""

_ROUND = 10.0
"""Seconds between two looks for tickets in which nobody writes any more, and for questions answered since."""


@dataclass
class _Trouble:
    """How delivering one message fares."""

    until: float = 0.0
    """When it may be tried again, in the loop's seconds."""
    tries: int = 0
    """How often it failed by its own fault."""
    away: int = 0
    """How often Telegram could not be reached for it in a row."""
    copies: int = 0
    """How often it was sent without knowing whether it has arrived."""


class Outbox:
    """Delivers what waits in the store's outbox: danger first, else oldest first, each chat in order."""

    def __init__(self, live: Live, store: Store, sender: Sender, handoff: Handoff, feedback: Feedback) -> None:
        """Take the words, the store with the outbox, what sends, and what knows the staff's group and who waits."""
        self._live, self._store, self._sender, self._handoff = live, store, sender, handoff
        self._feedback = feedback
        self._desk = store.desk
        self._troubles: dict[str, _Trouble] = {}
        self._shut: dict[int, float] = {}
        self._accepted: set[str] = set()
        self._stopping = False
        self._delivering = asyncio.Lock()
        self.mine: Callable[[int], bool] = lambda _: True
        """Whether messages to a chat are this process's to send; those to nobody, 0, are the leader's."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver as long as the context lasts; at its end a message under way has `GRACE` to be taken and noted."""
        delivering, looking = asyncio.create_task(self._deliver_all()), asyncio.create_task(self._look_round())
        try:
            yield
        finally:
            self._stopping = True
            self._desk.news.set()
            await asyncio.wait([delivering], timeout=GRACE)
            for task in (delivering, looking):
                task.cancel()
            await asyncio.wait([delivering, looking])

    async def _deliver_all(self) -> None:
        while not self._stopping:
            self._desk.news.clear()
            try:
                async with self._delivering:
                    if (post := self._next()) is not None:
                        await self._deliver(post)
                        continue
            except StoreError:  # the store has said so; what was sent is noted when it takes changes again
                await asyncio.sleep(_LOOK)
            except Exception as error:  # noqa: BLE001 - the others must be delivered
                log.error("%s while delivering the outbox", type(error).__name__)
                await asyncio.sleep(_LOOK)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._desk.news.wait(), _LOOK if self._desk.outbox else None)

    async def idle(self, patience: float) -> None:
        """Wait until a message under way is sent and noted, at most for `patience` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience), self._delivering:
                return

    async def _look_round(self) -> None:
        looked = self._handoff.staff_chat is None
        while True:
            if not looked and self._handoff.staff_chat and self.mine(self._handoff.staff_chat):
                looked = True
                await self._look_at_staff(self._handoff.staff_chat)
            try:
                dialogue, now = self._live.dialogue, dt.datetime.now().timestamp()
                ended = self._handoff.silent(dialogue, now) if self.mine(0) else ()
                changes = (*ended, *self._feedback.due(dialogue, now, self.mine))
                if changes:
                    await self._store.settle(Attempt(0, "", beside=changes))
            except StoreError:
                pass  # the store has said so; in a while it is tried again
            except Exception as error:  # noqa: BLE001 - whatever it is, it is looked again
                log.error("%s while looking round the desk", type(error).__name__)
            await asyncio.sleep(_ROUND)

    async def _look_at_staff(self, group: int) -> None:
        """See whether the staff's group is there, before a resident is promised that somebody reads on."""
        chat = self._store.pseudonym(group)
        try:
            there = await self._sender.look_at(group)
            if there == self._store.blocked(chat):
                await self._store.settle(Attempt(0, chat, blocked=not there))
            if not there:
                log.error("STAFF_CHAT_ID: the bot is in no such group; residents are told of 12345 until it is")
        except ChatMigrated as error:
            self._moved(error.new_chat_id)
        except (TelegramError, StoreError):
            return  # it is seen at the first message

    def _moved(self, chat: int) -> None:
        self._handoff.moved.add(chat)
        log.warning("the staff's group has become %d; set STAFF_CHAT_ID to that", chat)

    def _next(self) -> Outgoing | None:
        """Return the message to be sent now; None: there is none, or each has to wait."""
        passed_over: set[int] = set()
        for post in sorted(self._desk.outbox.values(), key=lambda one: (not one.urgent, one.at)):
            if post.chat in passed_over or not self.mine(post.chat):
                continue
            if self._may(post):
                return post
            passed_over.add(post.chat)
        return None

    def _may(self, post: Outgoing) -> bool:
        now, trouble = asyncio.get_running_loop().time(), self._troubles.get(post.key)
        if trouble and now < trouble.until:
            return False
        if not post.urgent and self._sender.wait(post.chat):
            return False
        if not self._store.blocked(self._store.pseudonym(post.chat)):
            return True
        return now >= self._shut.get(post.chat, 0.0) if post.chat < 0 else not post.held

    async def _deliver(self, post: Outgoing) -> None:
        """Send one message and note what came of it. Raises StoreError: it was not noted."""
        chat = self._store.pseudonym(post.chat)
        was_shut = self._store.blocked(chat)
        if post.key in self._accepted:
            await self._note(post, chat, was_shut=was_shut)
            return
        if was_shut and post.chat > 0:
            await self._hold(post, chat)
            return
        try:
            reached = await self._sender.say(Post(post.chat, post.text, post.buttons), urgent=post.urgent)
        except Forbidden:
            await self._hold(post, chat)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is decided here what becomes of the message
            await self._failed(post, error)
        else:
            if reached != post.chat and self._handoff.is_staff(post.chat) and not self._handoff.is_staff(reached):
                self._moved(reached)
            self._accepted.add(post.key)
            await self._note(post, chat, was_shut=was_shut)

    async def _note(self, post: Outgoing, chat: str, *, was_shut: bool) -> None:
        """Write that Telegram has accepted a message. Raises StoreError: then it is written later, not sent again."""
        await self._store.settle(Attempt(0, chat, blocked=False if was_shut else None, beside=(Sent(post.key),)))
        self._accepted.discard(post.key)
        self._troubles.pop(post.key, None)

    async def _hold(self, post: Outgoing, chat: str) -> None:
        """Keep what the chat does not take until it does, and tell who waits for it; drop what is not worth that."""
        changes: tuple[Beside, ...] = (Sent(post.key),)
        if self._handoff.is_staff(post.chat):
            log.error("the staff's group does not let the bot write; residents are told of 12345 until it does")
            self._shut[post.chat] = asyncio.get_running_loop().time() + _SHUT
            changes = ()
        elif not post.brief:
            changes = (replace(post, held=True), *self._handoff.undelivered(self._live.dialogue, post))
        await self._store.settle(Attempt(0, chat, blocked=True, beside=changes))

    async def _failed(self, post: Outgoing, error: Exception) -> None:
        """Try again later, or give up what fails by its own fault or may have arrived often enough."""
        trouble = self._troubles.setdefault(post.key, _Trouble())
        if uncertain(error):
            trouble.copies += 1
        elif not away(error):
            trouble.tries += 1
        elif not isinstance(error, RetryAfter):
            trouble.away += 1
        wait = pause(error, tries=trouble.tries, attempts=trouble.away, doubts=trouble.copies)
        trouble.until = asyncio.get_running_loop().time() + wait
        if trouble.tries >= TRIES or trouble.copies >= COPIES:
            log.error("a message of the outbox is given up (%s)", type(error).__name__)
            self._troubles.pop(post.key, None)
            await self._store.settle(Attempt(0, "", beside=(Sent(post.key),)))
