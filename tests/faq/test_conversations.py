"""Conversations as knowledge: read with their lines, refused with file, line and remedy, no part of the fingerprint."""

from __future__ import annotations

from pathlib import Path

import pytest

from faq.knowledge.case import Transcript
from faq.knowledge.types import Faq
from faq.load import FaqError, load
from faq.reading.folder import fingerprint
from intents.classifier.model import Model
from intents.evaluation.conversations import Heard, hold

TALK = """about: 试一试
talks:
  - - {resident: 低保怎么申请, expect: dibao.apply}
    - {resident: 太长了, expect: talk|dibao.apply, words: [找谁办]}
"""


@pytest.fixture
def folder(small_folder: Path) -> Path:
    return small_folder  # six intents are enough here


def written(folder: Path, text: str, name: str = "mine") -> Path:
    path = folder / "conversations" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_there_are_many_short_conversations_of_many_behaviours(faq: Faq) -> None:
    assert len(faq.transcripts) >= 80
    assert len({one.about for one in faq.transcripts}) >= 15
    assert max(len(one.lines) for one in faq.transcripts) <= 6


def test_a_conversation_is_read_with_its_place_and_trains_nothing(folder: Path) -> None:
    before = fingerprint(folder)
    path = written(folder, TALK)
    knowledge = load(folder)
    mine = next(one for one in knowledge.transcripts if one.about == "试一试")
    assert mine.where == f"{path}:3"
    assert mine.lines[1].labels == ("talk", "dibao.apply")
    assert mine.lines[1].words == ("找谁办",)
    assert knowledge.fingerprint == fingerprint(folder) == before


@pytest.mark.parametrize(
    ("wrong", "right", "line", "told"),
    [
        ("dibao.aply}", "dibao.apply}", 3, "dibao.apply"),
        ("chat}", "dibao.apply}", 3, "talk（闲话）"),
        ("alarm:fier}", "dibao.apply}", 3, "alarm:fire"),
        ("ask:dibao}", "dibao.apply}", 3, "ask"),
        ("resdent: 太长了", "resident: 太长了", 4, "resdent"),
        ("words: 找谁办}", "words: [找谁办]}", 4, "words"),
    ],
)
def test_what_is_wrong_in_a_conversation_is_said_with_its_line(
    folder: Path, wrong: str, right: str, line: int, told: str
) -> None:
    path = written(folder, TALK.replace(right, wrong, 1))
    with pytest.raises(FaqError) as refused:
        load(folder)
    found = [mistake for mistake in refused.value.mistakes if mistake.file == path]
    assert {mistake.line for mistake in found} == {line}
    assert told in refused.value.say()


def test_a_line_that_does_not_go_as_written_is_told_with_what_came_of_it(model: Model) -> None:
    transcript: Transcript = next(one for one in model.faq.transcripts if len(one.lines) > 1)

    def silent(_: Model, messages: list[str]) -> list[Heard]:
        return [Heard("fallback", (), (), None, "答不了") for _ in messages]

    held = hold(model, silent, [transcript])  # type: ignore[arg-type]
    assert held.lines == len(transcript.lines)
    assert [slip.turn for slip in held.slips] == list(range(len(transcript.lines)))
    assert held.right == 0
