"""What is asked of another city is left to that city; family, work and hospitals there are no such thing."""

from __future__ import annotations

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Decision
from faq.knowledge.types import OUTSIDE
from tests.bot.dialogue.talk import last


@pytest.mark.parametrize(
    ("messages", "city"),
    [
        (("我是安阳的，低保多少钱",), "安阳"),
        (("我是安阳的，安阳县，想问一下低保标准",), "安阳"),
        (("我在濮阳住，户口也在濮阳，低保咋办",), "濮阳"),
        (("俺滑县人，特困咋申请",), "滑县"),
        (("我家是新乡的，残疾人补贴怎么领",), "新乡"),
        (("低保怎么申请", "那安阳的电话你知道吗"), "安阳"),
        (("低保怎么申请", "那安阳的电话"), "安阳"),
        (("请问濮阳民政局电话多少",), "濮阳"),
        (("郑州的丧葬费、火化费有没有补",), "郑州"),
        (("低保每月发多少钱", "那新乡呢"), "新乡"),
        (("安阳的临时救助，咋申请",), "安阳"),
    ],
)
def test_the_business_of_another_city_is_left_to_it(dialogue: Dialogue, messages: tuple[str, ...], city: str) -> None:
    reply = last(dialogue, *messages)
    assert (reply.decision, reply.district, reply.answered) == (Decision.FALLBACK, OUTSIDE, ()), reply.text
    assert f"{city}当地的 12345" in reply.text
    assert "0392" not in reply.text


def test_what_leans_on_it_is_not_answered_for_this_city(dialogue: Dialogue) -> None:
    assert not last(dialogue, "我是安阳的，低保多少钱", "那咋申请").answered


@pytest.mark.parametrize(
    "messages",
    [
        ("我六十八了，一个人过", "有个闺女嫁到濮阳了"),
        ("俺老伴走得早", "儿子在深圳打工"),
        ("我在深圳打工，老家浚县，低保怎么申请",),
        ("我在郑州上班，想给爹妈申请低保，能代办不",),
        ("俺俩孩子，闺女在郑州的大学上学，低保能办不",),
        ("我是四川的，钱包丢了没钱回家，救助站管不管",),
        ("安阳户口能在你们这办低保不",),
        ("我老婆户口是鹤山区的，低保怎么申请", "我们现在住安阳"),
    ],
)
def test_family_work_and_trouble_away_from_home_are_ours(dialogue: Dialogue, messages: tuple[str, ...]) -> None:
    reply = last(dialogue, *messages)
    assert "我只答鹤壁的事" not in reply.text
    assert reply.decision != Decision.FALLBACK
