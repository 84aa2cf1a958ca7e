"""The whole bot as a process of its own, against the simulator."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp

from bot.simulator.simulator import TOKEN, Simulator
from tests import warm
from tests.conftest import ROOT

READY = ": serving\n"
ADDRESS = r"Talk with the bot at (http://127\.0\.0\.1:\d+)"
"""How the line begins in which a bot without a token says, last of all, where it answers."""
HASTY = (
    "import bot.channels.telegram.delivery as delivery; delivery.AFTER_DOUBT = (0.5, 1.0)\n"
    "from bot.cli.main import main; main()"
)
"""The program, in a hurry to send again what may have arrived."""


class Running:
    """A bot that runs, or has run, on a data folder."""

    def __init__(self, process: warm.Process, data: Path) -> None:
        self.process = process
        self._data = data

    @property
    def log(self) -> str:
        """What this and earlier runs on the folder have logged."""
        return (self._data / "log").read_text("utf-8")

    async def logs(self, words: str, seconds: float = 60.0) -> None:
        """Wait until `words` are logged."""
        end = time.monotonic() + seconds
        while words not in self.log:
            assert time.monotonic() < end, f"{words!r} was not logged within {seconds} s:\n{self.log}"
            assert self.process.returncode is None, f"the bot has ended:\n{self.log}"
            await asyncio.sleep(0.05)

    async def page(self, path: str) -> tuple[int, str]:
        """Return status and text of an operations page; ADMIN_PORT must be 0."""
        port = re.findall(r"operations: http://127.0.0.1:(\d+)", self.log)[-1]
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
            return response.status, await response.text()

    async def end(self, number: signal.Signals = signal.SIGTERM) -> float:
        """End the bot; return the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        await asyncio.wait_for(self.process.wait(), 60)
        return time.monotonic() - began


async def launch(api: Simulator, data: Path, faq: Path | None = None, /, *, code: str = "", **settings: str) -> Running:
    """Start the bot, by `code` instead of run_bot.py if given; it logs to a file in `data`.

    It knows `faq`, or what stands in the folder of that name beside `data`.
    """
    faq = faq or (data.parent / "faq").resolve()
    own = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_BASE_URL": api.url, "ADMIN_PORT": "off", "FLOOD_PER_MINUTE": "0"}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **own, **settings}
    with (data / "log").open("ab") as log, Path(os.devnull).open() as nothing:
        files = (nothing.fileno(), log.fileno(), log.fileno())
        process = warm.start(
            ["--faq", str(faq), "--data", str(data)], files=files, environment=environment, cwd=data, code=code
        )
    return Running(process, data)


@asynccontextmanager
async def running(
    api: Simulator, data: Path, faq: Path | None = None, /, *, ready: str = READY, code: str = "", **settings: str
) -> AsyncIterator[Running]:
    """Start the bot, wait until it has logged `ready`, and end it afterwards; a wrong end fails the test."""
    before = (data / "log").stat().st_size if (data / "log").exists() else 0
    bot = await launch(api, data, faq, code=code, **settings)
    process = bot.process
    try:
        end = time.monotonic() + 120
        while ready not in (data / "log").read_bytes()[before:].decode():
            assert process.returncode is None, f"the bot has ended:\n{bot.log}"
            assert time.monotonic() < end, f"it did not start:\n{bot.log}"
            await asyncio.sleep(0.05)
        yield bot
    finally:
        if process.returncode is None:
            await bot.end()
    assert process.returncode in (0, -signal.SIGKILL), bot.log
    assert "Traceback" not in bot.log
    assert TOKEN not in bot.log, "the token is logged"
    assert "低保" not in bot.log, "a resident's words are logged"


def chat_page(lines: Iterable[str]) -> str:
    """Return the address of the chat page from the lines that a bot without a token prints as it starts."""
    return next(found[1] for line in lines if (found := re.match(ADDRESS, line)))


def rows(data: Path, query: str) -> list[tuple[object, ...]]:
    """Return what `query` finds in the bot's database."""
    with closing(sqlite3.connect(f"file:{data / 'bot.sqlite3'}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


async def until(true: object, seconds: float = 60.0) -> None:
    """Wait until the function `true` says so."""
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, f"it was not so within {seconds} s"
        await asyncio.sleep(0.05)
