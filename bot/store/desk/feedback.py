"""Write votes, unanswered questions and notices, and read them, within a transaction of the caller's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bot.store.desk.records import Notice, Question, Told, Voted, Why, Withdrawn
from bot.store.schema import notices, unanswered, votes

QUESTIONS_KEPT = 30
"""Most days for which an unanswered question, and who waits for its answer, is kept; `privacy` tells of it."""

VOTES_KEPT = 400
"""Days for which votes are counted by the day."""

QUESTIONS = 20_000
"""Most unanswered questions kept; the oldest go first."""

Feedback = Question | Withdrawn | Voted | Notice | Told
"""The changes that are written here."""


def write(connection: Connection, change: Feedback) -> None:
    """Write one change."""
    match change:
        case Question():
            connection.execute(delete(unanswered).where(unanswered.c.number == change.number))
            connection.execute(insert(unanswered), _row(change))
        case Withdrawn():
            connection.execute(delete(unanswered).where(unanswered.c.number == change.number))
            connection.execute(delete(notices).where(notices.c.number == change.number))
        case Voted():
            if change.before:
                _count(connection, change, change.before, -1)
            _count(connection, change, change.now, 1)
        case Notice():
            connection.execute(_of(change))
            connection.execute(insert(notices), {"number": change.number, "chat": change.chat, "day": change.day})
        case Told():
            connection.execute(_of(change))


def read_questions(connection: Connection) -> list[Question]:
    """Return the unanswered questions, also those answered since, oldest first."""
    return [_question(row) for row in connection.execute(select(unanswered).order_by(unanswered.c.number))]


def read_notices(connection: Connection) -> list[Notice]:
    """Return who waits for the answer to which question."""
    return [Notice(*row) for row in connection.execute(select(notices.c.number, notices.c.chat, notices.c.day))]


def read_votes(connection: Connection) -> dict[tuple[str, str], int]:
    """Return how often each intent was marked as what."""
    counted = select(votes.c.intent, votes.c.kind, func.sum(votes.c.count)).group_by(votes.c.intent, votes.c.kind)
    return {(intent, kind): int(count) for intent, kind, count in connection.execute(counted)}


def mark_answered(connection: Connection, numbers: Sequence[int], intent: str) -> int:
    """Note that `intent` answers the questions with these `numbers`; return how many there were."""
    marked = update(unanswered).where(unanswered.c.number.in_(list(numbers))).values(answered=intent)
    return connection.execute(marked).rowcount


def purge(connection: Connection, now: float, days: int = QUESTIONS_KEPT) -> bool:
    """Delete what may no longer be kept at `now`, questions after `days`; tell whether there was any."""
    oldest = _day(now, days)
    gone = connection.execute(delete(unanswered).where(unanswered.c.day < oldest)).rowcount
    gone += connection.execute(delete(notices).where(notices.c.day < oldest)).rowcount
    gone += connection.execute(delete(votes).where(votes.c.day < _day(now, VOTES_KEPT))).rowcount
    surplus = connection.execute(select(func.count()).select_from(unanswered)).scalar_one() - QUESTIONS
    if surplus > 0:
        first = select(unanswered.c.number).order_by(unanswered.c.day, unanswered.c.number).limit(surplus)
        gone += connection.execute(delete(unanswered).where(unanswered.c.number.in_(first))).rowcount
    return bool(gone)


def _of(change: Notice | Told):  # type: ignore[no-untyped-def]
    return delete(notices).where(notices.c.number == change.number, notices.c.chat == change.chat)


def _count(connection: Connection, vote: Voted, kind: str, by: int) -> None:
    """Add to a count, which never falls below nothing."""
    one = (votes.c.day == vote.day) & (votes.c.intent == vote.intent) & (votes.c.kind == kind)
    known = connection.execute(select(votes.c.count).where(one)).scalar()
    if known is not None:
        connection.execute(update(votes).where(one).values(count=max(0, known + by)))
    elif by > 0:
        connection.execute(insert(votes), {"day": vote.day, "intent": vote.intent, "kind": kind, "count": by})


def _day(now: float, before: int) -> str:
    return (dt.datetime.fromtimestamp(now).date() - dt.timedelta(days=before)).isoformat()


def _row(question: Question) -> dict[str, object]:
    return {
        "number": question.number,
        "question": question.text,
        "why": question.why.value,
        "day": question.day,
        "intents": " ".join(question.intents),
        "answered": question.answered,
        "note": question.note or None,
    }


def _question(row: Row[tuple[object, ...]]) -> Question:
    intents = tuple(row.intents.split())
    return Question(row.number, row.question, Why(row.why), row.day, intents, row.answered, note=row.note or "")
