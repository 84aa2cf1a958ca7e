"""Copy the database to a file and back: one portable format for SQLite and PostgreSQL.

The file is gzipped JSON lines: a head, one line a row, and a tail that counts the rows.
"""

from __future__ import annotations

import gzip
import json
import os
import secrets
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.schema import REVISION, metadata

FORMAT = "hebi-bot-backup"
"""First word of a backup."""

_TOGETHER = 1_000


def backup(database: Database, file: Path) -> int:
    """Write the whole database, as it is at one moment, to a new `file`; return the number of rows. Raises StoreError.

    A bot may run meanwhile. The file holds the words of those who have not been answered yet: it is for its owner only.
    """
    if file.exists():
        raise StoreError(f"{file}: exists already; choose another name")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as raw:
            with gzip.open(raw, "wt", encoding="utf-8") as out:
                for line in _lines(database):
                    out.write(json.dumps(line) + "\n")
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(file)
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    return int(line["rows"])


def restore(database: Database, file: Path) -> int:
    """Put the rows of `file` in place of those of `database`, or change nothing; return their number.

    Raises StoreError if `file` is no whole backup of this version.
    """
    rows = _read(file)
    with database.writing() as connection:
        for table in metadata.sorted_tables:
            connection.execute(delete(table))
            own = [row for name, row in rows if name == table.name]
            for start in range(0, len(own), _TOGETHER):
                connection.execute(insert(table), own[start : start + _TOGETHER])
    return len(rows)


def _lines(database: Database) -> Iterator[dict[str, Any]]:
    count = 0
    yield {"format": FORMAT, "revision": REVISION}
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                count += 1
                yield {"table": table.name, "row": dict(row)}
    yield {"rows": count}


def _read(file: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows of a backup with their tables. Raises StoreError."""
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            head, *body = [json.loads(line) for line in lines]
    except (ValueError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise StoreError(f"{file}: it is not a backup, or only a part of one; nothing was changed") from error
    except OSError as error:
        raise StoreError(f"{file}: cannot be read: {error.strerror}") from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise StoreError(f"{file}: it is not a backup; nothing was changed")
    if head.get("revision") != REVISION:
        raise StoreError(
            f"{file}: it was made by a program of version {head.get('revision')}, this one is {REVISION}; "
            "restore it with that program, then update; nothing was changed"
        )
    if not body or body[-1] != {"rows": len(body) - 1}:
        raise StoreError(f"{file}: its end is missing; nothing was changed")
    return [_row(file, number, line) for number, line in enumerate(body[:-1], start=2)]


def _row(file: Path, number: int, line: Any) -> tuple[str, dict[str, Any]]:
    table, row = (str(line.get("table")), line.get("row")) if isinstance(line, dict) else ("", None)
    if table in metadata.tables and isinstance(row, dict) and set(row) == set(metadata.tables[table].columns.keys()):
        return table, row
    raise StoreError(f"{file}: line {number} is no row of ours; nothing was changed")
