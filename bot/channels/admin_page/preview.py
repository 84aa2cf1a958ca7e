"""Show an answer as residents will read it: the bubble and the buttons below it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, NamedTuple

from markupsafe import Markup

from bot.channels.telegram.rendering import buttons, messages
from bot.dialogue.cards import Cards
from bot.dialogue.session import Session
from faq.knowledge.types import Faq
from intents.classifier.model import Guess

MORNING = dt.time(10, 0)
"""Time of day for which answers are shown: offices are open on a working day."""


class Preview(NamedTuple):
    """An answer as it looks in Telegram."""

    bubbles: tuple[str, ...] = ()
    """Its messages: HTML as Telegram shows it; none: there is no such intent."""
    keys: tuple[tuple[str, ...], ...] = ()
    """The buttons below it, row by row."""


def preview(faq: Faq, intent: str, day: dt.date) -> Preview:
    """Return the answer on that day to somebody of whom it is not known where he lives."""
    if intent not in faq.intents:
        return Preview()
    now = dt.datetime.combine(day, MORNING)
    reply = Cards(faq).answer([Guess(faq.intents[intent].on(day), 1.0)], Session(), now)
    rows: list[list[dict[str, Any]]] = json.loads(buttons(reply) or '{"inline_keyboard": []}')["inline_keyboard"]
    return Preview(
        tuple(Markup(html) for html in messages(reply)),  # noqa: S704 - rendering has escaped it
        tuple(tuple(str(one["text"]) for one in row) for row in rows),
    )
