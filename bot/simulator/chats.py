"""Who is there and what was said: residents, groups and their messages."""

from __future__ import annotations

import itertools
import json
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot.simulator.entities import detected
from bot.simulator.refusal import Json, bad, forbidden

KEPT = 500
"""Messages remembered of a chat; older ones can no longer be edited."""


@cache
def cast() -> Json:
    """Return the names of bot, residents and group from cast.json."""
    loaded: Json = json.loads((Path(__file__).parent / "cast.json").read_text("utf-8"))
    return loaded


@dataclass
class Person:
    """A resident or an admin."""

    id: int
    """Telegram's number of the user and of the private chat with the bot."""
    name: str
    """First name."""
    admin: bool = False
    """Whether the page shows the person as an admin; the bot decides itself whom it trusts."""

    @property
    def user(self) -> Json:
        """The person as Telegram's User."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "zh-hans"}


@dataclass
class Chat:
    """A private chat of a person with the bot, or a group."""

    id: int
    """Telegram's number; negative for groups."""
    title: str
    """Name of the person or of the group."""
    known: bool = False
    """Whether the bot may write: the person has written to it, or it is a member of the group."""
    blocked: bool = False
    """Whether the person has blocked the bot, or the group has removed it."""
    guest: bool = False
    """Whether it is a group that the bot is not in, where it can only be called as a guest."""
    messages: OrderedDict[int, Json] = field(default_factory=OrderedDict)
    """The latest messages by number."""

    @property
    def group(self) -> bool:
        """Whether it is a group."""
        return self.id < 0

    @property
    def described(self) -> Json:
        """The chat as Telegram's Chat."""
        if self.group:
            return {"id": self.id, "type": "group", "title": self.title, "all_members_are_administrators": True}
        return {"id": self.id, "type": "private", "first_name": self.title}

    def keep(self, message: Json) -> None:
        """Remember a message, or its new state; forget the oldest ones beyond `KEPT`."""
        self.messages[message["message_id"]] = message
        while len(self.messages) > KEPT:
            self.messages.popitem(last=False)


class Chats:
    """All people and chats of one server."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start with nobody."""
        self.bot: Json = {**cast()["bot"], "is_bot": True}
        """The bot as Telegram's User."""
        self.people: dict[int, Person] = {}
        """Residents and admins by number."""
        self.chats: dict[int, Chat] = {}
        """Private chats and groups by number."""
        self._clock = clock
        self._numbers = itertools.count(1)

    def person(self, number: int, name: str | None = None, *, admin: bool = False) -> Person:
        """Return the person, who is met now if nobody has that number."""
        if number not in self.people:
            self.people[number] = Person(number, name or cast()["unnamed"], admin)
        return self.people[number]

    def private(self, number: int) -> Chat:
        """Return the private chat of a person with the bot."""
        if number not in self.chats:
            self.chats[number] = Chat(number, self.person(number).name)
        return self.chats[number]

    def group(self, number: int, title: str | None = None) -> Chat:
        """Return the group, which the bot has joined."""
        if number not in self.chats:
            self.chats[number] = Chat(number, title or cast()["group"]["title"], known=True)
        return self.chats[number]

    def of(self, number: int) -> Chat:
        """Return a chat by its number."""
        return self.group(number) if number < 0 else self.private(number)

    def reached(self, chat_id: str) -> Chat:
        """Return the chat that the bot writes to. Raises Refusal where Telegram does not let it."""
        if not chat_id:
            raise bad("chat_id is empty")
        number = int(chat_id) if re.fullmatch(r"-?[0-9]{1,19}", chat_id) else 0
        chat = self.chats.get(number)
        if chat is None:
            if number in self.people:
                raise forbidden("bot can't initiate conversation with a user")
            raise bad("chat not found")
        if chat.guest:
            raise forbidden("bot is not a member of the group chat")
        if chat.blocked:
            raise forbidden("bot was kicked from the group chat" if chat.group else "bot was blocked by the user")
        if not chat.known:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def message(self, person: Person, chat: Chat, content: Json) -> Json:
        """Return a new message of `person` in `chat`, kept by it."""
        message = self.marked({**self._frame(chat, person.user), **content})
        chat.keep(message)
        return message

    def marked(self, message: Json) -> Json:
        """Return a message with the commands, mentions and links of its words marked, unless it says itself."""
        marked = dict(message)
        for words, marks in (("text", "entities"), ("caption", "caption_entities")):
            if marks not in message and (found := detected(message.get(words, ""))):
                marked[marks] = found
        return marked

    def bot_message(self, chat: Chat, content: Json) -> Json:
        """Return a new message of the bot in `chat`, kept by it."""
        message = {**self._frame(chat, self.bot), **content}
        chat.keep(message)
        return message

    def own(self, chat: Chat, number: int, doing: str) -> Json:
        """Return the bot's message that is to be edited or deleted. Raises Refusal."""
        message = chat.messages.get(number)
        if message is None:
            raise bad(f"message to {doing} not found")
        if message["from"]["id"] != self.bot["id"]:
            raise bad(f"message can't be {doing.removesuffix('e')}ed")
        return message

    def _frame(self, chat: Chat, sender: Json) -> Json:
        return {
            "message_id": next(self._numbers),
            "from": sender,
            "chat": chat.described,
            "date": int(self._clock()),
        }


def bare(message: Json) -> Json:
    """Return a message as a reply to it quotes it: without what it replied to itself."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}
