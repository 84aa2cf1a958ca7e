"""Counts of what was done are written with each answer, and read by the day."""

from __future__ import annotations

import datetime as dt

from bot.store.desk.records import Counted, Question, Voted, Why
from bot.store.inbox import Inbox
from bot.store.records import Attempt

DAY = dt.date(2026, 11, 30)
WEEK = DAY - dt.timedelta(days=6)


def test_what_is_written_with_answers_is_counted_by_day(inbox: Inbox) -> None:
    heard = Counted(DAY.isoformat(), "answer", ("dibao.apply",))
    changes = [heard, heard, Counted(DAY.isoformat(), "fallback"), Counted("2026-11-01", "answer", ("dibao.apply",))]
    inbox.write([Attempt(0, "", beside=(change,)) for change in changes], 0.0)
    inbox.write([Attempt(0, "", beside=(heard,))], 0.0)
    key = (1, 2, 3, False)
    voted = (Voted(DAY.isoformat(), "dibao.apply", None, "up", key), Question(5, "问", Why.FALLBACK, DAY.isoformat()))
    inbox.write([Attempt(0, "", beside=voted)], 0.0)
    found = inbox.tally(WEEK, DAY)
    assert found.decisions == {(DAY, "answer"): 3, (DAY, "fallback"): 1}
    assert (found.answers, found.votes, found.waiting) == ({"dibao.apply": 3}, {("dibao.apply", "up"): 1}, 1)
