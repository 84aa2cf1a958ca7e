"""A bot that keeps what it fetches before the framework sees it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from typing import Any

from cachetools import LRUCache
from telegram._utils.types import JSONDict
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.channels.telegram.intake.durable_queue import DurableQueue, Receipt
from bot.channels.telegram.refusals import mended, translated
from bot.channels.telegram.turn import turn
from bot.delivery.outage import Outage

log = logging.getLogger(__name__)

READ = 5
"""Seconds that an answer of getUpdates may take beyond the time it was asked to wait."""

AGAIN = 1.0
"""Seconds before the next getUpdates when one brought the same updates as the one before."""

MENDS = 4
"""Most attempts in a row to send a message, each changed so that it may be taken where the one before was not."""

AT_START, LATER = (1.0, 2.0), (1.0, 2.0, 4.0, 8.0)
"""Seconds before each question whether the token is refused indeed: before it was ever accepted, and afterwards."""

_MOVED = 10_000
"""Most groups remembered that have become supergroups."""

FAREWELL = 0.3
"""Longest time in seconds to confirm the last updates at a stop; unconfirmed ones come again and are known then."""


class InboxBot(ExtBot[None]):
    """Commits the updates of one getUpdates in one transaction; one unreadable update does not stop the others."""

    def __init__(self, queue: DurableQueue, heard: Callable[[], None], **arguments: Any) -> None:
        """Fetch into `queue`, calling `heard` whenever that got further; `arguments` are those of ExtBot."""
        super().__init__(**arguments)
        with self._unfrozen():
            self.token_refused = asyncio.Event()
            """Set when the server has said again and again that it does not know the token."""
            self._queue = queue
            self._heard = heard
            self._last: object = None
            self._known = False
            self._asking: asyncio.Task[bool] | None = None
            self._moved: LRUCache[int, int] = LRUCache(_MOVED)
            self._outage = Outage(log, "updates cannot be fetched (%s); trying again", "updates can be fetched again")

    async def get_updates(
        self,
        offset: int | None = None,
        limit: int | None = None,
        timeout: dt.timedelta | float | None = None,
        allowed_updates: Sequence[str] | None = None,
        **_: object,
    ) -> tuple[Receipt, ...]:
        """Fetch and commit; return only receipts, from which the Updater takes the offset. Raises TelegramError.

        An InvalidToken would end the Updater, and it would not pause at what is no TelegramError: so neither is raised.
        """
        seconds = timeout.total_seconds() if isinstance(timeout, dt.timedelta) else timeout or 0
        if not seconds:
            return await self._farewell(offset, allowed_updates)
        await self._queue.room()
        try:
            receipts = await self._fetch(offset, limit, seconds, allowed_updates)
        except Exception as error:
            self._outage.begin(type(error).__name__)
            if isinstance(error, TelegramError) and not isinstance(error, InvalidToken):
                raise
            raise NetworkError(f"updates could not be fetched: {type(error).__name__}") from error
        self._outage.end()
        return receipts

    async def say(
        self, chat: int, text: str, buttons: str | None = None, *, answers: int | None = None, thread: int | None = None
    ) -> None:
        """Send HTML `text` with `buttons` in JSON to a chat, quoting the message `answers` in `thread` if given.

        What is told of the new message is left unread: cheaper than `send_message`, and never a surprise. What can be
        mended of a refusal is, once each. Raises TelegramError, Forbidden where the chat does not let the bot write.
        """
        said = {"chat_id": self._moved.get(chat, chat), "text": text, "parse_mode": ParseMode.HTML.value}
        said |= {"reply_markup": buttons, "message_thread_id": thread}
        if answers is not None:
            said["reply_parameters"] = {"message_id": answers, "allow_sending_without_reply": True}
        for left in reversed(range(MENDS)):
            try:
                told = await self._post("sendMessage", said)
            except (BadRequest, ChatMigrated) as error:
                better = mended(said, error)
                if better is None or not left:
                    raise translated(error) from error
                said = better
            else:
                break
        if not isinstance(told, dict) or "message_id" not in told:
            raise NetworkError("the answer is no message, so it is not Telegram's")
        reached = said["chat_id"]
        if reached != chat and isinstance(reached, int):
            self._moved[chat] = turn().moved_to = reached

    async def change(self, chat: int, message: int, text: str, buttons: str | None = None) -> None:
        """Put HTML `text` and `buttons` in JSON in place of a message of the bot's. Raises TelegramError."""
        said = {"chat_id": chat, "message_id": message, "text": text, "parse_mode": ParseMode.HTML.value}
        told: object = await self._post("editMessageText", said | {"reply_markup": buttons})
        if told is not True and not isinstance(told, dict):
            raise NetworkError("the answer is no message, so it is not Telegram's")

    async def reach(self) -> None:
        """Ask the server for something without effect. Raises TelegramError if it does not answer."""
        await self._post("getMe")

    async def _do_post(self, endpoint: str, data: JSONDict, **timeouts: Any) -> bool | JSONDict | list[JSONDict]:
        """Ask the server. Raises InvalidToken only when it insists: a proxy on the way may say once what it likes."""
        try:
            answer = await super()._do_post(endpoint, data, **timeouts)
        except InvalidToken as error:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._insists())
            if not await asyncio.shield(self._asking):
                raise NetworkError("the server refused the token once, but knows it") from error
            self.token_refused.set()
            raise
        self._known = True
        return answer

    async def _insists(self) -> bool:
        """Ask again and again whether the server knows the token; return whether it never did."""
        for pause in LATER if self._known else AT_START:
            await asyncio.sleep(pause)
            try:
                await super()._do_post("getMe", {})
            except InvalidToken:
                continue
            except Exception:  # whatever it is, it is no refusal
                return False
            return False
        return True

    async def _farewell(self, offset: int | None, allowed_updates: Sequence[str] | None) -> tuple[Receipt, ...]:
        """Confirm the last updates, as the Updater does at a stop, but do not let it hold the stop up."""
        try:
            async with asyncio.timeout(FAREWELL):
                return await self._fetch(offset, None, 0, allowed_updates)
        except Exception:  # whatever it is, the library would log its traceback
            return ()

    async def _fetch(
        self, offset: int | None, limit: int | None, seconds: float, allowed_updates: Sequence[str] | None
    ) -> tuple[Receipt, ...]:
        asked = {"offset": offset, "limit": limit, "timeout": int(seconds), "allowed_updates": allowed_updates}
        # Private, and so the library is pinned: the public do_api_request warns each time and hides a refused token.
        received = await self._post("getUpdates", asked, read_timeout=seconds + READ)
        if not isinstance(received, list):
            raise NetworkError("the answer is no list of updates")
        if received and received == self._last:  # they cannot be confirmed, or the server forgets that they were
            await asyncio.sleep(AGAIN)
            return ()
        receipts = await self._queue.take(received, self)
        self._last = received
        self._heard()
        return receipts
