"""Tell admins in Telegram what became of edits: one message, changed while saves come one after the other."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from html import escape

from telegram.error import Forbidden, TelegramError

from bot.channels.telegram.admin.roles import Roles
from bot.channels.telegram.answer import Edit, Post
from bot.channels.telegram.sending import Sender
from bot.delivery.live import Live
from bot.delivery.news import News
from bot.store.store import Store

log = logging.getLogger(__name__)

SETTLED = 1.5
"""Seconds for which further news are waited for before any is told, and between two changes of the message."""

_BURST = 600.0
"""Seconds of silence after which the next news begin a new message."""

_SHOWN = 5
"""Most news in one message; the oldest go first."""

_LONGEST = 600
"""Most characters of one."""

_AGAIN = 20.0
"""Seconds after which it is tried again where Telegram could not be reached."""

_TRIES = 10
"""Most attempts in a row; then the next news are waited for."""

_OWN = 15.0
"""Seconds after an act of the desk in which what good came of it is not told here: who acted was told."""


class Announcing:
    """Hears from the thread that takes edits over, and tells in the event loop."""

    def __init__(self, live: Live, store: Store, sender: Sender, roles: Roles) -> None:
        """Take what tells of edits, the store with the acts of the desk, what sends, and who the admins are."""
        self._live, self._store, self._sender, self._admins = live, store, sender, roles.everybody
        self._untold: deque[tuple[str, News]] = deque(maxlen=_SHOWN)
        self._told: deque[tuple[str, News]] = deque(maxlen=_SHOWN)
        self._messages: dict[int, int] = {}  # by admin, the message that is changed
        self._fresh = asyncio.Event()
        self._latest = self._acted = -_BURST

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tell as long as the context lasts."""
        if not self._admins:
            yield
            return
        loop = asyncio.get_running_loop()

        def listener(news: News) -> None:
            with suppress(RuntimeError):  # the loop is closed: the bot stops
                loop.call_soon_threadsafe(self.take, news)

        self._live.announce(listener)
        task = asyncio.create_task(self._work())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    def take(self, news: News) -> None:
        """Take news, which are told in a moment."""
        now, failed = asyncio.get_running_loop().time(), news.level >= logging.ERROR
        if any(act.version is None for act in self._store.desk.opinions.acts.values()):
            self._acted = now
            return  # who has accepted it in Telegram is told there
        if now < self._acted + _OWN and not failed:
            return
        known = any(one.level >= logging.ERROR for _, one in (*self._told, *self._untold))
        if now > self._latest + _BURST or (failed and not known):  # a changed message rings no bell
            self._told.clear()
            self._messages.clear()
        self._latest = now
        self._untold.append((dt.datetime.now().strftime("%H:%M"), news))
        self._fresh.set()

    async def _work(self) -> None:
        while True:
            await self._fresh.wait()
            for _ in range(_TRIES):
                await asyncio.sleep(SETTLED)
                self._fresh.clear()
                self._told += self._untold
                self._untold.clear()
                try:
                    missed = [admin for admin in self._admins if not await self._tell(admin)]
                except Exception as error:  # noqa: BLE001 - whatever it is, the next news must be told
                    log.error("%s while telling admins of an edit", type(error).__name__)
                    break
                if not missed:
                    break
                await asyncio.sleep(_AGAIN)

    async def _tell(self, admin: int) -> bool:
        """Change an admin's message, or send him a new one; return False if that must be tried again."""
        if self._store.blocked(self._store.pseudonym(admin)):
            return True
        text = escape("\n\n".join(f"{at} {_brief(news)}" for at, news in self._told), quote=False)
        message = self._messages.get(admin)
        try:
            if message is None or not await self._sender.change(Edit(admin, message, text, None)):
                _, self._messages[admin] = await self._sender.posted(Post(admin, text))
        except Forbidden:
            return True  # he has never opened the chat with the bot, or blocks it
        except TelegramError:
            return False
        return True


def _brief(news: News) -> str:
    """Return what an admin reads of news: what, where, what to do; or that it is in use."""
    return (news.brief or news.said.say())[:_LONGEST]
