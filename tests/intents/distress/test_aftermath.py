"""What is said after danger is answered by what the knowledge base has, however little that is."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from faq.knowledge.types import CRISIS
from intents.classifier.model import CALM, Model
from intents.distress.aftermath import Aftermath, belongs
from intents.distress.at_risk import AtRisk
from intents.distress.danger import Alarm
from intents.interpret.context import Context


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_kind_of_danger_with_few_answers_or_none_leaves_nobody_without_a_reply(model: Model, kept: int) -> None:
    answers = [key for key, intent in model.faq.intents.items() if intent.after and "fire" in intent.after.danger]
    gone = set(answers[kept:])
    fewer = copy.copy(model)
    fewer.faq = replace(model.faq, intents={k: i for k, i in model.faq.intents.items() if k not in gone})
    context = Context(model.faq.intents[CRISIS], danger="fire")
    heard = Aftermath(fewer, Alarm(fewer), AtRisk(fewer)).heard("我没有手机，咋报警", context, None)
    assert heard is None or heard.intent.id in answers[:kept]


@pytest.mark.parametrize(("most", "goes_on"), [(0.1, False), (0.4, True)])
def test_what_nothing_is_known_of_does_not_keep_the_alarm_going(most: float, goes_on: bool) -> None:
    assert belongs({"lack": most, "say": 0.1, "over": 0.1, CALM: 0.3}, ["over"]) == goes_on
    assert not belongs({}, ["over"])


@pytest.mark.parametrize(
    ("message", "denied"),
    [("现在没人打我 我在屋里看书 想问问该跟学校里的哪位老师讲这件事", True), ("没人打我 他拿刀追着我妈砍", False)],
)
def test_a_question_after_a_denial_is_no_danger(model: Model, message: str, denied: bool) -> None:
    aftermath = Aftermath(model, Alarm(model), AtRisk(model))
    assert aftermath.denied(message, Context(model.faq.intents[CRISIS], danger="violence")) == denied
