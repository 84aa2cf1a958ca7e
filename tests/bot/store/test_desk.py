"""Tickets, the outbox, votes and questions on SQLite and PostgreSQL: what is written is read, bounded, and not lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store.database import Database
from bot.store.desk import feedback
from bot.store.desk.desk import Desk
from bot.store.desk.records import (
    Asked,
    Beside,
    Ended,
    Erased,
    Notice,
    Outgoing,
    Question,
    Recalled,
    Sent,
    Stage,
    Ticket,
    Told,
    Touched,
    Voted,
    Why,
    Withdrawn,
)
from bot.store.inbox import Inbox
from bot.store.records import Attempt
from bot.store.schema import unanswered, votes
from tests.bot.store.conftest import after_loss

T = 1_800_000_000.0
DAY = dt.datetime.fromtimestamp(T).date().isoformat()
TICKET = Ticket(5, 7001, Stage.OPEN, T, T, 1, "dibao.apply", "浚县")
POST = Outgoing("5:m", -5002, "<b>#5</b>", '{"inline_keyboard": []}', T, urgent=True, ticket=5)


def write(inbox: Inbox, *changes: Beside) -> None:
    inbox.write([Attempt(0, "", beside=changes)], T)


def test_what_is_written_is_read_again_by_the_next_start(inbox: Inbox) -> None:
    question = Question(9, "低保卡丢了", Why.FALLBACK, DAY, ("dibao.apply", "dibao.amount"))
    write(inbox, TICKET, POST, question, Notice(9, 7001, DAY))
    kept = inbox.desk()
    assert (kept.tickets, kept.outbox, kept.questions) == ([TICKET], [POST], [question])
    assert kept.notices == [Notice(9, 7001, DAY)]
    write(inbox, POST, Sent("5:m"), Ended(5), Told(9, 7001), Withdrawn(9))
    kept = inbox.desk()
    assert (kept.tickets, kept.outbox, kept.questions, kept.notices) == ([], [], [], [])


def test_two_sides_that_write_at_the_same_moment_do_not_undo_each_other(inbox: Inbox) -> None:
    desk = Desk(inbox.desk())
    reply, word = Touched(5, T + 60, stage=Stage.TAKEN), Touched(5, T + 61, said=1)
    for changes in ((TICKET,), (reply,), (word,)):
        write(inbox, *changes)
        desk.apply(changes)
    (ticket,) = inbox.desk().tickets
    assert (ticket.stage, ticket.said, ticket.touched_at) == (Stage.TAKEN, 2, T + 61)
    assert desk.ticket_of(7001) == ticket
    ended: Sequence[Beside] = (Ended(5), Touched(5, T + 62, said=1))
    write(inbox, *ended)
    desk.apply(ended)
    assert inbox.desk().tickets == []
    assert desk.ticket_of(7001) is None


def test_a_message_that_was_sent_is_not_sent_again_when_another_attempt_writes_it_once_more(inbox: Inbox) -> None:
    desk = Desk(inbox.desk())
    for change in (POST, Sent(POST.key), POST):
        desk.apply([change])
    assert desk.outbox == {}


def test_votes_are_counted_and_changed_and_hold_nobody(inbox: Inbox, database: Database) -> None:
    key = (7001, 3, 7001, False)
    write(inbox, Voted(DAY, "dibao.apply", None, "up", key), Voted(DAY, "dibao.apply", None, "up", key))
    write(inbox, Voted(DAY, "dibao.apply", "up", "down", key), Voted(DAY, "x", "up", "down", key))
    with database.reading() as connection:
        counts = feedback.read_votes(connection)
        rows = connection.execute(select(votes.c.intent, votes.c.kind, votes.c.count).where(votes.c.count > 0))
        assert {(intent, kind): count for intent, kind, count in rows} == {k: v for k, v in counts.items() if v}
    assert counts == {("dibao.apply", "up"): 1, ("dibao.apply", "down"): 1, ("x", "down"): 1}
    assert set(votes.columns.keys()) == {"day", "intent", "kind", "count"}


def test_the_list_of_questions_is_bounded_and_one_resident_cannot_fill_it(
    inbox: Inbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "QUESTIONS", 3)
    write(inbox, *(Question(number, "问", Why.FALLBACK, DAY, resident="a") for number in range(5)))
    inbox.purge(T)
    with database.reading() as connection:
        assert [question.number for question in feedback.read_questions(connection)] == [2, 3, 4]
        assert "resident" not in unanswered.columns
    desk = Desk(inbox.desk())
    desk.apply([Question(number, "问", Why.FALLBACK, DAY, resident="a") for number in range(30)])
    assert not desk.opinions.heeds("a")
    assert desk.opinions.heeds("b")


def test_what_is_too_old_goes_and_to_be_forgotten_takes_everything_with_the_chat(inbox: Inbox) -> None:
    old = Outgoing("1:m", 7001, "x", None, T - 73 * 3600)
    write(inbox, old, Ticket(4, 7002, Stage.OPEN, T - 9e5, T - 31 * 3600))
    inbox.purge(T)
    kept = inbox.desk()
    assert (kept.tickets, kept.outbox) == ([], [])
    desk = Desk(kept)
    changes: Sequence[Beside] = (TICKET, Outgoing("2:r", 7001, "x", None, T), POST, Notice(9, 7001, DAY))
    write(inbox, *changes)
    desk.apply(changes)
    write(inbox, Erased(7001))
    desk.apply([Erased(7001), Recalled("r", Asked())])
    kept = inbox.desk()
    assert (kept.tickets, [post.chat for post in kept.outbox], kept.notices) == ([], [-5002], [])
    assert (desk.tickets, list(desk.outbox), desk.opinions.notices) == ({}, ["5:m"], set())


async def test_a_database_that_is_lost_while_the_bot_runs_loses_no_ticket(tmp_path: Path) -> None:
    kept, _ = await after_loss(tmp_path, TICKET, POST, Question(9, "问", Why.FALLBACK, DAY), Notice(9, 7, DAY))
    assert (kept.tickets, kept.outbox, [one.number for one in kept.questions]) == ([TICKET], [POST], [9])
    assert [(notice.number, notice.chat) for notice in kept.notices] == [(9, 7)]
