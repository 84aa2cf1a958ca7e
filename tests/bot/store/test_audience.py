"""Who may be written to, broadcasts and the pause on SQLite and PostgreSQL: what is written is read, and not lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.store.desk import audience, audience_rows
from bot.store.desk.audience import Audience
from bot.store.desk.broadcasts import (
    Broadcast,
    Course,
    Directed,
    Paused,
    Reached,
    Resumed,
    Subscribed,
    Unsubscribed,
)
from bot.store.desk.records import Beside, Erased
from bot.store.inbox import Inbox
from bot.store.records import Attempt
from tests.bot.store.conftest import after_loss

T = 1_800_000_000.0
TODAY = dt.datetime.fromtimestamp(T).date()
DAY = TODAY.isoformat()
CAST = Broadcast(5, T, "停水", "浚县", 3, 9101, 77)


def write(inbox: Inbox, seen: Audience, *changes: Beside) -> None:
    """Write changes, and let what the event loop sees take them over."""
    inbox.write([Attempt(0, "", beside=changes)], T)
    for change in changes:
        if not isinstance(change, Erased):
            seen.apply(change)  # type: ignore[arg-type]


def test_what_is_seen_in_memory_is_what_the_next_start_reads(inbox: Inbox) -> None:
    seen = Audience(inbox.reach())
    write(inbox, seen, Subscribed(7, "浚县", DAY), Subscribed(9, None, DAY), Subscribed(8, "浚县", DAY))
    write(inbox, seen, Subscribed(8, "淇县", DAY), CAST, Reached(5, 7, sent=1), Paused(6, T, "检修"))
    write(inbox, seen, Directed(5, Course.PAUSED, 9102, 78), Reached(5, 8, blocked=1), Unsubscribed(9))
    again = Audience(inbox.reach())
    for one in (seen, again):
        assert one.chats(None) == [7, 8]
        assert one.chats("浚县") == [7]
        assert one.chats(None, after=7) == [8]
        assert one.by_district() == {"浚县": 1, "淇县": 1}
        assert one.pause == Paused(6, T, "检修")
        (cast,) = one.broadcasts.values()
        assert (cast.course, cast.position, cast.sent, cast.blocked) == (Course.PAUSED, 8, 1, 1)
        assert (cast.chat, cast.message) == (9102, 78)
        assert one.current == cast
    write(inbox, seen, Resumed())
    assert (seen.pause, inbox.reach().pause) == (None, None)


def test_another_attempt_at_the_same_press_does_not_send_it_from_the_beginning(inbox: Inbox) -> None:
    seen = Audience()
    write(inbox, seen, CAST, Reached(5, 7, sent=1), CAST)
    assert seen.broadcasts[5].position == 7
    assert inbox.reach().broadcasts == [seen.broadcasts[5]]


def test_one_that_is_over_stays_so(inbox: Inbox) -> None:
    seen = Audience()
    write(inbox, seen, CAST, Directed(5, Course.STOPPED), Directed(5, Course.RUNNING), Directed(5, Course.DONE))
    assert seen.broadcasts[5].course == inbox.reach().broadcasts[0].course == Course.STOPPED
    assert seen.current is None


def test_a_chat_is_written_anew_only_where_something_has_changed(inbox: Inbox) -> None:
    seen = Audience()
    (first,) = seen.noted(7, None, TODAY)
    write(inbox, seen, first)
    assert seen.noted(7, None, TODAY) == ()
    assert seen.noted(7, None, TODAY + dt.timedelta(days=29)) == ()
    assert len(seen.noted(7, None, TODAY + dt.timedelta(days=30))) == 1, "so that who comes is not forgotten"
    assert seen.noted(7, "浚县", TODAY) == (Subscribed(7, "浚县", DAY),)


def test_to_be_forgotten_takes_the_number_of_the_chat(inbox: Inbox) -> None:
    seen = Audience()
    write(inbox, seen, Subscribed(7, None, DAY), Subscribed(8, None, DAY), Erased(7))
    assert [one.chat for one in inbox.reach().subscribers] == [8]


def test_their_number_is_bounded_and_the_longest_silent_go_first(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience_rows, "SUBSCRIBERS", 2)
    monkeypatch.setattr(audience, "SUBSCRIBERS", 2)
    seen = Audience()
    days = [(TODAY - dt.timedelta(days=age)).isoformat() for age in (0, 2, 1)]
    write(inbox, seen, *(Subscribed(number, None, day) for number, day in enumerate(days, 1)))
    assert seen.noted(9, None, TODAY) == ()
    inbox.purge(T)
    assert sorted(one.chat for one in inbox.reach().subscribers) == [1, 3]
    seen.purge((dt.datetime.fromtimestamp(T) + dt.timedelta(days=399, hours=12)).timestamp())
    assert seen.chats(None) == [1, 3], "the same in memory, by the day"


async def test_a_database_that_is_lost_while_the_bot_runs_loses_nobody(tmp_path: Path) -> None:
    told = (Subscribed(7, "浚县", DAY), CAST, Reached(5, 7, sent=1), Paused(6, T, ""))
    _, reach = await after_loss(tmp_path, *told)
    assert reach.subscribers == [Subscribed(7, "浚县", DAY)]
    assert (reach.broadcasts[0].position, reach.broadcasts[0].sent) == (7, 1), "nobody gets it twice"
    assert reach.pause == Paused(6, T, "")
