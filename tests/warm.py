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
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from bot.delivery import opening
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.pages.preferences import is_traditional
from bot.dialogue.privacy import Redactor
from faq.acceptance import mark
from faq.load import load, validate
from faq.reading.folder import Folder, fingerprint, open_folder
from intents.distress.signs import Signs
from intents.entities.subjects import Subjects
from intents.interpret.parts import Splitter
from intents.registry.registry import Registry

ROOT = Path(__file__).parent.parent
FAQ = ROOT / "faq"
PROGRAM = str(ROOT / "run_bot.py")
_MODULES = (
    *("bot.cli.main", "bot.channels.telegram.app", "bot.delivery.live", "bot.store.connect"),
    *("bot.delivery.training", "intents.registry.publish", "intents.evaluation.page", "intents.evaluation.robustness"),
)
"""What a start of the bot imports, and what commands import beside."""


REAL = opening.TRAIN
"""How the bot starts a training where no test is run."""

CLIENT = """
import json, os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
request = {"arguments": sys.argv[2:], "environment": {**os.environ}, "cwd": os.getcwd(),
           "code": "from bot.delivery.training import main; main()"}
socket.send_fds(line, [json.dumps(request).encode() + b"\\n"], [0, 1, 2])
code = json.loads(line.makefile().readline())[1]
sys.exit(code) if code >= 0 else os.kill(os.getpid(), -code)
"""
"""Stands for a process of `bot.delivery.training`: one that is forked trains for it, ends as it ends, and with it."""


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


class Training(Sequence[str]):
    """The beginning of the command by which the bot trains, for `opening.TRAIN`; the process is started when asked."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def _command(self) -> tuple[str, ...]:
        return (sys.executable, "-I", "-S", "-c", CLIENT, str(self._path or _starter().path))

    def __iter__(self) -> Iterator[str]:
        return iter(self._command())

    def __getitem__(self, index: Any) -> Any:
        return self._command()[index]

    def __len__(self) -> int:
        return len(self._command())


class _Starter:
    """The process that has imported everything; it ends with this one."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._folder = tempfile.TemporaryDirectory(prefix="warm-")
        self.path = Path(self._folder.name) / "trainings"
        with socket.socket(socket.AF_UNIX) as trainings, theirs:
            trainings.bind(str(self.path))
            trainings.listen()
            numbers = [theirs.fileno(), trainings.fileno()]
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm", *map(str, numbers), str(self.path)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=numbers,
            )
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
        self._folder.cleanup()


@functools.cache
def _starter() -> _Starter:
    return _Starter()


def _serve(line: socket.socket, trainings: socket.socket) -> str:
    """Fork for each request and tell who has ended, and how; return in each fork the code that it is to run."""
    asking: dict[int, socket.socket] = {}

    def tell(pid: int, code: int | None) -> None:
        with contextlib.suppress(OSError) if pid in asking else contextlib.nullcontext():  # who asked may be gone
            asking.get(pid, line).sendall(f"{json.dumps([pid, code])}\n".encode())

    def reap(*_: object) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                tell(ended[0], os.waitstatus_to_exitcode(ended[1]))
                if caller := asking.pop(ended[0], None):
                    caller.close()

    signal.signal(signal.SIGCHLD, reap)
    for source, request, files in _requests(line, trainings):
        _hold(request)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])  # no end is told before its start
        pid = os.fork()
        if pid == 0:
            line.close()
            trainings.close()
            if source is not line:
                threading.Thread(target=_end_with, args=(source,), daemon=True).start()
            return _becomes(request, files)
        if source is line:
            tell(pid, None)
        else:
            asking[pid] = source
        for file in files:
            os.close(file)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    sys.exit()


def _requests(
    line: socket.socket, trainings: socket.socket
) -> Iterator[tuple[socket.socket, dict[str, Any], list[int]]]:
    """Yield what is asked for, by whom, and with which files, until `line` is closed."""
    with selectors.DefaultSelector() as selector:
        for one in (line, trainings):
            selector.register(one, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                source = line if key.fileobj is line else trainings.accept()[0]
                asked, files, *_ = socket.recv_fds(source, 65536, 3)
                while asked and not asked.endswith(b"\n"):
                    asked += source.recv(65536)
                if asked:
                    yield source, json.loads(asked), list(files)
                elif source is line:
                    return
                else:
                    source.close()


def _end_with(caller: socket.socket) -> None:
    """End this process when the one that it stands for is killed."""
    caller.recv(1)
    os._exit(1)


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
    time.tzset()
    os.chdir(request["cwd"])
    sys.argv = ["-c" if request["code"] else PROGRAM, *request["arguments"]]
    return str(request["code"])


def _prepare() -> None:
    """Do once what each start would do again: make the types that files are checked against, compile patterns."""
    faq = load(FAQ, mark(fingerprint(FAQ)))
    is_traditional("低保")  # loads the other script
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
            Dialogue(Registry(Path(request["cwd"], options["--data"])).open())  # compiles its patterns


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever runs the tests
    for module in _MODULES:
        importlib.import_module(module)
    _prepare()
    line, trainings = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    opening.TRAIN = Training(Path(sys.argv[3]))
    gc.freeze()  # so that no fork copies what it only reads
    if code := _serve(line, trainings):
        exec(code, {"__name__": "__main__"})
    else:
        runpy.run_path(PROGRAM, run_name="__main__")


if __name__ == "__main__":
    _main()
