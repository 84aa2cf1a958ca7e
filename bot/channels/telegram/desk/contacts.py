"""Contact cards of hotlines: a button below the answers that send a resident to one, so that it need not be typed."""

from __future__ import annotations

from telegram import Message

from bot.channels.telegram.answer import Answer, Post
from bot.channels.telegram.desk.keys import Verb, button
from bot.channels.telegram.intake.addressing import belongs
from bot.channels.telegram.showing.rows import Row
from bot.dialogue.reply import Decision, Reply
from faq.knowledge.types import ANYWHERE, Faq, Office

_HOTLINE = 5
"""Digits of the longest number that is called from anywhere without an area code."""


def contact(faq: Faq, reply: Reply) -> Row:
    """Return the button that sends the contact card of the hotline to which `reply` sends one; empty: it names none."""
    shown = reply.choices and reply.decision == Decision.ANSWER
    named = (_of(faq, office_id) for office_id in reply.offices if shown)
    return [
        button(faq.phrases.desk.button_contact.format(value=office.phone), Verb.CONTACT, str(office.phone))
        for office in named
        if office and _is_hotline(office)
    ][:1]


def sent(faq: Faq, message: Message, number: str) -> Answer | None:
    """Return the contact card of the hotline with this number, below `message`; None: there is no such hotline now."""
    offices = (office for districts in faq.offices.values() for office in districts.values())
    name = next((office.name for office in offices if office.phone == number and _is_hotline(office)), None)
    if name is None:
        return None
    return Answer((Post(message.chat.id, name, None, *belongs(message), contact=number),))


def _of(faq: Faq, office_id: str) -> Office | None:
    kind, _, district = office_id.partition(".")
    return faq.offices.get(kind, {}).get(district or ANYWHERE)


def _is_hotline(office: Office) -> bool:
    return office.phone is not None and office.phone.isdigit() and len(office.phone) <= _HOTLINE
