"""Turn floods away before anything of them is kept; the resident is told once, and in no group."""

from __future__ import annotations

import asyncio
import logging

from telegram import Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.flood import FloodGate, Verdict
from bot.live import Live
from bot.metrics import Metrics
from bot.telegram.addressing import words_of

log = logging.getLogger(__name__)


class Gate:
    """Judges each update as it comes in."""

    def __init__(self, live: Live, metrics: Metrics, per_minute: int) -> None:
        """Take the dialogue, which knows danger and the words of the notice, and the messages a minute allowed."""
        self._live = live
        self._metrics = metrics
        self._flood = FloodGate(per_minute, self._urgent)
        self._notices: set[asyncio.Task[None]] = set()

    async def admits(self, update: Update) -> bool:
        """Tell whether `update` is to be served; never waits for the network."""
        self._metrics.received("message" if update.message else "press" if update.callback_query else "other")
        chat, user = update.effective_chat, update.effective_user
        if chat is None or user is None:
            return True
        verdict = await self._flood.judge((chat.id, user.id), words_of(update.message) if update.message else None)
        if verdict is Verdict.ADMIT:
            return True
        self._metrics.dropped()
        if verdict is Verdict.WARN and chat.type == ChatType.PRIVATE:
            task = asyncio.create_task(self._notify(update))
            self._notices.add(task)
            task.add_done_callback(self._notices.discard)
        return False

    def _urgent(self, message: str) -> bool:
        return self._live.dialogue.urgent(message)  # asked anew each time, for the dialogue is swapped

    async def _notify(self, update: Update) -> None:
        chat = update.effective_chat
        try:
            if chat:
                await chat.send_message(self._live.dialogue.faq.phrases.too_fast)
        except TelegramError as error:  # a courtesy: not worth a second attempt
            log.info("a notice about a flood was not taken: %s", type(error).__name__)
