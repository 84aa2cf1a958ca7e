"""Run commands of a checkout, each in a child forked from a process that has loaded it: a second saved every time.

As a program, `python forks.py ROOT`, it reads jobs from standard input and prints what became of each, as JSON lines.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import datetime
import json
import os
import resource
import runpy
import signal
import struct
import sys
import time
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEMORY = 3 * 2**30
"""Bytes that a command may take."""


@dataclass(frozen=True)
class Done:
    """What became of a command."""

    code: int
    """Exit code; negative: the signal that ended it; -9 too if it took too long."""
    seconds: float
    """How long it took."""
    said: str
    """What it printed, errors too."""

    @property
    def broken(self) -> str:
        """How it ended as no command should, or nothing."""
        if self.code < 0:
            return f"signal {-self.code} after {self.seconds:.1f} s"
        return "a traceback" if "Traceback (most recent" in self.said else ""


class Forks:
    """A process of the checkout that forks."""

    def __init__(self, process: asyncio.subprocess.Process, out: Path) -> None:
        self._process = process
        self._out = out
        self._turn = asyncio.Lock()

    async def run(self, *arguments: str, seconds: float = 30.0, **more: object) -> Done:
        """Run the command with `arguments`; `more`: `day` it shall be, `env`, `cwd`, `tame`, `text` typed in."""
        job = {"argv": ["run_bot.py", *arguments], "out": str(self._out), "seconds": seconds, **more}
        async with self._turn:
            stdin, stdout = self._process.stdin, self._process.stdout
            if stdin is None or stdout is None:
                raise RuntimeError("the process was started without pipes")
            stdin.write(json.dumps(job).encode() + b"\n")
            await stdin.drain()
            found = json.loads(await stdout.readline())
            with self._out.open("rb") as said:
                return Done(found["code"], found["seconds"], said.read(2**20).decode(errors="replace"))


@contextlib.asynccontextmanager
async def forking(python: str, root: Path, temp: Path, name: str) -> AsyncIterator[Forks]:
    """Start the process."""
    process = await asyncio.create_subprocess_exec(
        python, str(Path(__file__)), str(root), cwd=root, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield Forks(process, temp / f"said-{name}")
    finally:
        process.kill()
        await process.wait()


def main(root: str) -> None:
    """Load what `check` needs, then run the jobs that are asked for."""
    sys.path[0] = root
    answers = os.fdopen(os.dup(1), "w")
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a file of the system
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    _command({"argv": ["run_bot.py", "check"]}, root)
    for line in sys.stdin:
        began = time.monotonic()
        code = _fork(json.loads(line), root)
        print(json.dumps({"code": code, "seconds": time.monotonic() - began}), file=answers, flush=True)


def _fork(job: dict[str, Any], root: str) -> int:
    child = os.fork()
    if not child:
        try:
            _become(job)
            code = _command(job, root)
        except BaseException:
            code = 70
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    end = time.monotonic() + job["seconds"]
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return -9
        time.sleep(0.005)


def _become(job: dict[str, Any]) -> None:
    """Make this child what the job wants."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.open(job["out"], os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o644)
    os.dup2(out, 1)
    os.dup2(out, 2)
    typed, feed = os.pipe()
    os.write(feed, job.get("text", "").encode()[:60_000])
    os.close(feed)
    os.dup2(typed, 0)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    os.environ.update(job.get("env", {}))
    os.chdir(job.get("cwd", "."))
    if job.get("tame"):
        _obey()
    if "day" in job:
        _turn_the_clock(datetime.datetime.fromisoformat(job["day"]))


def _obey() -> None:
    """Give up what root may do against the permissions of files; nothing else needs it."""
    system = ctypes.CDLL(None)
    for capability in range(41):
        system.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP, so that children have none either
    system.capset(struct.pack("Ii", 0x20080522, 0), bytes(24))  # version 3 of the call, this process


def _turn_the_clock(to: datetime.datetime) -> None:
    """Let it be another day for whoever asks the standard library's datetime or date."""
    real, real_day = datetime.datetime, datetime.date
    offset = to - real.now()

    class AnyDay(type):
        """Days made before the clock was turned are days too."""

        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, real if cls is Moved else real_day)

    class Moved(real, metaclass=AnyDay):  # type: ignore[misc, valid-type]
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Moved:
            moved = real.now(tz) + offset
            return cls(*moved.timetuple()[:6], moved.microsecond, moved.tzinfo)

        today = now

    class Day(real_day, metaclass=AnyDay):  # type: ignore[misc, valid-type]
        @classmethod
        def today(cls) -> Day:
            moved = real.now() + offset
            return cls(moved.year, moved.month, moved.day)

    datetime.datetime = Moved  # type: ignore[misc]
    datetime.date = Day  # type: ignore[misc]


def _command(job: dict[str, Any], root: str) -> int:
    sys.argv = job["argv"]
    try:
        runpy.run_path(f"{root}/run_bot.py", run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    main(sys.argv[1])
