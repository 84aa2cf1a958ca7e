"""Put what admins read where it belongs: a new message, or the place of the card that was pressed; their commands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from telegram import Message

from bot.channels.telegram.admin.roles import Role
from bot.channels.telegram.answer import Answer, Edit, Post
from bot.channels.telegram.desk.keys import keyboard
from bot.channels.telegram.showing.rows import Row
from bot.desk.wording import DECLINED
from bot.store.desk.records import Beside
from faq.knowledge.types import Faq
from faq.said import said

COMMANDS = {
    "unanswered": "desk_command_unanswered",
    "stats": "desk_command_stats",
    "audit": "desk_command_audit",
    "broadcast": "desk_command_broadcast",
    "pause": "desk_command_pause",
    "resume": "desk_command_resume",
}
"""Commands that only admins have, each with what it does; all but the first only owners."""


def commands_of(role: Role | None) -> dict[str, str]:
    """Return the commands of who has this role, each with what it does; residents have none of these."""
    mine = {Role.OWNER: list(COMMANDS), Role.EDITOR: ["unanswered"]}
    return {name: said(COMMANDS[name]).say() for name in (mine[role] if role else ())}


def is_place(faq: Faq, target: str) -> bool:
    """Tell whether something can be learned for `target`, which comes from outside; empty: nothing is to be."""
    topic, _, name = target.partition(".")
    return not target or target in faq.intents or (topic == DECLINED and name in faq.out_of_scope)


def stamp_of(text: str) -> str:
    """Return three characters that stand for a line: they have to fit on a button."""
    return hashlib.sha256(text.encode()).hexdigest()[:3]


def new_page(chat: int, text: str, rows: Sequence[Row] = ()) -> Answer:
    """Return a new message, its text as HTML."""
    return Answer((Post(chat, text, keyboard(*rows) if rows else None),))


def edit_of(message: Message, post: Post) -> Edit:
    """Return `post` in the place of a message of the bot's."""
    return Edit(message.chat.id, message.message_id, post.text, post.buttons)


def in_place(message: Message, text: str, rows: Sequence[Row], changes: Sequence[Beside] = ()) -> Answer:
    """Return an answer in the place of the card that was pressed."""
    answer = new_page(message.chat.id, text, rows)
    return replace(answer, edit=edit_of(message, answer.posts[0]), beside=tuple(changes))
