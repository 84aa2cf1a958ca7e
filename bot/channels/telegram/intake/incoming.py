"""Read what Telegram sends as updates, whatever it is: one that is odd must not stop those after it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from telegram import ChatMemberAdministrator, ChatMemberBanned, ChatMemberRestricted, Message, Update
from telegram.constants import ChatMemberStatus
from telegram.ext import filters

from bot.channels.telegram.intake.addressing import Call, Me, call_of, is_private, words_of

INLINE, GUEST = "inline_query", "guest_message"
"""Kinds of updates that are not kept: answered at once or never."""

UPDATES = ["message", "edited_message", "callback_query", "my_chat_member", INLINE]
"""Kinds of updates asked of Telegram.

`GUEST` is asked for besides where the bot may be a guest: a server that is older does not know it.
"""

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


@dataclass(frozen=True)
class Incoming:
    """An update as it came in: read once, with what everybody after asks of it."""

    update: Update
    """What the library read."""
    body: str
    """The update as JSON, as it is kept."""
    chat: int
    """Chat whose updates are served in order: the user where there is no chat, 0 where there is neither."""
    user: int
    """Who did it; 0: nobody that is known."""
    pseudonym: str
    """Name of the chat in the database."""
    call: Call | None
    """What its message wants of the bot; None: it has no message, or one that is not for the bot."""

    @property
    def number(self) -> int:
        """Telegram's number of it."""
        return self.update.update_id

    @property
    def message(self) -> Message | None:
        """The message that came or was edited; None: it is a press, or a change of what the bot may do."""
        return self.update.message or self.update.edited_message

    @property
    def edited(self) -> bool:
        """Whether it is a message that came before."""
        return self.update.edited_message is not None

    @property
    def concerns_bot(self) -> bool:
        """Whether anything is to be done; if not, it is not even kept: a group's talk is not for the bot."""
        if self.message is None:
            return self.update.callback_query is not None or self.update.my_chat_member is not None
        return self.call is not None

    @property
    def private(self) -> bool:
        """Whether a resident wrote it in a chat with the bot alone."""
        return self.message is not None and is_private(self.message)

    @property
    def words(self) -> str:
        """The words of its message, a caption like a text; empty if it has none."""
        return words_of(self.message) if self.message else ""


def read(raw: Mapping[str, Any], me: Me, pseudonym: Callable[[int], str]) -> Incoming:
    """Return an update that Telegram sent to `me`; `pseudonym` names chats.

    Raises any exception if it cannot be read or is not shaped as it should be.
    """
    raw = _filled(raw) if "my_chat_member" in raw else dict(raw)
    body = json.dumps(raw)
    if '"latitude"' in body:
        raw = _coarse(raw)
        body = json.dumps(raw)
    update = Update.de_json(dict(raw))
    chat, user, query = update.effective_chat, update.effective_user, update.callback_query
    message = update.message or update.edited_message
    if (message and not chat) or (query and not user) or (update.my_chat_member and not chat):
        raise OddUpdateError("it is nobody's")
    if not (message or query or update.my_chat_member) and (len(raw) == 1 or any(kind in raw for kind in UPDATES)):
        raise OddUpdateError("it holds nothing")
    numbers = [chat.id if chat else 0, user.id if user else 0, message.message_id if message else 0]
    texts = [message.text, message.caption] if message else [query.data] if query else []
    if any(type(number) is not int or abs(number) > LARGEST for number in numbers):
        raise OddUpdateError("a number in it is none")
    if any(text is not None and not isinstance(text, str) for text in texts):
        raise OddUpdateError("a text in it is none")
    lane = chat.id if chat else user.id if user else 0
    call = call_of(message, me) if message and not is_service(update) else None
    if update.edited_message and call and not call.says:  # a place that moves, a poll that was voted in
        call = None
    call = replace(call, number=update.update_id) if call else None
    return Incoming(update, body, lane, user.id if user else 0, pseudonym(lane), call)


def is_service(update: Update) -> bool:
    """Tell whether the message tells of something in the chat, such as a new title, and nobody says anything.

    A gift is both: it is thanked for.
    """
    message = update.message
    if message is None or message.text or message.caption or message.gift or message.unique_gift:
        return False
    return bool(filters.StatusUpdate.ALL.check_update(update))


def _coarse(value: Any) -> Any:
    """Return what Telegram sent with places on the map known to about a kilometre: enough for their district."""
    if isinstance(value, list):
        return [_coarse(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "latitude" in value and "longitude" in value:
        return {name: round(float(value[name]), 2) for name in ("latitude", "longitude")}
    return {k: {"title": "-", "address": "-", **_placed(v)} if k == "venue" else _coarse(v) for k, v in value.items()}


def _placed(venue: Any) -> dict[str, Any]:
    """Return where a `venue` is, without what it is called."""
    return {"location": _coarse(venue["location"])}


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
