"""The state of one simulated Telegram, on which the bot's requests and the residents' acts work."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.simulator.chats import Chat, Chats
from bot.simulator.faults import Faults
from bot.simulator.feed import Feed
from bot.simulator.inline.queries import Queries
from bot.simulator.profile import Profile
from bot.simulator.record import Record
from bot.simulator.refusal import Json, bad
from bot.simulator.threads import in_its_thread
from bot.simulator.updates import Updates
from bot.simulator.webhook import Webhook

UNREAD = 100_000
"""Most messages that `reply` has yet to return; the oldest go first."""

ANSWER_WITHIN = 60.0
"""Seconds within which a press must be answered: an assumption, for Telegram does not publish how many."""


@dataclass(frozen=True)
class Query:
    """A press that waits for its answer."""

    at: float
    """When it was made, in the clock's seconds."""
    chat_id: int
    """Chat of the message whose button was pressed."""
    message_id: int | None
    """Number of that message."""


class State:
    """Everything that one server knows."""

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
        self.inline = Queries(clock)
        """Inline queries and their results."""
        self.inline_on = True
        """Whether @BotFather has switched inline mode on."""
        self.guest_on = True
        """Whether @BotFather lets the bot be called in groups that it is not in."""
        self.inline_told = False
        """Whether the bot is told which results are chosen: @BotFather's feedback, off by default."""
        self._presses = 0
        self.webhook.reachable = lambda: not self.faults.gone(self.clock())

    @in_its_thread
    def switch(self, /, **wanted: Any) -> None:
        """Switch faults, for example `too_many={"next": 3}, latency_ms=100, gone_seconds=60`. Raises ValueError."""
        self.faults.switch(wanted, self.clock())
        if self.faults.gone(self.clock()):
            self.updates.end_poll()
        self.tell_faults()

    def tell_faults(self) -> None:
        """Tell pages which faults are left."""
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
            "guest": chat.guest,
            "known": chat.known,
            "commands": self.profile.shown(chat.id),
        }

    async def close(self) -> None:
        """End polls, deliveries and pages."""
        self.updates.end_poll()
        self.feed.close()
        await self.webhook.close()
