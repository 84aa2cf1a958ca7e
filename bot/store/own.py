"""The table of what residents have set: a row for each who has set anything, until they are forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.dialogue.pages.preferences import Preferences, Script
from bot.store.records import Attempt
from bot.store.schema import settings

KEPT = dt.timedelta(days=730)
"""How long what was set is kept after it was last changed."""

_DELETE = delete(settings).where(settings.c.resident == bindparam("resident_"))
_INSERT = insert(settings)


def read(connection: Connection) -> dict[str, Preferences]:
    """Return what residents have set, by their pseudonym."""
    scripts = {script.value for script in Script}
    return {
        row["resident"]: Preferences(
            spacious=bool(row["spacious"]),
            script=Script(row["script"] if row["script"] in scripts else ""),
            notices=bool(row["notices"]),
            keys=bool(row["keys"]),
        )
        for row in connection.execute(select(settings)).mappings()
    }


def write(connection: Connection, attempts: Sequence[Attempt], now: int) -> None:
    """Write what `attempts` have set and forget what they have forgotten, in their order; `now` as in the inbox."""
    lasting: dict[str, Preferences] = {}
    for attempt in attempts:
        lasting |= dict.fromkeys(attempt.forgotten, Preferences())
        lasting |= attempt.preferences
    if lasting:
        connection.execute(_DELETE, [{"resident_": resident} for resident in lasting])
    rows = [_row(resident, one, now) for resident, one in lasting.items() if not one.are_usual]
    if rows:
        connection.execute(_INSERT, rows)


def purge(connection: Connection, now: float) -> None:
    """Delete what may no longer be kept."""
    connection.execute(delete(settings).where(settings.c.set_at < now - KEPT.total_seconds()))


def _row(resident: str, one: Preferences, now: int) -> dict[str, object]:
    said = {"spacious": int(one.spacious), "script": one.script.value, "notices": int(one.notices)}
    return {"resident": resident, **said, "keys": int(one.keys), "set_at": now}
