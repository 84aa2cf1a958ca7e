"""A bot that several tests talk with, each as residents and in a group of its own."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.simulator.server import serving_in_thread
from bot.simulator.simulator import TOKEN, Simulator
from tests import warm
from tests.conftest import ROOT
from tests.running import READY, rows, until


class House:
    """A bot as a process of its own, which can be killed and started again on the same data."""

    def __init__(self, api: Simulator, faq: Path, data: Path, **settings: str) -> None:
        own = {"TELEGRAM_BOT_TOKEN": TOKEN, "ADMIN_PORT": "off", "FLOOD_PER_MINUTE": "0", **settings}
        self.api, self.data = api, data
        self._log = data.parent / "log"
        self._arguments = ["--faq", str(faq), "--data", str(data)]
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **own, "TELEGRAM_BASE_URL": api.url}

    def start(self) -> None:
        """Start it and wait until it serves."""
        began = self.logged.count(READY)
        with self._log.open("ab") as log, Path(os.devnull).open() as nothing:
            files = (nothing.fileno(), log.fileno(), log.fileno())
            self._process = warm.start(
                self._arguments, files=files, environment=self._environment, cwd=self.data.parent
            )
        end = time.monotonic() + 120
        while self.logged.count(READY) == began:
            assert time.monotonic() < end, "it did not start"
            assert self._process.returncode is None, self.logged
            time.sleep(0.05)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it by a signal."""
        self._process.send_signal(number)
        assert self._process.ended(60) == (-signal.SIGKILL if number == signal.SIGKILL else 0)

    @property
    def logged(self) -> str:
        """What it has logged, whenever it ran."""
        return self._log.read_text("utf-8") if self._log.exists() else ""


@contextmanager
def housed(faq: Path, data: Path, **settings: str) -> Iterator[House]:
    """Run a simulator and a bot; at the end see that nothing went wrong and nothing was logged that must not be."""
    with serving_in_thread() as api:
        if staff := settings.get("STAFF_CHAT_ID"):
            api.founds("工作人员群", int(staff))  # the bot looks for it when it starts
        house = House(api, faq, data, **settings)
        house.start()
        try:
            yield house
        finally:
            house.end()
    assert "Traceback" not in house.logged
    assert TOKEN not in house.logged, "the token is logged"
    assert "低保" not in house.logged, "a resident's words are logged"


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Simulator]:
    """Run a simulator and the bot on the knowledge and data in `folder`."""
    with housed(folder / "faq", folder / "var", **settings) as house:
        yield house.api


class Town:
    """Residents and a group whom nobody else meets who talks with the same bot."""

    numbers = itertools.count(1)

    def __init__(self, api: Simulator, folder: Path) -> None:
        self.api = api
        self._data = folder / "var"
        self.first = 1000 * next(Town.numbers)
        self.group = -self.first
        while not api.sent.empty():  # what a test that failed has left
            api.sent.get_nowait()

    def says(self, text: str | None = None, *, who: int = 0, group: bool = False, **extra: Any) -> dict[str, Any]:
        return self.api.says(text, self.first + who, chat=self.group if group else None, **extra)

    def presses(self, message: dict[str, Any], data: str, *, who: int = 0) -> None:
        self.api.presses_data(message, data, self.first + who)

    async def reply(self) -> dict[str, Any]:
        return await self.api.reply()

    async def silent(self) -> None:
        """Wait until the bot is done with all that it was told, albums too, and see that it said nothing more."""
        await until(lambda: not len(self.api.updates))  # fetched and kept, or passed over
        await until(lambda: rows(self._data, "SELECT count(*) FROM inbox WHERE state = 'open'") == [(0,)])
        await asyncio.sleep(0.3)  # for a notice that is sent beside
        assert self.api.sent.empty(), self.api.sent.get_nowait()["text"]
