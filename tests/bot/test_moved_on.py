"""Who is in danger and of what kind is heard, and an alarm is left by who has moved on: safe now, misheard, hungry."""

from __future__ import annotations

import re

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Decision
from bot.dialogue.session import Session
from faq.knowledge.types import Faq
from tests.bench.understanding import NOW
from tests.bot.test_after_danger import TOLD, after

SUPPOSED = re.compile("孩子|债|看病|病人|节哀|走了|一家|家里|被推|跑了|伺候")
"""What no warm line says: it may not be so."""


@pytest.mark.parametrize("message", ["我在我姐家，没事了，低保怎么申请", "你弄错了，没人打我，低保怎么申请"])
def test_a_danger_that_is_over_is_so_whatever_is_asked_beside(dialogue: Dialogue, message: str) -> None:
    _, session = dialogue.hear(TOLD["violence"], Session(), NOW)
    reply, session = dialogue.hear(message, session, NOW)
    assert [guess.intent.id for guess in reply.answered] == ["dibao.apply"]
    assert session.danger is None


@pytest.mark.parametrize("message", ["我没打，没人接", "还没打，不好意思打", "我没打电话，手机快停机了"])
def test_who_has_not_called_does_not_deny_the_danger(dialogue: Dialogue, message: str) -> None:
    assert after(dialogue, TOLD["hunger"], message).decision == Decision.EMERGENCY


@pytest.mark.parametrize("message", ["俺就说说 不会真去", "我没有不想活，就是心里憋屈", "气话，我不会真干"])
def test_who_only_said_so_is_believed_and_told_whom_to_call(dialogue: Dialogue, message: str) -> None:
    reply = after(dialogue, TOLD["suicide"], message)
    assert reply.decision == Decision.ANSWER
    assert "110" in reply.text


@pytest.mark.parametrize(
    "message", ["我不在他那了 我在我姐家！！", "我搬出来了，他找不着我", "我现在安全，在我妈家住着"]
)
def test_who_has_left_is_not_told_to_run(dialogue: Dialogue, message: str) -> None:
    assert after(dialogue, TOLD["violence"], message).danger is None


@pytest.mark.parametrize(
    "message", ["从家里出来没带钱，孩子奶粉没有了，能先给点救急钱不", "带着俩娃一分钱没有，去哪领点吃的"]
)
def test_who_has_left_and_has_nothing_is_told_of_food_or_of_the_urgent_aid(dialogue: Dialogue, message: str) -> None:
    reply = after(dialogue, TOLD["violence"], "我在我姐家，安全了", message)
    assert reply.danger == "hunger" or "linshi.urgent" in [guess.intent.id for guess in reply.answered]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("老婆昨天又被我打了，我也不想", "harm"),
        ("我没有不想活，我是说怕我伤着我妈", "harm"),
        ("伺候俺娘两年没睡过整觉，有时真想拿枕头捂上去算了", "harm"),
        ("俺爷咳血了，不让我跟人说", "medical"),
        ("身上就剩四十块，两个娃，去哪能领点吃的", "hunger"),
        ("小卖部不让赊了，俺跟爷爷没吃的", "hunger"),
        ("就是没钱吃饭，医院也要停药", "hunger"),
    ],
)
def test_the_kind_of_danger_is_the_one_that_was_told(dialogue: Dialogue, message: str, kind: str) -> None:
    assert after(dialogue, message).danger == kind


def test_who_meant_somebody_else_is_answered_for_that(dialogue: Dialogue) -> None:
    assert after(dialogue, TOLD["suicide"], "我没有不想活，我是说怕我伤着我妈").danger == "harm"


@pytest.mark.parametrize("message", ["另外一户老太太说不想活了，我们该咋弄", "我们小区一个大娘要上吊，社区该做啥"])
def test_who_asks_for_another_is_told_how_to_stand_by(dialogue: Dialogue, message: str) -> None:
    text = after(dialogue, message).text
    assert "别让他一个人" in text
    assert "我不想活了" not in text


@pytest.mark.parametrize(
    "message", ["我今天就去把他办公室砸了", "低保停了，我妈气得两天没吃饭", "我离婚了", "不给办我就掀了他的桌子"]
)
def test_anger_and_facts_of_life_alarm_nobody(dialogue: Dialogue, message: str) -> None:
    reply = after(dialogue, message)
    assert reply.decision != Decision.EMERGENCY
    assert "12356" not in reply.text


@pytest.mark.parametrize("message", ["我听不见，打不了电话", "俺不识字，看不懂咋弄", "我是聋人 你们能打字办理吗"])
def test_who_cannot_call_or_read_is_not_told_to_call(dialogue: Dialogue, message: str) -> None:
    text = after(dialogue, message).text
    assert "窗口" in text
    assert "12345" not in text


@pytest.mark.parametrize("message", ["中吧 俺打12345 恁歇着吧", "中吧 那俺叫村里会计给俺问问", "行 我去窗口问问"])
def test_who_goes_to_ask_elsewhere_says_goodbye(dialogue: Dialogue, message: str) -> None:
    assert after(dialogue, "低保怎么申请", message).answered[0].intent.id in ("chat.goodbye", "chat.thanks")


@pytest.mark.parametrize("message", ["俺妈走不动，低保能让俺爸代办不", "俺爹走丢过两回，有没有手环"])
def test_nobody_is_mourned_who_lives(dialogue: Dialogue, message: str) -> None:
    text = after(dialogue, message).text
    assert "节哀" not in text
    assert "难过" not in text


def test_warm_lines_state_nothing_that_was_not_said(faq: Faq) -> None:
    for intent in faq.intents.values():
        for line in intent.beside:
            assert not SUPPOSED.search(line), line
