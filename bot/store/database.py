"""Open the database, bring its tables up to date, and hand out transactions; SQLite and PostgreSQL alike."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.logs import hide
from bot.store import address as addresses
from bot.store.engine import BROKEN, CONNECTIONS, advice, broken, make, open_engine
from bot.store.errors import LostError, StoreError
from bot.store.files import Files, Loss, copy, damaged, remove_logs, set_aside, whole
from bot.store.schema import REVISION, metadata

log = logging.getLogger(__name__)

FILE = "bot.sqlite3"
"""Name of the SQLite file in the data folder."""

_MAKING = 0x48656269
"""Number of PostgreSQL's advisory lock that is held while tables are made or migrated."""

_TURN = 60
"""Seconds to wait for another process that does so."""


class Database:
    """A database with tables of this version; hands out one transaction at a time."""

    def __init__(self, address: str | None, data: Path, connections: int = CONNECTIONS) -> None:
        """Open `address`, an URL of PostgreSQL, or the SQLite file in the folder `data` if it is None.

        `connections`: how many to PostgreSQL at most. Missing tables are made, older ones migrated. Raises StoreError.
        """
        self._file = Path(os.path.realpath(data / FILE)) if address is None else None
        url = addresses.postgresql(address) if address else URL.create("sqlite", database=str(self._file))
        self._secrets = addresses.secrets(url)
        self.name = addresses.shown(url)
        """The database as shown in messages: without user, password and options."""
        if self._file:
            make(data / FILE)
        self._engine = open_engine(url, self._file, connections)
        self._files = Files(self._file) if self._file else None
        try:
            self._bring_up()
        except StoreError as error:
            self.close()
            raise StoreError(f"DATABASE_URL: {error}" if address else f"{error}{broken(error.__cause__)}") from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that is committed at the end; raises StoreError, then nothing is kept."""
        with self._watched(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one moment of the whole database and holds up no writer. Raises StoreError."""
        with self._watched(), self._engine.connect() as connection:
            connection = connection.execution_options(isolation_level="SERIALIZABLE", reading=True)  # noqa: PLW2901
            with connection.begin():
                yield connection

    def scrub(self, *, numbers: bool = False) -> bool:
        """Take what was deleted out of the files, where it could still be read; tell whether all is. Raises StoreError.

        `numbers`: also chats that may no longer be written to, of which PostgreSQL has a large table to write anew.

        SQLite's write-ahead log is emptied; on PostgreSQL the tables are written anew into new files. What stays in
        PostgreSQL's own log is the server's affair.
        """
        if self._engine.dialect.name == "sqlite":
            with self._watched(), closing(self._engine.raw_connection()) as raw:
                busy, _, _ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # busy: one reads
            return not busy
        with self._watched(), self._engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")  # noqa: PLW2901
            tables = "inbox, sessions, tickets, outbox, unanswered, notices, audit"
            connection.exec_driver_sql(f"VACUUM (FULL) {tables}{', subscribers' if numbers else ''}")
        return True

    @property
    def warning(self) -> str | None:
        """What will keep the database from being opened at the next start; None: nothing known."""
        found = self._files.warning() if self._files else None
        return f"{self.name}: {found}" if found else None

    def renew(self) -> str:
        """Make the files good after a LostError, as well as it goes; return what was done, "": they were good.

        Raises StoreError: nothing was done, and the same may be tried again.
        """
        if self._file is None or self._files is None:
            raise StoreError(f"{self.name}: a server's files are its own")
        file, loss = self._file, self._files.loss() or Loss.TOUCHED
        try:
            done = self._mend(file, loss)
            fresh = Files(file)
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else _first_line(error)
            raise StoreError(f"{self.name}: {loss.value}, and cannot be made anew: {reason}") from error
        try:
            self._bring_up()
        except StoreError as error:
            self._engine.dispose()
            fresh.close()
            raise StoreError(f"{self.name}: {loss.value}; {error}{broken(error.__cause__)}") from error
        self._files.close()
        self._files = fresh
        self._files.note()
        return f"{self.name}: it {loss.value} while the bot runs; {done}" if done else ""

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()
        if self._files:
            self._files.close()

    def _mend(self, file: Path, loss: Loss) -> str:
        """Let a whole database be at `file`; return what was done. Raises OSError, sqlite3.Error."""
        draft = None
        if loss is Loss.DELETED:
            with closing(self._engine.raw_connection()) as raw:
                try:
                    draft = copy(raw.driver_connection, file)  # type: ignore[arg-type]
                except sqlite3.Error as error:
                    if not damaged(error):
                        raise
        self._engine.dispose()
        if draft:
            remove_logs(file)
            draft.replace(file)
            return "it was written anew with all that it held"
        if loss is Loss.REPLACED and self._files:
            self._files.remove_own_logs()
        if whole(file):
            file.chmod(0o600)
            if loss is Loss.CUT:
                return "nothing is missing"
            return "" if loss is Loss.TOUCHED else "the one that is there now is used, with what waits here added"
        aside = set_aside(file)
        make(file)
        kept = f"what is left of it was set aside as {aside.name}, which holds residents' words: delete it when done"
        return f"a new one holds the updates that wait; dead letters and sessions are lost ({kept}); see: restore"

    def _bring_up(self) -> None:
        """Bring the tables up to date; refuse those of a newer or another program. Raises StoreError."""
        with translated(self.name, self._secrets), self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":  # of several processes that start together one makes the tables
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_TURN}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MAKING})")
            found = revision(connection)
            if found is None and connection.dialect.name == "sqlite" and inspect(connection).get_table_names():
                raise StoreError(f"{self.name}: {BROKEN}")
            if found != REVISION:
                _upgrade(connection, found, self.name)
            for table in metadata.sorted_tables:
                connection.execute(select(table).limit(0))
        if self._files:
            self._files.note()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """See before a transaction that the files are still those that were opened. Raises LostError."""
        loss = self._files.loss() if self._files else None
        if loss:
            raise LostError(f"{self.name}: it {loss.value} while the bot runs")
        try:
            with translated(self.name, self._secrets):
                yield
        except LostError:
            raise
        except BaseException:
            if self._files and self._files.loss() is Loss.TOUCHED:  # by us: a part may have been written
                self._files.note()
            raise
        if self._files:
            self._files.note()


@contextmanager
def translated(name: str, secrets: frozenset[str]) -> Iterator[None]:
    """Raise StoreError for what the libraries raise of the database `name`: what, why and what to do, no secret."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:  # the driver's own comes from `scrub`
        cause = (error.orig if isinstance(error, DBAPIError) else None) or error
        kind = LostError if damaged(cause) else StoreError
        said = hide(_first_line(cause), secrets)
        raise kind(f"{name}: {type(cause).__name__}: {said}{advice(cause)}") from cause


def _first_line(error: object) -> str:
    """Return the reason without what follows it, which may quote values."""
    return str(error).strip().partition("\n")[0]


def revision(connection: Connection) -> str | None:
    """Return the version of the tables; None: there are none of the bot's."""
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
        raise StoreError(
            f"{name}: its tables are of version {found}, newer than this program; update it, "
            "or move the database away and restore a backup that this one has made"
        ) from error
    log.info("%s: tables brought from version %s to %s", name, found or "none", REVISION)
