"""The databases' own tools copy a database that is in use, and put it back; docs/operate.md gives their commands."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from bot.store.connect import look
from bot.store.database import FILE, Database
from bot.store.inbox import Inbox
from bot.store.records import Entry
from tests import postgres
from tests.bot.store.test_backup import T, fill, state
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

DOCUMENTED = (ROOT / "docs" / "operate.md").read_text("utf-8")


def documented(beginning: str, here: Mapping[str, str]) -> str:
    """Return the command of docs/operate.md that begins so, with places of a test in the place of those named there."""
    (command,) = re.findall(rf"^({re.escape(beginning)}.*?)(?:\s+#.*)?$", DOCUMENTED, re.MULTILINE)
    for there, place in here.items():
        assert there in command
        command = command.replace(there, place)
    return str(command)


def run(command: str) -> None:
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_sqlites_own_copy_of_a_database_in_use_is_whole(tmp_path: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("sqlite3 is not installed")
    folder, copy = tmp_path / "var", tmp_path / "copy.sqlite3"
    with closing(Database(None, folder)) as database:
        fill(database)
        before = state(database)
        run(documented("sqlite3 ", {"/var/lib/hebi-bot": str(folder), "/backup/bot.sqlite3": str(copy)}))
        Inbox(database).write([Entry(1, "b", "{}")], T)
        assert state(database) != before
    run(documented("rm -f /var", {"/var/lib/hebi-bot": str(folder)}))
    run(documented("install -m 600 /backup", {"/var/lib/hebi-bot": str(folder), "/backup/bot.sqlite3": str(copy)}))
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    with closing(Database(None, folder)) as again:
        assert state(again) == before


def test_postgresqls_own_copy_of_a_database_in_use_is_whole(postgresql: str, tmp_path: Path) -> None:
    where = postgres.binaries()
    assert where
    copy = tmp_path / "copy.dump"
    with closing(psycopg.connect(postgresql, autocommit=True)) as admin:
        for name in ("used", "other"):
            admin.execute(f"DROP DATABASE IF EXISTS {name}")
            admin.execute(f"CREATE DATABASE {name}")
    used, other = (postgresql.replace("/postgres?", f"/{name}?") for name in ("used", "other"))
    with closing(Database(used, tmp_path)) as database:
        fill(database)
        before = state(database)
        for url, beginning in ((used, "pg_dump "), (used, "pg_restore "), (other, "pg_restore ")):
            command = documented(beginning, {"/backup/bot.dump": str(copy), "$DATABASE_URL": url})
            run(f"PATH={where}:$PATH {command}")
            if beginning == "pg_dump ":
                Inbox(database).write([Entry(1, "b", "{}")], T)
                assert state(database) != before
        assert state(database) == before, "put back into the same database"
    with closing(Database(other, tmp_path)) as again:
        assert state(again) == before, "and into another"


def test_a_look_at_a_database_changes_nothing_and_sees_its_version(address: str | None, tmp_path: Path) -> None:
    secret = SecretStr(address) if address else None
    assert address or look(secret, tmp_path) is None
    assert not list(tmp_path.iterdir())
    with closing(Database(address, tmp_path)) as database:
        fill(database)
        before = state(database)
        found = look(secret, tmp_path)
        assert state(database) == before
    assert found is not None
    assert found.revision == found.newest
    assert re.fullmatch(r"(SQLite|PostgreSQL) \d+[\d.]*", found.server)
