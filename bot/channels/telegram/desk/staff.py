"""The staff's group: which chat it is, what is written there, and what residents are told of its hours."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from html import escape

from telegram import Message

from bot.channels.telegram.intake.addressing import Me
from bot.dialogue.opening_said import opening_said
from bot.store.desk.desk import Desk
from bot.store.desk.records import Ticket
from faq.knowledge.types import Faq

_NUMBER = re.compile(r"#([0-9]{1,19})(?![0-9])")
_MINUTES = 60
_LONG = 90
"""Minutes from which a wait is told in hours."""


@dataclass(frozen=True)
class Staff:
    """The group of the staff."""

    chat: int
    """Telegram's number of the group."""
    hours: str | None = None
    """When staff are there, as offices.yaml writes it; None: not known."""


def ticket_number(message: Message, me: Me) -> int | None:
    """Return the number of the ticket that `message`, in the staff's group, replies to; None: to none.

    It is read from the bot's own words, so that a copy sent before a kill serves as well as the one after.
    """
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != me.id:
        return None
    found = _NUMBER.match(replied.text or "")
    return int(found[1]) if found else None


def headed(number: int, text: str) -> str:
    """Return `text` as HTML below the number of its ticket."""
    return f"<b>#{number}</b>\n{escape(text, quote=False)}"


def about(faq: Faq, topic: str | None, district: str | None) -> str:
    """Return topic and district as staff read them."""
    intent = faq.intents.get(topic or "")
    return (
        " · ".join(filter(None, [intent.title if intent else None, district])) or faq.phrases.desk.staff_topic_unknown
    )


def patience(faq: Faq, desk: Desk, staff: Staff, ticket: Ticket, now: dt.datetime) -> tuple[str, str]:
    """Return how long the resident of `ticket` may have to wait, as far as it is known, and when staff are there."""
    phrases = faq.phrases.desk
    others, usual = desk.waiting(ticket.number), desk.usual_wait
    wait = phrases.wait_unknown.format(name=others)
    if usual is not None:
        wait = phrases.wait_known.format(name=others, value=_lasting(faq, usual))
    if staff.hours is None:
        return wait, phrases.staff_hours_unknown
    return wait, phrases.staff_hours.format(value=staff.hours) + opening_said(faq.phrases, staff.hours, now)


def _lasting(faq: Faq, seconds: float) -> str:
    minutes = max(1, round(seconds / _MINUTES))
    if minutes < _LONG:
        return faq.phrases.desk.minutes.format(value=minutes)
    return faq.phrases.desk.hours.format(value=round(minutes / _MINUTES))
