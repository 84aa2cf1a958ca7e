"""Knowledge is not checked twice by the same checks, and is checked again by others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.delivery.reminders import remind
from faq import acceptance
from faq.acceptance import accept, accepted, mark
from faq.knowledge.types import Faq
from faq.load import FaqError, load
from faq.reading.folder import open_folder
from faq.reading.yaml_reader import read

BROKEN = "每月 7777 元"


@pytest.fixture
def folder(small_folder: Path) -> Path:
    return small_folder  # six intents are enough here


def test_what_these_checks_accepted_is_not_compared_again(folder: Path, tmp_path: Path) -> None:
    faq = load(folder)
    assert accepted(tmp_path / "cache") is None
    accept(faq, tmp_path / "cache")
    assert accepted(tmp_path / "cache") == mark(faq.fingerprint)
    assert load(folder, known_good=accepted(tmp_path / "cache")).fingerprint == faq.fingerprint


def test_an_acceptance_by_other_checks_is_worth_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "topics/dibao/apply.yaml"
    path.write_text(path.read_text("utf-8").replace("answer: |\n", f"answer: |\n  {BROKEN}。\n", 1), encoding="utf-8")
    with pytest.raises(FaqError) as caught:
        load(folder)
    assert BROKEN.removeprefix("每月 ") in str(caught.value)
    lenient = load(folder, known_good=_mark_now(folder))
    monkeypatch.setattr(acceptance, "_checks", lambda: "other checks")
    accept(lenient, tmp_path)
    monkeypatch.undo()
    with pytest.raises(FaqError):
        load(folder, known_good=accepted(tmp_path))


@pytest.mark.parametrize("content", ["a: &anchor b\n", "a：b\n", "a: b\u200bc\n"])
def test_bytes_that_were_looked_through_are_not_looked_through_again(content: str) -> None:
    path = Path("faq/cues.yaml")
    assert read(path, content.encode()).mistakes
    assert not read(path, content.encode(), known_good=True).mistakes


def test_conversations_are_looked_through_whatever_was_accepted(folder: Path) -> None:
    known_good = mark(load(folder).fingerprint)
    talk = folder / "conversations" / "mine.yaml"
    talk.parent.mkdir()
    talk.write_text("- resident: &anchor 低保\n", encoding="utf-8")
    with pytest.raises(FaqError, match=r"mine\.yaml:1"):
        load(folder, known_good=known_good)


def test_what_was_trained_on_is_accepted(small: Path) -> None:
    assert accepted(small / "var" / "cache") == _mark_now(small / "faq")


def _mark_now(folder: Path) -> str:
    return mark(open_folder(folder).fingerprint)


def test_a_cache_that_cannot_be_written_costs_only_time(faq: Faq, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be", encoding="utf-8")
    accept(faq, tmp_path / "cache")
    assert accepted(tmp_path / "cache") is None


def test_reminders_are_a_log_line_each(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = folder / "topics/dibao/apply.yaml"
    path.write_text(path.read_text("utf-8") + "\nexpires_on: 2026-12-01\n", encoding="utf-8")
    faq = load(folder)
    assert remind(faq, dt.date(2026, 11, 2)) == 1
    assert "要做的事：topics/dibao/apply.yaml: 2026-12-01 到期" in caplog.text
