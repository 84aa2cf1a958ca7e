"""A bot that keeps what it fetches before the framework sees it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from typing import Any

from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.outage import Outage
from bot.telegram.durable_queue import DurableQueue, Receipt

log = logging.getLogger(__name__)

READ = 5
"""Seconds that an answer of getUpdates may take beyond the time it was asked to wait."""

FAREWELL = 0.3
"""Longest time in seconds to confirm the last updates at a stop; unconfirmed ones come again and are known then."""


class InboxBot(ExtBot[None]):
    """Commits the updates of one getUpdates in one transaction; one unreadable update does not stop the others."""

    def __init__(self, queue: DurableQueue, heard: Callable[[], None], **arguments: Any) -> None:
        """Fetch into `queue`, calling `heard` whenever Telegram has answered; `arguments` are those of ExtBot."""
        super().__init__(**arguments)
        with self._unfrozen():
            self._queue = queue
            self._heard = heard
            self._outage = Outage(log, "updates cannot be fetched (%s); trying again", "updates can be fetched again")

    async def get_updates(
        self,
        offset: int | None = None,
        limit: int | None = None,
        timeout: dt.timedelta | float | None = None,
        allowed_updates: Sequence[str] | None = None,
        **_: object,
    ) -> tuple[Receipt, ...]:
        """Fetch and commit; return only receipts, from which the Updater takes the offset. Raises TelegramError."""
        seconds = timeout.total_seconds() if isinstance(timeout, dt.timedelta) else timeout or 0
        if not seconds:
            return await self._farewell(offset, allowed_updates)
        await self._queue.room()
        try:
            receipts = await self._fetch(offset, limit, seconds, allowed_updates)
        except TelegramError as error:
            self._outage.begin(type(error).__name__)
            raise
        self._outage.end()
        return receipts

    async def say(self, chat: int, text: str, buttons: str | None = None) -> None:
        """Send HTML `text` with `buttons` in JSON to a private chat; what is told of the new message is left unread.

        Cheaper than `send_message`, which reads it. Raises TelegramError.
        """
        said = {"chat_id": chat, "text": text, "parse_mode": ParseMode.HTML.value, "reply_markup": buttons}
        await self._post("sendMessage", said)

    async def _farewell(self, offset: int | None, allowed_updates: Sequence[str] | None) -> tuple[Receipt, ...]:
        """Confirm the last updates, as the Updater does at a stop, but do not let it hold the stop up."""
        try:
            async with asyncio.timeout(FAREWELL):
                return await self._fetch(offset, None, 0, allowed_updates)
        except (TimeoutError, TelegramError):  # the library would log its traceback
            return ()

    async def _fetch(
        self, offset: int | None, limit: int | None, seconds: float, allowed_updates: Sequence[str] | None
    ) -> tuple[Receipt, ...]:
        asked = {"offset": offset, "limit": limit, "timeout": int(seconds), "allowed_updates": allowed_updates}
        # Private, and so the library is pinned: the public do_api_request warns each time and hides a refused token.
        received = await self._post("getUpdates", asked, read_timeout=seconds + READ)
        self._heard()
        return await self._queue.take(received, self)
