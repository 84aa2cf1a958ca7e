"""Where nothing of ours is meant and the business is known, residents are told whose it is."""

from __future__ import annotations

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Decision
from tests.bot.dialogue.talk import ids, told


@pytest.mark.parametrize(
    ("message", "office"),
    [
        ("宅基地纠纷归谁管", "农业农村部门"),
        ("个体户注销在哪办", "市场监督管理部门"),
        ("驾照丢了咋补", "公安交通管理部门"),
        ("住房公积金咋提取", "公积金管理中心"),
    ],
)
def test_whose_business_it_is_is_said_with_its_source(dialogue: Dialogue, message: str, office: str) -> None:
    reply, _ = told(dialogue, message)
    assert reply.decision == Decision.FALLBACK
    assert office in reply.text
    assert "12345" in reply.text
    assert "依据：" in reply.text


def test_what_is_ours_is_answered_though_such_a_word_stands_in_it(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "宅基地在村里，房子是危房，低保户能不能申请修房")
    assert reply.decision == Decision.ANSWER
    assert ids(reply)[0] == "special.housing"


def test_the_next_question_is_ours_again(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "驾照丢了咋补", "低保怎么申请")
    assert ids(reply) == ["dibao.apply"]


def test_the_same_twice_is_not_said_word_for_word(dialogue: Dialogue) -> None:
    first, _ = told(dialogue, "宅基地纠纷归谁管")
    second, _ = told(dialogue, "宅基地纠纷归谁管", "宅基地纠纷到底归谁管")
    assert second.parts[0].text != first.parts[0].text
