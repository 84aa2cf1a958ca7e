"""Opening, migrating, locking."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.store import database as module
from bot.store.connect import alone
from bot.store.database import FILE, Database
from bot.store.errors import StoreError
from bot.store.inbox import Inbox
from bot.store.pseudonyms import FILE as KEY
from bot.store.pseudonyms import Pseudonyms
from bot.store.records import Attempt, Entry
from bot.store.schema import REVISION, metadata
from tests.conftest import ROOT


def test_the_migrations_make_exactly_the_tables_of_the_schema(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_revision_of_the_schema_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_tables_of_a_newer_program_are_refused(address: str | None, tmp_path: Path) -> None:
    first = Database(address, tmp_path)
    with first.writing() as connection:
        connection.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = '9999'"))
    first.close()
    with pytest.raises(StoreError, match="version 9999, newer than this program"):
        Database(address, tmp_path)


@pytest.mark.slow
def test_the_database_opens_from_any_folder_without_alembic_once_it_is_up_to_date(tmp_path: Path) -> None:
    Database(None, tmp_path).close()
    code = (
        "import sys; from pathlib import Path; from bot.store.database import Database; "
        f"Database(None, Path({str(tmp_path)!r})).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd="/", env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_sqlite_flushes_each_commit_writes_beside_readers_and_overwrites_what_is_deleted(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    with database.reading() as connection:
        found = {
            pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "secure_delete", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "busy_timeout": 500}
    database.close()


def test_files_of_the_store_are_for_their_owner_only(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    Inbox(database).write([Entry(1, "a", "{}")], 1.0)
    Pseudonyms(tmp_path)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert set(modes) >= {FILE, f"{FILE}-wal", KEY}
    assert set(modes.values()) == {0o600}
    database.close()


def test_words_of_an_answered_message_are_not_left_in_the_file(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    box = Inbox(database)
    box.write([Entry(1, "a", "secret-words-of-a-resident" * 100)], 1.0)
    box.write([Attempt(1, "a")], 1.0)
    database.close()
    assert b"secret-words" not in (tmp_path / FILE).read_bytes()
    assert not (tmp_path / f"{FILE}-wal").exists()


def test_a_wrong_address_is_refused_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="mysql is not served"):
        Database("mysql://u:secret@h/d", tmp_path)
    with pytest.raises(StoreError, match="DATABASE_URL: it is not of the form"):
        Database("::::", tmp_path)
    with pytest.raises(StoreError) as error:
        Database("postgresql://u:secret@127.0.0.1:1/d", tmp_path)
    assert "secret" not in str(error.value)
    assert "127.0.0.1:1" in str(error.value)


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all " * 100)
    with pytest.raises(StoreError, match=f"{FILE}.*not a database"):
        Database(None, tmp_path)


def test_a_lock_of_another_program_is_reported_and_writing_works_again_after_it(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        Inbox(database).write([Entry(1, "a", "{}")], 1.0)
    assert Inbox(database).open() == [], "reading needs no lock"
    other.execute("ROLLBACK")
    other.close()
    assert Inbox(database).write([Entry(1, "a", "{}")], 1.0) == {1}
    database.close()


@pytest.mark.slow
def test_only_one_bot_uses_a_folder(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.store.connect import alone\n"
        f"with alone(Path({str(tmp_path)!r})): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match="a running bot uses this folder"), alone(tmp_path):
            pass
        other.kill()
        other.wait()
    with alone(tmp_path):
        assert os.access(tmp_path, os.W_OK)


def test_pseudonyms_are_the_same_after_a_restart_and_others_with_another_key(tmp_path: Path) -> None:
    first = Pseudonyms(tmp_path / "a")
    assert first.of(42) == Pseudonyms(tmp_path / "a").of(42)
    assert first.of(42) != Pseudonyms(tmp_path / "b").of(42)
    assert len({first.of(1, 23), first.of(12, 3), first.of(123), first.of(-123)}) == 4
    assert len(first.of(42)) == 32


@pytest.mark.parametrize("broken", ["", "abc", "00" * 31, "低保"])
def test_a_broken_key_is_named_with_the_remedy(tmp_path: Path, broken: str) -> None:
    (tmp_path / KEY).write_text(broken, encoding="utf-8")
    with pytest.raises(StoreError, match="it is not a key; delete it"):
        Pseudonyms(tmp_path)
