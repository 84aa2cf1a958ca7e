"""What the desk says to who writes to it: fixed sentences, and how a ticket is ended."""

from __future__ import annotations

from html import escape

from telegram import MaybeInaccessibleMessage

from bot.channels.telegram.answer import Answer, Post
from bot.channels.telegram.desk.keys import Verb, button, keyboard
from bot.channels.telegram.intake.addressing import belongs
from bot.channels.telegram.showing.rows import Row
from bot.store.desk.records import Beside, Ticket
from faq.knowledge.text import bare
from faq.knowledge.wording.desk import DeskPhrases


def fixed(
    message: MaybeInaccessibleMessage, text: str, row: Row | None = None, beside: tuple[Beside, ...] = ()
) -> Answer:
    """Return `text` where `message` stands, quoting it in a group, above one row of buttons."""
    buttons = keyboard(row) if row else None
    return Answer((Post(message.chat.id, escape(text, quote=False), buttons, *belongs(message)),), beside=beside)


def ends(words: str, phrases: DeskPhrases) -> bool:
    """Tell whether `words` say nothing but that a ticket is over."""
    return bare(words) in map(bare, phrases.end_words.split())


def end_row(phrases: DeskPhrases, ticket: Ticket) -> Row:
    """Return the button that ends a ticket."""
    return [button(phrases.button_end, Verb.END, str(ticket.number))]
