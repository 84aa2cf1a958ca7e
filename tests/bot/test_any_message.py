"""Whatever is typed, the bot answers, says nothing twice and writes no figure of its own."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.session import Session

NOW = dt.datetime(2026, 12, 1, 10)
LONGEST = 4096
"""Characters of the longest message Telegram delivers."""

PIECES = [
    *("低保", "特困", "临时救助", "残疾补贴", "怎么申请", "要啥材料", "多少钱", "几点上班", "能不能", "和", "呢", "吗"),
    *("我爸", "不想活了", "谢谢", "你好", "淇县", "郑州", "那", "换成", "\n", " ", "，", "？", "、", "1.", "①", "😀"),
    *("dibao", "zenme", "ABC", "123", "\u200d", "\u0301", "\ud83d", "\x00", "（", "。。。", "第二", "另外"),
]
messages = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.tuples(st.sampled_from(PIECES), st.integers(1, 300)).map(lambda piece: (piece[0] * piece[1])[:LONGEST]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(messages, min_size=1, max_size=3))
def test_any_conversation_is_answered_and_nothing_is_said_twice(dialogue: Dialogue, said: list[str]) -> None:
    session = Session()
    for message in said:
        reply, session = dialogue.hear(message, session, NOW)
        answered = [guess.intent.id for guess in reply.answered]
        assert reply.text.strip()
        assert len(set(answered)) == len(answered)
        assert not set(answered) & {guess.intent.id for guess in reply.offered}
        assert all(0 <= guess.confidence <= 1 + 1e-9 for guess in (*reply.answered, *reply.offered))


@pytest.mark.parametrize(
    "piece", ["低保怎么申请？", "吗", "😀", "，", "1、", "低保、特困和", "不想活动了，", "dibao ", "\n"]
)
def test_the_longest_messages_are_answered(dialogue: Dialogue, piece: str) -> None:
    reply, _ = dialogue.hear((piece * LONGEST)[:LONGEST], Session(), NOW)
    answered = [guess.intent.id for guess in reply.answered]
    assert reply.text
    assert len(set(answered)) == len(answered)
