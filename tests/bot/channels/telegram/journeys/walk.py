"""One journey as it is made over HTTP: what residents do, what the bot makes of it, and what that comes to."""

from __future__ import annotations

import itertools
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.simulator.chats import bare
from bot.simulator.entities import units
from tests.bot.channels.telegram.town import House
from tests.running import rows, until

STAFF = -5002
"""The staff's group."""
CLERK = 9001
"""Somebody of the staff."""
BOT = "@hebi_test_bot"

Message = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """What somebody does."""

    who: str
    did: str


@dataclass(frozen=True)
class Said:
    """What the bot sends, or what becomes of a message of its own."""

    where: str
    """Title of the chat; empty: the resident's own."""
    text: str
    """What it says; empty: only the buttons below it are others."""
    buttons: tuple[tuple[str, ...], ...]
    """Labels, row by row."""
    edited: bool = False
    """Whether it stands in the place of what was there."""
    keys: bool = False
    """Whether the buttons are those in place of the resident's keyboard."""


@dataclass(frozen=True)
class Sum:
    """What a journey comes to."""

    written: int
    """Messages of residents and staff."""
    pressed: int
    """Taps on buttons."""
    messages: int
    """Messages of the bot."""
    edits: int
    """Messages of the bot changed in their place."""
    buttons: int
    """Buttons shown below them."""
    characters: int
    """Length of all that the bot says."""


class Walk:
    """Somebody's way through Telegram; every step waits for what the bot makes of it."""

    numbers = itertools.count(1)

    def __init__(self, house: House, name: str) -> None:
        self.house, self.api = house, house.api
        self.name = name
        self.steps: list[Act | Said] = []
        self._texts: dict[tuple[int, int], str] = {}
        self.pictured: list[str] = [name]
        """Titles of the chats that a picture is taken of."""
        self._first = 20_000 + 100 * next(Walk.numbers)
        self.group = -self._first
        while not self.api.sent.empty():  # what a journey that failed has left
            self.api.sent.get_nowait()
        self.meets(0, name)
        self.api.chats.person(CLERK, "管理员", admin=True)

    def meets(self, who: int, name: str) -> None:
        """Let a resident open the chat with the bot."""
        self.api.meets(name, self._first + who)

    def founds(self, title: str) -> None:
        """Found a group of neighbours."""
        self.api.founds(title, self.group)
        self.pictured = [title]

    async def says(
        self, text: str | None = None, *, who: int = 0, chat: int | None = None, answers: int = 1, **extra: Any
    ) -> list[Message]:
        """Write, and return what the bot says to it."""
        user = who if who >= 1_000 else self._first + who
        self.said = self.api.says(text, user, chat=chat, **extra)
        self._note(user, chat, text or f"[{next(iter(extra))}] {extra.get('caption', '')}".strip())
        return await self.answers(answers)

    async def replies(self, message: Message, text: str, *, who: int = 0, answers: int = 1) -> list[Message]:
        """Write in reply to a message of a group."""
        quoted = re.sub(r"\s+", " ", re.sub(r"#\d+", "#…", message["text"]))[:20]
        user = who if who >= 1_000 else self._first + who
        chat = message["chat"]["id"]
        self.said = self.api.says(text, user, chat=chat, reply_to_message=bare(message))
        self._note(user, chat, f"↩ “{quoted}…” {text}")
        return await self.answers(answers)

    async def presses(self, message: Message, label: str, *, who: int = 0, answers: int = 1) -> list[Message]:
        """Press a button of a message."""
        user = self._first + who
        self.api.presses(message, label, user)
        self._note(user, message["chat"]["id"] if message["chat"]["id"] < 0 else None, f"▸{label}")
        return await self.answers(answers)

    async def types(self, query: str) -> list[Message]:
        """Type the bot's name and `query` in the group; return what is offered."""
        self._note(self._first, self.group, f"types {BOT} {query}")
        self._typed = self.api.types(query, self._first, chat=self.group)
        found = await self.api.found(self._typed, 20)
        self.steps.append(Said(self._title(self.group), "\n".join(str(one["title"]) for one in found), ()))
        return found

    def chooses(self, result: Message) -> Message:
        """Send what was offered to the group."""
        self._note(self._first, self.group, f"▸{result['title']}")
        message = self.api.chooses(self._typed, result["id"], chat=self.group)
        self._show([message])
        return message

    def does(self, what: str) -> None:
        """Note something that is done neither by a message nor by a button."""
        self.steps.append(Act("", what))

    async def restarts(self, number: signal.Signals, while_down: Message | None = None, text: str = "") -> None:
        """End the bot when it has nothing left to do, let staff reply meanwhile, and start it again."""
        await self.settled()
        self.house.end(number)
        self.does("the process is killed" if number == signal.SIGKILL else "the process is stopped")
        if while_down:
            await self.replies(while_down, text, who=CLERK, answers=0)
        self.house.start()
        self.does("the process is started again")

    async def settled(self) -> None:
        """Wait until the bot has noted all that it did."""
        data = self.house.data
        await until(lambda: rows(data, "SELECT count(*) FROM inbox WHERE state = 'open'") == [(0,)])
        await until(lambda: rows(data, "SELECT count(*) FROM outbox") == [(0,)])

    async def answers(self, count: int) -> list[Message]:
        found = [await self.api.reply(20) for _ in range(count)]
        found.sort(key=lambda message: message["chat"]["id"] == STAFF)  # both chats are written to at the same time
        self._show(found)
        return found

    def _show(self, found: list[Message]) -> None:
        for message in found:
            markup = message.get("reply_markup", {})
            shown = markup.get("inline_keyboard") or markup.get("keyboard") or []
            labels = tuple(tuple(button["text"] for button in row) for row in shown)
            edited, keys = bool(message.get("edited")), "keyboard" in markup
            place, text = (message["chat"]["id"], message["message_id"]), message["text"]
            said = "" if edited and self._texts.get(place) == text else text
            self._texts[place] = text
            self.steps.append(Said(self._title(message["chat"]["id"]), said, labels, edited, keys))

    def _note(self, user: int, chat: int | None, did: str) -> None:
        name = self.api.chats.person(user).name
        where = self._title(chat or user)
        who = f"{name} · {where}" if where else "" if user == self._first else name
        self.steps.append(Act(who, did))

    def _title(self, chat: int) -> str:
        return self.api.chats.of(chat).title if chat < 0 else ""

    @property
    def sum(self) -> Sum:
        """What it came to."""
        acts = [step for step in self.steps if isinstance(step, Act) and not step.did.startswith("the process")]
        said = [step for step in self.steps if isinstance(step, Said)]
        pressed = sum(act.did.startswith("▸") for act in acts)
        edits = sum(one.edited for one in said)
        return Sum(
            len(acts) - pressed,
            pressed,
            len(said) - edits,
            edits,
            sum(len(row) for one in said for row in one.buttons),
            sum(units(one.text) for one in said),
        )

    def acts(self) -> list[str]:
        """Return the lines of the transcript that say what was done."""
        return [_act(step) for step in self.steps if isinstance(step, Act)]

    def transcript(self) -> Iterator[str]:
        """Yield all that was done and said as lines of Markdown."""
        for step in self.steps:
            if isinstance(step, Act):
                yield f"{_act(step)}\n"
                continue
            place = [f"*{step.where}*"] if step.where else []
            place += ["*(in its place)*" if step.text else "*(the buttons below it)*"] if step.edited else []
            if place:
                yield f"> {' '.join(place)}  "
            text = re.sub(r"#\d+", "#…", step.text)
            yield from (f"> {line}  " if line.strip() else ">" for line in text.split("\n") if text)
            if step.buttons:
                shown = "  \n> ".join(" ".join(f"`{label}`" for label in row) for row in step.buttons)
                yield f">\n> {'keys: ' if step.keys else ''}{shown}"
            yield ""


def _act(act: Act) -> str:
    return f"**{act.who}: {act.did}**" if act.who else f"**{act.did}**"
