"""How each kind of database is connected to, and what to do when that fails."""

from __future__ import annotations

import logging
import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

from bot.store.errors import StoreError

log = logging.getLogger(__name__)

BUSY_MS = 500
"""Longest wait for a lock of another program; the caller tries again, so that a stop is never held up for longer."""

_POSTGRESQL = {"connect_timeout": 5, "keepalives_idle": 10, "tcp_user_timeout": 10_000}
"""Seconds, seconds and milliseconds after which a server that cannot be reached is given up, and asked anew."""

CONNECTIONS = 5
"""Connections to PostgreSQL, at most."""

_POOL_WAIT = 10.0
"""Seconds after which waiting for a free connection is given up, so that the caller can say so and try again."""

_SMALLEST = 512
"""Bytes of the smallest database; SQLite takes what is shorter for an empty one, and overwrites it."""

BROKEN = (
    "it is broken, or no database of this bot: move it and the files named like it away, "
    "then start without it, or restore a backup (python run_bot.py restore FILE)"
)
_ADVICE = {
    **dict.fromkeys((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB), BROKEN),
    sqlite3.SQLITE_BUSY: "another program holds it: stop that one",
    sqlite3.SQLITE_FULL: "make room on the disk",
    sqlite3.SQLITE_IOERR: "see whether the disk is full, read-only or failing, and the files named like it are files",
    **dict.fromkeys(
        (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM),
        "see that the bot's user may write to it, to the files named like it and to its folder",
    ),
}
"""What to do about errors of SQLite, by their code."""

_SERVER = "see that the server runs, has this database and lets this user in"
_TABLES = "see that this user may make tables there, and that they are ours: restore a backup, or take another database"
_STATES = {**dict.fromkeys(("08", "28", "3D", "53", "57"), _SERVER), **dict.fromkeys(("3F", "42"), _TABLES)}
"""What to do about errors of PostgreSQL, by their class."""


def advice(cause: object) -> str:
    """Return what to do about an error of a driver, to be put behind it; "": nothing is known."""
    if isinstance(cause, sqlite3.Error):
        found = _ADVICE.get(_code(cause))
    elif hasattr(cause, "sqlstate"):
        found = _STATES.get((cause.sqlstate or "08")[:2])
    else:
        found = None
    return f"; {found}" if found else ""


def broken(cause: object) -> str:
    """Return what to do about a SQLite file that cannot be opened for `cause`, beyond `advice`."""
    return f"; {BROKEN}" if isinstance(cause, sqlite3.Error) and _code(cause) not in _ADVICE else ""


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def make(file: Path) -> None:
    """Make the folder and an empty file, which holds residents' words: for no other user. Raises StoreError."""
    try:
        if file.exists() and not file.is_file():
            kind = "folder" if file.is_dir() else "special file"
            raise StoreError(f"{file}: it is a {kind} and no database; move it away, or choose a folder with --data")
        size = file.stat().st_size if file.exists() else None
        if size and size < _SMALLEST:
            raise StoreError(f"{file}: {BROKEN}")
        if size == 0:
            log.warning("%s: it was empty and is begun anew; if that is wrong, stop the bot and restore a backup", file)
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"{file}: cannot be opened: {error.strerror}; see that the bot's user may write there, "
            "or choose a folder with --data"
        ) from error


def open_engine(url: URL, file: Path | None, connections: int = CONNECTIONS) -> Engine:
    """Return SQLAlchemy's engine for the SQLite `file`, or for PostgreSQL at `url` if it is None.

    Of `connections` to PostgreSQL all are kept once they were needed; who finds none free waits for `_POOL_WAIT` s.
    """
    if file is None:
        pool = {"pool_size": connections, "max_overflow": 0, "pool_timeout": _POOL_WAIT}
        engine = create_engine(url, connect_args=_POSTGRESQL, hide_parameters=True, **pool)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    existing = f"{file.as_uri()}?mode=rw"  # else SQLite makes an empty one in place of one that has gone

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(existing, uri=True, timeout=BUSY_MS / 1000, check_same_thread=False)

    engine = create_engine(url, creator=connect, poolclass=QueuePool, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # Python's own BEGIN comes only before a write, so reads see another moment
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    connection.execute(f"SET lock_timeout = {BUSY_MS}")  # for ever is the server's default
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    """Take the lock for writing at once: upgrading a read lock later fails without waiting."""
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
