"""Turn floods away before anything of them is kept; the resident or the group is told once."""

from __future__ import annotations

import asyncio
import logging

from telegram import Update
from telegram.constants import ChatType

from bot.channels.telegram.intake.addressing import words_of
from bot.channels.telegram.intake.albums import Albums
from bot.channels.telegram.turn import Turn, begin
from bot.delivery.flood import FloodGate, Verdict
from bot.delivery.live import Live
from bot.delivery.metrics import Metrics

log = logging.getLogger(__name__)


class Gate:
    """Judges each update as it comes in."""

    def __init__(self, live: Live, metrics: Metrics, per_minute: int, albums: Albums) -> None:
        """Take the dialogue, which knows danger and the words of the notices, and the messages a minute allowed.

        `albums` see what is admitted as it comes in.
        """
        self._live = live
        self._albums = albums
        self._metrics = metrics
        self.answered = metrics.answered
        """Notes for how many seconds an update was open."""
        self._flood = FloodGate(per_minute, self._dangerous)
        self._notices: dict[int, asyncio.Task[None]] = {}

    async def admits(self, update: Update, *, crowded: bool) -> bool:
        """Tell whether `update` is to be served; `crowded`: too many of its chat wait. Never waits for the network."""
        self._metrics.received("message" if update.message else "press" if update.callback_query else "other")
        if not crowded and self._albums.follows(update):  # an album floods no more than one message
            self._albums.note(update)
            return True
        chat, sender = update.effective_chat, update.effective_sender
        if chat is None or sender is None or update.my_chat_member:  # what a chat allows the bot must not be missed
            return not crowded
        group = None if chat.type == ChatType.PRIVATE else chat.id
        resident = (chat.id, sender.id) if group is None else sender.id
        verdict = await self._flood.judge(resident, _words(update), group, crowded=crowded)
        if verdict is Verdict.ADMIT:
            self._albums.note(update)
            return True
        self._metrics.dropped()
        if verdict is not Verdict.DROP and chat.id not in self._notices:  # one that waits for Telegram is enough
            task = self._notices[chat.id] = asyncio.create_task(self._notify(update, verdict))
            task.add_done_callback(lambda _: self._notices.pop(chat.id))
        return False

    def urgent(self, update: Update) -> bool:
        """Tell whether `update` shows signs of danger."""
        words = _words(update)
        return bool(words) and self._dangerous(words)

    def _dangerous(self, message: str) -> bool:
        try:
            return self._live.dialogue.urgent(message)  # asked anew each time, for the dialogue is swapped
        except Exception as error:  # what cannot be understood may be about danger
            log.error("%s while looking for danger", type(error).__name__)
            return True

    async def _notify(self, update: Update, verdict: Verdict) -> None:
        chat, phrases = update.effective_chat, self._live.dialogue.faq.phrases
        if chat is None:
            return
        if verdict is Verdict.CALM:
            begin(Turn(urgent=True))
            said = phrases.danger_repeated
        else:
            said = phrases.too_fast if chat.type == ChatType.PRIVATE else phrases.too_fast_group
        try:
            await chat.send_message(said)
        except Exception as error:  # a courtesy: not worth a second attempt
            log.info("a notice about a flood was not taken: %s", type(error).__name__)


def _words(update: Update) -> str:
    return words_of(update.message) if update.message else ""
