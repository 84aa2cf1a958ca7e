"""Messages come apart where residents ask something else, and nowhere else."""

from __future__ import annotations

import pytest

from faq.knowledge.types import Faq
from intents.interpret.parts import Question, Splitter


@pytest.fixture(scope="module")
def splitter(faq: Faq) -> Splitter:
    return Splitter(faq.cues)


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("低保怎么申请？要啥材料？", ["低保怎么申请", "要啥材料"]),
        ("低保怎么申请，要啥材料，多长时间", ["低保怎么申请", "要啥材料", "多长时间"]),
        ("低保咋办 得拿啥", ["低保咋办", "得拿啥"]),
        ("1. 低保什么条件\n2. 需要什么材料", ["低保什么条件", "需要什么材料"]),
        ("①低保怎么办②残疾补贴怎么领", ["低保怎么办", "残疾补贴怎么领"]),
        ("低保：咋申请？带啥？", ["咋申请", "带啥"]),
        ("食堂贵不贵 晚上开不开", ["食堂贵不贵", "晚上开不开"]),
        ("低保怎么申请另外残疾补贴怎么领", ["低保怎么申请", "残疾补贴怎么领"]),
        ("你好，我想问一下，低保怎么申请？", ["低保怎么申请"]),
        ("今天天气不错。", []),
    ],
)
def test_each_asking_clause_is_a_question(splitter: Splitter, message: str, asked: list[str]) -> None:
    assert [question.asks.removesuffix("?") for question in splitter.questions(message)] == asked


def test_what_is_told_before_a_question_belongs_to_it(splitter: Splitter) -> None:
    assert splitter.questions("我爸中风了，低保咋办") == [Question("低保咋办", ("我爸中风了",))]
    assert splitter.questions("低保咋办，我爸中风了") == [Question("低保咋办", ("我爸中风了",))]


def test_who_only_asks_what_to_do_asks_of_all_that_he_told(splitter: Splitter) -> None:
    assert splitter.questions("房子烧了，怎么办") == []
    assert splitter.questions("俺爹瘫了，低保停了，这可咋办啊") == []
    assert splitter.questions("想举报又怕人知道，咋办") == [Question("想举报又怕人知道")], "it asks once"
    assert splitter.questions("低保怎么申请，咋办") == [Question("低保怎么申请")]
    assert splitter.questions("咋办") == [Question("咋办")]


@pytest.mark.parametrize("said", ["你好", "谢谢", "那我想问", "低保咋办"])
def test_who_says_nothing_of_not_knowing_what_to_do_is_not_at_a_loss(splitter: Splitter, said: str) -> None:
    assert not splitter.at_a_loss(said)


@pytest.mark.parametrize("said", ["咋办", "那俺该咋办啊", "谢谢，这可咋整"])
def test_who_only_asks_what_to_do_is_at_a_loss(splitter: Splitter, said: str) -> None:
    assert splitter.at_a_loss(said)


def test_a_long_story_is_told_only_near_its_question(splitter: Splitter) -> None:
    (question,) = splitter.questions("今天下雨了。" * 300 + "低保怎么申请")
    assert len(question.text) < 100


def test_only_so_many_questions_are_taken_from_one_message(splitter: Splitter) -> None:
    assert 1 < len(splitter.questions("低保怎么申请？" * 500)) < 20


def test_a_clause_is_cut_only_between_two_askings(splitter: Splitter) -> None:
    assert ("在哪里申请低保", "几点上班") in list(splitter.cuts("在哪里申请低保几点上班"))
    assert list(splitter.cuts("低保怎么申请")) == []
    assert list(splitter.cuts("请问低保怎么申请")) == []


def test_a_clause_is_cut_behind_a_question_without_a_mark_where_somebody_is_named_next(splitter: Splitter) -> None:
    assert ("她能吃低保不", "俺替她办中不中") in list(splitter.cuts("她能吃低保不俺替她办中不中"))
    assert not [cut for cut in splitter.cuts("人在外地回不去能找谁代办") if cut[0].endswith("回不")]


def test_a_complaint_asks_although_it_is_stated(splitter: Splitter) -> None:
    said = "饺子馆吃坏我了，我要举报，低保怎么申请"
    assert [question.asks for question in splitter.questions(said)] == ["我要举报", "低保怎么申请"]


@pytest.mark.parametrize(
    ("message", "leans"),
    [("几点开门", True), ("那要是我妈的户口不在这儿呢", True), ("七十岁老人社区食堂有优惠没有", False)],
)
def test_short_and_referring_messages_lean_on_the_one_before(splitter: Splitter, message: str, leans: bool) -> None:
    assert splitter.leans(message) == leans


@pytest.mark.parametrize(("between", "couples"), [("和", True), ("、", True), ("", False), ("的能申请", False)])
def test_subjects_are_coupled_by_a_word_or_a_mark(splitter: Splitter, between: str, couples: bool) -> None:
    assert splitter.couples(between) == couples


def test_what_only_looks_like_asking_is_told(splitter: Splitter) -> None:
    for told in ("前几天房子塌了，啥都没了", "什么活也干不动", "他也说不清，过几天才有信", "你跟我说说"):
        assert [q.asks for q in splitter.questions(f"{told}，去哪儿求助")] == ["去哪儿求助"]


def test_a_shared_question_is_asked_of_one_subject_without_the_word_that_shares_it(splitter: Splitter) -> None:
    assert splitter.shares("分别找谁")
    assert not splitter.shares("找谁")
    assert splitter.unshared("分别找谁") == "找谁"


@pytest.mark.parametrize(
    "message",
    [
        "小区物业乱收费，请领导过问",
        "盼回复",
        "给个说法",
        "恳请政府帮帮俺",
        "残疾补贴标准2026",
        "困难职工 补助 工会",
        "有线电视费减免",
        "先给还是盖好再给",
        "车卖了立马就能报？",
    ],
)
def test_pleas_bare_nouns_and_choices_want_an_answer(splitter: Splitter, message: str) -> None:
    assert splitter.wants(message)


@pytest.mark.parametrize(
    "message", ["他还是不给", "她78，没低保，退休金没有", "我领着残疾补贴", "老伴瘫在床上", "俩孩子念书"]
)
def test_what_only_tells_wants_none(splitter: Splitter, message: str) -> None:
    assert not splitter.wants(message)
