"""How residents go on is learned from conversations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from faq.knowledge.case import Line, Transcript
from intents.classifier.model import Model
from intents.classifier.next_turn import DECLINED, PRIOR, TOLD, NextTurn
from intents.training.next_turn import learn_next_turn, turns_of


def taught(model: Model, *talks: tuple[tuple[str, str], ...]) -> Model:
    """Return `model` with `talks` alone, each of messages with what is expected, as lessons."""
    lessons = tuple(Transcript("", tuple(Line(*line) for line in talk), "") for talk in talks)
    return model.telling(replace(model.faq, lessons=lessons))


def test_without_lessons_it_is_as_it_always_was(model: Model) -> None:
    assert learn_next_turn(taught(model)) == NextTurn()
    assert NextTurn().weights == PRIOR


def test_every_turn_behind_a_policy_is_learned_with_what_may_be_right(model: Model) -> None:
    talk = (
        ("你好", "talk"),
        ("低保怎么申请", "dibao.apply"),
        ("要多久", "dibao.timeline|dibao.apply"),
        ("俺爹瘫了", "talk"),
        ("护照咋办", "decline"),
    )
    after_apply, after_timeline, strange = turns_of(taught(model, talk))
    right = dict(zip(after_apply.candidates, after_apply.right, strict=True))
    assert {key for key, fits in right.items() if fits} == {"dibao.apply", "dibao.timeline"}
    told = dict(zip(after_timeline.candidates, after_timeline.right, strict=True))
    assert told[TOLD]
    assert not told[DECLINED]
    declined = dict(zip(strange.candidates, strange.right, strict=True))
    assert declined[DECLINED]
    assert not declined["dibao.apply"]


def test_what_the_lessons_show_becomes_likelier(model: Model) -> None:
    asked = ("低保怎么申请", "dibao.apply")
    facts = ("俺爹瘫了", "她妈走了", "家里就俺一个", "没儿没女", "地也没了", "住的土房")
    told = learn_next_turn(taught(model, *((asked, (fact, "talk")) for fact in facts)))
    answered = learn_next_turn(taught(model, *((asked, (fact, "dibao.apply")) for fact in facts)))
    assert told.weights["told"] > PRIOR["told"] > answered.weights["told"]
    assert answered.weights["same"] > told.weights["same"]


@pytest.mark.slow
def test_the_same_lessons_give_the_same_weights(model: Model) -> None:
    talk = (("低保怎么申请", "dibao.apply"), ("要多久", "dibao.timeline"))
    assert learn_next_turn(taught(model, talk)) == learn_next_turn(taught(model, talk))
