"""The chat in a terminal: its own commands, numbers of buttons, and its ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import warm
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

BYE = "再见！"


def chat(folder: Path, typed: str | bytes, code: int = 0) -> list[str]:
    """Type into the chat and return what is shown after each line, the greeting first."""
    done = warm.run(["chat", "--faq", str(folder / "faq"), "--data", str(folder / "var")], stdin=typed)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout.split("> ")


def test_help_and_menu_are_had_by_words_in_both_languages(small_untouched: Path) -> None:
    helps, menus = ["帮助", "help", "/help", "HELP", "？", "/帮助"], ["菜单", "menu", "/menu", "全部问题"]
    shown = chat(small_untouched, "\n".join([*helps, *menus, "退出"]) + "\n")
    assert [("怎么用" in text) for text in shown[1 : 1 + len(helps)]] == [True] * len(helps)
    assert [("请点您关心的题目" in text) for text in shown[1 + len(helps) : -1]] == [True] * len(menus)
    assert shown[-1].strip() == BYE


def test_the_commands_of_telegram_are_known_too(small_untouched: Path) -> None:
    typed = [
        "浚县低保怎么申请",
        "/forget",
        "低保怎么申请",
        "/ask 低保怎么申请",
        "/district",
        "/privacy",
        "/start",
        "/wat",
    ]
    shown = chat(small_untouched, "\n".join(typed) + "\n")[1:]
    said = ["浚县", "已经忘掉了", "选择我的县区", "依据：", "在哪个县区", "临时记着", "您好", "没有这个命令"]
    for words, text in zip(said, shown, strict=False):
        assert words in text


@pytest.mark.parametrize("word", ["退出", "/Quit", ""])
def test_it_is_left_by_many_words(small_untouched: Path, word: str) -> None:
    shown = chat(small_untouched, f"{word}\n低保怎么申请\n")
    assert len(shown) == 2
    assert shown[1].strip() == BYE


def test_a_number_without_a_button_is_named_and_the_buttons_stay(small_untouched: Path) -> None:
    wrong = ["99", "0", "-1", "+99", "９９", "9" * 5000, "-" + "9" * 5000, "00"]
    shown = chat(small_untouched, "\n".join(["/menu", *wrong, "1", "0002", "+1"]) + "\n")[2:]
    named = ["99", "0", "-1", "+99", "99", "9" * 12, "-" + "9" * 11, "00"]
    assert [text.splitlines()[0][: len(f"没有第 {n} 个按钮")] for n, text in zip(named, shown, strict=False)] == [
        f"没有第 {n} 个按钮" for n in named
    ]
    assert "您想问哪一件" in shown[len(wrong)]
    assert all(len(text) < 200 for text in shown[: len(wrong)])
    assert all("没有第" not in text for text in shown[len(wrong) :])


def test_what_is_no_text_does_not_end_it(small_untouched: Path) -> None:
    shown = chat(small_untouched, b"\xff\xfe\xb5\xcd\n\xed\xa0\x80\n\x00\n" + "低保怎么申请\n".encode())
    assert "依据：" in shown[4]
    assert BYE in shown[-1], "the end of input is Ctrl-D"


def test_ctrl_c_ends_it_politely(small_untouched: Path) -> None:
    listening = "import os, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    run = "sys.argv = sys.argv[1:]; import runpy; runpy.run_path(sys.argv[0], run_name='__main__')"
    folders = ["--faq", str(small_untouched / "faq"), "--data", str(small_untouched / "var")]
    command = [sys.executable, "-c", listening + run, str(ROOT / "run_bot.py"), "chat", *folders]
    pipe, environment = subprocess.PIPE, {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment) as process:
        assert process.stdout is not None
        shown = b""
        while b"> " not in shown:
            shown += process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert BYE in rest.decode()
    assert b"Traceback" not in errors
    assert process.returncode == 130
