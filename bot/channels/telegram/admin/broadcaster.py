"""Send broadcasts: one message at a time, so that a kill repeats one at most, in second place behind all replies."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from html import escape

from telegram.error import Forbidden, TelegramError

from bot.channels.telegram.admin.broadcasts import progress
from bot.channels.telegram.answer import Edit, Post
from bot.channels.telegram.api import uncertain
from bot.channels.telegram.delivery import COPIES, TRIES, pause
from bot.channels.telegram.failures import away
from bot.channels.telegram.lanes import GRACE
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.showing.style import style_of
from bot.delivery.live import Live
from bot.store.desk.broadcasts import Broadcast, Course, Directed, Reached
from bot.store.desk.records import Beside, Outgoing
from bot.store.errors import StoreError
from bot.store.records import Attempt
from bot.store.store import Store

log = logging.getLogger(__name__)

_SHOWN = 3.0
"""Seconds between two changes of the message that shows the progress."""

_LOOK = 1.0
"""Seconds after which it is looked anew whether there is room, or whether the database takes changes again."""


class Broadcaster:
    """Carries out the broadcast that is not over; where it stands is on disk after each message."""

    def __init__(self, live: Live, store: Store, sender: Sender) -> None:
        """Take the words below each message, the store with the broadcasts, and what sends."""
        self._live, self._store, self._sender = live, store, sender
        self._audience = store.desk.audience
        self._stopping = asyncio.Event()
        self._shown_at = 0.0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send as long as the context lasts; at its end a message under way has `GRACE` to be taken and noted."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._stopping.set()
            self._audience.news.set()
            await asyncio.wait([task], timeout=GRACE)
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        while not self._stopping.is_set():
            self._audience.news.clear()
            current = self._audience.current
            if current is None or current.course != Course.RUNNING:
                await self._audience.news.wait()
                continue
            try:
                await self._carry_out(current)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is gone on with: nobody is to be left out
                log.error("%s while sending a broadcast", type(error).__name__)
                await self._pause(_LOOK)

    async def _carry_out(self, broadcast: Broadcast) -> None:
        """Write to everybody whose turn has not come yet, until an owner or a stop of the bot ends it."""
        number = broadcast.number
        for chat in self._audience.chats(broadcast.district, broadcast.position):
            reached = await self._reach(number, chat)
            if reached is None:
                break
            await self._written(chat, reached)
            await self._show(number)
        else:
            await self._written(0, Directed(number, Course.DONE))
        if not self._stopping.is_set():
            await self._show(number, last=True)

    def _goes_on(self, number: int) -> bool:
        broadcast = self._audience.broadcasts.get(number)
        return not self._stopping.is_set() and broadcast is not None and broadcast.course == Course.RUNNING

    async def _room(self, number: int, chat: int) -> bool:
        """Wait until replies leave room for a message to `chat`; return False if the broadcast does not go on."""
        while self._goes_on(number) and (wait := self._sender.spare(chat)):
            await self._pause(min(wait, _LOOK))
        return self._goes_on(number)

    async def _reach(self, number: int, chat: int) -> Reached | None:
        """Write to one chat, as often as it takes; return what came of it, None: the broadcast does not go on."""
        tries = copies = missed = 0
        while await self._room(number, chat):
            if chat not in self._audience:  # wants no notices any more
                return Reached(number, chat)
            if self._store.blocked(self._store.pseudonym(chat)):
                return Reached(number, chat, blocked=1)
            try:
                await self._sender.say(self._post(number, chat))
            except Forbidden:
                return Reached(number, chat, blocked=1)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is decided here what becomes of the message
                copies, missed = copies + uncertain(error), missed + 1
                tries += not (uncertain(error) or away(error))
                if tries >= TRIES or copies >= COPIES:
                    log.error("a broadcast was not taken by a chat (%s)", type(error).__name__)
                    return Reached(number, chat, failed=1)
                await self._pause(pause(error, tries=tries, attempts=missed, doubts=copies))
            else:
                return Reached(number, chat, sent=1)
        return None

    def _post(self, number: int, chat: int) -> Post:
        phrases, name = self._live.dialogue.faq.phrases, self._store.pseudonym(chat, chat)
        said = phrases.desk.broadcast.format(value=self._audience.broadcasts[number].text)
        return Post(chat, escape(style_of(phrases, self._store.session(name), None).written(said), quote=False))

    async def _written(self, chat: int, change: Reached | Directed) -> None:
        """Write how far it has come, as often as it takes: until then nobody else is written to."""
        name = self._store.pseudonym(chat) if chat else ""
        shut = True if isinstance(change, Reached) and change.blocked else None
        while True:
            try:
                await self._store.settle(Attempt(0, name, blocked=shut, beside=(change,)))
                return
            except StoreError:  # the store has said so
                await self._pause(_LOOK)
                if self._stopping.is_set():
                    raise

    async def _show(self, number: int, *, last: bool = False) -> None:
        """Change the message that shows the progress, now and then; its end is told by a new one if it is gone."""
        now, broadcast = asyncio.get_running_loop().time(), self._audience.broadcasts[number]
        if not last and (now < self._shown_at + _SHOWN or self._sender.wait(broadcast.chat)):
            return
        self._shown_at = now
        text, buttons = progress(broadcast)
        changed = False
        if not self._sender.wait(broadcast.chat):
            with suppress(TelegramError):
                changed = await self._sender.change(Edit(broadcast.chat, broadcast.message, text, buttons))
        if broadcast.course.over and not changed:
            at = dt.datetime.now().timestamp()
            told: Beside = Outgoing(f"{number}:cast", broadcast.chat, text, buttons, at, brief=True)
            await self._store.settle(Attempt(0, "", beside=(told,)))

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
