"""What admins do is written on SQLite and PostgreSQL alike, read again by the next start, and bounded."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.store.database import Database
from bot.store.desk import audit
from bot.store.desk.acts import NEW, Act, Answered, Deed, Ignored, Noted, Trace
from bot.store.desk.desk import Desk
from bot.store.desk.records import Beside, Notice, Question, Why
from bot.store.inbox import Inbox
from bot.store.records import Attempt

T = 1_800_000_000.0
DAY = dt.datetime.fromtimestamp(T).date().isoformat()
ACT = Act(7, T, "editor", "ab" * 16, Deed.ASSIGN, "dibao.apply", "低保咋弄", "asked twice", None, (1, 2**40))


def write(inbox: Inbox, desk: Desk, *changes: Beside) -> None:
    inbox.write([Attempt(0, "", beside=changes)], T)
    desk.apply(changes)


def test_memory_and_disk_agree_after_each_change(inbox: Inbox) -> None:
    desk = Desk(inbox.desk())
    asked = [Question(number, f"问{number}", Why.FALLBACK, DAY) for number in (1, 2, 3, 2**40)]
    write(inbox, desk, *asked, Notice(3, 7001, DAY), ACT)
    write(inbox, desk, Noted((2,), NEW))
    write(inbox, desk, replace(ACT, version="v0002"), Answered(ACT.numbers, "dibao.apply"))
    write(inbox, desk, Ignored((3,), (Trace(3, DAY, "abc:0.9"),)))
    kept = inbox.desk()
    assert kept.acts == [replace(ACT, version="v0002")] == list(desk.opinions.acts.values())
    assert {one.number: (one.answered, one.note) for one in kept.questions} == {
        1: ("dibao.apply", ""),
        2: (None, NEW),
        2**40: ("dibao.apply", ""),
    }
    assert {one.number: one for one in kept.questions} == desk.opinions.questions
    assert kept.notices == []
    assert desk.opinions.notices == set()
    assert kept.traces == [Trace(3, DAY, "abc:0.9")] == list(desk.opinions.traces.values())
    again = Desk(inbox.desk())
    assert again.opinions.acts == desk.opinions.acts
    assert again.opinions.traces == desk.opinions.traces


def test_the_audit_and_what_is_ignored_are_bounded(
    inbox: Inbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "ACTS", 3)
    monkeypatch.setattr(audit, "TRACES", 2)
    desk = Desk(inbox.desk())
    write(inbox, desk, *(replace(ACT, number=number, at=T + number) for number in range(5)))
    write(inbox, desk, replace(ACT, number=9, at=T - 731 * 86_400))
    write(inbox, desk, Ignored((), tuple(Trace(number, DAY, "a:1.0") for number in range(4))))
    inbox.purge(T)
    kept = inbox.desk()
    assert [act.number for act in kept.acts] == [2, 3, 4]
    assert [trace.number for trace in kept.traces] == [2, 3]
    with database.reading() as connection:
        assert [act.number for act in audit.read_acts(connection, most=1)] == [4]


@pytest.mark.parametrize("days", [7, 30])
def test_questions_are_kept_as_long_as_it_is_set(database: Database, days: int) -> None:
    inbox = Inbox(database, question_days=days)
    today = dt.datetime.fromtimestamp(T).date()
    for number, age in enumerate((0, 7, 8, 30, 31)):
        day = (today - dt.timedelta(days=age)).isoformat()
        inbox.write([Attempt(0, "", beside=(Question(number, "问", Why.FALLBACK, day), Notice(number, 7, day)))], T)
    inbox.purge(T)
    kept = inbox.desk()
    assert [one.number for one in kept.questions] == [one.number for one in kept.notices]
    assert len(kept.questions) == {7: 2, 30: 4}[days]
