"""The checkout that is tried, its knowledge and its trained models, and bots that run on copies of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import yaml

from tests.bench.hostile.strain import Strain
from tests.bench.hostile.tally import Tally
from tests.bench.hostile.telegram import TOKEN, Answer, Telegram, serving

START = 240.0
"""Seconds that a bot may take to serve; a first training is among them."""


@dataclass
class Ground:
    """Where it happens."""

    root: Path
    """Checkout that is tried."""
    temp: Path
    """Folder for all that is written."""
    tally: Tally
    """What came of it."""
    rng: random.Random
    """Chance, by the seed."""
    quick: bool
    """Whether to try a tenth."""
    strain: Strain = field(default_factory=Strain)
    """How busy the machine is."""

    def count(self, number: int) -> int:
        """Return how many of `number` to try."""
        return max(number // 10, 8) if self.quick else number

    @property
    def python(self) -> str:
        """The checkout's interpreter."""
        own = self.root / ".venv" / "bin" / "python"
        return str(own if own.exists() else sys.executable)

    @property
    def data(self) -> Path:
        """Trained data of the whole knowledge; copy it."""
        return self.temp / "trained"

    @property
    def small(self) -> Path:
        """A knowledge of six intents in `faq`, and its data in `var`; copy it."""
        return self.temp / "small"

    def phrase(self, name: str) -> str:
        """Return a phrase of the checkout's knowledge."""
        return str(yaml.safe_load((self.root / "faq" / "phrases.yaml").read_text("utf-8"))[name]).strip()

    async def prepare(self) -> None:
        """Copy and train what the bots run on. Raises RuntimeError."""
        shutil.copytree(self.root / "var", self.data, ignore=shutil.ignore_patterns("bot.*", "pseudonym.key"))
        await self._must("run_bot.py", "ask", "--data", str(self.data), "你好")
        made = "from pathlib import Path; from tests.conftest import copy_of_faq, make_small; import sys; "
        await self._must("-c", made + "make_small(copy_of_faq(Path(sys.argv[1])))", str(self.small / "faq"))
        shutil.copytree(self.data / "cache", self.small / "var" / "cache")
        await self._must("run_bot.py", "train", "--faq", str(self.small / "faq"), "--data", str(self.small / "var"))

    async def _must(self, *command: str) -> None:
        process = await asyncio.create_subprocess_exec(
            self.python, *command, cwd=self.root, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{command[:2]} failed: {said.decode()[-2000:]}")

    @asynccontextmanager
    async def running(
        self, name: str, *, small: bool = False, odd: dict[str, Answer] | None = None, **settings: str
    ) -> AsyncIterator[Bot]:
        """Run a bot of its own against a Telegram of its own, which answers the methods `odd` oddly.

        Raises TimeoutError if it does not come to serve.
        """
        home = self.temp / name
        home.mkdir()
        source = self.small / "var" if small else self.data
        shutil.copytree(source, home / "var")
        faq = home / "faq" if small else self.root / "faq"
        if small:
            shutil.copytree(self.small / "faq", faq)
        async with serving() as api:
            api.odd_methods = odd or {}
            bot = Bot(self, api, home, faq, settings)
            keeper = None
            try:
                await bot.start()
                keeper = asyncio.create_task(bot.keep())
                yield bot
            finally:
                if keeper:
                    keeper.cancel()
                await bot.end()


class Bot:
    """A running bot; started anew when it ends, as systemd does."""

    def __init__(self, ground: Ground, api: Telegram, home: Path, faq: Path, settings: dict[str, str]) -> None:
        self.ground, self.api, self.home, self.faq = ground, api, home, faq
        self.data = home / "var"
        self.ends: list[int] = []
        """Exit codes of the times it ended by itself."""
        self._settings = settings
        self._probes = 900_000

    async def start(self) -> None:
        """Start it and wait until it serves. Raises TimeoutError."""
        before = len(self.log)
        await self._launch()
        end = time.monotonic() + START
        while "serving" not in self.log[before:]:
            if time.monotonic() > end or self.process.returncode is not None:
                raise TimeoutError(f"the bot does not serve:\n{self.log[-2000:]}")
            await asyncio.sleep(0.1)

    async def _launch(self) -> None:
        own = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_BASE_URL": self.api.url, "ADMIN_PORT": "127.0.0.1:0"}
        with (self.home / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                self.ground.python,
                str(self.ground.root / "run_bot.py"),
                *("--faq", str(self.faq), "--data", str(self.data)),
                env={**os.environ, **own, **self._settings},
                cwd=self.home,
                stdout=log,
                stderr=log,
            )

    async def keep(self) -> None:
        """Start it anew whenever it ends."""
        while True:
            code = await self.process.wait()
            self.ends.append(code)
            await asyncio.sleep(1)
            await self._launch()

    async def end(self) -> None:
        """End it for good."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self.process.wait(), 15)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    @property
    def log(self) -> str:
        """All that it has logged."""
        path = self.home / "log"
        return path.read_text("utf-8", errors="replace") if path.exists() else ""

    @property
    def log_size(self) -> int:
        """Bytes that it has logged."""
        return (self.home / "log").stat().st_size

    @property
    def cpu(self) -> float:
        """Seconds of processor time, all threads together; 0 if it has just ended."""
        total = 0
        for task in Path(f"/proc/{self.process.pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                total += int(task.read_text().split()[0])
        return total / 1e9

    async def helped(self, seconds: float) -> float:
        """Return the seconds that a resident who asks /help waits; infinity if longer than `seconds`."""
        self._probes += 1
        chat, began = self._probes, time.monotonic()
        self.api.arrive({"message": command(chat, "/help")})
        return time.monotonic() - began if await self.api.reply(chat, seconds) else float("inf")

    async def page(self, path: str) -> tuple[int, str]:
        """Return status and text of an operations page; 0 if there is none."""
        ports = re.findall(r"operations: http://127\.0\.0\.1:(\d+)", self.log)
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as session,
                session.get(f"http://127.0.0.1:{ports[-1]}{path}") as response,
            ):
                return response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError, IndexError):
            return 0, ""

    async def metric(self, name: str) -> float:
        """Return the sum of a metric over its labels."""
        _, text = await self.page("/metrics")
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE))

    def rows(self, state: str) -> int:
        """Return how many updates stand in `state` in its database; -1 if it cannot be read."""
        try:
            with closing(sqlite3.connect(f"file:{self.data / 'bot.sqlite3'}?mode=ro", uri=True)) as database:
                found = database.execute("SELECT count(*) FROM inbox WHERE state = ?", (state,)).fetchone()
                return int(found[0])
        except sqlite3.Error:
            return -1


def command(chat: int, text: str) -> dict[str, object]:
    """Return a private message that begins with a command."""
    length = len(text.split(maxsplit=1)[0])
    return {
        "message_id": 1,
        "date": int(time.time()),
        "chat": {"id": chat, "type": "private", "first_name": "r"},
        "from": {"id": chat, "is_bot": False, "first_name": "r"},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": length}],
    }


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
