"""What is asked beside something else is answered: behind thanks, behind the end of an alarm; and who it is about."""

from __future__ import annotations

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Decision
from tests.bot.dialogue.talk import ids, said, told


def test_a_question_behind_thanks_is_answered(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "谢谢啊 你比街道那个说得清楚 对了孩上初中有补助没")
    assert ids(reply) == ["special.education"]


@pytest.mark.parametrize(
    "asked", ["辅具不要 就问0到6岁那个康复救助 在外地机构做的能报不能", "轮椅俺自己买 修能报不能报"]
)
def test_who_asks_is_not_told_to_go_on(dialogue: Dialogue, asked: str) -> None:
    reply, _ = told(dialogue, "脑瘫儿子3岁残联康复补贴咋申请", asked)
    phrases = dialogue.faq.phrases
    assert reply.parts[0].text not in (*phrases.noted, *phrases.listening_long)


def test_what_is_asked_beside_the_end_of_an_alarm_is_asked_of_what_came_before(dialogue: Dialogue) -> None:
    reply, session = told(dialogue, "高龄津贴怎么领", "俺摔倒了起不来", "邻居过来扶我了 没伤着 那淇县到底多少")
    assert reply.decision == Decision.ANSWER
    assert ids(reply) == ["elders.allowance"]
    assert "淇县" in reply.text
    assert reply.parts[0].text == dialogue.faq.phrases.danger_over
    assert session.danger is None


def test_what_is_not_ours_beside_the_end_of_an_alarm_is_said_to_be_not_ours(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "他拿刀追着我打，我躲在厕所里", "没打俺 就是吵架 不用报警 我就问护照归哪个局办")
    assert reply.parts[0].text == dialogue.faq.phrases.danger_over
    assert "出入境管理部门" in reply.parts[1].text


def test_whether_all_is_well_is_asked_and_not_said(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "我不想活了，药都买好了", "就吃了几片 没事吧")
    assert dialogue.faq.phrases.danger_over not in reply.text


@pytest.mark.parametrize(
    "message",
    ["我妈昨天打电话光哭 说不想活了 咋劝她", "俺爷不吃饭了 说活够了", "我奶奶说她不想拖累我们了 把药都攒着"],
)
def test_who_tells_of_another_hears_what_a_witness_can_do(dialogue: Dialogue, message: str) -> None:
    reply, _ = told(dialogue, message)
    assert reply.parts[0].text == dialogue.faq.emergencies["suicide"].witness


def test_who_says_that_it_is_another_hears_it_too(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "真不想活了", "不是我 是我妈不想活了 我在外地")
    assert reply.parts[0].text == dialogue.faq.emergencies["suicide"].witness


@pytest.mark.parametrize("message", ["老公走了以后 俺真是不想活了", "俺儿不管俺 活着没意思", "儿子打我 我不想活了"])
def test_who_names_others_and_wants_to_die_is_no_witness(dialogue: Dialogue, message: str) -> None:
    reply, _ = told(dialogue, message)
    assert reply.decision == Decision.EMERGENCY
    assert reply.parts[0].text != dialogue.faq.emergencies["suicide"].witness


def test_who_denies_wanting_to_die_is_believed(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "我不想活了", "你神经病吧 谁不想活了 我问的是低保要啥材料")
    assert reply.decision != Decision.EMERGENCY
    assert ids(reply) == ["dibao.materials"]


@pytest.mark.parametrize("asked_on", ["我该咋办", "咋办啊", "帮帮我"])
def test_a_witness_who_asks_on_is_still_one(dialogue: Dialogue, asked_on: str) -> None:
    replies, session = said(dialogue, "我奶奶说她不想拖累我们了 把药都攒着", asked_on)
    suicide = dialogue.faq.emergencies["suicide"]
    assert replies[0].parts[0].text == suicide.witness
    assert replies[1].parts[0].text in suicide.witness_again
    assert session.witness


def test_who_is_at_risk_himself_and_asks_on_is_still_the_one(dialogue: Dialogue) -> None:
    reply, session = told(dialogue, "我不想活了，药都买好了", "我该咋办")
    assert reply.parts[0].text in dialogue.faq.emergencies["suicide"].again
    assert not session.witness


@pytest.mark.parametrize("message", ["电话里不知道咋开口", "我不想让人知道", "没人陪"])
def test_a_witness_is_told_nothing_that_is_for_the_one_at_risk(dialogue: Dialogue, message: str) -> None:
    reply, _ = told(dialogue, "我妈昨天打电话光哭 说不想活了 咋劝她", message)
    own = [i for i in dialogue.faq.intents.values() if i.after and i.after.own]
    assert own
    assert not [i.id for i in own if any(part.text in (i.answer, *i.further) for part in reply.parts)]
