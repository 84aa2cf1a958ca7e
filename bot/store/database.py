"""Open the database, bring its tables up to date, and hand out transactions; SQLite and PostgreSQL alike."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from bot.store.errors import StoreError
from bot.store.schema import REVISION

log = logging.getLogger(__name__)

FILE = "bot.sqlite3"
"""Name of the SQLite file in the data folder."""

BUSY_MS = 500
"""Longest wait for a lock of another program; the caller tries again, so that a stop is never held up for longer."""

_POSTGRESQL = {"connect_timeout": 5, "keepalives_idle": 10, "tcp_user_timeout": 10_000}
"""Seconds, seconds and milliseconds after which a server that cannot be reached is given up, and asked anew."""


class Database:
    """A database with tables of this version; hands out one transaction at a time."""

    def __init__(self, address: str | None, data: Path) -> None:
        """Open `address`, an URL of PostgreSQL, or the SQLite file in the folder `data` if it is None.

        Missing tables are made, older ones migrated. Raises StoreError.
        """
        self._engine = _engine(_url(address, data))
        self.name = self._engine.url.render_as_string(hide_password=True)
        """The database as shown in messages: an URL without its password."""
        try:
            self.migrate()
        except StoreError as error:
            self.close()
            if address is None:
                raise
            raise StoreError(f"DATABASE_URL: {error}; see that the server runs and lets this user in") from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that is committed at the end; raises StoreError, then nothing is kept."""
        with self._translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one moment of the whole database and holds up no writer. Raises StoreError."""
        with self._translated(), self._engine.connect() as connection:
            connection = connection.execution_options(isolation_level="SERIALIZABLE", reading=True)  # noqa: PLW2901
            with connection.begin():
                yield connection

    def migrate(self) -> None:
        """Bring the tables up to date; refuse those of a newer program. Raises StoreError."""
        with self.writing() as connection:
            found = _revision(connection)
            if found != REVISION:
                _upgrade(connection, found, self.name)

    def empty_log(self) -> None:
        """Empty SQLite's write-ahead log, where what was deleted can still be read. Raises StoreError."""
        if self._engine.dialect.name != "sqlite":
            return
        with self._translated(), closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")  # waits for readers; busy: the next time

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:  # the driver's own comes from `empty_log`
            cause = (error.orig if isinstance(error, DBAPIError) else None) or error
            raise StoreError(f"{self.name}: {type(cause).__name__}: {_first_line(cause)}") from error


def _first_line(error: object) -> str:
    """Return the reason without what follows it, which may quote values."""
    return str(error).strip().partition("\n")[0]


def _url(address: str | None, data: Path) -> URL:
    if address is None:
        file = data / FILE
        try:
            data.mkdir(parents=True, exist_ok=True)
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))  # it holds residents' words: for no other user
        except OSError as error:
            raise StoreError(f"{file}: cannot be opened: {error.strerror}; choose a folder with --data") from error
        return URL.create("sqlite", database=str(file.resolve()))
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise StoreError("DATABASE_URL: it is not of the form postgresql://user:password@host/database") from error
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise StoreError(f"DATABASE_URL: {url.get_backend_name()} is not served; use postgresql://… or leave it empty")
    return url.set(drivername="postgresql+psycopg")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, connect_args=_POSTGRESQL, hide_parameters=True)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # Python's own BEGIN comes only before a write, so reads see another moment
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, record: object) -> None:
    connection.execute(f"SET lock_timeout = {BUSY_MS}")  # for ever is the server's default
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    """Take the lock for writing at once: upgrading a read lock later fails without waiting."""
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, found: str | None, name: str) -> None:
    from alembic import command  # noqa: PLC0415 - a third of a second, needed only when the tables are not of today
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, REVISION)
    except CommandError as error:
        raise StoreError(f"{name}: its tables are of version {found}, newer than this program; update it") from error
    log.info("%s: tables brought from version %s to %s", name, found or "none", REVISION)
