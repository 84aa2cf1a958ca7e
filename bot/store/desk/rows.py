"""Write changes of the desk and read what it keeps, within a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, Delete, delete, insert, select, update

from bot.store.desk import audience_rows, audit, counts, feedback
from bot.store.desk.acts import Act, Answered, Ignored, Noted, Trace
from bot.store.desk.broadcasts import Public
from bot.store.desk.records import (
    Beside,
    Counted,
    Ended,
    Erased,
    Notice,
    Outgoing,
    Question,
    Sent,
    Stage,
    Ticket,
    Told,
    Touched,
    Voted,
    Withdrawn,
)
from bot.store.schema import notices, outbox, subscribers, tickets

OUTBOX_KEPT = 72 * 3600
"""Seconds after which a message that could not be delivered is deleted."""

_TICKETS_KEPT = 30 * 3600
"""Seconds of silence after which a ticket is deleted whatever the bot knows of it: one ends after a day."""


_FLAGS = ("urgent", "brief", "held")
"""Columns of the outbox that are 0 or 1; all others of a table are the fields of what it keeps."""


@dataclass
class Kept:
    """Everything that the desk keeps and the event loop has to know."""

    tickets: list[Ticket] = field(default_factory=list)
    """Tickets that are not over."""
    outbox: list[Outgoing] = field(default_factory=list)
    """Messages that wait, oldest first."""
    questions: list[Question] = field(default_factory=list)
    """Unanswered questions, also those answered since."""
    notices: list[Notice] = field(default_factory=list)
    """Who waits for the answer to which of them."""
    acts: list[Act] = field(default_factory=list)
    """What admins did last, oldest first."""
    traces: list[Trace] = field(default_factory=list)
    """What is never to be shown again."""


def write(connection: Connection, changes: Iterable[Beside]) -> None:
    """Write `changes` in order."""
    changes = list(changes)
    counts.write(connection, [change for change in changes if isinstance(change, Counted)])
    for change in changes:
        match change:
            case Ticket():
                connection.execute(delete(tickets).where(tickets.c.number == change.number))
                connection.execute(insert(tickets), {**asdict(change), "stage": change.stage.value})
            case Outgoing():
                connection.execute(delete(outbox).where(outbox.c.key == change.key))
                flags = {name: int(getattr(change, name)) for name in _FLAGS}
                connection.execute(insert(outbox), {**asdict(change), **flags})
            case Touched():
                stage = {"stage": change.stage.value} if change.stage else {}
                values = {"said": tickets.c.said + change.said, "touched_at": change.at, **stage}
                connection.execute(update(tickets).where(tickets.c.number == change.number).values(values))
            case Ended() | Sent():
                connection.execute(_gone(change))
            case Erased():
                _erase(connection, change.chat)
            case Question() | Withdrawn() | Voted() | Notice() | Told():
                feedback.write(connection, change)
            case Act() | Noted() | Answered() | Ignored():
                audit.write(connection, change)
            case _ if isinstance(change, Public):
                audience_rows.write(connection, change)


def _gone(change: Ended | Sent) -> Delete:
    """Return what deletes a ticket that is over, or a message that has left the outbox."""
    if isinstance(change, Ended):
        return delete(tickets).where(tickets.c.number == change.number)
    return delete(outbox).where(outbox.c.key == change.key)


def _erase(connection: Connection, chat: int) -> None:
    """Delete what holds the number of a chat, and its words to staff that were not sent yet, danger aside."""
    own = select(tickets.c.number).where(tickets.c.chat == chat)
    connection.execute(delete(outbox).where(outbox.c.ticket.in_(own), outbox.c.urgent == 0))
    for table in (tickets, outbox, notices, subscribers):
        connection.execute(delete(table).where(table.c.chat == chat))


def read(connection: Connection, *, opinions: bool = True) -> Kept:
    """Return what is kept; of unanswered questions and what admins did only with `opinions`."""
    opened = connection.execute(select(tickets).order_by(tickets.c.opened_at)).mappings()
    waiting = connection.execute(select(outbox).order_by(outbox.c.at, outbox.c.key)).mappings()
    kept = Kept(
        [Ticket(**{**row, "stage": Stage(row["stage"])}) for row in opened],
        [Outgoing(**{**row, **{name: bool(row[name]) for name in _FLAGS}}) for row in waiting],
    )
    if not opinions:
        return kept
    return Kept(
        kept.tickets,
        kept.outbox,
        feedback.read_questions(connection),
        feedback.read_notices(connection),
        audit.read_acts(connection),
        audit.read_traces(connection),
    )


def purge(connection: Connection, now: float, days: int = feedback.QUESTIONS_KEPT) -> bool:
    """Delete what may no longer be kept at `now`, questions after `days`; tell whether there was any."""
    late = connection.execute(delete(outbox).where(outbox.c.at < now - OUTBOX_KEPT)).rowcount
    silent = connection.execute(delete(tickets).where(tickets.c.touched_at < now - _TICKETS_KEPT)).rowcount
    counts.purge(connection, now)
    gone = [feedback.purge(connection, now, days), audit.purge(connection, now)]
    return any(gone) or bool(late or silent)
