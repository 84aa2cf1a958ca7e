"""Each test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy

from bot.store.database import FILE, Database, revision
from bot.store.desk.audience_rows import Reach
from bot.store.desk.records import Beside
from bot.store.desk.rows import Kept
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.records import Attempt, Entry
from bot.store.schema import REVISION, metadata
from bot.store.store import Store
from tests import postgres


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    if reason := postgres.obstacle():
        pytest.skip(reason)
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def address(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """URL of a database without a row; None: SQLite in the data folder, which is not made yet."""
    if request.param == "sqlite":
        yield None
        return
    url: str = request.getfixturevalue("postgresql")
    empty(url)
    yield url


def empty(url: str) -> None:
    """Take every row out of the database; tables of another version go too, and the next start makes them anew."""
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        if revision(connection) == REVISION:  # a fifth of the time that migrations take
            tables = ", ".join(table.name for table in metadata.sorted_tables)
            connection.execute(sqlalchemy.text(f"TRUNCATE {tables} RESTART IDENTITY"))
        else:
            metadata.drop_all(connection)
            connection.execute(sqlalchemy.text("DROP TABLE IF EXISTS alembic_version"))
    engine.dispose()


@pytest.fixture
def database(address: str | None, tmp_path: Path) -> Iterator[Database]:
    opened = Database(address, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


async def after_loss(folder: Path, *changes: Beside) -> tuple[Kept, Reach]:
    """Write `changes`, lose SQLite's files while the store runs, and return what the next start reads."""
    with closing(Database(None, folder)) as database:
        store = Store(Inbox(database), Pseudonyms(folder), InFlight(folder))
        await store.settle(Attempt(0, "", beside=changes))
        (folder / FILE).write_bytes(b"")
        (folder / f"{FILE}-wal").write_bytes(b"")
        await store.add([Entry(1, "a", "{}")])
        await store.close()
    with closing(Database(None, folder)) as again:
        return Inbox(again).desk(), Inbox(again).reach()
