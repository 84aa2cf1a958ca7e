"""What residents take back, blame or do not want is read by its words, and the rest of the message is heard."""

from __future__ import annotations

import pytest

from faq.knowledge.types import Faq
from intents.interpret.corrections import Corrections
from intents.interpret.parts import Question, Splitter


@pytest.fixture(scope="module")
def corrections(faq: Faq) -> Corrections:
    return Corrections(faq.cues)


@pytest.mark.parametrize(
    ("message", "said", "taken_back"),
    [
        ("俺没问低保 退休金多了停不停", "退休金多了停不停", True),
        ("不是要办证 钱一个月多少", "钱一个月多少", True),
        ("俺不是要办证", "俺不是要办证", False),
        ("低保怎么办", "低保怎么办", False),
    ],
)
def test_what_was_not_wanted_is_left_out(
    corrections: Corrections, message: str, said: str, *, taken_back: bool
) -> None:
    assert corrections.corrected(message) == (said, taken_back)


@pytest.mark.parametrize(
    ("message", "unwanted"),
    [("证早办好了 俺不是要办证", True), ("没问你残疾证", True), ("残疾证丢了咋办", False), ("不是要钱", False)],
)
def test_it_is_known_which_answer_was_not_wanted(
    corrections: Corrections, faq: Faq, message: str, *, unwanted: bool
) -> None:
    assert corrections.unwanted(message, faq.intents["special.card"]) == unwanted


@pytest.mark.parametrize(
    ("message", "rest"),
    [
        ("你推荐健康证干什么，我们不开饭店", "我们不开饭店"),
        ("我又没再婚 你说再婚干啥", "我又没再婚"),
        ("协理员是干啥的", None),
        ("你说的公示是干啥用的", None),
        ("😀  俺是來問事的！", None),
    ],
)
def test_a_blame_for_what_was_answered_is_told_from_a_question(
    corrections: Corrections, message: str, rest: str | None
) -> None:
    left = corrections.unblamed(message)
    assert (left and left.strip(" ,")) == rest


def test_the_pieces_told_before_are_circumstances_of_the_first_question(faq: Faq) -> None:
    splitter = Splitter(faq.cues)
    told, questions = ["俺离婚三年了", "他一分钱没给过"], splitter.questions("有啥能帮俺的没")
    assert splitter.behind(told, questions) == [Question("有啥能帮俺的没", ("俺离婚三年了", "他一分钱没给过"))]
    assert splitter.behind(told, []) == []
