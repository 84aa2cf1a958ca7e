"""Write what admins do, and read it, within a transaction of the caller's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.store.desk.acts import Act, Answered, ByAdmin, Deed, Ignored, Noted, Trace
from bot.store.schema import audit, ignored, notices, unanswered

KEPT = 730
"""Days for which the audit is kept."""

ACTS = 10_000
"""Most acts kept; the oldest go first."""

TRACES = 5_000
"""Most questions remembered that are never to be shown again; the oldest go first."""

RECENT = 500
"""Acts that the bot holds in memory: those under way, and those that may be undone by a button."""

_TOGETHER = 500
"""Numbers in one statement: databases take some thousands."""


def write(connection: Connection, change: ByAdmin) -> None:
    """Write one change."""
    match change:
        case Act():
            connection.execute(delete(audit).where(audit.c.number == change.number))
            connection.execute(insert(audit), _row(change))
        case Noted():
            for some in _parts(change.numbers):
                connection.execute(update(unanswered).where(unanswered.c.number.in_(some)).values(note=change.note))
        case Answered():
            for some in _parts(change.numbers):
                connection.execute(update(unanswered).where(unanswered.c.number.in_(some)).values(answered=change.by))
        case Ignored():
            for some in _parts(change.numbers):
                connection.execute(delete(unanswered).where(unanswered.c.number.in_(some)))
                connection.execute(delete(notices).where(notices.c.number.in_(some)))
            for trace in change.traces:
                connection.execute(delete(ignored).where(ignored.c.number == trace.number))
                row = {"number": trace.number, "day": trace.day, "features": trace.features}
                connection.execute(insert(ignored), row)


def read_acts(connection: Connection, most: int = RECENT) -> list[Act]:
    """Return the newest acts, oldest first."""
    newest = select(audit).order_by(audit.c.at.desc(), audit.c.number.desc()).limit(most)
    rows = reversed(connection.execute(newest).mappings().all())
    return [
        Act(**{**row, "deed": Deed(row["deed"]), "numbers": tuple(map(int, row["numbers"].split()))}) for row in rows
    ]


def read_traces(connection: Connection) -> list[Trace]:
    """Return by what questions are recognised that are never to be shown again."""
    found = connection.execute(select(ignored).order_by(ignored.c.number)).mappings()
    return [Trace(**row) for row in found]


def purge(connection: Connection, now: float) -> bool:
    """Delete what may no longer be kept at `now`; tell whether there was any."""
    oldest = (dt.datetime.fromtimestamp(now) - dt.timedelta(days=KEPT)).timestamp()
    gone = connection.execute(delete(audit).where(audit.c.at < oldest)).rowcount
    for table, order, most in ((audit, audit.c.at, ACTS), (ignored, ignored.c.day, TRACES)):
        surplus = connection.execute(select(func.count()).select_from(table)).scalar_one() - most
        if surplus > 0:
            first = select(table.c.number).order_by(order, table.c.number).limit(surplus)
            gone += connection.execute(delete(table).where(table.c.number.in_(first))).rowcount
    return bool(gone)


def _row(act: Act) -> dict[str, object]:
    return {
        "number": act.number,
        "at": act.at,
        "role": act.role,
        "who": act.who,
        "deed": act.deed.value,
        "target": act.target,
        "wording": act.wording,
        "why": act.why,
        "version": act.version,
        "numbers": " ".join(map(str, act.numbers)),
    }


def _parts(numbers: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), _TOGETHER):
        yield list(numbers[start : start + _TOGETHER])
