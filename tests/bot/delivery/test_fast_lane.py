"""What is only told goes live without a training, whatever else is saved; and what is wrong with it is taken back."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.delivery import opening
from bot.delivery.live import Live, RefusedError, open_model
from bot.delivery.news import News
from faq.reading.folder import fingerprint
from intents.registry.registry import Registry
from intents.registry.rollback import roll_back
from tests.bot.delivery.test_live import NEW, answer, edit_answer, eventually
from tests.conftest import ROOT, rewritten
from tests.intents.registry.test_gate import APPLY, MATERIALS, add_questions, steal

pytestmark = pytest.mark.slow

SLOWLY = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
time.sleep(6)
from bot.delivery.training import main
main()
"""
"""A training that takes its time."""


@pytest.fixture
def news() -> list[News]:
    return []


@pytest.fixture
def live(small: Path, news: list[News]) -> Iterator[Live]:
    serving = Live(small / "faq", small / "var")
    serving.announce(news.append)
    stop = threading.Event()
    serving.watch(stop)
    time.sleep(0.5)  # until the watch has begun; the files were read at the start
    yield serving
    stop.set()


def heard(news: list[News]) -> list[str]:
    return [one.said.key for one in news]


def test_a_saved_answer_is_told_and_published_without_a_training(small: Path, live: Live, news: list[News]) -> None:
    registry = Registry(small / "var")
    trained_on = registry.trained_on()
    edit_answer(small)
    began = time.monotonic()
    assert eventually(lambda: NEW in answer(live))
    assert time.monotonic() - began < 5
    assert eventually(lambda: registry.active() == "v0002")
    assert registry.publication("v0002").texts
    assert registry.trained_on() == trained_on
    assert registry.serves() == fingerprint(small / "faq")
    assert heard(news) == ["edit_live"]
    assert APPLY in news[0].text
    assert NEW in answer(Live(small / "faq", small / "var")), "after a restart too"
    assert registry.versions() == ["v0001", "v0002"]


def test_commands_do_not_train_for_a_saved_answer(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "TRAIN", (sys.executable, "-c", "raise SystemExit('trained')"))
    edit_answer(small)
    assert NEW in open_model(small / "faq", small / "var").faq.intents["dibao.apply"].answer
    assert Registry(small / "var").active() == "v0002"


def test_an_answer_goes_live_while_refused_questions_stand(small: Path, live: Live, news: list[News]) -> None:
    registry = Registry(small / "var")
    steal(small)
    assert eventually(lambda: "edit_refused" in heard(news))
    edit_answer(small)
    with rewritten(small / "faq" / "offices.yaml") as offices:
        offices["township"]["anywhere"]["address"] = "某街某号"
    assert eventually(lambda: NEW in answer(live))
    assert "某街某号" in answer(live)
    assert eventually(lambda: heard(news).count("edit_refused") == 2), "the questions are still refused"
    assert heard(news)[0] == "edit_learning"
    assert NEW in answer(live)
    active = registry.active()
    assert registry.publication(str(active)).texts
    assert registry.open().faq.fingerprint == live.dialogue.faq.fingerprint
    assert NEW in answer(Live(small / "faq", small / "var")), "after a restart too"
    roll_back(registry, small / "faq", small / "var")
    assert "申请低保去哪里" not in (small / "faq" / MATERIALS).read_text("utf-8"), "the questions are undone"
    assert NEW in (small / "faq" / APPLY).read_text("utf-8"), "the answer is not"


def test_an_answer_in_the_file_of_new_questions_goes_live_before_they_are_learned(
    small: Path, live: Live, news: list[News], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "TRAIN", (sys.executable, "-c", SLOWLY))
    registry = Registry(small / "var")
    trained_on = registry.trained_on()
    add_questions(small, APPLY, "俺想给俺爹把低保办下来咋弄嘞")
    edit_answer(small)
    assert eventually(lambda: NEW in answer(live))
    assert registry.trained_on() == trained_on
    edit_answer(small)  # once more, while the training goes on
    assert eventually(lambda: answer(live).count(NEW) == 2)
    assert registry.trained_on() == trained_on
    assert eventually(lambda: registry.trained_on() != trained_on)
    assert eventually(lambda: registry.serves() == fingerprint(small / "faq"))
    assert eventually(lambda: heard(news)[-1] == "edit_learned")
    assert answer(live).count(NEW) == 2
    assert not [one for one in news if one.level == logging.ERROR]


def test_what_does_not_agree_with_other_files_is_taken_back_and_never_published(
    small: Path, live: Live, news: list[News]
) -> None:
    """The new file is right by itself: only another file rests on the fact that it no longer states."""
    path = small / "faq" / "sources.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("440 元", "441 元"), encoding="utf-8")
    assert eventually(lambda: "edit_taken_back" in heard(news))
    assert heard(news) == ["edit_live", "edit_taken_back"]
    assert "amount.yaml:" in news[-1].text
    assert "441 元" not in str(live.dialogue.faq.sources)
    assert Registry(small / "var").versions() == ["v0001"]
    path.write_text(text, encoding="utf-8")
    assert eventually(lambda: heard(news)[-1] == "edit_all_live"), "she is told that all is well again"


def test_a_wrong_figure_is_never_told(small: Path, live: Live, news: list[News]) -> None:
    path = small / "faq" / APPLY
    path.write_text(path.read_text("utf-8").replace("answer: |\n", "answer: |\n  每月 98765 元。\n"), encoding="utf-8")
    told = set()
    while not news:
        told.add(answer(live))
        time.sleep(0.02)
    assert heard(news) == ["edit_wrong"]
    assert not any("98765" in one for one in told)


def test_a_listener_that_fails_holds_nothing_up(small: Path, live: Live) -> None:
    def fail(_: News) -> None:
        raise RuntimeError

    live.announce(fail)
    edit_answer(small)
    assert eventually(lambda: Registry(small / "var").active() == "v0002")
    assert NEW in answer(live)


def test_a_standing_refusal_is_not_trained_on_again_at_a_start(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steal(small)
    edit_answer(small)
    with pytest.raises(RefusedError):
        open_model(small / "faq", small / "var")
    assert Registry(small / "var").active() == "v0002", "with the answer"
    monkeypatch.setattr(opening, "TRAIN", (sys.executable, "-c", "raise SystemExit('trained')"))
    with pytest.raises(RefusedError):
        open_model(small / "faq", small / "var")
