"""What was answered is in no file of the database any more: not in SQLite's, not in PostgreSQL's inbox."""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.dialogue.session import Session
from bot.store.backup import backup, restore
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.records import Attempt, Entry, Status
from tests import postgres
from tests.bot.store.conftest import empty

SHORT = "410602196001011234"
LONG = SHORT + base64.b64encode(random.Random(1).randbytes(6000)).decode()
"""Too long for a row of PostgreSQL's, so kept in a table beside it, and so mixed that it is not compressed."""
PIECE = b"410602196001"
T = time.time()


@pytest.fixture
def files(address: str | None, tmp_path: Path) -> Iterator[tuple[Database, Path]]:
    """A database and the folder of all its files."""
    if address:
        empty(address)
    database = Database(address, tmp_path)
    folder = Path(address.partition("host=")[2]) / "db" if address else tmp_path
    yield database, folder
    database.close()


def holding(database: Database, folder: Path) -> list[str]:
    """Return the files, other than a server's write-ahead log, that hold a piece of the words."""
    if not database.name.startswith("sqlite"):
        with database.writing() as connection:
            connection.exec_driver_sql("CHECKPOINT")
    paths = [path for path in folder.rglob("*") if path.is_file() and "pg_wal" not in path.parts]
    return [str(path.relative_to(folder)) for path in paths if PIECE in path.read_bytes()]


@pytest.mark.parametrize("words", [SHORT, LONG], ids=["short", "long"])
def test_answered_words_are_in_no_file_after_the_next_tidying_up(files: tuple[Database, Path], words: str) -> None:
    database, folder = files
    inbox = Inbox(database)
    inbox.purge(T)
    inbox.write([Entry(n, "a", f'{{"text": "{words}"}}') for n in range(1, 60)], T)
    assert holding(database, folder), "what waits is kept"
    inbox.write([Attempt(n, "a") for n in range(1, 60)], T)
    inbox.purge(T)
    assert holding(database, folder) == []


def test_a_server_that_collects_statistics_meanwhile_keeps_no_samples_of_words(files: tuple[Database, Path]) -> None:
    """As autovacuum does by itself a minute after some dozens of messages."""
    database, folder = files
    inbox = Inbox(database)
    inbox.write([Entry(n, "a", f'{{"text": "{SHORT}"}}') for n in range(1, 60)], T)
    with database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")
    inbox.write([Attempt(n, "a") for n in range(1, 60)], T)
    inbox.purge(T)
    assert holding(database, folder) == []


def test_a_reader_delays_the_emptying_of_the_log_to_the_next_time(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    inbox = Inbox(database)
    inbox.write([Entry(1, "a", f'{{"text": "{SHORT}"}}')], T)
    with database.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM inbox")
        inbox.write([Attempt(1, "a")], T)
        inbox.purge(T)
    inbox.purge(T)
    assert holding(database, tmp_path) == []
    database.close()


def test_dropped_expired_forgotten_and_replaced_words_are_in_no_file(files: tuple[Database, Path]) -> None:
    database, folder = files
    inbox = Inbox(database)
    inbox.purge(T)
    inbox.write([Entry(n, f"{n}", f'{{"text": "{SHORT}"}}') for n in (1, 2, 3)], T)
    inbox.write([Attempt(n, f"{n}", Status.DEAD, 3, "ValueError") for n in (1, 2, 3)], T)
    inbox.purge(T)
    assert holding(database, folder), "a dead letter is kept"
    inbox.drop([1])
    inbox.write([Entry(4, "2", "{}"), Attempt(4, "2", forgotten=("r",))], T)
    inbox.purge(T)
    assert holding(database, folder), "one is left"
    inbox.purge(T + 26 * 3600)
    assert holding(database, folder) == []


def test_what_is_remembered_of_a_resident_is_gone_from_the_files_when_it_is_forgotten(
    files: tuple[Database, Path],
) -> None:
    database, folder = files
    inbox = Inbox(database)
    inbox.write([Entry(1, "a", "{}"), Attempt(1, "a", remembered={"r": Session("d", PIECE.decode(), "i")})], T)
    inbox.write([Entry(2, "a", "{}"), Attempt(2, "a", forgotten=("r",))], T)
    inbox.purge(T)
    assert holding(database, folder) == []


def test_a_backup_that_is_restored_leaves_nothing_of_what_was_there_after_the_next_tidying_up(
    files: tuple[Database, Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    database, folder = files
    copy = tmp_path_factory.mktemp("copy") / "copy.gz"
    backup(database, copy)
    Inbox(database).write([Entry(1, "a", f'{{"text": "{SHORT}"}}')], T)
    restore(database, copy)
    Inbox(database).purge(T)
    assert holding(database, folder) == []


def test_what_waits_and_what_is_known_outlive_the_tidying_up(files: tuple[Database, Path]) -> None:
    database, _ = files
    inbox = Inbox(database)
    inbox.write([Entry(n, "a", f'{{"text": "{LONG}"}}') for n in range(1, 20)], T)
    inbox.write([Attempt(n, "a") for n in range(1, 10)], T)
    inbox.purge(T)
    assert [entry.update_id for entry in inbox.open()] == list(range(10, 20))
    assert inbox.write([Entry(5, "a", "{}")], T) == set(), "its number is known"


def test_an_idle_bot_writes_no_tables_anew(postgresql: str, tmp_path: Path) -> None:
    empty(postgresql)
    database = Database(postgresql, tmp_path)
    inbox = Inbox(database)
    inbox.write([Entry(1, "a", "{}"), Attempt(1, "a")], T)
    found = []
    for _ in range(3):
        inbox.purge(T)
        with psycopg.connect(postgresql) as connection:
            found.append(connection.execute("SELECT pg_relation_filenode('inbox')").fetchone())
    database.close()
    assert found[0] == found[1] == found[2]


@pytest.mark.slow
def test_a_server_set_up_as_the_documentation_says_keeps_nothing_in_its_log_either() -> None:
    if reason := postgres.obstacle():
        pytest.skip(reason)
    with postgres.server() as url, psycopg.connect(url, autocommit=True) as admin:
        folder = Path(url.partition("host=")[2])
        admin.execute("ALTER SYSTEM SET wal_recycle = off")
        admin.execute("SELECT pg_reload_conf()")
        database = Database(url, folder)
        inbox = Inbox(database)
        inbox.write([Entry(n, "a", f'{{"text": "{SHORT}"}}') for n in range(1, 60)], T)
        inbox.write([Attempt(n, "a") for n in range(1, 60)], T)
        inbox.purge(T)
        wal = [path for path in (folder / "db" / "pg_wal").iterdir() if path.is_file()]
        assert [path for path in wal if PIECE in path.read_bytes()], "so long it holds them: that is said"
        admin.execute("SELECT pg_switch_wal()")
        admin.execute("CHECKPOINT")
        held = [path for path in (folder / "db").rglob("*") if path.is_file() and PIECE in path.read_bytes()]
        database.close()
        assert held == []
