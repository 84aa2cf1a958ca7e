"""A hotline that is asked about by its number is told of by name; one that nothing knows is said to be unknown."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.dialogue.cards import Cards
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.hotlines import Hotlines
from bot.dialogue.reply import Decision
from bot.dialogue.session import Session
from faq.knowledge.types import Faq

NOW = dt.datetime(2026, 11, 29, 10)


@pytest.mark.parametrize(
    "message",
    [
        "12317还能打吗",
        "12317是什么电话",
        "扶贫热线12317打不通",
        "12318是干啥的",
        "打12366行不行",
        "96118 是哪里的号码",
        "95588打来的电话能信吗",
    ],
)
def test_a_hotline_that_nothing_knows_is_said_to_be_unknown(dialogue: Dialogue, message: str) -> None:
    reply, _ = dialogue.hear(message, Session(), NOW)
    number = "".join(character for character in message if character.isdigit())
    assert f"{number} 是做什么的" in reply.text
    assert not any(guess.intent.id == "contacts.hotline" for guess in reply.answered), "the general text is no answer"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("12356是啥电话", "免费，不用说名字"),
        ("12356 白天晚上都有人接吗", "据报道昼夜有人接"),
        ("96110打来的电话要不要接", "打来要接"),
        ("12393是什么热线", "医保的事打 12393"),
        ("12349是干什么的", "儿童救助保护热线"),
        ("12385是哪里的电话", "残疾人维权"),
        ("12355", "青少年服务台"),
    ],
)
def test_a_known_hotline_is_told_of_by_itself(dialogue: Dialogue, message: str, told: str) -> None:
    reply, _ = dialogue.hear(message, Session(), NOW)
    assert told in reply.text
    assert reply.decision == Decision.ANSWER
    assert "交通事故 122" not in reply.text, "only the lines about this hotline"


def test_12345_is_still_answered_as_before(dialogue: Dialogue) -> None:
    reply, _ = dialogue.hear("12345是什么电话", Session(), NOW)
    assert "政务服务便民热线" in reply.text


@pytest.mark.parametrize(
    "message", ["一年收入12317元能吃低保吗", "家里存款12500", "我攒了12350块", "身份证41061112317"]
)
def test_amounts_are_no_hotlines(faq: Faq, message: str) -> None:
    hotlines = Hotlines(faq, Cards(faq))
    assert hotlines.told(message) is None
    assert hotlines.unknown(message) is None


def test_an_unknown_hotline_beside_a_policy_question_is_answered_too(dialogue: Dialogue) -> None:
    reply, _ = dialogue.hear("打12317问没人理，低保怎么申请", Session(), NOW)
    assert "12317 是做什么的" in reply.text
    assert "书面申请" in reply.text


def test_danger_comes_before_any_hotline(dialogue: Dialogue) -> None:
    reply, _ = dialogue.hear("不想活了，打12356没人接", Session(), NOW)
    assert reply.decision == Decision.EMERGENCY


def test_a_message_full_of_numbers_is_answered_shortly(faq: Faq) -> None:
    told = Hotlines(faq, Cards(faq)).told(" ".join(f"12{n}" for n in range(301, 399)))
    assert told is not None
    assert told.count("是做什么的") == 3
