"""What is offered where a message is not understood for sure: policies that are likely, and no small talk."""

from __future__ import annotations

import pytest

from intents.classifier.model import Model
from intents.interpret.interpreter import Interpreter
from intents.interpret.meaning import Meaning


@pytest.fixture(scope="module")
def interpreter(model: Model) -> Interpreter:
    return Interpreter(model)


UNSURE = [
    "我第三次来问了，前两次都给我退回来！",
    "就说系统里显示不符合，别的啥都不讲",
    "想来就来想走就走的那种",
    "谢谢你们，俺再想想那个证",
    "跑了几趟了，谁都说再等等",
    "哎，日子就这样吧，那个钱",
    "老头走了，剩我一个，那个费",
    "窗口的人凶得很，那个单子",
    "你说的我不信，社区那边",
    "花呗还不上，晚上睡不着",
]


@pytest.mark.parametrize("message", UNSURE)
def test_small_talk_is_never_offered(interpreter: Interpreter, message: str) -> None:
    faq = interpreter.model.faq
    assert [guess.intent.id for guess in interpreter.understand(message).offered if faq.small_talk(guess.intent)] == []


@pytest.mark.parametrize(
    "message",
    ["有没有地方能让她住几天，我歇歇", "低保的事，另外高龄那个", "我想问问救助金", "户口本上的事", *UNSURE],
)
def test_what_is_offered_is_not_far_behind_the_best(interpreter: Interpreter, message: str) -> None:
    meaning: Meaning = interpreter.understand(message)
    best = max([guess.confidence for guess in (*meaning.answered, *meaning.offered)], default=0.0)
    assert all(
        guess.confidence >= min(0.07 * best, 3 * interpreter.model.thresholds.clarify) for guess in meaning.offered
    )
