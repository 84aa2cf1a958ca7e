"""A follow-up is answered however long it is."""

from __future__ import annotations

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.session import Session
from faq.knowledge.types import Faq
from intents.classifier.model import Guess
from intents.interpret.context import Context, weigh
from tests.bot.test_any_message import NOW


@pytest.mark.parametrize("length", [0, 7, 80, 136, 3540, 4096, 100_000, 10**9])
def test_a_message_of_any_length_can_be_weighed(faq: Faq, length: int) -> None:
    asked = faq.intents["dibao.apply"]
    ranking = [Guess(intent, 0.5 if intent == asked else 0.4 / len(faq.intents)) for intent in faq.intents.values()]
    guesses = weigh(faq, Context(asked), ranking, ranking, length)
    assert guesses[0].intent == asked
    assert all(0 <= guess.confidence <= 1 for guess in guesses)


@pytest.mark.parametrize("piece", ["那多少钱", "㍿", "要啥材料？", "那", "低"])
@pytest.mark.parametrize("length", [3540, 4096, 100_000])
def test_a_long_follow_up_is_answered(dialogue: Dialogue, piece: str, length: int) -> None:
    _, session = dialogue.hear("低保怎么申请", Session(), NOW)
    reply, _ = dialogue.hear((piece * length)[:length], session, NOW)
    assert reply.text
