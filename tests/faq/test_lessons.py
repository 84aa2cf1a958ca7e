"""Lessons: conversations to learn from, part of the fingerprint, that stand no intent's removal in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from faq.knowledge.types import Faq
from faq.load import FaqError, load
from faq.reading.folder import fingerprint
from intents.classifier.training_text import training_fingerprint

TALK = """about: 试一试
talks:
  - - {resident: 低保怎么申请, expect: dibao.apply}
    - {resident: 要多久, expect: LABEL}
"""


def written(folder: Path, label: str) -> Path:
    path = folder / "lessons" / "mine.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(TALK.replace("LABEL", label), encoding="utf-8")
    return path


def test_there_are_hundreds_of_many_turns(faq: Faq) -> None:
    assert len(faq.lessons) >= 400
    assert sum(len(lesson.lines) for lesson in faq.lessons) >= 2500


def test_a_lesson_is_trained_on(small_folder: Path) -> None:
    before = fingerprint(small_folder), training_fingerprint(load(small_folder))
    written(small_folder, "dibao.apply")
    knowledge = load(small_folder)
    assert [line.resident for line in knowledge.lessons[0].lines] == ["低保怎么申请", "要多久"]
    assert not knowledge.transcripts, "it is no promise"
    assert fingerprint(small_folder) != before[0]
    assert training_fingerprint(knowledge) != before[1]


def test_an_intent_that_is_no_more_is_left_out(small_folder: Path) -> None:
    written(small_folder, "dibao.gone|ask:dibao.gone")
    assert load(small_folder).lessons


@pytest.mark.parametrize("label", ["chat", "dibao", "ask:dibao", "alarm:fier"])
def test_what_is_no_label_is_a_mistake_with_its_line(small_folder: Path, label: str) -> None:
    path = written(small_folder, label)
    with pytest.raises(FaqError, match=f"{path.name}:4"):
        load(small_folder)
