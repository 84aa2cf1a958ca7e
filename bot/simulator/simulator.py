"""What residents do in a simulated Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from bot.simulator.chats import Chat, cast
from bot.simulator.entities import units
from bot.simulator.refusal import Json
from bot.simulator.state import ANSWER_WITHIN, Query, State
from bot.simulator.threads import in_its_thread

T = TypeVar("T")

TOKEN = "123456:simulator-token"  # noqa: S105 - opens nothing but this server
"""The only token that the server knows."""

SOMEBODY = 7
"""The resident who acts if none is named."""

LONGEST_TEXT = 4096
"""Most UTF-16 units of a message; a resident's longer text is sent in parts, as Telegram's apps do."""

_CONTENTS = {
    *("text", "photo", "video", "document", "animation", "audio", "voice", "video_note", "sticker", "dice", "story"),
    *("contact", "location", "venue", "poll", "checklist", "paid_media", "game"),
}
"""What people send; anything else, as that somebody joined, is told to every bot."""


class Simulator(State):
    """A Telegram of one bot. Residents act through its methods, from any thread; the bot comes over HTTP."""

    @in_its_thread
    def says(self, /, text: str | None = None, user: int = SOMEBODY, *, chat: int | None = None, **extra: Any) -> Json:
        """Send a message of resident `user`, in group `chat` if given; `extra` holds a photo, a voice and so on.

        A text that is too long is sent in parts; the last part is returned.
        """
        message: Json = {}
        for part in _parts(text) if text is not None else (None,):
            content = {**({"text": part} if part is not None else {}), **extra}
            message = self.message(user, chat=chat, **content)
            self.feed.tell("message", {"message": message})
            if self._sees(message):
                self.update("message", message)
            elif self._summoned(message):
                self.update("guest_message", {**message, "guest_query_id": self.inline.summoned(message)})
        return message

    @in_its_thread
    def at_once(self, act: Callable[[], T]) -> T:
        """Return what `act` does, all of which is done before the bot can ask for any of it: an album is sent so."""
        return act()

    @in_its_thread
    def edits(self, message: Json, text: str) -> Json:
        """Change a message that a resident has sent."""
        chat = self.chats.of(message["chat"]["id"])
        kept = {key: value for key, value in chat.messages[message["message_id"]].items() if key != "entities"}
        edited = self.chats.marked({**kept, "text": text, "edit_date": int(self.clock())})
        chat.keep(edited)
        self.feed.tell("message", {"message": edited})
        if self._sees(edited):
            self.update("edited_message", edited)
        return edited

    def presses(self, message: Json, label: str, user: int | None = None) -> None:
        """Press the button `label` of `message`, as the bot sent it; `user`: whose chat it is if not given."""
        rows = message["reply_markup"]["inline_keyboard"]
        data = next(button["callback_data"] for row in rows for button in row if button["text"] == label)
        self.presses_data(message, data, user)

    @in_its_thread
    def presses_data(self, message: Json, data: str, user: int | None = None) -> str:
        """Press a button that carries `data`; return the id of the query."""
        chat_id = int(message["chat"]["id"])
        person = self.chats.person(user if user is not None else chat_id if chat_id > 0 else SOMEBODY)
        self._presses += 1
        query = f"{int(self.clock())}{self._presses:06}"
        self.queries[query] = Query(self.clock(), chat_id, message.get("message_id"))
        while next(iter(self.queries.values())).at < self.clock() - 10 * ANSWER_WITHIN:
            self.queries.popitem(last=False)
        content = {"id": query, "from": person.user, "message": message, "chat_instance": str(chat_id), "data": data}
        self.update("callback_query", content)
        return query

    @in_its_thread
    def types(self, query: str, user: int = SOMEBODY, *, chat: int | None = None) -> str:
        """Type the bot's name and `query` in any chat; return the query's id. The bot is asked unless it is cached."""
        number, ask = self.inline.typed(query, user)
        if ask and self.inline_on:
            kind = "group" if (chat or 0) < 0 else "sender" if chat in (None, user) else "private"
            content = {"id": number, "from": self.chats.person(user).user, "query": self.inline.of(number).query}
            self.update("inline_query", {**content, "offset": "", "chat_type": kind})
        return number

    async def found(self, number: str, timeout: float = 10.0) -> list[Json]:
        """Return the results that the bot has answered to a query. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while (results := self.inline.of(number).results) is None:
                await asyncio.sleep(0.02)
        return results

    @in_its_thread
    def chooses(self, number: str, result_id: str, *, chat: int | None = None) -> Json:
        """Send the result `result_id` of a query to a chat; return the message, which is sent via the bot."""
        typed = self.inline.of(number)
        result = next(one for one in typed.results or () if one["id"] == result_id)
        message = self.message(typed.user, chat=chat, via_bot=self.chats.bot, **result["message"])
        self.feed.tell("message", {"message": message})
        if self._sees(message):
            self.update("message", message)
        if self.inline_told:
            person = self.chats.person(typed.user).user
            self.update("chosen_inline_result", {"result_id": result_id, "from": person, "query": typed.query})
        return message

    @in_its_thread
    def summons(self, text: str, user: int = SOMEBODY, *, chat: int) -> Json:
        """Call the bot in a group that it is not in; return the message."""
        self.chats.group(chat).guest = True
        return self.says(text, user, chat=chat)

    @in_its_thread
    def invites(self, chat_id: int, user: int = SOMEBODY, *, was: str = "left", now: str = "member") -> None:
        """Tell the bot that somebody has added it to a group."""
        chat = self.chats.of(chat_id)
        chat.blocked = False
        change = {"chat": chat.described, "from": self.chats.person(user).user, "date": int(self.clock())}
        old, new = ({"user": self.chats.bot, "status": status} for status in (was, now))
        self.update("my_chat_member", {**change, "old_chat_member": old, "new_chat_member": new})

    @in_its_thread
    def blocks(self, user: int = SOMEBODY, *, blocked: bool = True) -> None:
        """Block the bot, or unblock it: the bot is told by my_chat_member and may not write meanwhile."""
        chat = self.chats.private(user)
        chat.blocked = blocked
        was, now = ("member", "kicked") if blocked else ("kicked", "member")
        until = {"until_date": 0}
        member = {
            "chat": chat.described,
            "from": self.chats.person(user).user,
            "date": int(self.clock()),
            "old_chat_member": {"user": self.chats.bot, "status": was, **(until if was == "kicked" else {})},
            "new_chat_member": {"user": self.chats.bot, "status": now, **(until if now == "kicked" else {})},
        }
        self.feed.tell("chat", {"chat": self.state(chat)})
        self.update("my_chat_member", member)

    def unblocks(self, user: int = SOMEBODY) -> None:
        """Unblock the bot."""
        self.blocks(user, blocked=False)

    @in_its_thread
    def meets(self, name: str, number: int | None = None, *, admin: bool = False) -> Json:
        """Let somebody open the chat with the bot, without a word yet; return the chat's state."""
        number = number or max([7000, *(n for n in self.chats.people if n < 9000)]) + 1
        self.chats.person(number, name, admin=admin)
        return self._opened(self.chats.private(number))

    @in_its_thread
    def founds(self, title: str, number: int | None = None, *, guest: bool = False) -> Json:
        """Found a group with the bot in it, or where it can be called as a `guest`; return its state."""
        group = self.chats.group(number or min([-5000, *self.chats.chats]) - 1, title)
        group.guest = guest
        return self._opened(group)

    @in_its_thread
    def parts(self, chat_id: int) -> None:
        """Take a chat away, and its resident."""
        self.chats.chats.pop(chat_id, None)
        self.chats.people.pop(chat_id, None)
        self.feed.tell("gone", {"chat_id": chat_id})

    def gathers(self) -> None:
        """Let the people and the groups of cast.json come."""
        for one in cast()["people"]:
            self.meets(one["name"], one["id"], admin=one.get("admin", False))
        for group in (cast()["group"], cast()["staff"], cast()["guest"]):
            self.founds(group["title"], group["id"], guest=group.get("guest", False))

    @property
    def staff(self) -> int:
        """Number of the group of cast.json that the staff is in."""
        return int(cast()["staff"]["id"])

    def _sees(self, message: Json) -> bool:
        """Tell whether the bot is told of a resident's message: in privacy mode it is called, answered or commanded."""
        chat = self.chats.of(message["chat"]["id"])
        if chat.blocked or chat.guest:
            return False
        if not chat.group or not self.privacy or not _CONTENTS & set(message):
            return True
        bot = self.chats.bot
        if message.get("via_bot", {}).get("id") == bot["id"]:
            return True
        words = str(message.get("text", message.get("caption", "")))
        marks = [*message.get("entities", ()), *message.get("caption_entities", ())]
        mentioned = any(mark.get("user", {}).get("id") == bot["id"] for mark in marks)
        replied = message.get("reply_to_message", {}).get("from", {}).get("id")
        return replied == bot["id"] or mentioned or f"@{bot['username']}" in words.lower() or words.startswith("/")

    def _summoned(self, message: Json) -> bool:
        """Tell whether a message calls the bot in a group that it is not in."""
        there = self.guest_on and self.chats.of(message["chat"]["id"]).guest
        return there and f"@{self.chats.bot['username']}" in str(message.get("text", "")).lower()

    def _opened(self, chat: Chat) -> Json:
        self.feed.tell("chat", {"chat": self.state(chat)})
        return self.state(chat)

    @in_its_thread
    def message(self, /, user: int = SOMEBODY, *, chat: int | None = None, **content: Any) -> Json:
        """Return a message of `user`, which is in the chat but not yet told to the bot."""
        person = self.chats.person(user)
        where = self.chats.of(user if chat is None else chat)
        where.known = True
        return self.chats.message(person, where, content)


def _parts(text: str) -> list[str]:
    """Cut a text into messages."""
    if units(text) <= LONGEST_TEXT:
        return [text]
    half = LONGEST_TEXT // 2
    return [text[start : start + half] for start in range(0, len(text), half)]
