"""The command line, as scripts and admins use it: the real program in its own process."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.records import Attempt, Entry, Status
from intents.classifier.model import Model
from tests import warm
from tests.conftest import ROOT, few_questions
from tests.intents.registry.test_gate import steal
from tests.running import chat_page

pytestmark = pytest.mark.slow

PROGRAM = [sys.executable, str(ROOT / "run_bot.py")]


LISTENING_TO_SIGINT = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
)
"""Starts a program as a terminal would: a shell in the background lets its children ignore Ctrl-C."""


def run(*arguments: str, data: Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("TELEGRAM_")}
    return warm.run([*arguments, "--data", str(data)], stdin=stdin, environment={**clean, **environment})


def test_ask_prints_one_object_a_message(data: Path, model: Model) -> None:
    done = run("ask", "--json", "低保怎么申请", "要带啥材料", data=data)
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["decision"], first["intents"][0]["id"]) == ("answer", "dibao.apply")
    assert second["intents"][0]["id"] == "dibao.materials"


def test_a_blank_line_begins_a_new_conversation(data: Path, model: Model) -> None:
    done = run("ask", "--json", "-", data=data, stdin="浚县低保怎么申请\n特困怎么申请\n\n特困怎么申请\n")
    assert [json.loads(line)["district"] for line in done.stdout.splitlines()] == ["浚县", "浚县", None]


def test_the_first_start_trains_by_itself_and_later_ones_do_not(tmp_path: Path, small_folder: Path) -> None:
    ask = ("ask", "--json", "你好", "--faq", str(small_folder))
    first = run(*ask, data=tmp_path)
    assert json.loads(first.stdout)["intents"][0]["id"] == "chat.greeting"
    assert "training" in first.stderr
    second = run(*ask, data=tmp_path)
    assert "training" not in second.stderr
    (tmp_path / "models" / "v0001" / "weights.npz").write_bytes(b"broken")
    third = run(*ask, data=tmp_path)
    assert "training" in third.stderr, "a damaged model is trained anew"
    assert json.loads(third.stdout)["intents"][0]["id"] == "chat.greeting"


def test_changed_questions_are_trained_anew_and_other_answers_are_told_at_once(small: Path) -> None:
    ask = ("ask", "你好", "--faq", str(small / "faq"))
    assert "training" not in run(*ask, data=small / "var").stderr
    greeting = small / "faq" / "topics" / "chat" / "greeting.yaml"
    text = greeting.read_text("utf-8")
    greeting.write_text(text.replace("answer: |\n", "answer: |\n  您来啦。\n"), encoding="utf-8")
    told = run(*ask, data=small / "var")
    assert "您来啦。" in told.stdout
    assert "training" not in told.stderr
    assert "other answers, same model" in run("models", data=small / "var").stdout
    greeting.write_text(text.replace("questions:\n", "questions:\n  - 恁好呀您嘞\n"), encoding="utf-8")
    assert "training" in run(*ask, data=small / "var").stderr


def test_a_draft_is_asked_without_being_published(small: Path, tmp_path: Path) -> None:
    draft, kept = shutil.copytree(small / "faq", tmp_path / "draft"), ("models/active", "cache/accepted")
    before = {name: (small / "var" / name).read_bytes() for name in kept}
    file = draft / "topics" / "dibao" / "apply.yaml"
    text = file.read_text("utf-8").replace("answer: |\n", "answer: |\n  先问清楚再跑腿。\n", 1)
    file.write_text(text, encoding="utf-8")
    ask = ("ask", "低保怎么申请", "--faq", str(small / "faq"))
    assert "先问清楚再跑腿" in run(*ask, "--draft", str(draft), data=small / "var").stdout
    file.write_text(text.replace("questions:\n", "questions:\n  - 火星上的土地怎么过户给猫\n", 1), encoding="utf-8")
    assert "先问清楚再跑腿" in run(*ask, "--draft", str(draft), data=small / "var").stdout
    assert {name: (small / "var" / name).read_bytes() for name in kept} == before
    assert "先问清楚再跑腿" not in run(*ask, data=small / "var").stdout
    assert len(list((small / "var" / "models").glob("v*"))) == 1


def test_a_loss_that_an_admin_has_released_is_one_in_a_draft_too(small: Path, tmp_path: Path) -> None:
    draft = shutil.copytree(small / "faq", tmp_path / "draft")
    file = draft / "topics" / "dibao" / "apply.yaml"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    at = lines.index("questions:\n") + 5
    file.write_text("".join(lines[:at] + lines[at + len(lines) // 4 :]), encoding="utf-8")
    ask = ("ask", "低保怎么申请", "--faq", str(small / "faq"), "--draft", str(draft))
    refused = run(*ask, data=small / "var").stderr
    (digest,) = set(re.findall(r"--accept (\w+)", refused))
    assert f"--data {small / 'var'}" in refused, "the command can be pasted"
    assert run("check", "--faq", str(draft), "--accept", digest, data=small / "var").returncode == 0
    assert "低保" in run(*ask, data=small / "var").stdout


def test_a_day_can_be_chosen_on_which_it_is_asked(small: Path) -> None:
    later = small / "faq" / "topics" / "dibao" / "apply@2031-01-01.yaml"
    later.write_text("supersedes: dibao.apply\nanswer: |\n  以后另有办法。\nreview_by: 2032-01-01\n", encoding="utf-8")
    ask = ("ask", "低保怎么申请", "--faq", str(small / "faq"))
    assert "以后另有办法" not in run(*ask, "--on", "2030-12-31", data=small / "var").stdout
    assert "以后另有办法" in run(*ask, "--on", "2031-01-01", data=small / "var").stdout
    assert "--on" in run(*ask, "--on", "1月", data=small / "var").stderr


def test_answering_imports_neither_scikit_learn_nor_telegram(data: Path, model: Model) -> None:
    command = [sys.executable, "-X", "importtime", *PROGRAM[1:], "ask", "你好", "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "numpy" in imported
    assert not {name for name in imported if name.partition(".")[0] in ("sklearn", "scipy", "telegram", "httpx")}
    unused = {"jieba", "asyncio", "sqlalchemy", "alembic", "pydantic_settings", "urllib.request", "lunar_python"}
    assert sorted(unused & imported) == [], "what a question needs not costs each start"


def test_check_prints_every_mistake_and_exits_1(small: Path) -> None:
    folder, data = small / "faq", small / "var"
    assert run("check", "--faq", str(folder), data=data).returncode == 0
    path = folder / "topics" / "dibao" / "apply.yaml"
    path.write_text(path.read_text("utf-8").replace("office:", "ofice:"), encoding="utf-8")
    (folder / "topics" / "dibao" / "extra.yaml").write_text("title: [", encoding="utf-8")
    done = run("check", "--lang", "en", "--faq", str(folder), data=data)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert any(line.startswith(f"{path}:") and "unknown key 'ofice'; did you mean 'office'?" in line for line in lines)
    assert any("extra.yaml" in line for line in lines)
    assert "Traceback" not in done.stderr


def test_evaluate_judges_checks_and_files(small: Path, tmp_path: Path) -> None:
    folders, data = ("--faq", str(small / "faq")), small / "var"
    done = run("evaluate", *folders, data=data)
    assert "right intent ranked first" in done.stdout
    assert "confusions:" in done.stdout
    questions = tmp_path / "q.tsv"
    questions.write_text("dibao.apply|dibao.materials\t低保怎么申请\noos\t今天天气真好呀\n", encoding="utf-8")
    seen = json.loads(run("evaluate", "--json", "--questions", str(questions), *folders, data=data).stdout)
    assert (seen["figures"]["in_scope"], seen["figures"]["accuracy"]) == (1, 1.0)
    questions.write_text("dibao.aply\t低保怎么申请\n", encoding="utf-8")
    wrong = run("evaluate", "--questions", str(questions), *folders, data=data)
    assert wrong.returncode == 1
    assert f"{questions}:1: 'dibao.aply' is not an intent or oos; did you mean 'dibao.apply'?" in wrong.stderr


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["chat"],
        ["ask"],
        ["check"],
        ["train"],
        ["evaluate"],
        ["report"],
        ["models"],
        ["models", "list"],
        ["models", "show"],
        ["models", "rollback"],
    ],
)
def test_every_command_has_help(command: list[str]) -> None:
    done = warm.run([*command, "--help"])
    assert done.returncode == 0
    assert "--faq" in done.stdout
    assert "--data" in done.stdout


@pytest.mark.parametrize("command", [["ask", "--json", "-"], ["chat"]])
def test_a_closed_standard_input_is_the_end_of_input(command: list[str], data: Path, model: Model) -> None:
    shell = ["sh", "-c", 'exec "$0" "$@" <&-', *PROGRAM, *command, "--data", str(data)]
    done = subprocess.run(shell, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_output_into_a_closed_pipe_ends_quietly(data: Path) -> None:
    shell = ["sh", "-c", '"$0" "$@" | true', *PROGRAM, "check", "--faq", "/nonexistent", "--data", str(data)]
    done = subprocess.run(shell, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path, small_folder: Path) -> None:
    (tmp_path / "file").touch()
    done = run("ask", "你好", "--faq", str(small_folder), data=tmp_path / "file")
    assert (done.returncode, done.stdout) == (2, "")
    fault = "Not a directory; a file stands where a folder is needed; name another"
    assert done.stderr == f"error: {tmp_path / 'file' / 'models'}: {fault}\n"


def test_an_intent_of_one_line_can_be_trained(tmp_path: Path, small_folder: Path) -> None:
    path = small_folder / "topics" / "dibao" / "timeline.yaml"
    text = path.read_text("utf-8")
    one = text[: text.index("questions:")] + "questions:\n  - (低保|钱)多久能批下来\n" + text[text.index("checks:") :]
    path.write_text(one, encoding="utf-8")
    assert run("train", "--faq", str(small_folder), data=tmp_path).returncode == 0


def test_an_unknown_command_is_refused_with_a_hint(data: Path) -> None:
    done = run("aks", data=data)
    assert done.returncode == 2
    assert "aks" in done.stderr


@pytest.fixture
def page(data: Path, model: Model) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The bot started without a token, and the address of its chat page."""
    process = start("--port", "0", data=data)
    assert process.stderr is not None
    yield process, chat_page(process.stderr)
    process.kill()
    process.communicate()


def start(*arguments: str, data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", LISTENING_TO_SIGINT, *PROGRAM, *arguments, "--data", str(data)]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM_", "SIMULATOR_"))}
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=clean, cwd=data)


def fetch(address: str, content: object = None) -> Any:
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_without_a_token_a_chat_page_serves_the_real_bot(page: tuple[subprocess.Popen[str], str]) -> None:
    _, url = page
    fetch(f"{url}/api/messages", {"user": 7001, "text": "低保怎么申请"})
    for _ in range(300):
        chats = fetch(f"{url}/api/state")["chats"]
        said = [message["text"] for chat in chats if chat["id"] == 7001 for message in chat["messages"]]
        if len(said) > 1:
            break
        time.sleep(0.1)
    assert "依据：" in said[1]
    assert {chat["title"] for chat in chats} >= {"王大娘", "管理员", "小区邻里群"}


INTERRUPTED = """
import os, runpy, signal, sys, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)
def press(seconds):
    while signal.getsignal(signal.SIGINT) is signal.default_int_handler and "bot.cli.main" not in sys.modules:
        time.sleep(0.001)
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=press, args=(float(sys.argv[1]),), daemon=True).start()
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Starts a program and presses Ctrl-C so many seconds after its first line has run; before, only Python is heard."""


@pytest.mark.parametrize("seconds", ["0.02", "0.1", "0.2"])
def test_ctrl_c_while_the_program_still_loads_ends_it_without_a_traceback(tmp_path: Path, seconds: str) -> None:
    command = [sys.executable, "-c", INTERRUPTED, seconds, *PROGRAM[1:], "ask", "你好", "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode in (130, -signal.SIGINT)
    assert done.stderr.strip() == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_bot_and_page_within_a_second(page: tuple[subprocess.Popen[str], str], number: int) -> None:
    process, url = page
    while not fetch(f"{url}/api/state")["online"]:
        time.sleep(0.1)
    with urllib.request.urlopen(f"{url}/api/events", timeout=10):  # an open page must not hold it back
        began = time.monotonic()
        process.send_signal(number)
        assert process.wait(10) == 0
        took = time.monotonic() - began
    assert took < 5, "the open page held the stop up; a second is meant, and a busy machine may take longer"
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()


def test_sigterm_ends_the_first_training_too(tmp_path: Path, thinned: Path) -> None:
    """In a container too, whose first process hears no signal for which it has no handler."""
    with start("--port", "0", "--faq", str(thinned), data=tmp_path) as process:
        assert process.stderr is not None
        assert any(line.startswith("training") for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()  # ends when the training process has closed it as well
    assert process.returncode == 0
    assert not list((tmp_path / "models").glob("v*")), "the training went on alone"
    assert "Traceback" not in rest


def test_a_taken_port_is_named_with_what_to_do(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        by_option = run("--port", port, data=data)
        by_setting = run(data=data, SIMULATOR_PORT=port)
    for done in (by_option, by_setting):
        assert done.returncode == 1
        assert f"port {port} is taken" in done.stderr
        assert "--port or SIMULATOR_PORT" in done.stderr


def test_chat_talks_in_the_terminal(data: Path, model: Model) -> None:
    done = run("chat", data=data, stdin="低保怎么申请\n1\n\n")
    assert "依据：" in done.stdout
    assert "[1]" in done.stdout
    assert done.returncode == 0


def test_a_wrong_setting_is_named_without_its_value(data: Path) -> None:
    done = run(data=data, TELEGRAM_BOT_TOKEN="secret-but-wrong")
    assert done.returncode == 1
    assert "TELEGRAM_BOT_TOKEN" in done.stderr
    assert "secret-but-wrong" not in done.stderr


def test_times_are_those_of_the_city_wherever_the_server_stands(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    Inbox(database).write([Entry(1, "a", "{}")], 0.0)
    Inbox(database).write([Attempt(1, "a", Status.DEAD, 3, "BadRequest")], 0.0)
    database.close()
    assert "1970-01-01 08:00" in run("inbox", data=tmp_path, TZ="America/New_York").stdout


def test_ctrl_c_ends_the_chat_cleanly(data: Path, model: Model) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", LISTENING_TO_SIGINT, *PROGRAM, "chat", "--data", str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_train_publishes_and_says_how_good_the_model_is(tmp_path: Path, small_folder: Path) -> None:
    done = run("train", "--faq", str(small_folder), data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "published v0001" in done.stdout
    assert "right answer at once" in done.stdout


def test_a_worse_model_is_refused_with_exit_code_3_and_undone_by_one_command(small: Path) -> None:
    folders = ("--faq", str(small / "faq"))
    steal(small)
    refused = run("train", *folders, data=small / "var")
    assert refused.returncode == 3
    assert "gate: REFUSED against v0001" in refused.stdout
    assert "materials.yaml:" in refused.stdout
    assert "v0001 stays in use" in refused.stderr
    asked = run("ask", "--json", "申请低保去哪里", *folders, data=small / "var")
    assert json.loads(asked.stdout)["intents"][0]["id"] == "dibao.apply", "the old model answers"
    assert "没有用上" in asked.stderr
    forced = run("train", "--force", *folders, data=small / "var")
    assert forced.returncode == 0
    assert "published v0002" in forced.stdout
    assert "by force, against the gate" in forced.stdout
    listed = run("models", *folders, data=small / "var").stdout.splitlines()
    assert [line[:7] for line in listed] == ["  v0001", "* v0002"]
    shown = run("models", "show", *folders, data=small / "var").stdout
    assert "published by force" in shown
    assert "knowledge changed since v0001: topics/dibao/materials.yaml" in shown
    undone = run("models", "rollback", *folders, data=small / "var").stdout
    assert "v0001 is in use instead of v0002" in undone
    assert f"restored {small / 'faq' / 'topics' / 'dibao' / 'materials.yaml'}" in undone
    assert "models rollback v0002" in undone
    asked = run("ask", "--json", "申请低保去哪里", *folders, data=small / "var")
    assert "training" not in asked.stderr
    unknown = run("models", "rollback", "v0009", *folders, data=small / "var")
    assert unknown.returncode == 1
    assert "there is no version 'v0009'; there are: v0001, v0002" in unknown.stderr


def test_why_shows_what_each_word_added_and_the_nearest_questions(small: Path) -> None:
    folders = ("--faq", str(small / "faq"))
    done = run("ask", "--why", "低保怎么申请", *folders, data=small / "var")
    assert "【低保怎么申请】" in done.stdout
    assert re.search(r"[+-]\d\.\d{4} +[+-]\d\.\d{4}  word 申请", done.stdout)
    assert re.search(r"1\.00 .*faq/topics/dibao/apply\.yaml:\d+: dibao\.apply: 低保怎么申请", done.stdout)
    (reason,) = json.loads(run("ask", "--json", "--why", "低保怎么申请", *folders, data=small / "var").stdout)["why"]
    added = sum(part["winner"] for part in reason["contributions"])
    assert abs(added + reason["winner"]["intercept"] - reason["winner"]["score"]) < 1e-6


def test_evaluate_measures_robustness_and_report_writes_a_page(small_folder: Path, tmp_path: Path) -> None:
    few_questions(small_folder)  # each is asked in seventeen kinds of noise
    folders, data = ("--faq", str(small_folder)), tmp_path / "var"
    assert run("train", *folders, data=data).returncode == 0
    questions = tmp_path / "q.tsv"
    questions.write_text("dibao.apply\t申请低保去哪里\noos\t明天会下雪吗\n", encoding="utf-8")
    done = run("evaluate", "--json", "--robustness", "--questions", str(questions), *folders, data=data)
    measured = json.loads(done.stdout)
    assert set(measured["robustness"]) == {"held out", "training"}
    assert {"auroc", "fpr95", "macro_f1", "coverage_at_risk", "clarified"} <= set(measured["figures"])
    assert measured["robustness"]["held out"]["kinds"]["homophone"]["variants"] == 2
    page = tmp_path / "page.html"
    done = run("report", "--out", str(page), *folders, data=data)
    assert f"wrote {page}" in done.stdout
    assert "机器人体检报告" in page.read_text("utf-8")
