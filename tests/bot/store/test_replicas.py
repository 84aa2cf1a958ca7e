"""Several processes on one database: what they write at the same time is neither lost nor refused."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy

from bot.store.connect import LOCK, alone, in_use
from bot.store.database import Database
from bot.store.desk.records import Counted, Outgoing, Stage, Ticket, Touched
from bot.store.errors import StoreError
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import FILE, Pseudonyms
from bot.store.records import Attempt, Entry, Status
from bot.store.replicas.locks import LEADER, Locks
from bot.store.schema import metadata
from bot.store.store import Store

DAY = dt.date(2026, 11, 30)


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do all of `works` in threads that begin together; return what they return."""
    ready = threading.Barrier(len(works))

    def do(work: Callable[[], object]) -> object:
        ready.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return [done.result() for done in [threads.submit(do, work) for work in works]]


@pytest.mark.slow
def test_of_several_that_start_at_once_one_makes_the_tables(tmp_path: Path, postgresql: str) -> None:
    engine = sqlalchemy.create_engine(postgresql.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(sqlalchemy.text("DROP TABLE IF EXISTS alembic_version"))
    engine.dispose()

    def start() -> None:
        with closing(Database(postgresql, tmp_path)) as database:
            assert Inbox(database).open() == []

    at_once(start, start, start)


@pytest.mark.slow
def test_what_two_processes_count_at_the_same_time_is_all_counted(tmp_path: Path, postgresql: str) -> None:
    answers = [Counted(DAY.isoformat(), "answer", (f"dibao.{n}",)) for n in range(20)]

    with closing(Database(postgresql, tmp_path)) as one, closing(Database(postgresql, tmp_path)) as other:
        before = Inbox(one).tally(DAY, DAY).decisions.get((DAY, "answer"), 0)

        def count(database: Database, changes: list[Counted]) -> None:
            for _ in range(30):
                Inbox(database).write([Attempt(0, "", beside=tuple(changes))], 0.0)

        at_once(lambda: count(one, answers), lambda: count(other, answers[::-1]))
        assert Inbox(one).tally(DAY, DAY).decisions[DAY, "answer"] - before == 2 * 30 * 20


def test_a_failure_that_is_told_late_does_not_open_what_another_has_answered(inbox: Inbox) -> None:
    inbox.write([Entry(1, "a", "{}")], 0.0)
    inbox.write([Attempt(1, "a")], 0.0)
    inbox.write([Attempt(1, "a", Status.OPEN, 1, "TimedOut")], 0.0)
    assert inbox.open() == []


def test_all_who_start_in_an_empty_folder_get_the_same_key(tmp_path: Path) -> None:
    for number in range(30):
        folder = tmp_path / str(number)
        folder.mkdir()
        names = at_once(*[lambda folder=folder: Pseudonyms(folder).of(42)] * 4)
        assert len(set(names)) == 1
        assert [file.name for file in folder.iterdir()] == [FILE]


def test_replicas_run_beside_each_other_and_beside_no_bot_that_knows_of_none(tmp_path: Path) -> None:
    with alone(tmp_path, "a"), alone(tmp_path, "b"):
        assert in_use(tmp_path)
        for own in ("a", ""):
            with pytest.raises(StoreError, match="a running bot uses this folder"), alone(tmp_path, own):
                pass
    assert not in_use(tmp_path)
    with alone(tmp_path), pytest.raises(StoreError, match="uses this folder"), alone(tmp_path, "a"):
        pass
    assert (tmp_path / LOCK).exists()


@pytest.mark.slow
def test_a_slot_is_held_by_one_and_free_as_soon_as_its_holder_is_gone(postgresql: str) -> None:
    first, second = Locks(postgresql, "127.0.0.1:1"), Locks(postgresql, "127.0.0.1:2")
    assert first.look().members == 1
    assert first.take([3, LEADER]) == {3, LEADER}
    assert second.take([3, 4, LEADER]) == {4}
    found = second.look()
    assert (found.owners, found.mine, found.members) == (
        {3: "127.0.0.1:1", LEADER: "127.0.0.1:1", 4: "127.0.0.1:2"},
        frozenset({4}),
        2,
    )
    first.give([3])
    assert second.take([3, LEADER]) == {3}
    _end_line(postgresql, "127.0.0.1:1")
    with pytest.raises(StoreError):
        first.look()
    assert second.take([LEADER]) == {LEADER}
    assert first.look().mine == frozenset(), "after its line was cut it begins with nothing"
    first.close()
    second.close()


def _end_line(url: str, own: str) -> None:
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE :name"
    with engine.begin() as connection:
        assert connection.execute(sqlalchemy.text(query), {"name": f"%{own}"}).all() == [(True,)]
    engine.dispose()


@pytest.mark.slow
async def test_what_one_process_writes_of_tickets_outbox_and_blocked_chats_another_sees(
    tmp_path: Path, postgresql: str
) -> None:
    with closing(Database(postgresql, tmp_path)) as one, closing(Database(postgresql, tmp_path)) as other:
        names = Pseudonyms(tmp_path)
        resident, leader = (Store(Inbox(at), names, InFlight(tmp_path)) for at in (one, other))
        for number in (901, 902, 903):
            ticket = Ticket(number, number, Stage.OPEN, 100.0, 100.0)
            told = Outgoing(f"{number}:m", -5, "问", at=100.0, ticket=number)
            await resident.settle(Attempt(0, names.of(number), blocked=True, beside=(ticket, told)))
        assert leader.desk.ticket_of(901) is None
        await leader.share()
        assert leader.desk.ticket_of(901) is not None
        assert {"901:m", "902:m", "903:m"} <= leader.desk.outbox.keys()
        assert leader.desk.news.is_set()
        assert leader.blocked(names.of(901))
        for number in (901, 902, 903):
            taken = Touched(number, 160.0, stage=Stage.TAKEN)
            await leader.settle(Attempt(0, "", beside=(taken,)))
        await resident.share()
        assert resident.desk.usual_wait == 60.0, "residents are told how long others waited wherever they are answered"
        for store in (resident, leader):
            await store.close()
