"""What is told without a question is kept and met in a few words; what is asked beside it is not dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.again import digest
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Decision, Kind, Part
from faq.knowledge.types import Faq
from tests.bot.dialogue.talk import ids, said


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("孤儿有什么补贴", "我侄女，九岁，她爸前年没了"),
        ("孤儿有什么补贴", "她妈改嫁，两年没回来过"),
        ("残疾证怎么办", "我是左腿截肢，去年的事"),
        ("饭店吃坏肚子了找谁", "一起吃的三个老太太都这样"),
        ("饭店吃坏肚子了找谁", "已经送医院了"),
        ("公租房怎么申请", "俺家五口人，一间半房"),
    ],
)
def test_what_is_told_of_an_open_subject_is_kept_and_not_answered(dialogue: Dialogue, asked: str, told: str) -> None:
    (first, heard), session = said(dialogue, asked, told)
    assert first.answered
    assert heard.answered == ()
    assert any(part.text in dialogue.faq.phrases.noted for part in heard.parts)
    assert len(session.story) == 1
    assert session.intent == ids(first)[0]


def test_what_is_told_gets_the_point_that_speaks_of_it(dialogue: Dialogue) -> None:
    (_, reply), _ = said(dialogue, "残疾人两项补贴怎么领", "他是三级智力残疾")
    assert "三级" in reply.text
    assert reply.parts[0].text not in dialogue.faq.phrases.noted


@pytest.mark.parametrize("question", ["补的钱是先给还是盖好再给", "最多能给几千", "车卖了立马就能报？"])
def test_a_question_without_a_question_word_is_not_only_noted(dialogue: Dialogue, question: str) -> None:
    replies, _ = said(dialogue, "农村危房改造找谁", question)
    assert replies[-1].parts[0].text not in dialogue.faq.phrases.noted


def test_after_pieces_it_is_said_what_can_be_asked_and_who_hears_the_rest(dialogue: Dialogue, faq: Faq) -> None:
    (one, two, three), _ = said(dialogue, "俺家的事说来话长", "去年冬天可冷", "今年雨水又多")
    assert three.text in faq.phrases.listening_long
    assert "12345" in three.text
    assert not {one.text, two.text} & set(faq.phrases.listening_long)


@pytest.mark.parametrize(
    "letter",
    [
        "楼下广场舞天天到十点半，孩子要中考",
        "市人民医院大夫态度恶劣得很",
        "宅基地被邻居占了一米多",
        "驾校收了我五千不退钱",
    ],
)
def test_another_offices_letter_is_no_dead_end(dialogue: Dialogue, letter: str) -> None:
    (reply,), _ = said(dialogue, letter)
    assert "12345" in reply.text


@pytest.mark.parametrize(
    "plea",
    [
        "拆迁三年安置房没盖，过渡费停发，请市领导过问",
        "修路占地三年没补偿，望领导督促解决",
        "开发商延期交房，恳请领导为民做主",
        "困难职工 补助 工会",
        "电动车上牌",
        "农村独生子女费标准",
    ],
)
def test_a_plea_and_bare_nouns_are_questions(dialogue: Dialogue, plea: str) -> None:
    (reply,), session = said(dialogue, plea)
    assert reply.decision == Decision.FALLBACK
    assert session.story == ()


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("一是我母亲的高龄补贴从七月断了没发，二是我哥的残疾证丢了怎么补", {"elders.allowance", "special.card"}),
        ("我妈能不能吃低保，另外我爹的老年补贴在哪领", {"dibao.eligibility", "elders.allowance"}),
        ("残疾证丢了，低保怎么申请", {"special.card", "dibao.apply"}),
        ("我爹老年补贴没发，我妈低保在哪办", {"elders.allowance", "dibao.apply"}),
    ],
)
def test_no_half_of_a_message_is_dropped(dialogue: Dialogue, message: str, wanted: set[str]) -> None:
    (reply,), _ = said(dialogue, message)
    assert wanted <= {guess.intent.id for guess in (*reply.answered, *reply.offered)}


@pytest.mark.parametrize("message", ["低保户能不能申请公租房", "有低保还能申请临时救助吗"])
def test_two_subjects_of_one_question_are_one(dialogue: Dialogue, message: str) -> None:
    (reply,), _ = said(dialogue, message)
    assert len(reply.answered) == 1


@pytest.mark.parametrize(
    ("before", "back", "wanted"),
    [
        ("侄女是孤儿，能领啥", "回到孩子那个，钱打到谁卡上", "people.children"),
        ("高龄补贴咋领", "还说老人那个，要带啥", "elders.allowance"),
    ],
)
def test_a_subject_is_gone_back_to_by_any_word_of_it(dialogue: Dialogue, before: str, back: str, wanted: str) -> None:
    replies, session = said(dialogue, before, "火化多少钱", back)
    assert ids(replies[-1]) == [wanted]
    assert (session.intent, session.before) == (wanted, "elders.funeral")


def test_a_warm_line_makes_no_new_answer_of_an_old_one(dialogue: Dialogue) -> None:
    (reply,), _ = said(dialogue, "低保怎么申请")
    assert digest(replace(reply, parts=(*reply.parts, Part("日子难，您辛苦了。", kind=Kind.WARM)))) == digest(reply)
