"""Run a bot as a process against the benchmark's server, and read what it costs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

TOKEN = "123456:bench"
_TICKS = os.sysconf("SC_CLK_TCK")
_LIMIT = 120.0

Plan = Sequence[tuple[float, int, str]]


class Server:
    """The benchmark's server, seen from outside."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def order(self, **order: Any) -> dict[str, Any]:
        """Tell it something, and return what it says."""
        with urllib.request.urlopen(f"{self.url}/control", json.dumps(order).encode(), timeout=30) as answer:
            return dict(json.load(answer))

    def wait(self, what: str, least: float, limit: float = _LIMIT) -> dict[str, Any]:
        """Return what the server says as soon as its count `what` is at least `least`."""
        end = time.monotonic() + limit
        while (state := self.order())[what] < least:
            if time.monotonic() > end:
                raise TimeoutError(f"{what} is {state[what]} and not {least} after {limit:.0f} s")
            time.sleep(0.02)
        return state


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Run the server."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.server"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        yield Server(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Bot:
    """A running bot."""

    def __init__(self, process: subprocess.Popen[bytes], started: float) -> None:
        self._process = process
        self.started = started
        """Seconds from its start to its first getUpdates."""

    @property
    def cpu(self) -> float:
        """Seconds of processor time used so far, all threads together."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @property
    def memory(self) -> float:
        """Megabytes of memory in use (resident)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    @property
    def written(self) -> int:
        """Bytes handed to the system to be written to files so far; what goes over sockets is not among them."""
        counters = Path(f"/proc/{self._process.pid}/io").read_text()
        return int(counters.split("wchar: ")[1].split()[0])


@contextlib.contextmanager
def bot(command: Sequence[str], api: Server, **settings: str) -> Iterator[Bot]:
    """Run `command` until it has asked for updates; stop it by SIGTERM afterwards."""
    environment = {**os.environ, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_BASE_URL": api.url, "ADMIN_PORT": "off"}
    polls, start = api.order()["polls"], time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        api.wait("polls", polls + 1, 60)
        yield Bot(process, time.monotonic() - start)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def ours(data: Path) -> list[str]:
    """Return the command of our bot."""
    return [sys.executable, str(ROOT / "run_bot.py"), "--data", str(data)]


def echo(width: int = 0) -> list[str]:
    """Return the command of the library's echo bot; `width`: updates at once, 0: its default, one."""
    return [sys.executable, "-m", "tests.bench.echo", *([str(width)] if width else [])]
