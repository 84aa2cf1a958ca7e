"""Show owners how the bot fares: /stats as a picture with its figures below; to others it is no command."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from functools import partial
from html import escape

from bot.channels.telegram.admin.roles import Role, Roles
from bot.channels.telegram.answer import Answer, Post
from bot.channels.telegram.desk.pausing import since
from bot.channels.telegram.intake.addressing import Call, is_private
from bot.dialogue.dialogue import Dialogue
from bot.statistics.figures import Figures, shown
from bot.statistics.words import CAPTION, caption
from bot.store.store import Store
from faq.knowledge.types import Faq
from faq.said import said

log = logging.getLogger(__name__)

COMMAND = "stats"
"""The command; /stats 30 shows thirty days."""

USUAL, MOST = 7, 366
"""Days that are shown, where no number says otherwise, and at most."""


class Statistics:
    """Answers those who may see the figures."""

    def __init__(self, store: Store, roles: Roles) -> None:
        """Take what has counted, and who is an owner."""
        self._store, self._roles = store, roles

    def heard(self, dialogue: Dialogue, call: Call) -> Answer | None:
        """Answer an owner's /stats in a chat with the bot alone; None: it is answered like an unknown command."""
        chat, user = call.resident
        if call.command != COMMAND or self._roles.of(user) != Role.OWNER or not is_private(call.message):
            return None
        wanted = call.words.strip()
        days = min(MOST, max(1, int(wanted))) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else USUAL
        return Answer(later=partial(self._figures, dialogue.faq, chat, days))

    async def _figures(self, faq: Faq, chat: int, days: int) -> Answer:
        """Return figures and picture of the last `days`; drawing takes a while, so that is done beside the loop."""
        today = dt.date.today()
        figures = shown(await self._store.tally(today - dt.timedelta(days=days - 1), today))
        picture, pause = await asyncio.to_thread(_drawn, figures), self._store.desk.audience.pause
        paused = f"{said('stats_paused', since=since(pause)).say()}\n" if pause else ""
        return Answer((Post(chat, escape(f"{paused}{caption(figures, faq)}"[:CAPTION], quote=False), picture=picture),))


def _drawn(figures: Figures) -> bytes | None:
    """Return the picture; None: this machine has no font for it, which the log says."""
    from bot.statistics import chart  # noqa: PLC0415 - drawing is rare, and what draws is never loaded to serve residents

    try:
        return chart.png(figures)
    except chart.FontError as error:
        log.warning("/stats goes without its picture: %s", error)
        return None
