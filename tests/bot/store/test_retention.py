"""Every table has a time after which its rows are deleted, also of residents who never come back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.schema import metadata

NOW = dt.datetime(2026, 11, 30, 12)
HOUR, DAY = 3_600, 86_400
KEPT = {
    "inbox": 25 * HOUR,
    "sessions": 2 * HOUR,
    "settings": 730 * DAY,
    "blocked": 400 * DAY,
    "tickets": 30 * HOUR,
    "outbox": 72 * HOUR,
    "votes": 400 * DAY,
    "counts": 400 * DAY,
    "unanswered": 30 * DAY,
    "notices": 30 * DAY,
    "audit": 730 * DAY,
    "subscribers": 400 * DAY,
    "broadcasts": 30 * DAY,
}
"""Seconds for which rows are kept; a new table says here how long, and docs/delivery.md tells it."""


def row(name: str, age: float) -> dict[str, Any]:
    """Return a row of a table that was written `age` seconds ago."""
    at = NOW.timestamp() - age
    values: dict[str, Any] = {}
    for column in metadata.tables[name].columns:
        if column.name == "day":
            values[column.name] = dt.datetime.fromtimestamp(at).date().isoformat()
        elif column.name in ("received_at", "heard_at", "set_at", "since", "opened_at", "touched_at", "at"):
            values[column.name] = at
        elif not column.nullable:
            values[column.name] = 1 if column.type.python_type in (int, float) else "x"
    if name == "inbox":
        values["state"] = "done"
    if name == "broadcasts":
        values["course"] = "done"
    return values


BY_NUMBER = {"ignored"}
"""Tables of which the oldest rows go when there are too many: what is never to be shown again, without a word of it."""


UNTIL_ENDED = {"pauses"}
"""Tables of what lasts until an owner ends it."""


def test_each_table_says_how_long_it_keeps_a_row() -> None:
    assert {*KEPT, *BY_NUMBER, *UNTIL_ENDED} == set(metadata.tables)


@pytest.mark.parametrize("name", sorted(KEPT))
def test_rows_are_deleted_when_their_time_is_over_and_not_before(database: Database, name: str) -> None:
    table, inbox = metadata.tables[name], Inbox(database)
    for age, left in ((KEPT[name] - 600, 1), (KEPT[name] + DAY + 600, 0)):
        with database.writing() as connection:
            connection.execute(table.delete())
            connection.execute(insert(table), row(name, age))
        inbox.purge(NOW.timestamp())
        with database.reading() as connection:
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == left, age
