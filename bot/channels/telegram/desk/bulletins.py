"""Write to admins by themselves: what is to be done each morning, and on Mondays how the week was."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from html import escape

from bot.channels.telegram.desk.pausing import since
from bot.delivery.live import Live
from bot.delivery.reminders import until_morning
from bot.statistics.figures import shown
from bot.statistics.words import digest, reminder
from bot.store.desk.records import Outgoing
from bot.store.errors import StoreError
from bot.store.records import Attempt
from bot.store.store import Store

log = logging.getLogger(__name__)

LONGEST = 3_500
"""Characters of a bulletin; Telegram takes 4,096, and signs of HTML make it longer."""

_WEEK = dt.timedelta(days=7)


class Bulletins:
    """Puts what admins are told each morning into the outbox; a bot that is down at that time tells nothing."""

    def __init__(
        self, live: Live, store: Store, admins: Sequence[int], held: Callable[[], Sequence[str]] = tuple
    ) -> None:
        """Take knowledge, figures and Telegram's numbers of admins; `held` returns why a saved edit is not in use."""
        self._live, self._store, self._admins, self._held = live, store, admins, held

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tell every morning as long as the context lasts."""
        task = asyncio.create_task(self._every_morning())
        try:
            yield
        finally:
            task.cancel()

    async def _every_morning(self) -> None:
        while self._admins:
            await asyncio.sleep(until_morning(dt.datetime.now()))
            try:
                await self.tell(dt.datetime.now())
            except StoreError:
                pass  # the store has said so; tomorrow is another day
            except Exception as error:  # noqa: BLE001 - whatever it is, the next morning must be told of
                log.error("%s while telling admins what is to be done", type(error).__name__)

    async def tell(self, now: dt.datetime) -> None:
        """Put into the outbox what is told on the morning of `now`. Raises StoreError."""
        faq, today = self._live.dialogue.faq, now.date()
        pause = self._store.desk.audience.pause
        texts = {"todo": reminder(faq, today, self._held(), since(pause) if pause else "")}
        if today.weekday() == 0:
            last = today - dt.timedelta(days=1)
            week, before = [
                await self._store.tally(day - _WEEK + dt.timedelta(days=1), day) for day in (last, last - _WEEK)
            ]
            texts["week"] = digest(shown(week), shown(before), faq)
        posts = [
            Outgoing(
                f"{name}:{today}:{admin}", admin, escape(text[:LONGEST], quote=False), at=now.timestamp(), brief=True
            )
            for admin in self._admins
            for name, text in texts.items()
            if text
        ]
        if posts:
            await self._store.settle(Attempt(0, "", beside=tuple(posts)))
