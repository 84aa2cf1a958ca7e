"""What Telegram's refusals of a message mean, and what may be sent instead."""

from __future__ import annotations

import html
import re
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

Said = dict[str, Any]
"""The fields of a message to be sent."""

_THREAD = re.compile(r"thread.?(not.?found|id.?invalid)|topic.?(closed|deleted|id.?invalid|not.?found)", re.IGNORECASE)
_QUOTE = re.compile(r"repl\w{1,3} (message )?not found|reply_message_id_invalid", re.IGNORECASE)
_MARKUP = re.compile(r"can't parse (message text|entities)|unsupported start tag|entity_\w*invalid", re.IGNORECASE)
_SHUT = re.compile(
    r"(chat|user)[ _]not[ _]found|not enough rights|have no rights|need administrator rights|admin_required"
    r"|chat_(write|send_\w{1,20}|guest_send)_forbidden|chat_restricted|chat_id_invalid|peer_id_invalid|channel_private"
    r"|user_banned_in_channel|user_deactivated|user is deactivated|not a member|was kicked|was deactivated"
    r"|was upgraded|was blocked",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{0,300}>")


class TopicClosedError(Forbidden):
    """Raised when the bot can write neither in the topic that a message came from nor beside it; there are others."""


def mended(said: Said, error: BadRequest | ChatMigrated) -> Said | None:
    """Return what may be taken where `said` was refused with `error`; None: nothing.

    >>> mended({"chat_id": -5, "text": "a", "message_thread_id": 2}, BadRequest("Message thread not found"))
    {'chat_id': -5, 'text': 'a'}
    """
    lost = ("message_thread_id", "reply_parameters")  # a reply goes to the thread of what it answers
    if isinstance(error, ChatMigrated):
        return {**_without(said, *lost), "chat_id": error.new_chat_id}
    if (_THREAD.search(str(error)) or _QUOTE.search(str(error))) and any(said.get(name) for name in lost):
        return _without(said, *lost)
    if _MARKUP.search(str(error)) and "parse_mode" in said:
        return {**_without(said, "parse_mode"), "text": html.unescape(_TAG.sub("", said["text"]))}
    return None


def translated(error: TelegramError) -> TelegramError:
    """Return Forbidden where the refusal means that the chat does not let the bot write, else `error` itself."""
    if isinstance(error, ChatMigrated):
        return Forbidden("the chat is said to move on and on")
    if not isinstance(error, BadRequest):
        return error
    if _THREAD.search(str(error)):
        return TopicClosedError(str(error))
    return Forbidden(str(error)) if _SHUT.search(str(error)) else error


def _without(said: Said, *names: str) -> Said:
    return {name: value for name, value in said.items() if name not in names}
