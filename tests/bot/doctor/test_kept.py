"""The doctor notices a database, knowledge or model that is broken, old, or another's."""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, event

from bot.addresses import Address
from bot.doctor.findings import Finding, State, Subject
from bot.doctor.kept import database, holidays, judged, knowledge
from bot.settings import Settings
from bot.store.connect import look
from bot.store.database import FILE, Database
from faq.knowledge.opening.days_off import is_planned
from tests.bot.doctor.conftest import of

REPLICA = Address("10.0.0.5", 8083)


@pytest.fixture
def seen(tmp_path: Path, settings: Callable[..., Settings]) -> Callable[[], Finding]:
    """Look at SQLite in `tmp_path`."""
    return lambda: of(Subject.DATABASE, database(settings(), tmp_path))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A whole database."""
    Database(None, tmp_path).close()
    return tmp_path / FILE


def test_no_database_yet_and_a_whole_one_are_well(seen: Callable[[], Finding], tmp_path: Path) -> None:
    assert seen().state is State.OK
    assert not (tmp_path / FILE).exists()
    Database(None, tmp_path).close()
    assert seen().state is State.OK


def test_a_replica_without_the_server_that_replicas_share_is_wrong_before_it_is_started(
    tmp_path: Path, settings: Callable[..., Settings]
) -> None:
    found = of(Subject.DATABASE, database(settings(replica_listen=REPLICA), tmp_path))
    assert found.state is State.WRONG
    assert "REPLICA_LISTEN" in found.line("zh")
    assert "DATABASE_URL" in found.line("zh")


def test_a_replica_on_a_server_is_told_that_it_is_one_and_whether_the_server_is_there(
    tmp_path: Path, settings: Callable[..., Settings]
) -> None:
    shared = settings(replica_listen=REPLICA, database_url=SecretStr("postgresql://bot@127.0.0.1:1/bot"))
    replica, server = database(shared, tmp_path)
    assert (replica.state, server.state) == (State.OK, State.WRONG)
    assert "REPLICA_LISTEN" in replica.line("en")


def test_a_database_that_the_bot_has_open_is_well_and_stays_so(tmp_path: Path, seen: Callable[[], Finding]) -> None:
    with closing(Database(None, tmp_path)) as bots:
        for _ in range(2):
            assert seen().state is State.OK
            with bots.writing() as connection:
                connection.exec_driver_sql("DELETE FROM blocked")


def test_the_bot_goes_on_writing_while_the_file_is_checked(tmp_path: Path, seen: Callable[[], Finding]) -> None:
    written: list[str] = []

    def write(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "quick_check" in statement:
            with bots.writing() as connection:
                connection.exec_driver_sql("DELETE FROM blocked")
            written.append(statement)

    with closing(Database(None, tmp_path)) as bots:
        event.listen(Engine, "after_cursor_execute", write)
        try:
            assert seen().state is State.OK
        finally:
            event.remove(Engine, "after_cursor_execute", write)
    assert len(written) == 1


@pytest.mark.parametrize(("revision", "state"), [("0001", State.WARNING), ("9999", State.WRONG)])
def test_tables_of_another_version(revision: str, state: State, file: Path, seen: Callable[[], Finding]) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    found = seen()
    assert found.state is state
    assert revision in found.line("en")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,), "not migrated"


def test_a_file_that_is_no_database(file: Path, seen: Callable[[], Finding]) -> None:
    file.write_bytes(b"no database at all " * 100)
    assert seen().state is State.WRONG


def test_a_page_that_is_broken(file: Path, seen: Callable[[], Finding]) -> None:
    with closing(sqlite3.connect(file)) as connection:
        root, size = connection.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master WHERE name = 'sessions'"
        ).fetchone()
    with file.open("r+b") as out:
        out.seek((root - 1) * size)
        out.write(b"\xff" * 200)
    found = seen()
    assert found.state is State.WRONG
    assert found.remedy is not None


def test_a_database_that_another_program_holds(file: Path, seen: Callable[[], Finding]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = seen()
    assert found.state is State.WRONG
    assert "another program holds it" in found.line("en")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take rights away from itself for a while")
def test_a_database_that_may_not_be_written(file: Path, seen: Callable[[], Finding]) -> None:
    for above in (file.parent, *file.parent.parents[:-2]):
        above.chmod(0o755)
    file.chmod(0o644)
    assert seen().state is State.OK
    os.seteuid(65534)
    try:
        found = seen()
    finally:
        os.seteuid(0)
    assert found.state is State.WRONG
    assert "may write to it" in found.line("en")


def test_a_journal_that_loses_what_was_said_to_be_kept(file: Path) -> None:
    found = look(None, file.parent)
    assert found is not None
    assert found.journal == "wal"
    assert judged(replace(found, journal="delete"), file.parent).state is State.WARNING


def test_a_server_that_is_not_there(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    address = SecretStr("postgresql://u:hidden@127.0.0.1:1/d")
    found = of(Subject.DATABASE, database(settings(database_url=address), tmp_path))
    assert found.state is State.WRONG
    assert "127.0.0.1:1/d" in found.line("zh")
    assert "hidden" not in found.line("zh")


def test_knowledge_with_its_model_is_well_and_nothing_is_changed(small_untouched: Path) -> None:
    before = sorted(small_untouched.rglob("*"))
    faq, model = knowledge(small_untouched / "faq", small_untouched / "var")
    assert (faq.state, model.state) == (State.OK, State.OK)
    assert sorted(small_untouched.rglob("*")) == before


def states(small: Path) -> tuple[State, State]:
    faq, model = knowledge(small / "faq", small / "var")
    return faq.state, model.state


def test_a_mistake_in_the_knowledge(small: Path) -> None:
    (small / "faq" / "offices.yaml").write_text("- a list\n")
    assert states(small) == (State.WRONG, State.OK)


def test_no_knowledge_at_all(small: Path) -> None:
    assert knowledge(small / "nothing", small / "var").__next__().state is State.WRONG


def test_no_model_yet(small: Path) -> None:
    faq, model = knowledge(small / "faq", small / "new")
    assert (faq.state, model.state) == (State.OK, State.WARNING)
    assert not (small / "new").exists()


def test_a_model_of_other_questions(small: Path) -> None:
    file = small / "faq" / "topics" / "dibao" / "apply.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("questions:\n", "questions:\n  - 低保的手续到底要跑几趟才算完\n"), encoding="utf-8")
    assert states(small) == (State.OK, State.WARNING)


def test_answers_that_are_not_published_yet(small: Path) -> None:
    file = small / "faq" / "phrases.yaml"
    text = file.read_text("utf-8")
    file.write_text(
        re.sub(r"^holidays_unknown: .*$", "holidays_unknown: 节假日先打电话问一问。", text, flags=re.MULTILINE), "utf-8"
    )
    assert states(small) == (State.OK, State.WARNING)


@pytest.mark.parametrize("name", ["weights.npz", "vocabulary.txt"])
def test_a_model_of_which_a_byte_has_changed(name: str, small: Path) -> None:
    (version,) = (small / "var" / "models").glob("v*")
    content = bytearray((version / name).read_bytes())
    content[len(content) // 2] ^= 1
    (version / name).write_bytes(content)
    assert states(small) == (State.OK, State.WRONG)


def test_a_model_whose_files_are_gone(small: Path) -> None:
    (version,) = (small / "var" / "models").glob("v*")
    (version / "weights.npz").unlink()
    assert states(small) == (State.OK, State.WRONG)


def test_the_plan_of_next_year_is_missed_from_december_on_and_that_of_this_year_always() -> None:
    last = next(year for year in range(2026, 2100) if not is_planned(year + 1))

    def said_on(day: dt.date) -> State:
        return of(Subject.HOLIDAYS, holidays(day)).state

    assert said_on(dt.date(last - 1, 12, 31)) is State.OK
    assert said_on(dt.date(last, 11, 30)) is State.OK
    assert said_on(dt.date(last, 12, 1)) is State.WARNING
    assert said_on(dt.date(last + 1, 1, 1)) is State.WARNING
