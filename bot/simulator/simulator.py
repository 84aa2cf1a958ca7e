"""One simulated Telegram: its state, and what residents do in it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.simulator.chats import Chat, Chats, cast
from bot.simulator.entities import units
from bot.simulator.faults import Faults
from bot.simulator.feed import Feed
from bot.simulator.profile import Profile
from bot.simulator.record import Record
from bot.simulator.refusal import Json, bad
from bot.simulator.threads import in_its_thread
from bot.simulator.updates import Updates
from bot.simulator.webhook import Webhook

TOKEN = "123456:simulator-token"  # noqa: S105 - opens nothing but this server
"""The only token that the server knows."""

LONGEST_TEXT = 4096
"""Most UTF-16 units of a message; a resident's longer text is sent in parts, as Telegram's apps do."""

UNREAD = 100_000
"""Most messages that `reply` has yet to return; the oldest go first."""

ANSWER_WITHIN = 60.0
"""Seconds within which a press must be answered; Telegram does not say how many, about a minute was seen."""


@dataclass(frozen=True)
class Query:
    """A press that waits for its answer."""

    at: float
    """When it was made, in the clock's seconds."""
    chat_id: int
    """Chat of the message whose button was pressed."""
    message_id: int | None
    """Number of that message."""


class Simulator:
    """A Telegram of one bot. Residents act through its methods, from any thread; the bot comes over HTTP."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        """Start with no residents, no updates and no faults."""
        self.clock = clock
        """Returns the time in seconds."""
        self.loop: asyncio.AbstractEventLoop | None = None
        """Loop of the server; None: not started."""
        self.thread = 0
        """Identity of the thread that the loop runs in."""
        self.url = ""
        """Address of the server, without a slash at the end."""
        self.chats = Chats(clock)
        """People, groups, messages."""
        self.updates = Updates(clock)
        """What waits for the bot."""
        self.webhook = Webhook(self.updates)
        """Delivers updates if the bot has set one."""
        self.faults = Faults()
        """Faults switched on; `switch` them so that a waiting poll notices too."""
        self.profile = Profile()
        """What the bot says about itself."""
        self.record = Record()
        """Requests of the bot."""
        self.feed = Feed()
        """Tells open pages what happens."""
        self.sent: asyncio.Queue[Json] = asyncio.Queue()
        """Messages that the bot has sent or edited and that `reply` has not yet returned."""
        self.line: Callable[[], bool] = lambda: False
        """Tells whether the connection of the last poll is open."""
        self.privacy = True
        """Whether the bot sees only what is meant for it in groups: Telegram's default, off by @BotFather."""
        self.queries: OrderedDict[str, Query] = OrderedDict()
        """Presses that wait for their answer, by their id."""
        self._presses = 0
        self.webhook.reachable = lambda: not self.faults.gone(self.clock())

    @in_its_thread
    def says(self, /, text: str | None = None, user: int = 7, *, chat: int | None = None, **extra: Any) -> Json:
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
        return message

    @in_its_thread
    def edits(self, message: Json, text: str) -> Json:
        """Change a message that a resident has sent."""
        chat = self.chats.of(message["chat"]["id"])
        edited = {**chat.messages[message["message_id"]], "text": text, "edit_date": int(self.clock())}
        chat.keep(edited)
        self.feed.tell("message", {"message": edited})
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
        person = self.chats.person(user if user is not None else chat_id)
        self._presses += 1
        query = f"{int(self.clock())}{self._presses:06}"
        self.queries[query] = Query(self.clock(), chat_id, message.get("message_id"))
        while next(iter(self.queries.values())).at < self.clock() - 10 * ANSWER_WITHIN:
            self.queries.popitem(last=False)
        content = {"id": query, "from": person.user, "message": message, "chat_instance": str(chat_id), "data": data}
        self.update("callback_query", content)
        return query

    @in_its_thread
    def blocks(self, user: int = 7, *, blocked: bool = True) -> None:
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

    def unblocks(self, user: int = 7) -> None:
        """Unblock the bot."""
        self.blocks(user, blocked=False)

    @in_its_thread
    def meets(self, name: str, number: int | None = None, *, admin: bool = False) -> Json:
        """Let somebody open the chat with the bot, without a word yet; return the chat's state."""
        number = number or max([7000, *(n for n in self.chats.people if n < 9000)]) + 1
        self.chats.person(number, name, admin=admin)
        return self._opened(self.chats.private(number))

    @in_its_thread
    def founds(self, title: str, number: int | None = None) -> Json:
        """Found a group with the bot in it; return its state."""
        return self._opened(self.chats.group(number or min([-5000, *self.chats.chats]) - 1, title))

    @in_its_thread
    def parts(self, chat_id: int) -> None:
        """Take a chat away, and its resident."""
        self.chats.chats.pop(chat_id, None)
        self.chats.people.pop(chat_id, None)
        self.feed.tell("gone", {"chat_id": chat_id})

    def gathers(self) -> None:
        """Let the people and the group of cast.json come."""
        for one in cast()["people"]:
            self.meets(one["name"], one["id"], admin=one.get("admin", False))
        self.founds(cast()["group"]["title"], cast()["group"]["id"])

    def _sees(self, message: Json) -> bool:
        """Tell whether the bot is told of a resident's message."""
        chat = self.chats.of(message["chat"]["id"])
        if chat.blocked:
            return False
        if not chat.group or not self.privacy or "text" not in message:
            return True
        replied = message.get("reply_to_message", {}).get("from", {}).get("id")
        text, name = message["text"], f"@{self.chats.bot['username']}"
        return bool(replied == self.chats.bot["id"] or name in text or text.startswith("/"))

    def _opened(self, chat: Chat) -> Json:
        self.feed.tell("chat", {"chat": self.state(chat)})
        return self.state(chat)

    @in_its_thread
    def message(self, /, user: int = 7, *, chat: int | None = None, **content: Any) -> Json:
        """Return a message of `user`, which is in the chat but not yet told to the bot."""
        person = self.chats.person(user)
        where = self.chats.of(user if chat is None else chat)
        where.known = True
        return self.chats.message(person, where, content)

    @in_its_thread
    def switch(self, /, **wanted: Any) -> None:
        """Switch faults, for example `too_many={"next": 3}, latency_ms=100, gone_seconds=60`. Raises ValueError."""
        self.faults.switch(wanted, self.clock())
        if self.faults.gone(self.clock()):
            self.updates.end_poll()
        self.feed.tell("faults", {"faults": self.faults.state(self.clock())})

    @in_its_thread
    def update(self, kind: str, content: Json) -> int | None:
        """Queue any update; return its number, or None if the bot has not asked for its kind."""
        return self.updates.add(kind, content)

    async def reply(self, timeout: float = 30.0) -> Json:
        """Return the next message that the bot sends or edits (`edited` is true then). Raises TimeoutError."""
        waiting = asyncio.wait_for(self.sent.get(), timeout)
        if self.loop is None or self.thread == threading.get_ident():
            return await waiting
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(waiting, self.loop))

    @property
    def calls(self) -> list[tuple[str, Json]]:
        """Method and fields of every request but polls, in order of the answers."""
        return [(call.method, call.fields) for call in self.record.calls() if call.method != "getUpdates"]

    @property
    def online(self) -> bool:
        """Whether a bot polls or has set a webhook."""
        return self.webhook.target is not None or self.line()

    def answer(self, query_id: str) -> Query:
        """Return the press that is answered now. Raises Refusal if it was answered before or too long ago."""
        query = self.queries.pop(query_id, None)
        if query is None or self.clock() - query.at > ANSWER_WITHIN:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        return query

    def show(self, message: Json, *, edited: bool = False) -> Json:
        """Pass a message of the bot to those who wait for it and to the page."""
        if self.sent.qsize() >= UNREAD:
            self.sent.get_nowait()
        self.sent.put_nowait({**message, "edited": True} if edited else message)
        self.feed.tell("message", {"message": message})
        return message

    def state(self, chat: Chat) -> Json:
        """Return what the page shows of a chat besides its messages."""
        person = self.chats.people.get(chat.id)
        return {
            "id": chat.id,
            "title": chat.title,
            "group": chat.group,
            "admin": bool(person and person.admin),
            "blocked": chat.blocked,
            "known": chat.known,
            "commands": self.profile.shown(chat.id),
        }

    async def close(self) -> None:
        """End polls, deliveries and pages."""
        self.updates.end_poll()
        self.feed.close()
        await self.webhook.close()


def _parts(text: str) -> list[str]:
    """Cut a text into messages."""
    if units(text) <= LONGEST_TEXT:
        return [text]
    half = LONGEST_TEXT // 2
    return [text[start : start + half] for start in range(0, len(text), half)]
