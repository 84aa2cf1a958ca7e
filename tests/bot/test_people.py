"""Who grieves, is tired, lonely, angry, distrustful or only chats gets a short, warm answer, never the same twice."""

from __future__ import annotations

import itertools

import pytest

from bot.channels.terminal.json_view import as_json
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Decision
from bot.dialogue.session import Session
from faq.knowledge.types import Faq
from tests.bench.understanding import NOW
from tests.bot.test_after_danger import after

SAID = {
    "chat.grief": ["俺老伴刚走", "闺女没救过来", "俺爹没了 心里空"],
    "chat.tired": ["伺候俺娘五年了 实在累", "天天伺候病人 没歇过一天"],
    "chat.lonely": ["孩子都不在家 闷得慌", "一个人在家没人说话"],
    "chat.sad": ["心里难受想找人聊聊", "最近天天睡不着 心里慌", "好难过 想哭"],
    "chat.anger_office": ["跑了四趟还不给办 气死了", "踢皮球 没一个管事的"],
    "chat.distrust": ["你不会是骗子吧", "谁信你啊"],
    "chat.keeps": ["我说的话你们存不存", "打的字谁能看见"],
    "chat.operator": ["谁办的这个号", "这机器人是哪个单位弄的"],
    "chat.holiday": ["中秋节快乐", "过年好啊"],
    "chat.weather": ["今天真热啊", "外面下大雨了"],
    "chat.tease": ["你几岁啦", "讲个笑话听听", "你有对象没"],
    "chat.praise": ["你真厉害", "答得真好"],
    "chat.insult": ["滚蛋", "你个憨货"],
    "chat.sorry": ["不好意思打错字了"],
    "chat.later": ["等会儿再说 我去吃饭", "俺又来了"],
    "chat.fraud": ["钱叫骗子骗走了", "我把验证码给人家了 钱没了"],
}


@pytest.mark.parametrize(("wanted", "message"), [(i, said) for i, lines in SAID.items() for said in lines])
def test_a_person_is_answered_as_one(dialogue: Dialogue, wanted: str, message: str) -> None:
    reply = after(dialogue, message)
    assert [guess.intent.id for guess in reply.answered] == [wanted]
    assert len(reply.choices) <= 4, "no wall of buttons"
    assert len(reply.text) <= 160


@pytest.mark.parametrize("wanted", SAID)
def test_the_same_is_never_said_twice_in_a_row_and_always_in_the_same_order(dialogue: Dialogue, wanted: str) -> None:
    message = SAID[wanted][0]
    one, other = (conversation(dialogue, [message] * 4) for _ in range(2))
    assert one == other
    assert all(first != second for first, second in itertools.pairwise(one))


def conversation(dialogue: Dialogue, messages: list[str]) -> list[str]:
    session, said = Session(), []
    for message in messages:
        reply, session = dialogue.hear(message, session, NOW)
        said.append(reply.text)
    return said


@pytest.mark.parametrize("message", ["钱叫骗子骗走了", "钱转走了 咋办", "我妈被骗了三万 说是办五保 咋办"])
def test_who_was_defrauded_is_told_110_and_96110_at_once(dialogue: Dialogue, faq: Faq, message: str) -> None:
    assert "110" in after(dialogue, message).text
    fraud = faq.intents["chat.fraud"]
    for text in (fraud.answer, *fraud.further):
        assert "110" in text
    assert "96110" in fraud.answer


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("dibao.eligibility", "俺老伴刚走，就剩我一个人，没收入，能不能吃低保"),
        ("dibao.apply", "伺候瘫痪的婆婆八年了，真累，低保怎么申请"),
        ("special.disability", "儿子没了以后我天天想哭，孙子是残疾，残疾人补贴怎么领"),
    ],
)
def test_distress_gets_the_policy_first_and_one_warm_line(
    dialogue: Dialogue, faq: Faq, wanted: str, message: str
) -> None:
    reply = after(dialogue, message)
    assert reply.decision == Decision.ANSWER
    assert wanted in [guess.intent.id for guess in reply.answered]
    assert reply.concern
    assert str(reply.parts[0]).startswith("【")
    warm = [line.strip() for intent in faq.intents.values() for line in intent.beside]
    assert sum(part.text in warm for part in reply.parts) == 1
    assert "农药" not in reply.text
    assert "药、刀" not in reply.text


@pytest.mark.parametrize("message", ["低保怎么申请", "社区食堂几点开门", "残疾证在哪办", "临时救助要啥材料"])
def test_who_only_asks_is_not_consoled(dialogue: Dialogue, message: str) -> None:
    reply = after(dialogue, message)
    assert not reply.concern
    assert as_json(message, reply)["concern"] is False
    assert as_json(message, reply)["kind"] is None


def test_scripts_are_told_the_kind_by_the_names_of_the_contract(dialogue: Dialogue) -> None:
    for message, kind in [("我妈昏倒了，叫不醒", "medical"), ("大雪天睡桥洞，手脚都没知觉了", "other")]:
        assert as_json(message, after(dialogue, message))["kind"] == kind
