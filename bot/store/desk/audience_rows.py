"""Write who may be written to, broadcasts and the pause, and read them, within a transaction of the caller's."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.store import schema
from bot.store.desk.broadcasts import (
    Broadcast,
    Course,
    Directed,
    Paused,
    Public,
    Reached,
    Resumed,
    Subscribed,
    Unsubscribed,
)
from bot.store.schema import broadcasts, pauses, subscribers

SUBSCRIBERS_KEPT = 400
"""Days after which a chat in which nobody writes any more is forgotten; `privacy` tells residents."""

SUBSCRIBERS = 200_000
"""Most chats that may be written to; while they are so many, the bot notes no other. What is above goes, the longest
silent first."""

BROADCASTS_KEPT = 30
"""Days for which a broadcast that was sent is kept."""


@dataclass
class Reach:
    """All that is kept of what is told to all."""

    subscribers: list[Subscribed] = field(default_factory=list)
    """Chats that may be written to first."""
    broadcasts: list[Broadcast] = field(default_factory=list)
    """Broadcasts, oldest first."""
    pause: Paused | None = None
    """The pause; None: residents are answered."""


def write(connection: Connection, change: Public) -> None:
    """Write one change."""
    match change:
        case Subscribed():
            forget(connection, change.chat)
            connection.execute(insert(subscribers), asdict(change))
        case Unsubscribed():
            forget(connection, change.chat)
        case Broadcast():
            known = select(broadcasts.c.number).where(broadcasts.c.number == change.number)
            if connection.execute(known).first() is None:  # another attempt must not send it from the beginning
                connection.execute(insert(broadcasts), {**asdict(change), "course": change.course.value})
        case Reached():
            counted = {name: broadcasts.c[name] + getattr(change, name) for name in ("sent", "blocked", "failed")}
            values = {**counted, "position": change.position}
            connection.execute(update(broadcasts).where(broadcasts.c.number == change.number).values(values))
        case Directed():
            open_ones = [course.value for course in Course if not course.over]
            mine = (broadcasts.c.number == change.number) & broadcasts.c.course.in_(open_ones)
            place = {} if change.message is None else {"chat": change.chat, "message": change.message}
            connection.execute(update(broadcasts).where(mine).values(course=change.course.value, **place))
        case Paused() | Resumed():
            connection.execute(delete(pauses))
            if isinstance(change, Paused):
                connection.execute(insert(pauses), asdict(change))


def forget(connection: Connection, chat: int) -> None:
    """Delete that a chat may be written to."""
    connection.execute(delete(subscribers).where(subscribers.c.chat == chat))


def read(connection: Connection, *, subscribers: bool = True) -> Reach:
    """Return what is kept; who may be written to only with `subscribers`."""
    known = [Subscribed(*row) for row in connection.execute(select(schema.subscribers))] if subscribers else []
    sent = connection.execute(select(broadcasts).order_by(broadcasts.c.at, broadcasts.c.number)).mappings()
    paused = connection.execute(select(pauses).order_by(pauses.c.at.desc())).mappings().first()
    return Reach(
        known,
        [Broadcast(**{**row, "course": Course(row["course"])}) for row in sent],
        Paused(**paused) if paused else None,
    )


def purge(connection: Connection, now: float) -> bool:
    """Delete what may no longer be kept at `now`; tell whether there was a chat among it."""
    gone = connection.execute(delete(subscribers).where(subscribers.c.day < oldest(now))).rowcount
    surplus = connection.execute(select(func.count()).select_from(subscribers)).scalar_one() - SUBSCRIBERS
    if surplus > 0:
        silent = select(subscribers.c.chat).order_by(subscribers.c.day, subscribers.c.chat).limit(surplus)
        gone += connection.execute(delete(subscribers).where(subscribers.c.chat.in_(silent))).rowcount
    before = (dt.datetime.fromtimestamp(now) - dt.timedelta(days=BROADCASTS_KEPT)).timestamp()
    over = [course.value for course in Course if course.over]
    connection.execute(delete(broadcasts).where(broadcasts.c.at < before, broadcasts.c.course.in_(over)))
    return bool(gone)


def oldest(now: float) -> str:
    """Return the day before which a chat was silent for too long at `now`."""
    return (dt.datetime.fromtimestamp(now).date() - dt.timedelta(days=SUBSCRIBERS_KEPT)).isoformat()
