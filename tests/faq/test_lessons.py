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


ASKED = """about: 看了答复接着问其中一点
asked:
  INTENT:
    - {resident: 要多久, points: [30 个工作日]}
    - {resident: 穿啥去}
"""


def test_what_is_asked_of_answers_is_a_file_of_its_own_and_trained_on(small_folder: Path) -> None:
    before = training_fingerprint(load(small_folder))
    written(small_folder, "dibao.apply").write_text(ASKED.replace("INTENT", "dibao.apply"), encoding="utf-8")
    knowledge = load(small_folder)
    assert [(key, one.resident, one.points) for key, one in knowledge.asked_points] == [
        ("dibao.apply", "要多久", ("30 个工作日",)),
        ("dibao.apply", "穿啥去", ()),
    ]
    assert knowledge.lessons == ()
    assert training_fingerprint(knowledge) != before


BOTH = TALK + ASKED[ASKED.index("asked") :]


@pytest.mark.parametrize("text", ["about: 试一试\n", ASKED, BOTH, "about: 试一试\nasked: {}\n"])
def test_a_lesson_without_conversations_or_with_what_is_no_id_is_a_mistake(small_folder: Path, text: str) -> None:
    path = written(small_folder, "dibao.apply")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaqError, match=path.name):
        load(small_folder)


def test_what_is_asked_of_answers_is_no_promise(small_folder: Path) -> None:
    path = small_folder / "conversations" / "mine.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(ASKED.replace("INTENT", "dibao.apply"), encoding="utf-8")
    with pytest.raises(FaqError, match="asked"):
        load(small_folder)
