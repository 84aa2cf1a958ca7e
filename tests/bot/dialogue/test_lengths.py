"""How long answers are as residents read them, and that what is unknown is said once, at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Kind, Press
from bot.dialogue.session import Session
from faq.knowledge.types import Faq
from tests.bot.dialogue.talk import NOW

SHOWN = (Kind.ANSWER,)
WITH_OFFICE = (Kind.ANSWER, Kind.OFFICE)
UNKNOWN = "没有查到"


def lengths(dialogue: Dialogue, kinds: tuple[Kind, ...]) -> Iterator[int]:
    """Yield the characters shown, without headings and blanks between paragraphs, of every answer but small talk."""
    for intent in dialogue.faq.intents.values():
        if not dialogue.faq.small_talk(intent):
            reply, _ = dialogue.press(Press(Action.ANSWER, intent.id), Session("浚县", heard_at=NOW), NOW)
            yield sum(len(part.text) for part in reply.parts if part.kind in kinds)


@pytest.mark.parametrize(("kinds", "median", "tenth"), [(SHOWN, 150, 220), (WITH_OFFICE, 200, 300)])
def test_answers_are_short(dialogue: Dialogue, kinds: tuple[Kind, ...], median: int, tenth: int) -> None:
    found = sorted(lengths(dialogue, kinds))
    assert len(found) > 90
    assert found[len(found) // 2] <= median
    assert found[len(found) * 9 // 10] <= tenth


def test_what_is_unknown_is_said_once_and_last(faq: Faq) -> None:
    policies = [intent for intent in faq.intents.values() if not faq.small_talk(intent)]
    often = [intent.id for intent in policies if intent.answer.count(UNKNOWN) > 1]
    early = [intent.id for intent in policies if UNKNOWN in intent.answer and UNKNOWN not in intent.points[-1].text]
    assert (often, early) == ([], [])
