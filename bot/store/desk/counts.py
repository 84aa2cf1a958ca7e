"""Count by day what was done with messages and which intents were answered; read it with the votes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.statistics.figures import Tally
from bot.store.desk.records import Counted
from bot.store.schema import counts, unanswered, votes

KEPT = 400
"""Days for which is counted by the day, as for votes."""

_KEY = ("day", "kind", "intent")
_INTENT = "intent"
"""Kind of the rows that count answers of an intent; all others are of a `Decision`."""


def write(connection: Connection, changes: Iterable[Counted]) -> None:
    """Add `changes` to what is counted: a row of the table once, however many of them there are."""
    added: Counter[tuple[str, str, str]] = Counter()
    for change in changes:
        added[change.day, change.decision, ""] += 1
        added.update((change.day, _INTENT, intent) for intent in change.intents)
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    for (day, kind, intent), count in sorted(added.items()):  # in one order, or two processes wait for each other
        row = dialect.insert(counts).values(day=day, kind=kind, intent=intent, count=count)
        connection.execute(row.on_conflict_do_update(index_elements=_KEY, set_={"count": counts.c.count + count}))


def read(connection: Connection, first: dt.date, last: dt.date) -> Tally:
    """Return what was counted from the day `first` to the day `last`, and how many questions wait now."""
    days = counts.c.day.between(first.isoformat(), last.isoformat())
    decisions = select(counts.c.day, counts.c.kind, counts.c.count).where(days, counts.c.kind != _INTENT)
    answers = select(counts.c.intent, func.sum(counts.c.count)).where(days, counts.c.kind == _INTENT)
    marks = select(votes.c.intent, votes.c.kind, func.sum(votes.c.count))
    marks = marks.where(votes.c.day.between(first.isoformat(), last.isoformat()))
    waiting = select(func.count()).select_from(unanswered).where(unanswered.c.answered.is_(None))
    return Tally(
        first,
        last,
        {(dt.date.fromisoformat(day), kind): count for day, kind, count in connection.execute(decisions)},
        {intent: int(count) for intent, count in connection.execute(answers.group_by(counts.c.intent))},
        {(i, kind): int(n) for i, kind, n in connection.execute(marks.group_by(votes.c.intent, votes.c.kind))},
        connection.execute(waiting).scalar_one(),
    )


def purge(connection: Connection, now: float) -> None:
    """Delete what is counted no longer at `now`; nothing of it is anybody's words."""
    oldest = dt.datetime.fromtimestamp(now).date() - dt.timedelta(days=KEPT)
    connection.execute(delete(counts).where(counts.c.day < oldest.isoformat()))
