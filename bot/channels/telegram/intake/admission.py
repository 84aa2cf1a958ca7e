"""Turn floods away before anything of them is kept; the resident or the group is told once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from html import escape

from bot.channels.telegram.answer import Post
from bot.channels.telegram.intake.albums import Albums
from bot.channels.telegram.intake.incoming import Incoming
from bot.channels.telegram.sending import Sender
from bot.delivery.flood import RateLimit, Verdict
from bot.delivery.live import Live
from bot.delivery.metrics import Metrics

log = logging.getLogger(__name__)


class Admission:
    """Decides which updates are kept, and which are served at once."""

    def __init__(
        self,
        live: Live,
        metrics: Metrics,
        per_minute: int,
        albums: Albums,
        sender: Sender,
        trusted: Callable[[int], bool] = lambda _: False,
    ) -> None:
        """Take the dialogue, which knows danger and the words of the notices, and the messages a minute allowed.

        `albums` see what is admitted as it comes in; `sender` tells those who are turned away; in a `trusted` chat
        nobody is: what staff reply must not be lost.
        """
        self._trusted = trusted
        self._live = live
        self._albums = albums
        self._metrics = metrics
        self._sender = sender
        self._limit = RateLimit(per_minute, self._dangerous)
        self._notices: dict[int, asyncio.Task[None]] = {}

    async def admits(self, incoming: Incoming, *, crowded: bool) -> bool:
        """Tell whether an update is to be kept; `crowded`: too many of its chat wait. Never waits for the network."""
        update = incoming.update
        self._metrics.received("message" if update.message else "press" if update.callback_query else "other")
        if not crowded and self._albums.follows(incoming):  # an album floods no more than one message
            self._albums.note(incoming)
            return True
        chat, sender = update.effective_chat, update.effective_sender
        if chat is not None and self._trusted(chat.id):
            return True
        if chat is None or sender is None or update.my_chat_member:  # what a chat allows the bot must not be missed
            return not crowded
        group = None if chat.type == chat.PRIVATE else chat.id
        resident = (chat.id, sender.id) if group is None else sender.id
        verdict = await self._limit.check(resident, incoming.words, group, crowded=crowded)
        if verdict is Verdict.ADMIT:
            self._albums.note(incoming)
            return True
        self._metrics.dropped()
        if verdict is not Verdict.DROP and chat.id not in self._notices:  # one that waits for Telegram is enough
            notice = self._notify(chat.id, verdict, in_group=group is not None)
            task = self._notices[chat.id] = asyncio.create_task(notice)
            task.add_done_callback(lambda _: self._notices.pop(chat.id))
        return False

    def urgent(self, incoming: Incoming) -> bool:
        """Tell whether an update shows signs of danger, and so must not wait behind others."""
        return bool(incoming.words) and self._dangerous(incoming.words)

    def _dangerous(self, message: str) -> bool:
        try:
            return self._live.dialogue.urgent(message)  # asked anew each time, for the dialogue is swapped
        except Exception as error:  # noqa: BLE001 - what cannot be understood may be about danger
            log.error("%s while looking for danger", type(error).__name__)
            return True

    async def _notify(self, chat: int, verdict: Verdict, *, in_group: bool) -> None:
        phrases, calm = self._live.dialogue.faq.phrases, verdict is Verdict.CALM
        said = phrases.danger_repeated if calm else phrases.too_fast_group if in_group else phrases.too_fast
        try:
            await self._sender.say(Post(chat, escape(said, quote=False)), urgent=calm)
        except Exception as error:  # noqa: BLE001 - a courtesy: not worth a second attempt
            log.info("a notice about a flood was not taken: %s", type(error).__name__)
