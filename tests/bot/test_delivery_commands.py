"""`backup`, `restore` and `inbox` as an admin types them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.store.connect import alone
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.records import Attempt, Entry, Status
from tests import warm

pytestmark = pytest.mark.slow


def run(data: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    done = warm.run([*arguments, "--data", str(data)], cwd=data, environment={**os.environ, **environment})
    return done.returncode, done.stdout + done.stderr


def fill(data: Path) -> None:
    database = Database(None, data)
    Inbox(database).write([Entry(1, "a", '{"text": "words"}'), Entry(2, "a", "{}")], 1.0)
    Inbox(database).write([Attempt(1, "a", Status.DEAD, 3, "ValueError")], 1.0)
    database.close()


def test_a_backup_made_while_the_bot_runs_is_restored_when_it_has_stopped(tmp_path: Path) -> None:
    fill(tmp_path)
    with alone(tmp_path):
        code, said = run(tmp_path, "backup", "copy.gz")
        assert (code, said) == (0, f"copy.gz: 2 rows of sqlite:///{tmp_path}/bot.sqlite3\n")
        code, said = run(tmp_path, "restore", "copy.gz")
        assert code == 1
        assert "a running bot uses this folder; stop it" in said
    assert run(tmp_path, "inbox", "drop") == (0, "1 dropped\n")
    code, said = run(tmp_path, "restore", "copy.gz")
    assert (code, said) == (0, f"sqlite:///{tmp_path}/bot.sqlite3: 2 rows of copy.gz\n")
    assert "1 set aside, 1 waiting" in run(tmp_path, "inbox")[1]


def test_what_is_no_backup_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    code, said = run(tmp_path, "restore", "notes.txt")
    assert code == 1
    assert "error: notes.txt: it is not a backup" in said
    assert run(tmp_path, "restore", "none.gz") == (1, "error: none.gz: cannot be read: No such file or directory\n")


def test_the_inbox_shows_no_words_and_refuses_numbers_that_are_not_set_aside(tmp_path: Path) -> None:
    fill(tmp_path)
    code, said = run(tmp_path, "inbox")
    assert code == 0
    assert "1\t" in said
    assert "3×\tValueError" in said
    assert "words" not in said
    assert run(tmp_path, "inbox", "retry", "2") == (1, "Error: not set aside: 2; see: letters list\n")
    assert run(tmp_path, "inbox", "retry", "1") == (0, "1 will be tried again\n")
    assert "0 set aside, 2 waiting" in run(tmp_path, "inbox")[1]


def test_a_wrong_database_url_is_one_clear_line_without_the_password(tmp_path: Path) -> None:
    code, said = run(tmp_path, "inbox", DATABASE_URL="postgresql://bot:secret@127.0.0.1:1/bot")
    assert code == 1
    assert said.startswith("error: DATABASE_URL: postgresql://***@127.0.0.1:1/bot: OperationalError")
    assert said.count("\n") == 1
    assert "secret" not in said
