"""Whom an update is from, whether it is meant for the bot, and where it belongs."""

from __future__ import annotations

import re

from telegram import ChatMemberRestricted, Message, Update
from telegram.constants import ChatMemberStatus, ChatType


def chat_of(update: Update) -> int:
    """Return the chat whose updates are served in order: the user where there is no chat, 0 where there is neither."""
    chat, user = update.effective_chat, update.effective_user
    return chat.id if chat else user.id if user else 0


def resident_of(update: Update) -> tuple[int, int]:
    """Return chat and user: in a group each resident has a memory of his own."""
    chat, user = update.effective_chat, update.effective_user
    return (chat.id if chat else 0, user.id if user else 0)


def concerns_bot(update: Update, username: str, bot_id: int) -> bool:
    """Tell whether anything is to be done; if not, the update is not even kept: a group's talk is not for the bot."""
    message = update.message
    if message is None:
        return update.callback_query is not None or update.my_chat_member is not None
    if message.chat.type == ChatType.PRIVATE or (message.text or "").startswith("/"):
        return True
    return spoken_to(message, username, bot_id) is not None


def spoken_to(message: Message, username: str, bot_id: int) -> str | None:
    """Return the words meant for the bot, or None: in a group it is addressed by name or by a reply."""
    text = message.text or ""
    if message.chat.type == ChatType.PRIVATE:
        return text
    rest, called = re.subn(rf"@{username}(?!\w)", " ", text, flags=re.ASCII | re.IGNORECASE)
    answered = message.reply_to_message.from_user if message.reply_to_message else None
    if called:
        return rest.strip() or None
    return text if answered and answered.id == bot_id else None


def turned_away(update: Update) -> bool | None:
    """Return True if the chat no longer lets the bot write, False if it does again, None if neither is told."""
    if update.my_chat_member is None:
        return None
    member = update.my_chat_member.new_chat_member
    if isinstance(member, ChatMemberRestricted):
        return not (member.is_member and member.can_send_messages)
    return member.status in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
