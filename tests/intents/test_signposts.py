"""Signposts (`elsewhere.*`) say whose business it is: as good as declining out of scope, wrong in scope."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.session import Session
from faq.knowledge.case import Case
from faq.knowledge.types import Faq
from intents.classifier.model import OUT_OF_SCOPE, Model
from intents.evaluation.evaluate import Evaluation, Outcome, evaluate
from intents.interpret.interpreter import Interpreter
from intents.training.calibrate import Unseen, risk_of
from tests.bench.understanding import NOW

POLICY, OTHER, TALK, SIGNPOST, STRANGE = range(5)
SMALL_TALK = np.array([False, False, True, False, False])
SIGNPOSTS = np.array([False, False, False, True, False])


def judged(target: int, best: int) -> tuple[bool, bool]:
    """Return whether an answer is harmful, and whether the question counts as in scope."""
    scores = np.eye(5)[[best]]
    found = risk_of(Unseen(scores, np.array([target]), np.array([1.0])), scores, SMALL_TALK, SIGNPOSTS)
    return bool(found.harmful[0]), bool(found.inside[0])


@pytest.mark.parametrize(
    ("target", "best", "harmful", "inside"),
    [
        (STRANGE, SIGNPOST, False, False),
        (STRANGE, POLICY, True, False),
        (SIGNPOST, POLICY, True, False),
        (POLICY, SIGNPOST, True, True),
        (POLICY, TALK, False, True),
        (POLICY, OTHER, True, True),
    ],
)
def test_a_signpost_is_wrong_only_where_a_policy_is_asked(target: int, best: int, harmful: bool, inside: bool) -> None:
    assert judged(target, best) == (harmful, inside)


def outcome(model: Model, expected: str, question: str) -> tuple[Evaluation, Outcome]:
    evaluation = evaluate(Interpreter(model), [Case(question, frozenset({expected}), "here")])
    return evaluation, evaluation.outcomes[0]


def test_a_signpost_counts_as_declining_a_question_out_of_scope(model: Model) -> None:
    evaluation, got = outcome(model, OUT_OF_SCOPE, "医保报销找哪个部门")
    assert got.answered == ("elsewhere.medical_insurance",)
    assert evaluation.fine(got)
    assert evaluation.declines(got)
    assert not evaluation.states_policy(got)


def test_a_signpost_is_wrong_for_a_question_in_scope(model: Model) -> None:
    evaluation, got = outcome(model, "dibao.apply", "医保报销找哪个部门")
    assert evaluation.states_policy(got)
    assert not evaluation.fine(got)


def test_a_signpost_names_an_office_and_no_amount(faq: Faq) -> None:
    signposts = [intent for intent in faq.intents.values() if faq.signpost(intent)]
    assert len(signposts) >= 9
    for intent in signposts:
        assert intent.id.startswith("elsewhere.")
        assert intent.details is None
        assert not re.search(r"\d+(\.\d+)? ?(元|%|天|个月|岁)", intent.answer), intent.id


@pytest.mark.parametrize(
    "asked",
    ["教师资格证怎么考", "宅基地能不能卖", "快递丢了找谁赔", "彩票中了在哪领奖", "普通话考试几号报名", "公园几点关门"],
)
def test_what_fits_no_signpost_is_still_declined(dialogue: Dialogue, asked: str) -> None:
    reply, _ = dialogue.hear(asked, Session(), NOW)
    assert not reply.answered


def test_every_intent_answers_its_title_and_five_of_its_questions(dialogue: Dialogue, faq: Faq) -> None:
    lost = []
    for intent in (one for one in faq.intents.values() if one.after is None):  # those answer after danger alone
        plain = [line for line in intent.questions if "(" not in line]
        for asked in (intent.title, *plain[:: max(1, len(plain) // 5)][:5]):
            reply, _ = dialogue.hear(asked, Session(), NOW)
            if intent.id not in [guess.intent.id for guess in (*reply.answered, *reply.offered)]:
                lost.append((intent.id, asked))
    assert len(lost) <= len(faq.intents) // 20, lost
    assert [asked for intent_id, asked in lost if asked == faq.intents[intent_id].title] == []


@pytest.mark.parametrize("then", ["需要准备啥材料", "病历复印件行不行"])
def test_a_signpost_does_not_take_the_subject_from_the_policy_before(dialogue: Dialogue, then: str) -> None:
    session = Session()
    for message in ("医疗救助怎么申请", "医保报销找哪个部门", then):
        reply, session = dialogue.hear(message, session, NOW)
    assert [guess.intent.topic for guess in reply.answered] != ["elsewhere"], reply.text
    assert all(guess.intent.id == "special.medical" for guess in reply.answered), reply.text
