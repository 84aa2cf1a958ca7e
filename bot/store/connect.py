"""Open the store for the one bot that uses it, or for a command beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import SecretStr

from bot.settings import Settings
from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.store import Store

LOCK = "bot.lock"
"""Name of the file in the data folder that a running bot holds; the system lets it go however the bot ends."""


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Be the only bot or `restore` on the folder `data`. Raises StoreError if another one runs."""
    lock = FileLock(data / LOCK, timeout=0, mode=0o600)
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise StoreError(f"{data}: a running bot uses this folder; stop it, or choose another with --data") from error
    except OSError as error:
        raise StoreError(f"{data}: cannot be used: {error.strerror}; choose another folder with --data") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def open_database(address: SecretStr | None, data: Path) -> Iterator[Database]:
    """Open the database at `address`, or SQLite in `data` if it is None. Raises StoreError."""
    database = Database(address.get_secret_value() if address else None, data)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def open_store(settings: Settings, data: Path) -> Iterator[Store]:
    """Open the store for the bot, and keep other bots off the folder `data`. Raises StoreError."""
    with alone(data), open_database(settings.database_url, data) as database:
        inbox = Inbox(database, dt.timedelta(hours=settings.dead_letter_hours), settings.unanswered_days)
        yield Store(inbox, Pseudonyms(data), InFlight(data))
