"""Start the program from a process that has imported it already, which spares each start a second of processor time.

What is started is a process of its own all the same: it gets its arguments, environment, folder and files, runs
run_bot.py from its first line, and ends as Python ends. What the imports themselves do is tested in tests/bot/cli.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import gc
import importlib
import itertools
import json
import os
import queue
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from bot.dialogue.privacy import Redactor
from faq.acceptance import mark
from faq.load import load, validate
from faq.reading.folder import Folder, fingerprint, open_folder
from intents.distress.signs import Signs
from intents.entities.subjects import Subjects
from intents.interpret.parts import Splitter

ROOT = Path(__file__).parent.parent
FAQ = ROOT / "faq"
PROGRAM = str(ROOT / "run_bot.py")
_MODULES = (
    *("bot.cli.main", "bot.channels.telegram.app", "bot.delivery.live", "bot.store.connect"),
    *("intents.registry.publish", "intents.evaluation.page", "intents.evaluation.robustness"),
)
"""What a start of the bot imports, and what commands import beside."""


class Process:
    """A process that was started, with the methods of an asyncio subprocess."""

    def __init__(self, pid: int, ended: Future[int]) -> None:
        self.pid = pid
        self._ended = ended

    @property
    def returncode(self) -> int | None:
        """The exit code, or minus the signal that ended it; None: it runs."""
        return self._ended.result() if self._ended.done() else None

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait for the end in a loop of asyncio."""
        return await asyncio.shield(asyncio.wrap_future(self._ended))

    def ended(self, seconds: float) -> int:
        """Wait for the end, and no longer than `seconds`."""
        return self._ended.result(seconds)


def start(
    arguments: Sequence[str],
    *,
    files: tuple[int, int, int],
    environment: Mapping[str, str],
    cwd: Path | None = None,
    code: str = "",
) -> Process:
    """Start run_bot.py, or `code` in its place, with three files for standard input, output and error."""
    request = {"arguments": [*arguments], "environment": {**environment}, "cwd": str(cwd or Path.cwd()), "code": code}
    return _starter().start(request, files)


def run(
    arguments: Sequence[str],
    *,
    stdin: str | bytes = "",
    environment: Mapping[str, str] = os.environ,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command of run_bot.py to its end, as `subprocess.run` does."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin.encode() if isinstance(stdin, str) else stdin)
        given.seek(0)
        files = (given.fileno(), out.fileno(), err.fileno())
        code = start(arguments, files=files, environment=environment, cwd=cwd).ended(300)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess([PROGRAM, *arguments], code, out.read().decode(), err.read().decode())


class _Starter:
    """The process that has imported everything; it ends with this one."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        number = theirs.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm", str(number)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[number],
        )
        theirs.close()
        self._started: queue.Queue[Process] = queue.Queue()
        self._one_at_a_time = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()
        atexit.register(self._close)

    def start(self, request: Mapping[str, object], files: Sequence[int]) -> Process:
        with self._one_at_a_time:
            socket.send_fds(self._socket, [f"{json.dumps(request)}\n".encode()], files)
            return self._started.get(timeout=120)

    def _listen(self) -> None:
        running: dict[int, Future[int]] = {}
        for told in self._socket.makefile("r"):
            pid, code = json.loads(told)
            if code is None:
                running[pid] = Future()
                self._started.put(Process(pid, running[pid]))
            else:
                running.pop(pid).set_result(code)

    def _close(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)
        self._process.wait()


@functools.cache
def _starter() -> _Starter:
    return _Starter()


def _serve(line: socket.socket) -> str:
    """Fork for each request and tell who has ended, and how; return in each fork the code that it is to run."""

    def tell(pid: int, code: int | None) -> None:
        line.sendall(f"{json.dumps([pid, code])}\n".encode())

    def reap(*_: object) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                tell(ended[0], os.waitstatus_to_exitcode(ended[1]))

    signal.signal(signal.SIGCHLD, reap)
    while True:
        asked, files, *_ = socket.recv_fds(line, 65536, 3)
        while asked and not asked.endswith(b"\n"):
            asked += line.recv(65536)
        if not asked:
            sys.exit()
        request = json.loads(asked)
        _hold(request)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])  # no end is told before its start
        pid = os.fork()
        if pid == 0:
            line.close()
            return _becomes(request, files)
        tell(pid, None)
        for file in files:
            os.close(file)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])


def _becomes(request: dict[str, Any], files: Sequence[int]) -> str:
    """Make this process what was asked for, as if Python had just started in it; return the code to run."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    sys.argv = ["-c" if request["code"] else PROGRAM, *request["arguments"]]
    return str(request["code"])


def _prepare() -> None:
    """Do once what each start would do again: make the types that files are checked against, compile patterns."""
    faq = load(FAQ, mark(fingerprint(FAQ)))
    Redactor(faq.personal)
    Subjects(faq)
    Splitter(faq.cues)


_MOST = 4
_held: dict[bytes, tuple[Folder, Signs]] = {}
"""Files and signs of danger of folders that were started on, by what is written of the latter."""


def _hold(request: dict[str, Any]) -> None:
    """Read once what all starts on folders with the same files would read for themselves; a fault is theirs to find."""
    options = dict(itertools.pairwise(request["arguments"]))
    faq = Path(request["cwd"], options.get("--faq", FAQ))
    with contextlib.suppress(Exception):
        written = (faq / "emergencies.yaml").read_bytes()
        if written not in _held and len(_held) < _MOST:
            folder = open_folder(faq)
            _held[written] = folder, Signs.of(validate(folder, mark(folder.fingerprint)))
            gc.freeze()


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever runs the tests
    for module in _MODULES:
        importlib.import_module(module)
    _prepare()
    gc.freeze()  # so that no fork copies what it only reads
    if code := _serve(socket.socket(fileno=int(sys.argv[1]))):
        exec(code, {"__name__": "__main__"})
    else:
        runpy.run_path(PROGRAM, run_name="__main__")


if __name__ == "__main__":
    _main()
