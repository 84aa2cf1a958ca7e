"""Every fact of the newspaper page is told, at once or in the details, however it is asked."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Reply
from bot.dialogue.session import Session
from faq.knowledge.text import normalise
from faq.knowledge.types import Faq
from tests.conftest import ROOT

NOW = dt.datetime(2026, 11, 29, 10)


class Asked(NamedTuple):
    """One wording of a question about the page."""

    fact: str
    """Name of the fact."""
    expected: frozenset[str]
    """Ids of which one must be answered."""
    held: str
    """What the answer or its details must hold."""
    question: str


def read() -> list[Asked]:
    lines = (ROOT / "tests" / "data" / "page_facts.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [Asked(fact, frozenset(ids.split("|")), held, question) for fact, ids, held, question in rows]


ASKED = read()


def told(dialogue: Dialogue, asked: Asked) -> bool:
    """Tell whether the fact is in the answer, or one press of 说详细些 away."""
    reply, session = dialogue.hear(asked.question, Session(), NOW)
    if not {guess.intent.id for guess in reply.answered} & asked.expected:
        return False
    return asked.held in "".join(reply_and_details(dialogue, reply, session))


def reply_and_details(dialogue: Dialogue, reply: Reply, session: Session) -> list[str]:
    presses = [choice.press for choice in reply.choices if choice.press.action == Action.DETAILS]
    return [reply.text, *(dialogue.press(press, session, NOW)[0].text for press in presses)]


def test_the_page_is_asked_about_whole() -> None:
    wordings: defaultdict[str, set[str]] = defaultdict(set)
    for asked in ASKED:
        wordings[asked.fact].add(asked.question)
    assert len(wordings) >= 90
    assert {fact: len(asked) for fact, asked in wordings.items() if len(asked) != 3} == {}


def test_no_wording_is_trained_on(faq: Faq) -> None:
    trained = {normalise(q) for i in faq.intents.values() for wordings in i.wordings() for q in wordings}
    checked = {normalise(q) for i in faq.intents.values() for q in i.checks}
    assert [asked.question for asked in ASKED if normalise(asked.question) in trained | checked] == []


def test_each_fact_stands_in_one_of_the_texts(faq: Faq) -> None:
    texts = {intent.id: f"{intent.answer}\n{intent.details or ''}" for intent in faq.intents.values()}
    assert [asked for asked in ASKED if not any(asked.held in texts[name] for name in asked.expected)] == []


def test_the_facts_of_the_page_are_told_in_all_wordings(dialogue: Dialogue) -> None:
    missed = [asked for asked in ASKED if not told(dialogue, asked)]
    share = 1 - len(missed) / len(ASKED)
    assert share >= 0.95, [asked.question for asked in missed]
    twice = {a.fact for a in missed if sum(m.fact == a.fact for m in missed) == 3}
    assert twice == set(), "no fact may be missed however it is asked"


@pytest.mark.parametrize(
    "question", ["市民政局局长叫什么名字", "山城区民政局局长是谁", "开发区管委会副主任是哪位", "这篇报道是哪个记者写的"]
)
def test_names_of_officials_are_not_told(dialogue: Dialogue, question: str) -> None:
    reply, _ = dialogue.hear(question, Session(), NOW)
    for name in ("王海新", "王海琴", "段建召", "李东华", "李栋", "刘昭信", "孙铭相", "王福涛", "李丹丹", "李琳琳"):
        assert name not in reply.text


def test_no_text_names_an_official(faq: Faq) -> None:
    texts = "".join(f"{i.answer}{i.details or ''}" for i in faq.intents.values())
    facts = "".join(fact for source in faq.sources.values() for fact in source.facts)
    for name in ("王海新", "王海琴", "段建召", "李东华", "李栋", "刘昭信", "孙铭相", "王福涛", "李丹丹", "李琳琳"):
        assert name not in texts + facts


def test_the_table_of_facts_is_whole() -> None:
    text = (ROOT / "docs" / "coverage.md").read_text("utf-8")
    assert [asked.fact for asked in ASKED if f"\n| {asked.fact} | " not in text] == []
