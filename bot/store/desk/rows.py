"""Write changes of the desk and read what it keeps, within a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.desk import feedback
from bot.store.desk.records import (
    Beside,
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
from bot.store.schema import notices, outbox, tickets

OUTBOX_KEPT = 72 * 3600
"""Seconds after which a message that could not be delivered is deleted."""

_TICKETS_KEPT = 30 * 3600
"""Seconds of silence after which a ticket is deleted whatever the bot knows of it: one ends after a day."""


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


def write(connection: Connection, changes: Iterable[Beside]) -> None:
    """Write `changes` in order."""
    for change in changes:
        match change:
            case Ticket():
                connection.execute(delete(tickets).where(tickets.c.number == change.number))
                connection.execute(insert(tickets), _ticket_row(change))
            case Outgoing():
                connection.execute(delete(outbox).where(outbox.c.key == change.key))
                connection.execute(insert(outbox), _outgoing_row(change))
            case Touched():
                stage = {"stage": change.stage.value} if change.stage else {}
                values = {"said": tickets.c.said + change.said, "touched_at": change.at, **stage}
                connection.execute(update(tickets).where(tickets.c.number == change.number).values(values))
            case Ended():
                connection.execute(delete(tickets).where(tickets.c.number == change.number))
            case Sent():
                connection.execute(delete(outbox).where(outbox.c.key == change.key))
            case Erased():
                for table in (tickets, outbox, notices):
                    connection.execute(delete(table).where(table.c.chat == change.chat))
            case Question() | Withdrawn() | Voted() | Notice() | Told():
                feedback.write(connection, change)


def read(connection: Connection) -> Kept:
    """Return what is kept."""
    return Kept(
        [
            Ticket(
                row.number,
                row.chat,
                Stage(row.stage),
                row.opened_at,
                row.touched_at,
                row.said,
                row.topic,
                row.district,
            )
            for row in connection.execute(select(tickets).order_by(tickets.c.opened_at))
        ],
        [
            Outgoing(
                row.key,
                row.chat,
                row.text,
                row.buttons,
                row.at,
                bool(row.urgent),
                row.ticket,
                bool(row.brief),
                bool(row.held),
            )
            for row in connection.execute(select(outbox).order_by(outbox.c.at, outbox.c.key))
        ],
        feedback.read_questions(connection),
        feedback.read_notices(connection),
    )


def purge(connection: Connection, now: float) -> bool:
    """Delete what may no longer be kept at `now`; tell whether there was any."""
    late = connection.execute(delete(outbox).where(outbox.c.at < now - OUTBOX_KEPT)).rowcount
    silent = connection.execute(delete(tickets).where(tickets.c.touched_at < now - _TICKETS_KEPT)).rowcount
    return feedback.purge(connection, now) or bool(late or silent)


def _ticket_row(ticket: Ticket) -> dict[str, object]:
    return {
        "number": ticket.number,
        "chat": ticket.chat,
        "stage": ticket.stage.value,
        "opened_at": ticket.opened_at,
        "touched_at": ticket.touched_at,
        "said": ticket.said,
        "topic": ticket.topic,
        "district": ticket.district,
    }


def _outgoing_row(post: Outgoing) -> dict[str, object]:
    return {
        "key": post.key,
        "chat": post.chat,
        "text": post.text,
        "buttons": post.buttons,
        "at": post.at,
        "urgent": int(post.urgent),
        "ticket": post.ticket,
        "brief": int(post.brief),
        "held": int(post.held),
    }
