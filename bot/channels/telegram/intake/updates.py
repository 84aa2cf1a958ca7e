"""Read what Telegram sends as updates, whatever it is: one that is odd must not stop those after it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from typing import Any

from telegram import Bot, ChatMemberAdministrator, ChatMemberBanned, ChatMemberRestricted, Update
from telegram.constants import ChatMemberStatus

LARGEST = 2**63 - 1
"""Largest number of an update that the database can keep."""

NEWEST = 2**31 - 1
"""Largest number by which Telegram counts updates; a larger one as offset would make it forget all that follow."""


class OddUpdateError(ValueError):
    """Raised for an update that is not shaped as the Bot API says."""


def numbered(raw: object) -> bool:
    """Tell whether an update has a number under which it can be kept."""
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    return type(number) is int and 0 < number <= LARGEST


def read(raw: Mapping[str, Any], bot: Bot) -> tuple[Update, str]:
    """Return the update and its JSON. Raises any exception if it cannot be read or is not shaped as it should be."""
    raw = _filled(raw) if "my_chat_member" in raw else dict(raw)
    update, body = Update.de_json(raw, bot), json.dumps(raw)
    chat, user, message, query = (
        update.effective_chat,
        update.effective_user,
        update.message,
        update.callback_query,
    )
    if (message and not chat) or (query and not user) or (update.my_chat_member and not chat):
        raise OddUpdateError("it is nobody's")
    numbers = [chat.id if chat else 0, user.id if user else 0, message.message_id if message else 0]
    texts = [message.text, message.caption] if message else [query.data] if query else []
    if any(type(number) is not int or abs(number) > LARGEST for number in numbers):
        raise OddUpdateError("a number in it is none")
    if any(text is not None and not isinstance(text, str) for text in texts):
        raise OddUpdateError("a text in it is none")
    return update, body


_RIGHTS = {
    status: {
        name: False
        for name, parameter in inspect.signature(kind).parameters.items()
        if name == "can_react_to_messages" or (parameter.default is parameter.empty and name != "user")
    }
    for status, kind in (
        (ChatMemberStatus.RESTRICTED.value, ChatMemberRestricted),
        (ChatMemberStatus.ADMINISTRATOR.value, ChatMemberAdministrator),
        (ChatMemberStatus.BANNED.value, ChatMemberBanned),
    )
}
"""What the library wants to be told of a member by status; a Bot API server that is older does not know all of it."""


def _filled(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return an update of the bot's rights in which those that are not told are false."""
    change = dict(raw["my_chat_member"])
    for name in ("old_chat_member", "new_chat_member"):
        change[name] = {**_RIGHTS.get(change[name]["status"], {}), **change[name]}
    return {**raw, "my_chat_member": change}
