"""An outside opinion: the bot against a Bot API server by another hand, killed while messages wait."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests import warm
from tests.running import rows, until

TOKEN = "123456:outside"
WIDTH = 16
"""Chats served at once: the most answers that one kill may repeat."""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Emulator:
    """The other server, and its journal: what was asked of it, without texts."""

    def __init__(self, url: str, journal: Path) -> None:
        self.url = url
        self._journal = journal

    def asked(self, method: str) -> Counter[int]:
        """Return how often `method` was asked, by the status of the answer."""
        if not self._journal.exists():
            return Counter()
        lines = [json.loads(line) for line in self._journal.read_text("utf-8").splitlines() if line.endswith("}")]
        return Counter(line["status"] for line in lines if line.get("method") == method)

    def answers(self) -> int:
        return self.asked("sendMessage")[200]

    async def says(self, text: str, user: int, number: int) -> None:
        """Let a resident write."""
        person = {"id": user, "is_bot": False, "first_name": "居民"}
        chat = {"id": user, "type": "private", "first_name": "居民"}
        message: dict[str, object] = {"message_id": number, "date": int(time.time()), "chat": chat, "from": person}
        message["text"] = text
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.partition(" ")[0])}]
        body = {"token": TOKEN, "update": {"message": message}}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/__fixture/updates", json=body) as answer,
        ):
            assert answer.status == 200, await answer.text()

    async def delivers(self) -> None:
        """Have it try its webhook again, which it does only when told."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/__fixture/deliver", json={"token": TOKEN}) as answer,
        ):
            await answer.read()


@pytest.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[Emulator]:
    port, journal = free_port(), tmp_path / "journal.jsonl"
    options = ["--port", str(port), "--enable-control", "--allow-insecure-loopback-webhooks", "--journal", str(journal)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from lo_bot_api_emulator import main; main()", *options),
        stdout=asyncio.subprocess.DEVNULL,
    )
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            break
        except ConnectionError:
            await asyncio.sleep(0.05)
    yield Emulator(f"http://127.0.0.1:{port}", journal)
    process.kill()
    await process.wait()


@asynccontextmanager
async def running(emulator: Emulator, data: Path, settings: dict[str, str]) -> AsyncIterator[warm.Process]:
    own = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_BASE_URL": emulator.url, "ADMIN_PORT": "off", "FLOOD_PER_MINUTE": "0"}
    folders = ["--faq", str(data.parent / "faq"), "--data", str(data)]
    with (data / "log").open("ab") as log, Path(os.devnull).open() as nothing:
        files = (nothing.fileno(), log.fileno(), log.fileno())
        process = warm.start(folders, files=files, environment={**os.environ, **own, **settings}, cwd=data)
    yield process
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) == 0, (data / "log").read_text("utf-8")


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_killed_while_messages_wait_it_answers_them_all_after_its_restart(
    emulator: Emulator, own: Path, mode: str
) -> None:
    port, messages = free_port(), 240
    webhook = {"WEBHOOK_URL": f"http://127.0.0.1:{port}/updates", "WEBHOOK_LISTEN": f"127.0.0.1:{port}"}
    settings = webhook if mode == "webhook" else {}
    async with running(emulator, own, settings) as bot:
        await until(lambda: emulator.asked("getUpdates" if mode == "polling" else "setWebhook"), 60)
        for number in range(messages):
            await emulator.says("低保怎么申请", 100 + number % 24, number + 1)
        delivery = asyncio.create_task(emulator.delivers()) if mode == "webhook" else None
        await until(lambda: emulator.answers() >= 10, 60)
        bot.send_signal(signal.SIGKILL)
        await bot.wait()
        if delivery:
            await asyncio.wait_for(delivery, 60)
    async with running(emulator, own, settings):
        await until(
            lambda: (own / "log").read_text("utf-8").count("INFO bot.channels.telegram.serving: serving") == 2, 60
        )
        for _ in range(600):
            if rows(own, "SELECT count(*) FROM inbox WHERE state = 'done'") == [(messages,)]:
                break
            if mode == "webhook":
                await emulator.delivers()
            await asyncio.sleep(0.1)
    assert rows(own, "SELECT state, count(*) FROM inbox GROUP BY state") == [("done", messages)]
    assert messages <= emulator.answers() <= messages + WIDTH
    assert set(emulator.asked("sendMessage")) == {200}, "every message has a shape that the other server takes"


COMMANDS = (
    "/start",
    "/menu",
    "/district 浚县",
    "/help",
    "/settings",
    "/privacy",
    "/mydata",
    "/human",
    "/feedback",
    "食堂的菜太咸",
    "/ask 低保怎么申请",
    "/start dibao-apply",
    "/nothing",
    "/forget",
    "/stop",
)


async def test_every_command_is_answered_in_a_shape_that_the_other_server_takes(emulator: Emulator, own: Path) -> None:
    async with running(emulator, own, {}):
        await until(lambda: emulator.asked("getUpdates"), 60)
        for number, command in enumerate(COMMANDS):
            await emulator.says(command, 100, number + 1)
            await until(
                lambda done=number + 1: rows(own, "SELECT count(*) FROM inbox WHERE state = 'done'") == [(done,)], 60
            )
    asked = emulator.asked("sendMessage")
    assert asked[200] >= len(COMMANDS)
    assert set(asked) == {200}
