"""What a message is about is read from the words of cues.yaml."""

from __future__ import annotations

import pytest

from faq.knowledge.types import Faq
from intents.entities.subjects import Subjects


@pytest.fixture(scope="module")
def subjects(faq: Faq) -> Subjects:
    return Subjects(faq)


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("低保怎么申请", ["dibao"]),
        ("低宝和五保户", ["dibao", "tekun"]),
        ("低保边缘家庭是啥", ["dibao.marginal"]),
        ("要带啥材料", []),
    ],
)
def test_subjects_are_named_in_order_by_any_of_their_words(subjects: Subjects, message: str, named: list[str]) -> None:
    assert subjects.named(message) == named


@pytest.mark.parametrize(
    ("message", "only"),
    [("那特困呢", True), ("残疾人的呢", True), ("残疾补贴还给不给", False), ("那材料呢", False)],
)
def test_a_message_may_be_nothing_but_a_subject(subjects: Subjects, message: str, only: bool) -> None:
    assert subjects.only(message) == only


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("俺不吃低保 也给来不", []),
        ("是低保户先来还是都能报", []),
        ("我们不是低保户 临时救助能申请不", ["linshi"]),
        ("有没有低保", ["dibao"]),
        ("俺是不是低保户", ["dibao"]),
        ("低保咋办", ["dibao"]),
    ],
)
def test_what_somebody_is_is_no_subject_of_the_question(subjects: Subjects, message: str, left: list[str]) -> None:
    assert subjects.named(subjects.without_standing(message)) == left


def test_a_question_is_moved_to_another_subject(subjects: Subjects) -> None:
    assert subjects.moved("低保怎么申请", "tekun") == "特困怎么申请"
    assert subjects.moved("几点上班", "canteen") == "社区食堂,几点上班"


def test_an_intent_has_its_own_subject_before_its_topics(faq: Faq, subjects: Subjects) -> None:
    assert subjects.of(faq.intents["dibao.marginal"]) == "dibao.marginal"
    assert subjects.of(faq.intents["dibao.apply"]) == "dibao"
    assert subjects.of(faq.intents["channel.free"]) is None


def test_every_subject_has_an_intent(faq: Faq, subjects: Subjects) -> None:
    assert [key for key in faq.cues.subjects if not subjects.intents(key)] == []
