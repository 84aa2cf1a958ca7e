"""The inbox, on each database that is served."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.dialogue.session import Session
from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.inbox import Inbox
from bot.store.records import Attempt, Entry, Status
from bot.store.schema import inbox as table

NOW = dt.datetime(2026, 5, 1, 12, 0, 0)
T = NOW.timestamp()
HOUR = 3600.0


def entry(number: int, lane: str = "a", body: str | None = '{"text": "低保"}') -> Entry:
    return Entry(number, lane, body)


def rows(database: Database) -> dict[int, tuple[str, str | None, str | None]]:
    with database.reading() as connection:
        found = connection.execute(select(table.c.update_id, table.c.state, table.c.body, table.c.lane))
        return {number: (state, body, lane) for number, state, body, lane in found}


def test_updates_wait_in_the_order_of_their_numbers(inbox: Inbox) -> None:
    inbox.write([entry(7), entry(5, "b"), entry(6)], T)
    assert [(e.update_id, e.chat) for e in inbox.open()] == [(5, "b"), (6, "a"), (7, "a")]


def test_an_update_that_comes_again_is_not_new_even_when_it_was_answered(inbox: Inbox) -> None:
    assert inbox.write([entry(1), entry(2), entry(2)], T) == {1, 2}
    inbox.write([Attempt(1, "a")], T)
    assert inbox.write([entry(1), entry(2), entry(3)], T) == {3}
    assert [e.update_id for e in inbox.open()] == [2, 3]


def test_the_words_and_the_chat_are_gone_as_soon_as_an_update_is_answered(inbox: Inbox, database: Database) -> None:
    inbox.write([entry(1)], T)
    inbox.write([Attempt(1, "a")], T)
    assert rows(database) == {1: ("done", None, None)}


def test_after_the_next_tidying_up_no_file_holds_the_words_of_an_answered_message(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    inbox = Inbox(database)
    inbox.write([entry(1, body="410611195003021234")], T)
    inbox.write([Attempt(1, "a")], T)
    inbox.purge(T)
    holding = [file.name for file in tmp_path.iterdir() if b"410611195003021234" in file.read_bytes()]
    database.close()
    assert holding == []


def test_answer_and_session_are_written_together_or_not_at_all(inbox: Inbox, database: Database) -> None:
    inbox.write([entry(1)], T)
    too_long = Attempt(2, "a", status=Status.OPEN, tries=10**9)  # PostgreSQL refuses it; SQLite is made to below
    with database.writing() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(
                text(
                    "CREATE TRIGGER strict BEFORE UPDATE ON inbox WHEN new.tries > 32767 "
                    "BEGIN SELECT RAISE(ABORT, 'out of range'); END"
                )
            )
    inbox.write([entry(2)], T)
    with pytest.raises(StoreError):
        inbox.write([Attempt(1, "a", remembered={"r": Session("浚县", heard_at=NOW)}), too_long], T)
    assert rows(database)[1][0] == "open"
    assert inbox.sessions(T) == {}


def test_a_session_is_remembered_for_two_hours_and_then_deleted(inbox: Inbox) -> None:
    session = Session("浚县", "黎阳街道", "dibao.apply", NOW)
    inbox.write([entry(1), Attempt(1, "a", remembered={"r": session})], T)
    newer = Session("淇县", None, None, NOW + dt.timedelta(minutes=1))
    inbox.write([entry(2), Attempt(2, "a", remembered={"s": newer})], T)
    assert inbox.sessions(T + HOUR) == {"r": session, "s": newer}
    inbox.write([entry(3), Attempt(3, "a", remembered={"r": newer})], T)
    assert inbox.sessions(T + HOUR)["r"] == newer
    assert inbox.sessions(T + 2 * HOUR + 61) == {}
    inbox.purge(T + 2 * HOUR + 61)
    assert inbox.sessions(T + HOUR) == {}


def test_what_a_chat_needs_to_go_on_survives_a_restart_and_what_it_told_is_in_no_file(inbox: Inbox) -> None:
    session = Session(
        "浚县",
        None,
        "dibao.apply",
        NOW,
        offered=("a:dibao.apply", "p:淇县:dibao.apply", "m:"),
        asked_back=True,
        danger="fire",
        witness=True,
        before="tekun.apply",
        last=("dibao.apply", "dibao.amount"),
        strange=True,
        said="0123456789ab",
        turns=7,
        story=("俺爹没了",),
    )
    inbox.write([entry(1), Attempt(1, "a", remembered={"r": session})], T)
    assert inbox.sessions(T) == {"r": replace(session, story=())}


def test_forgetting_deletes_the_session_and_the_dead_letters_of_the_chat(inbox: Inbox) -> None:
    inbox.write([entry(1), entry(2, "b"), entry(3), entry(4)], T)
    inbox.write([Attempt(1, "a", Status.DEAD, 3, "ValueError"), Attempt(2, "b", Status.DEAD, 3, "ValueError")], T)
    inbox.write(
        [Attempt(3, "a", remembered={"r": Session("浚县", heard_at=NOW), "s": Session("淇县", heard_at=NOW)})], T
    )
    inbox.write([Attempt(4, "a", forgotten=("r",))], T)
    assert list(inbox.sessions(T)) == ["s"]
    assert [letter.update_id for letter in inbox.dead()] == [2]


def test_what_came_later_in_a_transaction_holds(inbox: Inbox) -> None:
    inbox.write([entry(1), entry(2), entry(3), entry(4)], T)
    session = Session("浚县", heard_at=NOW)
    inbox.write([Attempt(1, "a", remembered={"r": session}), Attempt(2, "a", forgotten=("r",))], T)
    assert inbox.sessions(T) == {}
    inbox.write([Attempt(3, "a", forgotten=("r",)), Attempt(4, "a", remembered={"r": session})], T)
    assert list(inbox.sessions(T)) == ["r"]


def test_a_dead_letter_keeps_its_words_is_shown_without_them_and_can_be_retried_or_dropped(inbox: Inbox) -> None:
    inbox.write([entry(1), entry(2)], T)
    inbox.write([Attempt(n, "a", Status.DEAD, 3, "ValueError") for n in (1, 2)], T)
    assert inbox.open() == []
    assert [(e.update_id, e.tries, e.error, e.received_at) for e in inbox.dead()] == [
        (1, 3, "ValueError", NOW),
        (2, 3, "ValueError", NOW),
    ]
    assert "低保" not in repr(inbox.dead())
    assert inbox.retry([1]) == 1
    assert inbox.open() == [entry(1)]
    assert inbox.drop([1, 2]) == 1, "what waits is not dropped"
    assert inbox.dead() == []


def test_an_unreadable_update_is_remembered_and_never_replayed(inbox: Inbox, database: Database) -> None:
    assert inbox.write([entry(1, body=None)], T) == {1}
    assert inbox.write([entry(1, body=None)], T) == set()
    assert inbox.open() == []
    assert rows(database) == {1: ("skipped", None, None)}


def test_numbers_are_kept_for_25_hours_and_what_waits_for_ever(inbox: Inbox, database: Database) -> None:
    inbox.write([entry(n) for n in (1, 2, 3, 4)], T)
    inbox.write([Attempt(1, "a"), Attempt(2, "a", Status.DEAD, 3, "ValueError"), entry(5, body=None)], T)
    inbox.purge(T + 25 * HOUR - 1)
    assert set(rows(database)) == {1, 2, 3, 4, 5}
    inbox.purge(T + 25 * HOUR + 1)
    assert set(rows(database)) == {3, 4}


def test_dead_letters_wait_for_an_admin_as_long_as_is_set_and_no_longer(database: Database) -> None:
    for hours in (1, 100):
        inbox = Inbox(database, dt.timedelta(hours=hours))
        inbox.write([entry(hours), Attempt(hours, "a", Status.DEAD, 3, "ValueError")], T)
        inbox.purge(T + hours * HOUR)
        assert [letter.update_id for letter in inbox.dead()] == [hours]
        inbox.purge(T + hours * HOUR + 1)
        assert inbox.dead() == []
        known = {hours: ("done", None, None)} if hours < 25 else {}
        assert rows(database) == known, "its number is remembered as long as Telegram may repeat it"


def test_a_chat_is_blocked_until_it_takes_the_bot_back_or_writes_again(inbox: Inbox) -> None:
    inbox.write([entry(1), Attempt(1, "a", blocked=True), entry(2, "b"), Attempt(2, "b", blocked=True)], T)
    inbox.write([entry(3), Attempt(3, "a", blocked=True)], T)
    assert inbox.blocked() == {"a", "b"}
    inbox.write([entry(4), Attempt(4, "a", blocked=False)], T)
    assert inbox.blocked() == {"b"}
    inbox.write([Entry(5, "b", "{}", unblocks=True)], T)
    assert inbox.blocked() == set()


def test_a_clock_set_back_forgets_sessions_of_the_future_and_no_update(inbox: Inbox, database: Database) -> None:
    inbox.write([entry(1), entry(2), Attempt(1, "a", remembered={"r": Session("浚县", heard_at=NOW)})], T)
    inbox.purge(T - 24 * HOUR)
    assert inbox.sessions(T) == {}
    assert set(rows(database)) == {1, 2}
    assert [e.update_id for e in inbox.open()] == [2]


def test_a_clock_that_jumps_a_year_ahead_loses_no_open_update(inbox: Inbox) -> None:
    inbox.write([entry(1), entry(2), Attempt(2, "a", Status.DEAD, 3, "ValueError")], T)
    inbox.purge(T + 365 * 24 * HOUR)
    assert [e.update_id for e in inbox.open()] == [1]
    assert inbox.dead() == []


def test_what_is_written_is_there_for_the_next_start(address: str | None, tmp_path: Path) -> None:
    first = Database(address, tmp_path)
    Inbox(first).write([entry(1)], T)
    first.close()
    second = Database(address, tmp_path)
    assert [e.update_id for e in Inbox(second).open()] == [1]
    second.close()
