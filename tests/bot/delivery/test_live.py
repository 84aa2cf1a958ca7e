"""The running bot takes over what is good, keeps what it has when the new is not, and answers all the while."""

from __future__ import annotations

import datetime as dt
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import live as module
from bot.delivery import opening
from bot.delivery.live import Live, RefusedError, open_model, serving_model
from bot.delivery.news import News
from bot.dialogue.session import Session
from faq.knowledge.types import Faq
from faq.load import FaqError, load, validate
from intents.registry.registry import Registry
from intents.registry.remembered import Refusal
from intents.registry.rollback import roll_back
from tests import warm
from tests.conftest import ROOT
from tests.intents.registry.test_gate import APPLY, add_questions, retrained, steal

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 12, 1, 10)
PATIENCE = 120
NEW = "低保的新答复"


def answer(live: Live) -> str:
    return live.dialogue.hear("低保怎么申请", Session(), NOW)[0].text


def edit_answer(small: Path) -> None:
    path = small / "faq" / APPLY
    path.write_text(path.read_text("utf-8").replace("answer: |\n", f"answer: |\n  {NEW}。\n"), encoding="utf-8")


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.15)  # most conditions cost an answer
    return True


@pytest.fixture
def live(small: Path) -> Iterator[Live]:
    serving = Live(small / "faq", small / "var")
    stop = threading.Event()
    serving.watch(stop)
    time.sleep(1)  # until the watch has begun
    yield serving
    stop.set()


def test_a_saved_edit_is_taken_over_while_the_bot_goes_on_answering(
    small: Path, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "TRAIN", warm.REAL)
    before, registry = os.times(), Registry(small / "var")
    trained_on = registry.trained_on()
    add_questions(small, APPLY, "俺想给俺爹把低保办下来咋弄嘞")
    answered, longest = 0, 0.0
    deadline = time.monotonic() + PATIENCE
    while registry.trained_on() == trained_on:
        assert time.monotonic() < deadline
        started = time.monotonic()
        assert "依据：" in answer(live)
        longest = max(longest, time.monotonic() - started)
        answered += 1
        time.sleep(0.06)
    assert eventually(lambda: live.reloads == 1)
    after = os.times()
    assert answered > 20, "there were answers while the training ran"
    assert longest < 5
    assert after.children_user - before.children_user > 0.5, "training took its time in a process of its own"
    assert registry.active() == "v0002"


def test_half_a_save_is_no_mistake_where_the_rest_of_it_follows(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serving, path = Live(small / "faq", small / "var"), small / "faq" / APPLY
    text, heard = path.read_text("utf-8"), list[News]()
    serving.announce(heard.append)

    def slow(*given: Any, **named: Any) -> Faq:
        path.write_text(text, encoding="utf-8")  # the rest of the save comes while half of it is checked
        return validate(*given, **named)

    with monkeypatch.context() as slowed:
        slowed.setattr(module, "validate", slow)
        path.write_text(text[: text.index("answer: |") + 6], encoding="utf-8")
        assert not serving.reload()
    assert (serving.refused, serving.held, heard) == (0, (), [])
    path.write_text(text[: text.index("answer: |") + 6], encoding="utf-8")
    assert not serving.reload()
    assert serving.refused == 1, "half a save that stands is a mistake"


def test_a_folder_put_in_place_of_the_one_watched_is_taken_over_and_watched(
    small: Path, live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shutil.move(small / "faq", small / "old")
    assert eventually(lambda: "saved knowledge is not noticed (FileNotFoundError)" in caplog.text)
    shutil.move(shutil.copytree(small / "old", small / "new"), small / "faq")
    assert eventually(lambda: live.reloads == 1)
    edit_answer(small)
    assert eventually(lambda: NEW in answer(live))
    assert "saved knowledge is noticed again" in caplog.text


def test_refused_questions_change_nothing_and_the_log_says_why_and_what_to_do(
    small: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live = Live(small / "faq", small / "var")
    steal(small)
    with caplog.at_level(logging.ERROR):
        assert live.reload() is False
    assert "改过的问法没有用上" in caplog.text
    for remedy in ("golden.tsv:", "(new)", "models rollback", "train --force"):
        assert remedy in caplog.text
    assert "怎么办" in live.held[0], "and so does the morning's list"
    caplog.clear()
    started = time.monotonic()
    assert Live(small / "faq", small / "var").held == live.held
    assert "没有用上" in caplog.text, "after a restart too"
    assert Registry(small / "var").versions() == ["v0001"]
    assert time.monotonic() - started < PATIENCE
    with pytest.raises(RefusedError, match="REFUSED against v0001"):
        open_model(small / "faq", small / "var")


def test_of_a_long_refusal_the_log_shows_the_beginning_and_what_to_do(
    small: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add_questions(small, APPLY, "俺想给俺爹把低保办下来咋弄嘞")
    reason = "\n".join(["gate: REFUSED", *(f"question {number}" for number in range(99)), "what to do"])
    Registry(small / "var").refuse(Refusal(load(small / "faq").fingerprint, "v0001", reason))
    Live(small / "faq", small / "var")
    lines = caplog.text.splitlines()
    assert (lines[-3], lines[-1]) == ("question 18", "what to do")
    assert "80 more lines; all of them: python run_bot.py report" in lines[-2]


def test_a_refused_edit_never_blocks_a_start_where_the_old_model_is_damaged(small: Path) -> None:
    steal(small)
    assert retrained(small).version is None
    (small / "var" / "models" / "v0001" / "weights.npz").write_bytes(b"broken")
    live = Live(small / "faq", small / "var")
    assert "依据：" in answer(live)
    assert Registry(small / "var").active() == "v0002"


def test_wrong_yaml_at_the_start_leaves_the_last_version_serving(small: Path, caplog: pytest.LogCaptureFixture) -> None:
    (small / "faq" / APPLY).write_text("title: [", encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        live = Live(small / "faq", small / "var")
    assert "依据：" in answer(live)
    assert "apply.yaml:" in caplog.text
    assert live.held[0].startswith(f"{APPLY}:1: "), live.held
    roll_back(Registry(small / "var"), small / "faq", small / "var")
    assert live.reload()
    assert live.held == (), "until it is mended"
    (small / "faq" / APPLY).write_text("title: [", encoding="utf-8")
    with pytest.raises(FaqError):
        serving_model(small / "faq", small / "var", despite=(RefusedError,))


def test_wrong_yaml_at_the_very_first_start_is_an_error(small: Path, tmp_path: Path) -> None:
    (small / "faq" / APPLY).write_text("title: [", encoding="utf-8")
    with pytest.raises(FaqError):
        Live(small / "faq", tmp_path / "empty")


def test_undo_and_force_by_another_process_are_taken_over(small: Path, live: Live) -> None:
    with Registry(small / "var").lock():  # as the command takes it, while the bot notices the same edit
        steal(small)
        edit_answer(small)
        assert retrained(small, force=True).version == "v0002"
    assert eventually(lambda: live.reloads == 1), "not only the answer, which is told in haste, but the version"
    assert NEW in answer(live), "what an admin published by force"
    roll_back(Registry(small / "var"), small / "faq", small / "var")
    assert eventually(lambda: NEW not in answer(live)), "what an admin took back"
    assert Registry(small / "var").versions() == ["v0001", "v0002"], "nothing had to be trained"


def test_two_processes_that_see_the_same_edit_train_once(small: Path) -> None:
    add_questions(small, APPLY, "俺想给俺爹把低保办下来咋弄嘞")
    threads = [threading.Thread(target=open_model, args=(small / "faq", small / "var")) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Registry(small / "var").versions() == ["v0001", "v0002"]


HELD = """
import gc, sys
from pathlib import Path
from bot.delivery.live import Live
from faq.reading.yaml_reader import Document
live = Live(*map(Path, sys.argv[1:]))
print(sum(isinstance(one, Document) for one in gc.get_objects()))
"""


def test_a_bot_that_sees_no_edit_holds_no_file_of_its_knowledge(small: Path) -> None:
    command = [sys.executable, "-c", HELD, str(small / "faq"), str(small / "var")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
