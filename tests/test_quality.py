"""What residents get, on messages written by people who have not seen the knowledge base's own questions.

The floors are the project's goals, or what is reached where that is less; none is tuned to a single message.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from bot.dialogue import Dialogue
from bot.reply import Action, Decision, Press, Reply
from bot.session import Session
from faq.knowledge import Faq
from faq.text import bare
from intents.evaluate import Figures, evaluate, read_cases
from intents.model import Model
from tests.conftest import ROOT

DATA = ROOT / "tests" / "data"
NOW = dt.datetime(2026, 12, 1, 10)


def rows(name: str) -> Iterator[list[str]]:
    for line in (DATA / f"{name}.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def ids(reply: Reply) -> set[str]:
    return {guess.intent.id for guess in reply.answered}


@pytest.fixture(scope="module")
def figures(model: Model, faq: Faq) -> Figures:
    return evaluate(model, read_cases(DATA / "independent.tsv", faq)).figures()


def test_the_independent_questions_are_not_trained_on(faq: Faq) -> None:
    trained = {bare(wording) for intent in faq.intents.values() for line in intent.wordings() for wording in line}
    trained |= {bare(question) for kind in faq.out_of_scope.values() for question in kind}
    assert [question for _, question in rows("independent") if bare(question) and bare(question) in trained] == []


def test_residents_get_the_right_answer_or_are_offered_it(figures: Figures) -> None:
    assert figures.answered_right is not None
    assert figures.given_or_offered is not None
    assert figures.answered_right >= 0.90
    assert figures.given_or_offered >= 0.97


def test_wrong_answers_stay_within_the_budget(figures: Figures) -> None:
    assert figures.answered_wrong is not None
    assert figures.out_of_scope_answered is not None
    assert figures.answered_wrong <= 0.03
    assert figures.out_of_scope_answered <= 0.04


def test_all_parts_of_a_message_are_answered(dialogue: Dialogue) -> None:
    messages = list(rows("several"))
    whole = [set(wanted.split("+")) <= ids(dialogue.hear(said, Session(), NOW)[0]) for wanted, said in messages]
    assert sum(whole) / len(whole) >= 0.75


def test_follow_ups_are_understood_from_the_turn_before(dialogue: Dialogue) -> None:
    right = []
    for first, _, wanted, said in rows("followups"):
        _, session = dialogue.press(Press(Action.ANSWER, first), Session(), NOW)
        reply, _ = dialogue.hear(said, session, NOW)
        offered = {guess.intent.id for guess in reply.offered}
        right.append(bool((ids(reply) | offered) & set(wanted.split("|"))))
    assert sum(right) / len(right) >= 0.90


def test_danger_is_recognised_and_rarely_imagined(dialogue: Dialogue) -> None:
    alarmed = {"emergency": list[bool](), "calm": list[bool]()}
    for expected, said in rows("distress"):
        alarmed[expected].append(dialogue.hear(said, Session(), NOW)[0].decision == Decision.EMERGENCY)
    assert sum(alarmed["emergency"]) / len(alarmed["emergency"]) >= 0.95
    assert sum(alarmed["calm"]) / len(alarmed["calm"]) <= 0.05


def test_the_district_of_the_resident_is_found(dialogue: Dialogue) -> None:
    places = list(rows("places"))
    found = [(dialogue.hear(said, Session(), NOW)[0].district or "none") == district for district, said in places]
    assert sum(found) / len(found) >= 0.90
