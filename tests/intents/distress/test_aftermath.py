"""What is said after danger is answered by what the knowledge base has, however little that is."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from faq.knowledge.types import CRISIS
from intents.classifier.model import Model
from intents.distress.aftermath import Aftermath
from intents.distress.danger import Alarm
from intents.interpret.context import Context


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_kind_of_danger_with_few_answers_or_none_leaves_nobody_without_a_reply(model: Model, kept: int) -> None:
    answers = [key for key, intent in model.faq.intents.items() if intent.after and "fire" in intent.after.danger]
    gone = set(answers[kept:])
    fewer = copy.copy(model)
    fewer.faq = replace(model.faq, intents={k: i for k, i in model.faq.intents.items() if k not in gone})
    context = Context(model.faq.intents[CRISIS], danger="fire")
    heard = Aftermath(fewer, Alarm(fewer)).heard("我没有手机，咋报警", context, None)
    assert heard is None or heard.intent.id in answers[:kept]
