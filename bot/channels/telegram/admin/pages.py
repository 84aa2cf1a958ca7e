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
from bot.store.desk.records import Beside
from faq.said import said

COMMANDS = {
    "unanswered": "desk_command_unanswered",
    "stats": "desk_command_stats",
    "audit": "desk_command_audit",
    "admin": "desk_command_admin",
    "broadcast": "desk_command_broadcast",
    "pause": "desk_command_pause",
    "resume": "desk_command_resume",
}
"""Commands that only admins have, each with what it does."""

EDITORS = ("unanswered", "admin")
"""Those that editors have; owners have all."""


def commands_of(role: Role | None, *, page: bool = False) -> dict[str, str]:
    """Return the commands of who has this role, each with what it does; residents have none of these."""
    mine = {Role.OWNER: tuple(COMMANDS), Role.EDITOR: EDITORS}
    names = mine[role] if role else ()
    return {name: said(COMMANDS[name]).say() for name in names if page or name != "admin"}


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
