"""Open the store for the one bot that uses it, or for a command beside it; look at it and keep what it holds."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import SecretStr
from sqlalchemy import URL, Connection, text

from bot.settings import Settings
from bot.store import address as addresses
from bot.store.database import FILE, Database, revision, translated
from bot.store.engine import CONNECTIONS, open_engine
from bot.store.errors import StoreError
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.schema import REVISION
from bot.store.store import Store

LOCK = "bot.lock"
"""Name of the file in the data folder that a running bot holds; the system lets it go however the bot ends."""

_REPLICAS = "bot.*.lock"
"""The same of replicas."""


@contextmanager
def alone(data: Path, own: str = "") -> Iterator[None]:
    """Be the only bot or `restore` on the folder `data`, or its only replica named `own`.

    Raises StoreError if another one runs.
    """
    lock = FileLock(data / (f"bot.{own}.lock" if own else LOCK), timeout=0, mode=0o600)
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        if _held(data / LOCK) if own else any(_held(file) for file in data.glob(_REPLICAS)):
            lock.release()
            raise Timeout(str(data))
    except Timeout as error:
        raise StoreError(f"{data}: a running bot uses this folder; stop it, or choose another with --data") from error
    except OSError as error:
        raise StoreError(f"{data}: cannot be used: {error.strerror}; choose another folder with --data") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def open_database(address: SecretStr | None, data: Path, connections: int = CONNECTIONS) -> Iterator[Database]:
    """Open the database at `address`, or SQLite in `data` if it is None. Raises StoreError."""
    database = Database(address.get_secret_value() if address else None, data, connections)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def open_store(settings: Settings, data: Path) -> Iterator[Store]:
    """Open the store for the bot, and keep other bots off the folder `data`. Raises StoreError."""
    own = settings.replica_listen.name if settings.replica_listen else ""
    if own and settings.database_url is None:
        raise StoreError("REPLICA_LISTEN: replicas share a PostgreSQL server; set DATABASE_URL, or take it away")
    with alone(data, own), open_database(settings.database_url, data, settings.database_connections) as database:
        inbox = Inbox(database, dt.timedelta(hours=settings.dead_letter_hours), settings.unanswered_days)
        yield Store(inbox, Pseudonyms(data), InFlight(data, own))


@dataclass(frozen=True)
class Look:
    """A database as it was found; nothing that it holds was changed."""

    name: str
    """Where it is, without user, password and options."""
    server: str
    """Kind and version of what serves it."""
    revision: str | None
    """Version of its tables; None: it has none yet."""
    newest: str
    """Version of the tables that this program uses."""
    journal: str | None
    """SQLite's journal: "wal", which connecting sets, unless the file cannot have it; None: PostgreSQL."""
    damage: str | None
    """What SQLite finds broken in the file; None: nothing."""


def look(address: SecretStr | None, data: Path) -> Look | None:
    """Return what the database at `address`, or SQLite's in `data`, is like; None: SQLite's is not made yet.

    Connecting sets SQLite's journal to "wal" if it was another. A change is tried and taken back, and only then is the
    file checked, which holds up no writer. Raises StoreError if it cannot be opened or takes no change.
    """
    file = None if address else Path(os.path.realpath(data / FILE))
    if file and not file.exists():
        return None
    url = addresses.postgresql(address.get_secret_value()) if address else URL.create("sqlite", database=str(file))
    name = addresses.shown(url)
    engine = open_engine(url, file)
    try:
        with translated(name, addresses.secrets(url)), engine.connect() as connection:
            with connection.begin() as transaction:
                found = revision(connection)
                if found:
                    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
                transaction.rollback()
            with connection.execution_options(reading=True).begin():
                return _looked_at(connection, name, found)
    finally:
        engine.dispose()


def _looked_at(connection: Connection, name: str, found: str | None) -> Look:
    """Return what the database is like, whose tables are of version `found`; SQLite's file is read from end to end."""
    version = ".".join(map(str, connection.dialect.server_version_info or ()))
    kind = "SQLite" if connection.dialect.name == "sqlite" else "PostgreSQL"
    if kind == "PostgreSQL":
        return Look(name, f"{kind} {version}", found, REVISION, None, None)
    journal = str(connection.execute(text("PRAGMA journal_mode")).scalar())
    check = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
    return Look(name, f"{kind} {version}", found, REVISION, journal, None if check == "ok" else check)


def in_use(data: Path) -> bool:
    """Tell whether a bot, or `restore`, runs on the folder `data`."""
    return _held(data / LOCK) or any(_held(file) for file in data.glob(_REPLICAS))


def _held(file: Path) -> bool:
    if not file.exists():
        return False
    try:
        with FileLock(file, timeout=0, mode=0o600):
            return False
    except Timeout:
        return True
    except OSError:  # another user's, so that nobody here runs on it
        return False
