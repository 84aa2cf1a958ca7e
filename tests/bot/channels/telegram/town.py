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
from tests.running import READY, rows, until


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Simulator]:
    """Run a simulator and the bot on the knowledge and data in `folder`."""
    own = {"TELEGRAM_BOT_TOKEN": TOKEN, "ADMIN_PORT": "off", "FLOOD_PER_MINUTE": "0", **settings}
    arguments = ["--faq", str(folder / "faq"), "--data", str(folder / "var")]
    with serving_in_thread() as api, (folder / "log").open("wb") as log, Path(os.devnull).open() as nothing:
        environment = {**os.environ, **own, "TELEGRAM_BASE_URL": api.url}
        files = (nothing.fileno(), log.fileno(), log.fileno())
        process = warm.start(arguments, files=files, environment=environment, cwd=folder)
        try:
            end = time.monotonic() + 120
            while READY not in (folder / "log").read_text("utf-8"):
                assert time.monotonic() < end, "it did not start"
                assert process.returncode is None, (folder / "log").read_text("utf-8")
                time.sleep(0.05)
            yield api
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.ended(60) == 0
    logged = (folder / "log").read_text("utf-8")
    assert "Traceback" not in logged
    assert TOKEN not in logged, "the token is logged"
    assert "低保" not in logged, "a resident's words are logged"


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
