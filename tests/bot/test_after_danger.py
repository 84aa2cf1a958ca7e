"""After an alarm each message is judged afresh: what is unrelated is answered, who asks on is told by the kind."""

from __future__ import annotations

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Decision, Reply
from bot.dialogue.session import Session
from faq.knowledge.types import CRISIS, Faq
from tests.bench.understanding import NOW

TOLD = {
    "suicide": "我不想活了，药都买好了",
    "violence": "他拿刀追着我打，我躲在厕所里",
    "child": "爸爸打我，我今年十二，身上都是伤",
    "fire": "家里着火了，楼道全是烟",
    "medical": "我妈昏倒了，叫不醒",
}
"""Kind of emergency (child and violence fit alike) and what tells of it."""

UNRELATED = [
    "护照过期了去哪换",
    "今天热死了 食堂有空调吗",
    "几点上班",
    "办下来要多久啊",
    "申请要啥材料",
    "身份证丢了咋办",
    "社保怎么交",
    "我想离婚怎么办",
    "新农合多少钱",
    "公交卡去哪充钱",
    "电话多少",
]
RELATED = ["我该咋办", "然后呢", "我害怕", "打不通", "没有手机", "怕他报复", "现在怎么办", "救救我"]


def after(dialogue: Dialogue, *messages: str) -> Reply:
    """Return the reply to the last of `messages`."""
    session = Session()
    for message in messages:
        reply, session = dialogue.hear(message, session, NOW)
    return reply


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("message", UNRELATED)
def test_the_alarm_does_not_answer_an_unrelated_question(dialogue: Dialogue, kind: str, message: str) -> None:
    assert after(dialogue, TOLD[kind]).decision == Decision.EMERGENCY
    assert after(dialogue, TOLD[kind], message).decision != Decision.EMERGENCY


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("message", RELATED)
def test_who_asks_on_is_told_of_the_same_danger(dialogue: Dialogue, faq: Faq, kind: str, message: str) -> None:
    first = after(dialogue, TOLD[kind])
    (heard,) = [k for k, emergency in faq.emergencies.items() if emergency.reply.strip() in first.text]
    reply = after(dialogue, TOLD[kind], message)
    assert reply.decision == Decision.EMERGENCY
    told = faq.emergencies[heard]
    assert str(told.again).strip() in reply.text or told.reply.strip() in reply.text
    assert faq.intents[CRISIS].answer.strip() not in reply.text


@pytest.mark.parametrize("message", ["不敢报警", "我不敢打电话"])
def test_who_dares_not_call_is_told_of_violence(dialogue: Dialogue, faq: Faq, message: str) -> None:
    reply = after(dialogue, TOLD["violence"], message)
    told = faq.emergencies["violence"]
    assert str(told.again).strip() in reply.text or told.reply.strip() in reply.text


def test_nothing_lists_all_emergencies(faq: Faq) -> None:
    texts = [text for e in faq.emergencies.values() for text in (e.reply, e.again or "")]
    for text in (faq.intents[CRISIS].answer, *texts):
        assert sum(word in text for word in ("农药", "挨打", "被关", "孩子被丢下", "没饭", "流落")) <= 1, text


@pytest.mark.parametrize("message", ["骗你的 我开玩笑的", "逗你玩的", "刚才是说着玩的"])
def test_who_was_joking_is_not_alarmed_again(dialogue: Dialogue, faq: Faq, message: str) -> None:
    assert after(dialogue, "我不想活了", message).text == faq.phrases.danger_over.strip()


def test_the_psychological_line_is_never_the_only_number(faq: Faq) -> None:
    told = [text for e in faq.emergencies.values() for text in (e.reply, e.again or "")]
    told += [text for intent in faq.intents.values() for text in (intent.answer, intent.details or "")]
    naming = [text for text in told if "12356" in text]
    assert faq.emergencies["suicide"].reply in naming
    for text in naming:
        assert "110" in text or "120" in text
    first = faq.emergencies["suicide"].reply
    assert first.index("110") < first.index("12356")


def test_who_is_shut_in_or_in_water_is_told_119_first_and_that_it_is_free(faq: Faq) -> None:
    (line,) = [line for line in faq.emergencies["fire"].reply.splitlines() if "水淹" in line]
    assert line.index("119") < line.index("120")
    assert "110" not in line
    assert "不收费" in line


@pytest.mark.parametrize(
    "message", ["我妈昏倒了", "俺婆婆昏倒了", "别人家暴我怎么办", "我被家暴了", "我爸嘴歪了，话说不清"]
)
def test_danger_in_few_words_is_heard(dialogue: Dialogue, message: str) -> None:
    assert after(dialogue, message).decision == Decision.EMERGENCY


@pytest.mark.parametrize(
    "message",
    [
        "hei hei hei",
        "ma ma ma",
        "hei hei hei hei",
        "la la la la",
        "ba ba ba",
        "ha ha",
        "he he he",
        "对不起，刚才说错了",
        "不好意思打错字了",
        "抱歉抱歉",
        "暴雨红色预警",
        "明天大风降温，有寒潮",
        "台风黄色预警信号",
    ],
)
def test_syllables_apologies_and_the_weather_alarm_nobody(dialogue: Dialogue, message: str) -> None:
    assert after(dialogue, message).decision != Decision.EMERGENCY
