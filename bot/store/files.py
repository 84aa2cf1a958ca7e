"""Notice that SQLite's files were deleted, replaced, cut, moved or write-protected while they are in use."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from enum import Enum
from pathlib import Path

_LOGS = ("-wal", "-shm")
"""Endings of the files that SQLite keeps beside a database."""


_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Loss(Enum):
    """What happened to the files."""

    DELETED = "was deleted or moved away"
    """No file is there, or none of its write-ahead log; what is open in this process still knows all."""
    REPLACED = "was replaced by another file"
    """Another file is there."""
    CUT = "has become shorter"
    """The same file has lost some of its end."""
    TOUCHED = "was written to by another program"
    """Its contents may be whole or not."""


class Files:
    """The files of one SQLite database, as they were after the last transaction of this process."""

    def __init__(self, file: Path) -> None:
        """Watch `file`, which exists. Raises OSError."""
        self._file = file
        # O_PATH: closing any other descriptor of the file would take SQLite's locks away.
        self._held = os.open(file, getattr(os, "O_PATH", os.O_RDONLY))
        self._main: os.stat_result | None = None
        self._wal: os.stat_result | None = None

    def note(self) -> None:
        """Remember the files as they are now, if they are still ours; to be called after each transaction of ours."""
        main, wal = _stat(self._file), _stat(_beside(self._file, "-wal"))
        held = os.fstat(self._held)
        self._main = main if main and os.path.samestat(main, held) else self._main or held
        if self._wal is None or (wal and os.path.samestat(wal, self._wal)):
            self._wal = wal

    def loss(self) -> Loss | None:
        """Return what has happened since `note`; None: nothing, or the whole folder was moved and is in use there."""
        main, wal = _stat(self._file), _stat(_beside(self._file, "-wal"))
        if self._main is None:
            return None
        if main is None:
            return None if self._moved() else Loss.DELETED
        if not os.path.samestat(main, self._main):
            return Loss.REPLACED
        if self._wal and (wal is None or not os.path.samestat(wal, self._wal)):
            return Loss.DELETED
        if main.st_size < self._main.st_size:
            return Loss.CUT
        cut = wal and self._wal and wal.st_size < self._wal.st_size
        return Loss.TOUCHED if cut or main.st_mtime_ns != self._main.st_mtime_ns else None

    def remove_own_logs(self) -> None:
        """Delete our write-ahead log beside a file that is not ours: SQLite would play it into that one."""
        wal = _stat(_beside(self._file, "-wal"))
        if wal and self._wal and os.path.samestat(wal, self._wal):
            remove_logs(self._file)

    def warning(self) -> str | None:
        """Return what will be a loss at the next start though it is none yet; None: nothing."""
        found = _stat(self._file)
        if found is None:
            if self._moved():
                return "its folder was moved while the bot runs: move it back, or stop the bot and start it with --data"
            return None
        protected = [path for path in (self._file, self._file.parent) if not _writable(path)]
        return f"{protected[0]} is write-protected: make it writable for the bot's user" if protected else None

    def close(self) -> None:
        """Let go; to be called when no connection is open any more."""
        if self._held >= 0:
            os.close(self._held)
            self._held = -1

    def _moved(self) -> bool:
        return not self._file.parent.exists() and os.fstat(self._held).st_nlink > 0


def copy(connection: sqlite3.Connection, file: Path) -> Path:
    """Write what `connection` sees, its files deleted or not, to a draft beside `file`. Raises OSError, sqlite3.Error.

    Returns the draft.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.draft")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(draft)) as target:
        connection.backup(target)
    return draft


def remove_logs(file: Path) -> None:
    """Delete what an earlier database has left beside `file`: SQLite would play it into the new one."""
    for ending in _LOGS:
        _beside(file, ending).unlink(missing_ok=True)


def set_aside(file: Path) -> Path:
    """Rename `file` and what belongs to it, so that a new one can be made; return its new name. Raises OSError."""
    aside = file.with_name(f"{file.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}")
    for ending in ("", *_LOGS):
        if (found := _beside(file, ending)).exists():
            found.rename(_beside(aside, ending))
    return aside


def whole(file: Path) -> bool:
    """Tell whether a new connection, which has nothing in memory, finds a whole database of ours in `file`.

    Raises sqlite3.Error if that cannot be told now, as while another program locks it.
    """
    if not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=1)) as connection:
            connection.execute("SELECT update_id FROM inbox LIMIT 1")
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error as error:
        if damaged(error) or error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no such table
            return False
        raise


def damaged(error: BaseException) -> bool:
    """Tell whether `error` says that the file is broken or no database, and not that it is locked or the disk full."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and (code & 0xFF in _DAMAGED or code == sqlite3.SQLITE_IOERR_SHORT_READ)


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:
        return None


def _writable(path: Path) -> bool:
    """Tell whether `path` may be written to; one without any right to write counts for root as well."""
    found = _stat(path)
    return found is None or (os.access(path, os.W_OK) and bool(found.st_mode & 0o222))
