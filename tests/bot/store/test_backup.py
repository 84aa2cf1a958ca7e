"""Backups go from each database to each database."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import stat
from pathlib import Path

import pytest

from bot.dialogue.session import Session
from bot.store.backup import backup, restore
from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.inbox import Inbox
from bot.store.records import Attempt, Entry, Status
from bot.store.schema import REVISION

NOW = dt.datetime(2026, 5, 1, 12, 0, 0, 123456)
T = NOW.timestamp()


def fill(database: Database) -> None:
    inbox = Inbox(database)
    inbox.write([Entry(n, "a", '{"text": "低保 \\ud83d"}') for n in range(2**40, 2**40 + 5)], T)
    inbox.write([Attempt(2**40, "a", remembered={"r": Session("浚县", None, "dibao.apply", NOW)})], T)
    inbox.write([Attempt(2**40 + 1, "a", Status.DEAD, 3, "ValueError", blocked=True)], T)


def state(database: Database) -> tuple[object, ...]:
    inbox = Inbox(database)
    return inbox.open(), inbox.dead(), inbox.sessions(T), inbox.blocked()


def test_a_backup_is_restored_in_full_here_and_in_a_new_sqlite(database: Database, tmp_path: Path) -> None:
    fill(database)
    file = tmp_path / "copy.gz"
    assert backup(database, file) == 7
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = state(database)
    Inbox(database).write([Entry(1, "b", "{}"), Attempt(2**40 + 3, "a")], T)
    assert state(database) != before
    assert restore(database, file) == 7
    assert state(database) == before
    other = Database(None, tmp_path / "other")
    restore(other, file)
    assert state(other) == before
    other.close()


def test_a_backup_holds_one_moment_while_the_bot_writes(database: Database, tmp_path: Path) -> None:
    fill(database)
    before = state(database)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM inbox").scalar() == 5
        Inbox(database).write([Entry(1, "b", "{}")], T)
        assert connection.exec_driver_sql("SELECT count(*) FROM inbox").scalar() == 5
    assert state(database) != before


def lines(file: Path) -> list[str]:
    return gzip.decompress(file.read_bytes()).decode().splitlines(keepends=True)


def broken(kind: str, good: Path) -> bytes:
    text = lines(good)
    if kind == "text":
        return b"hello"
    if kind == "empty":
        return b""
    if kind == "cut":
        return good.read_bytes()[:-30]
    if kind == "other":
        return gzip.compress(b'{"a": 1}\n')
    if kind == "no end":
        return gzip.compress("".join(text[:-1]).encode())
    if kind == "line lost":
        return gzip.compress("".join(text[:2] + text[3:]).encode())
    if kind == "newer":
        return gzip.compress("".join([text[0].replace(REVISION, "9999"), *text[1:]]).encode())
    row = json.loads(text[1])
    row["row"]["more"] = 1
    return gzip.compress("".join([text[0], json.dumps(row) + "\n", *text[2:]]).encode())


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("text", "it is not a backup"),
        ("empty", "it is not a backup"),
        ("cut", "only a part"),
        ("other", "it is not a backup"),
        ("no end", "its end is missing"),
        ("line lost", "its end is missing"),
        ("newer", "made by a program of version 9999"),
        ("column", "line 2 is no row of ours"),
    ],
)
def test_what_is_no_whole_backup_changes_nothing(database: Database, tmp_path: Path, kind: str, said: str) -> None:
    fill(database)
    good = tmp_path / "good.gz"
    backup(database, good)
    before = state(database)
    bad = tmp_path / "bad.gz"
    bad.write_bytes(broken(kind, good))
    with pytest.raises(StoreError, match=said):
        restore(database, bad)
    assert state(database) == before


def test_a_row_that_the_database_refuses_leaves_the_old_ones(database: Database, tmp_path: Path) -> None:
    fill(database)
    good = tmp_path / "good.gz"
    backup(database, good)
    before = state(database)
    text = lines(good)
    bad = tmp_path / "bad.gz"
    doubled = [*text[:-1], next(line for line in text if '"inbox"' in line), json.dumps({"rows": 8}) + "\n"]
    bad.write_bytes(gzip.compress("".join(doubled).encode()))
    with pytest.raises(StoreError, match=r"IntegrityError|UniqueViolation"):
        restore(database, bad)
    assert state(database) == before


def test_a_backup_overwrites_no_file_and_leaves_no_half_one(database: Database, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("mine")
    with pytest.raises(StoreError, match="exists already"):
        backup(database, kept)
    with pytest.raises(StoreError, match="cannot be written"):
        backup(database, tmp_path / "no" / "folder")
    assert kept.read_text() == "mine"
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]
