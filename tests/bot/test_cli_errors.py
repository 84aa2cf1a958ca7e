"""Every error of the command line is one sentence with its true cause, said before the work, with its exit code."""

from __future__ import annotations

import codecs
import importlib
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.folders import HERE, Folders, as_started
from bot.cli.main import bot
from bot.cli.talk import LONGEST_LINE
from tests.conftest import ROOT

PROGRAM = [sys.executable, str(ROOT / "run_bot.py")]


def run(*arguments: object, stdin: bytes | str | None = None) -> Result:
    return CliRunner().invoke(bot, [str(argument) for argument in arguments], input=stdin, prog_name="run_bot.py")


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [*PROGRAM, *map(str, arguments)]
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )


def binary(folder: Path) -> Path:
    (folder / "binary").write_bytes(b"\x7fELF\x00\x00")
    return folder / "binary"


def empty(folder: Path) -> Path:
    (folder / "empty.tsv").write_text("# nothing yet\n\n", encoding="utf-8")
    return folder / "empty.tsv"


def gbk(folder: Path) -> Path:
    (folder / "gbk.tsv").write_bytes("oos\t今天下雨\n".encode("gbk"))
    return folder / "gbk.tsv"


def a_file(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file"


WRONG: dict[str, tuple[tuple[object, ...], str]] = {
    "no FAQ, check": (("check", "--faq", lambda f: f / "none"), "/none: 没有这个文件夹"),
    "no FAQ, train": (("train", "--faq", lambda f: f / "none"), "/none: 没有这个文件夹"),
    "no FAQ, ask": (("ask", "你好", "--faq", lambda f: f / "none"), "/none: 没有这个文件夹"),
    "no FAQ, chat": (("chat", "--faq", lambda f: f / "none"), "/none: 没有这个文件夹"),
    "no FAQ, redact": (("redact", "你好", "--faq", lambda f: f / "none"), "/none: 没有这个文件夹"),
    "no FAQ, before the command": (("--faq", lambda f: f / "none", "check"), "/none: 没有这个文件夹"),
    "no FAQ, start": (("--faq", lambda f: f / "none"), "/none: 没有这个文件夹"),
    "data cannot be made, start": (("--data", "/proc/none"), "/proc/none: No such file or directory"),
    "FAQ is a file": (("check", "--faq", a_file), "/file: 这不是文件夹"),
    "no questions": (("evaluate", "--questions", lambda f: f / "none"), "/none: No such file or directory"),
    "questions are a folder": (("evaluate", "--questions", lambda f: f), "Is a directory"),
    "questions are binary": (("evaluate", "--questions", binary), "binary is no text in UTF-8"),
    "questions are GBK": (("evaluate", "--questions", gbk), "gbk.tsv is no text in UTF-8"),
    "questions are empty": (("evaluate", "--questions", empty), "empty.tsv holds no question"),
    "report into nowhere": (("report", "--out", lambda f: f / "none" / "a.html"), "there is no folder"),
    "report onto a folder": (("report", "--out", lambda f: f), "is a folder; name a file in it"),
    "report below a file": (("report", "--out", lambda f: a_file(f) / "a.html"), "is a file, not a folder"),
    "data is a file, train": (("train", "--data", a_file), "/file/models: Not a directory"),
    "data cannot be made": (("train", "--data", "/proc/none"), "/proc/none: No such file or directory"),
    "unknown command": (("chekc",), "No such command 'chekc'"),
    "unknown option": (("check", "--al"), "No such option"),
    "no number": (("--port", "many"), "'many' is not a valid"),
    "no text": (("ask",), "Missing argument 'TEXT...'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use_is_one_sentence_before_the_work_and_exit_code_2(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intents.registry.publish.train", lambda *_: pytest.fail("it is said before the training"))
    arguments, words = WRONG[name]
    given = [argument(tmp_path) if callable(argument) else argument for argument in arguments]
    data = [] if "--data" in given else ["--data", tmp_path / "data"]
    began = time.monotonic()
    done = run(*data, *given)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert time.monotonic() - began < 30
    assert not list((tmp_path / "data").glob("models/v*"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take rights away from itself for a while")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "--faq", "closed"), "Permission denied"),
        (("train", "--data", "closed"), "closed/models: Permission denied; check the permissions, or name another"),
        (("evaluate", "--questions", "closed/a.tsv"), "closed/a.tsv: Permission denied"),
        (("report", "--out", "readable/a.html"), "readable/a.html may not be written; check the permissions"),
    ],
)
def test_what_may_not_be_read_or_written_is_named(
    arguments: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for above in (tmp_path, *tmp_path.parents[:-2]):
        above.chmod(0o755)
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "readable").mkdir(mode=0o755)
    monkeypatch.chdir(tmp_path)
    codecs.lookup("utf-8-sig")
    codecs.lookup("ascii")  # once rights are gone, Python may not find its own modules
    for module in (
        "bot.delivery.live",
        "bot.store.errors",
        "intents.evaluation.page",
        "intents.registry.publish",
        "intents.evaluation.robustness",
    ):
        importlib.import_module(module)
    os.seteuid(65534)
    try:
        done = run(*arguments)
    finally:
        os.seteuid(0)
    assert done.exit_code == 2, done.output
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_disk_without_room_is_said_before_the_training(
    small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=3_000_000))
    for arguments in (("train",), ("ask", "你好")):
        done = run(*arguments, "--faq", small / "faq", "--data", tmp_path / "new")
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.endswith(
            f"error: {tmp_path / 'new' / 'models'}: only 3 MB are free, and a model takes 50; make room\n"
        )


@pytest.mark.slow
def test_mistakes_keep_exit_code_1_and_the_command_printed_runs_as_it_stands(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = tmp_path / "my 'own' faq"
    folder.rename(strange)
    (strange / "offices.yaml").write_text("a: [", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = run("check", "--faq", "my 'own' faq", "--data", "some data")
    assert done.exit_code == 1
    command = done.output.rstrip().rpartition("检查：")[2]
    assert shlex.split(command)[1:] == [
        str(ROOT / "run_bot.py"),
        *("check", "--faq", "my 'own' faq", "--data", "some data"),
    ]
    again = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120, check=False)
    assert (again.returncode, again.stdout.splitlines()[0]) == (1, done.output.splitlines()[0])


@pytest.mark.parametrize("written", ["train", "models rollback v0003", "check --contacts", "report", "inbox"])
def test_every_command_in_a_message_gets_the_folders_it_was_started_with(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HERE)
    text = f"do this: python run_bot.py {written}; or that"
    usual = as_started(text, Folders(HERE / "faq", HERE / "var"))
    assert usual.endswith(f"run_bot.py {written}; or that")
    other = as_started(text, Folders(Path("a b"), Path("c")))
    assert other.endswith(f"run_bot.py {written} --faq 'a b' --data c; or that")
    assert as_started(other, Folders(Path("a b"), Path("c"))) == other, "only once"


@pytest.mark.slow
def test_what_is_logged_names_the_folders_too(tmp_path: Path) -> None:
    done = process("models", "show", "--data", tmp_path / "new")
    assert f"run_bot.py train --data {tmp_path / 'new'}".encode() in done.stderr
    assert done.returncode == 1


GBK = "低保怎么申请".encode("gbk")
ODD_INPUT = (b"\xef\xbb\xbf\n\n\r\n", "低保怎么申请\0\n".encode(), b"\xff\xfe\x80\n", GBK)


def test_odd_bytes_of_standard_input_are_answered_or_declined(small: Path) -> None:
    done = run("ask", "--json", "--faq", small / "faq", "--data", small / "var", "-", stdin=b"".join(ODD_INPUT))
    assert done.exit_code == 0, done.output
    assert done.stdout.count('"decision"') == 3


def test_of_a_line_without_end_the_beginning_is_taken(small: Path) -> None:
    line = "低保怎么申请" * 200_000 + "\n你好\n"
    began = time.process_time()
    done = run("redact", "--faq", small / "faq", "-", stdin=line)
    assert [len(printed) for printed in done.stdout.splitlines()] == [LONGEST_LINE, 2]
    assert time.process_time() - began < 20


@pytest.mark.slow
@pytest.mark.parametrize("utf8", ["0", "1"])
def test_a_terminal_without_chinese_ends_nothing(utf8: str, small: Path) -> None:
    asked = ("低保怎么申请", b"\xff".decode(errors="surrogateescape"))
    environment = {"LC_ALL": "C", "PYTHONUTF8": utf8, "PYTHONCOERCECLOCALE": utf8}
    done = process("ask", *asked, "--faq", small / "faq", "--data", small / "var", **environment)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr


SHELL: dict[str, tuple[str, Callable[[int], bool], bytes]] = {
    "closed pipe": ('"$0" "$@" | head -c 1', lambda code: code == 0, b""),
    "full disk": ('"$0" "$@" > /dev/full', lambda code: code == 1, b"cannot be written: No space left on device"),
    "no output": ('"$0" "$@" >&-', lambda code: code in (0, 1), b""),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", SHELL)
def test_an_output_that_takes_nothing_ends_the_command_in_order(kind: str, small_folder: Path) -> None:
    line, right, said = SHELL[kind]
    command = ["sh", "-c", line, *PROGRAM, "check", "--faq", str(small_folder)]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert right(done.returncode), done
    assert said in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
