"""Kill the running bot again and again while residents write, and count what became of their messages."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import signal
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Press
from bot.dialogue.session import Session
from bot.simulator.server import serving
from bot.simulator.simulator import Simulator
from tests.running import launch
from tests.warm import Process

PER_CHAT = 10
"""Messages of one resident in one round."""

PATIENCE = 60.0
"""Seconds without any answer after which what is still unanswered at the end counts as never answered."""


@dataclass
class Count:
    """What became of the messages."""

    asked: int = 0
    """Messages sent."""
    kills: int = 0
    """How often the bot was killed by SIGKILL."""
    stops: int = 0
    """How often it was ended by SIGTERM."""
    slowest_stop: float = 0.0
    """Seconds from SIGTERM to the end, at most."""
    never: int = 0
    """Messages that were never answered."""
    repeated: int = 0
    """Answers given once more."""
    most_repeated: int = 0
    """Answers given once more because of one kill, at most."""
    out_of_order: int = 0
    """Answers that came after the answer to a later message of the same chat."""
    output: list[str] = field(default_factory=list)
    """What each run of the bot has logged."""


class Residents:
    """Write messages whose answers can be told apart: each opens another intent by its link."""

    def __init__(self, api: Simulator, dialogue: Dialogue) -> None:
        self._api = api
        self._openings = list(_openings(dialogue).items())
        self._asked: dict[int, list[str]] = defaultdict(list)
        self._answered: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._next = 1_000
        self.asked = 0

    def write(self, chats: int) -> None:
        """Let `chats` new residents write `PER_CHAT` messages each, all mixed."""
        mine = [(self._next + n, random.sample(self._openings, PER_CHAT)) for n in range(chats)]
        self._next += chats
        for turn in range(PER_CHAT):
            for chat, wanted in mine:
                opening, intent = wanted[turn]
                self._asked[chat].append(opening)
                self._api.says(f"/start {intent.replace('.', '-')}", chat)
                self.asked += 1

    def read(self, run: int) -> None:
        """Take in what the bot has sent in its `run`."""
        while not self._api.sent.empty():
            message = self._api.sent.get_nowait()
            if "keyboard" in message.get("reply_markup", {}):  # the greeting above the first answer
                continue
            chat, opening = message["chat"]["id"], message["text"].partition("\n")[0]
            self._answered[chat].append((self._asked[chat].index(opening), run))

    @property
    def open(self) -> int:
        """How many messages have no answer yet."""
        return self.asked - sum(len({number for number, _ in given}) for given in self._answered.values())

    @property
    def repeated(self) -> Counter[int]:
        """How many answers were given once more, by the run at whose end that they had been given was not noted yet."""
        found: Counter[int] = Counter()
        for given in self._answered.values():
            first: dict[int, int] = {}
            for number, run in given:
                if number in first:
                    found[first[number]] += 1
                first[number] = run
        return found

    @property
    def out_of_order(self) -> int:
        """How many answers came after one to a later message of the same chat."""
        return sum(
            number < max(earlier for earlier, _ in given[:place])
            for given in self._answered.values()
            for place, (number, _) in enumerate(given)
            if place
        )


def _openings(dialogue: Dialogue) -> dict[str, str]:
    """Return the first line of each answer with the intent that is answered."""
    faq = dialogue.faq
    fixed = [intent.id for intent in faq.intents.values() if not faq.small_talk(intent)]  # small talk is varied
    presses = {intent: Press(Action.ANSWER, intent) for intent in fixed}
    replies = {intent: dialogue.press(press, Session(), dt.datetime.now())[0] for intent, press in presses.items()}
    firsts = {intent: reply.parts[0] for intent, reply in replies.items()}
    return {part.title or part.text.partition("\n")[0]: intent for intent, part in firsts.items()}


def webhook_settings() -> dict[str, str]:
    """Return settings for updates by webhook, at a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {"WEBHOOK_URL": f"http://127.0.0.1:{port}/updates", "WEBHOOK_LISTEN": f"127.0.0.1:{port}"}


async def crash(
    dialogue: Dialogue,
    folder: Path,
    data: Path,
    *,
    rounds: int,
    mode: str,
    chats: int = 20,
    latency_ms: float = 30.0,
    settings: Mapping[str, str],
) -> Count:
    """Run the bot `rounds` times and end each run at a random moment, SIGTERM every third time; then let it finish."""
    count = Count()
    async with serving() as api:
        api.webhook.pauses = 0.2
        api.switch(latency_ms=latency_ms)
        residents = Residents(api, dialogue)
        settings = {**settings, **(webhook_settings() if mode == "webhook" else {})}
        for number in range(rounds):
            residents.write(chats)
            process = (await launch(api, data, folder, **settings)).process
            await _first_answer(api, process)
            await asyncio.sleep(random.uniform(0.0, 1.0))
            await _end(process, count, signal.SIGTERM if number % 3 == 2 else signal.SIGKILL)
            residents.read(number)
        process = (await launch(api, data, folder, **settings)).process
        end = time.monotonic() + PATIENCE
        while residents.open and time.monotonic() < end and process.returncode is None:
            await asyncio.sleep(0.2)
            if not api.sent.empty():
                end = time.monotonic() + PATIENCE
            residents.read(rounds)
        await asyncio.sleep(0.5)
        await _end(process, count, signal.SIGTERM)
        residents.read(rounds)
    count.asked, count.never = residents.asked, residents.open
    count.repeated, count.most_repeated = residents.repeated.total(), max(residents.repeated.values(), default=0)
    count.out_of_order = residents.out_of_order
    count.output = (data / "log").read_text("utf-8").splitlines()
    return count


async def _first_answer(api: Simulator, process: Process) -> None:
    """Wait until the bot is at work, so that no round is spent on its start alone."""
    while api.sent.empty():
        if process.returncode is not None:
            raise RuntimeError(f"the bot ended by itself with exit code {process.returncode}")
        await asyncio.sleep(0.01)


async def _end(process: Process, count: Count, number: signal.Signals) -> None:
    began = time.monotonic()
    process.send_signal(number)
    await process.wait()
    if number == signal.SIGKILL:
        count.kills += 1
        return
    count.stops += 1
    count.slowest_stop = max(count.slowest_stop, time.monotonic() - began)
