"""Replicas behind nginx on one PostgreSQL: one is killed, and nobody's message is lost or answered out of order."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from pathlib import Path

import pytest

from bot.simulator.simulator import Simulator
from tests.cluster import Cluster, cluster, obstacle
from tests.running import until

PER_CHAT = 4


@pytest.fixture(autouse=True)
def _here() -> None:
    if reason := obstacle():
        pytest.skip(reason)


class Talk:
    """Residents who write commands in turn, whose answers can be told apart."""

    COMMANDS = ("/help", "/privacy", "/settings", "/id")

    def __init__(self, api: Simulator, chats: range) -> None:
        self._api, self._chats = api, chats
        self.heard: dict[int, list[str]] = {chat: [] for chat in chats}
        self.beginnings: list[str] = []

    def write(self) -> None:
        for command in self.COMMANDS:
            for chat in self._chats:
                self._api.says(command, chat)

    def read(self) -> None:
        while not self._api.sent.empty():
            message = self._api.sent.get_nowait()
            if "keyboard" in message.get("reply_markup", {}):  # the greeting above the first answer
                continue
            first = message["text"].partition("\n")[0].partition("：")[0]
            self.heard[message["chat"]["id"]].append(re.sub(r"\d+", "#", first))

    @property
    def complete(self) -> bool:
        self.read()
        return all(len(set(heard)) == len(self.COMMANDS) for heard in self.heard.values())


async def ask(api: Simulator, chats: range, running: Cluster, *, kill: int | None = None) -> Talk:
    """Let `chats` write, kill a replica when the first answers are there, and wait for all answers."""
    talk = Talk(api, chats)
    talk.write()
    if kill is not None:
        await until(lambda: not api.sent.empty())
        await running.end(kill, signal.SIGKILL)
    await until(lambda: talk.complete, 60)
    await asyncio.sleep(0.3)
    talk.read()
    return talk


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_a_replica_is_killed_and_the_other_answers_in_order(api: Simulator, own: Path, mode: str) -> None:
    api.webhook.pauses = 0.2
    settings = {"WEBHOOK_URL": ""} if mode == "polling" else {}
    async with cluster(api, (own.parent / "faq").resolve(), own, 2, **settings) as running:
        quiet = await ask(api, range(1000, 1020), running)
        order = quiet.heard[1000]
        odd = [heard for heard in quiet.heard.values() if heard != order]
        assert odd == [], "each once, in the order in which it was asked, whoever answers"
        api.switch(latency_ms=50)
        began = time.monotonic()
        leader = running.leader()
        harsh = await ask(api, range(2000, 2020), running, kill=leader)
        firsts = [list(dict.fromkeys(heard)) for heard in harsh.heard.values()]
        odd = [heard for heard in firsts if heard != order]
        assert odd == [], "none is missing and none comes before an earlier one"
        repeated = sum(len(heard) - len(order) for heard in harsh.heard.values())
        assert repeated <= 16, "at most CHATS_AT_ONCE come twice"
        assert time.monotonic() - began < 60
        await running.start(leader, **settings)
        await running.ready(leader)
    assert "Traceback" not in running.log
    assert running.log.count("this replica leads\n") >= 1
