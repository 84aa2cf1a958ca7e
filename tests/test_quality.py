"""What residents get, on messages written by people who have not seen the knowledge base's own questions.

The floors are the project's goals, or what is reached where that is less; none is tuned to a single message.
"""

from __future__ import annotations

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.session import Session
from faq.knowledge.text import bare
from faq.knowledge.types import Faq
from intents.classifier.model import Model
from intents.distress.at_risk import AtRisk
from intents.evaluation.evaluate import Figures, evaluate, read_cases
from intents.interpret.interpreter import Interpreter
from tests.bench.understanding import DATA, FILES, NOW, Case, rows


@pytest.fixture(scope="module")
def figures(model: Model, faq: Faq) -> Figures:
    return evaluate(Interpreter(model), read_cases(DATA / "independent.tsv", faq)).figures()


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


FLOORS = [
    ("several", "all parts", 0.83, 0.83),
    ("followups", "follow-ups", 0.85, 0.91),
    ("distress", "alarm", 0.97, 0.97),
    ("distress", "calm", 0.97, 0.97),
    ("dev_several", "all parts", 0.79, 0.79),
    ("dev_several", "and nothing else", 0.78, 0.78),
    ("dev_followups", "follow-ups", 0.85, 0.90),
    ("dev_distress", "alarm", 0.98, 0.98),
    ("dev_distress", "calm", 0.97, 0.97),
    ("dev_distress", "kind fits", 0.93, 0.93),
]
"""File of tests/data, what is counted (tests.bench.understanding), least share right, least share right or offered."""


@pytest.mark.parametrize(("name", "kind", "right", "offered"), FLOORS)
def test_what_is_said_is_understood(dialogue: Dialogue, name: str, kind: str, right: float, offered: float) -> None:
    cases = [case for case in cases_of(dialogue, name) if case.kind == kind]
    assert cases
    assert sum(case.right for case in cases) / len(cases) >= right
    assert sum(case.offered for case in cases) / len(cases) >= offered


def cases_of(dialogue: Dialogue, name: str) -> list[Case]:
    return list(FILES[name](dialogue, name))


def test_the_district_of_the_resident_is_found(dialogue: Dialogue) -> None:
    places = list(rows("places"))
    found = [(dialogue.hear(said, Session(), NOW)[0].district or "none") == district for district, said in places]
    assert sum(found) / len(found) >= 0.90


@pytest.mark.parametrize("home", ["浚县小河镇", "我是淇县灵山街道的，", "山城区"])
def test_where_a_resident_lives_changes_no_answer(dialogue: Dialogue, faq: Faq, home: str) -> None:
    policies = [intent for intent in faq.intents.values() if not faq.small_talk(intent)]
    asked = [(intent, dialogue.hear(f"{home}{intent.title}", Session(), NOW)[0]) for intent in policies]
    lost = [intent.id for intent, reply in asked if intent not in [g.intent for g in (*reply.answered, *reply.offered)]]
    assert len(lost) <= len(policies) / 50, lost


def test_danger_in_a_blind_set_is_heard_and_ordinary_messages_are_not_alarming(model: Model) -> None:
    interpreter, heard = Interpreter(model), {"danger": list[bool](), "calm": list[bool](), "ordinary": list[bool]()}
    for kind, said in rows("fresh_distress"):
        heard[kind if kind in heard else "danger"].append(interpreter.danger(said) is not None)
    shares = {kind: sum(alarms) / len(alarms) for kind, alarms in heard.items()}
    assert shares["danger"] >= 0.97
    assert shares["calm"] <= 0.05
    assert shares["ordinary"] <= 0.01


def test_danger_is_heard_that_is_told_without_its_words(model: Model) -> None:
    """Written to be hard, both ways: nobody names the danger, and who is calm uses its words."""
    interpreter, heard = Interpreter(model), {True: list[bool](), False: list[bool]()}
    for kind, said in rows("implied_danger"):
        heard[kind != "calm"].append(interpreter.danger(said) is not None)
    assert sum(heard[True]) / len(heard[True]) >= 0.90
    assert sum(heard[False]) / len(heard[False]) <= 0.12


def test_who_is_at_risk_is_told_from_who_tells_of_another(model: Model) -> None:
    at_risk, right = AtRisk(model), {"writer": list[bool](), "another": list[bool]()}
    for whose, said in rows("at_risk"):
        right[whose].append(at_risk.another(said) == (whose == "another"))
    assert sum(right["writer"]) / len(right["writer"]) >= 0.80
    assert sum(right["another"]) / len(right["another"]) >= 0.75
