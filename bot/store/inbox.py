"""Updates that wait, were answered, or failed; and what answering them changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from bot.dialogue.pages.preferences import Preferences
from bot.dialogue.session import MEMORY, Session
from bot.statistics.figures import Tally
from bot.store import own
from bot.store.database import Database
from bot.store.desk import audience_rows, counts, rows
from bot.store.desk.broadcasts import Unsubscribed
from bot.store.desk.feedback import QUESTIONS_KEPT
from bot.store.desk.records import Erased
from bot.store.records import Attempt, Entry, Letter, Status
from bot.store.schema import blocked, inbox, sessions

KEPT = dt.timedelta(hours=25)
"""How long an update's number is remembered: Telegram repeats an update for 24 hours."""

BLOCKED_KEPT = dt.timedelta(days=400)
"""How long it is known that a chat wants no messages; then it is tried once more."""

KILLED = "Killed"
"""Kind of failure of an update at whose handling the process died."""


class Inbox:
    """The tables of the database, one transaction a call; each may raise StoreError; `now` is in seconds since 1970."""

    def __init__(self, database: Database, dead_kept: dt.timedelta = KEPT, question_days: int = QUESTIONS_KEPT) -> None:
        """Take the database, how long dead letters wait for an admin, and unanswered questions, in days."""
        self._database = database
        self._dead_kept, self._question_days = dead_kept, question_days
        self._stained = self._numbers = True  # who knows what the last run has left

    def write(self, changes: Sequence[Entry | Attempt], now: float) -> frozenset[int]:
        """Write all of `changes` or nothing; return the numbers of the entries that were not known before."""
        entries = [change for change in changes if isinstance(change, Entry)]
        attempts = [change for change in changes if isinstance(change, Attempt)]
        with self._database.writing() as connection:
            new = _add(connection, entries, int(now)) if entries else frozenset()
            if attempts:
                _settle(connection, attempts, int(now))
        self._stained |= bool(attempts)
        self._numbers |= any(isinstance(one, Erased | Unsubscribed) for attempt in attempts for one in attempt.beside)
        return new

    def open(self) -> list[Entry]:
        """Return what waits, in the order in which it came."""
        wanted = select(inbox.c.update_id, inbox.c.lane, inbox.c.body, inbox.c.tries)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.where(inbox.c.state == Status.OPEN).order_by(inbox.c.update_id))
            return [Entry(*row) for row in rows]

    def dead(self) -> list[Letter]:
        """Return the dead letters, oldest first."""
        wanted = select(inbox.c.update_id, inbox.c.tries, inbox.c.error, inbox.c.received_at)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.where(inbox.c.state == Status.DEAD).order_by(inbox.c.update_id)).all()
        return [Letter(number, tries, error or "", dt.datetime.fromtimestamp(at)) for number, tries, error, at in rows]

    def count_dead(self) -> int:
        """Return how many dead letters there are."""
        with self._database.reading() as connection:
            counted = select(func.count()).select_from(inbox).where(inbox.c.state == Status.DEAD)
            return connection.execute(counted).scalar_one()

    def dead_by_chat(self) -> dict[str, int]:
        """Return how many dead letters there are of each chat, by its pseudonym."""
        counted = select(inbox.c.lane, func.count()).where(inbox.c.state == Status.DEAD).group_by(inbox.c.lane)
        with self._database.reading() as connection:
            return {lane: count for lane, count in connection.execute(counted) if lane}

    def retry(self, numbers: Iterable[int]) -> int:
        """Let dead letters wait again; return how many there were of `numbers`."""
        values = {"state": Status.OPEN, "tries": 0, "error": None, "settled_at": None}
        with self._database.writing() as connection:
            return connection.execute(update(inbox).where(_dead(numbers)).values(values)).rowcount

    def drop(self, numbers: Iterable[int]) -> int:
        """Give dead letters up; return how many there were of `numbers`."""
        with self._database.writing() as connection:
            dropped = connection.execute(update(inbox).where(_dead(numbers)).values(_EMPTIED)).rowcount
        self._database.scrub()
        return dropped

    def blame(self, number: int) -> bool:
        """Count one more failure of an open update, the death of the process; tell whether it is there."""
        with self._database.writing() as connection:
            return bool(connection.execute(_KILLED, {"number": number}).rowcount)

    def sessions(self, now: float) -> dict[str, Session]:
        """Return what is remembered at `now`, by the resident's pseudonym, longest silent first."""
        with self._database.reading() as connection:
            fresh = sessions.c.heard_at.between(now - MEMORY.total_seconds(), now)
            rows = connection.execute(select(sessions).where(fresh).order_by(sessions.c.heard_at)).all()
        return {row.resident: _session(row) for row in rows}

    def preferences(self) -> dict[str, Preferences]:
        """Return what residents have set, by their pseudonym."""
        with self._database.reading() as connection:
            return own.read(connection)

    def desk(self) -> rows.Kept:
        """Return what the desk keeps."""
        with self._database.reading() as connection:
            return rows.read(connection)

    def reach(self) -> audience_rows.Reach:
        """Return who may be written to first, the broadcasts and the pause."""
        with self._database.reading() as connection:
            return audience_rows.read(connection)

    def shared(self) -> tuple[rows.Kept, audience_rows.Reach, set[str]]:
        """Return what processes beside this one may have changed, but for unanswered questions and subscribers."""
        with self._database.reading() as connection:
            chats = set(connection.execute(select(blocked.c.lane)).scalars())
            return rows.read(connection, opinions=False), audience_rows.read(connection, subscribers=False), chats

    def tally(self, first: dt.date, last: dt.date) -> Tally:
        """Return what was counted from the day `first` to the day `last`."""
        with self._database.reading() as connection:
            return counts.read(connection, first, last)

    def blocked(self) -> set[str]:
        """Return the pseudonyms of the chats that want no messages."""
        with self._database.reading() as connection:
            return set(connection.execute(select(blocked.c.lane)).scalars())

    @property
    def warning(self) -> str | None:
        """What will keep the database from being opened at the next start; None: nothing known."""
        return self._database.warning

    def renew(self) -> str:
        """Make the files good after a LostError; return what was done, "": they were good. Raises StoreError."""
        return self._database.renew()

    def purge(self, now: float) -> None:
        """Delete what may no longer be kept: silent sessions (or of a clock that ran ahead), numbers of old updates.

        Words of messages answered before are then in no file of the database, but for PostgreSQL's own log.
        """
        old = now - KEPT.total_seconds()
        kept = sessions.c.heard_at.between(now - MEMORY.total_seconds(), now + 60)
        with self._database.writing() as connection:
            silent = connection.execute(delete(sessions).where(~kept)).rowcount
            given_up = now - self._dead_kept.total_seconds()
            emptied = connection.execute(
                update(inbox).where(inbox.c.state == Status.DEAD, inbox.c.received_at < given_up).values(_EMPTIED)
            ).rowcount
            settled = inbox.c.state.in_([Status.DONE, Status.SKIPPED])
            connection.execute(delete(inbox).where(settled, inbox.c.received_at < old))
            connection.execute(delete(blocked).where(blocked.c.since < now - BLOCKED_KEPT.total_seconds()))
            own.purge(connection, now)
            gone = rows.purge(connection, now, self._question_days)
            self._numbers |= audience_rows.purge(connection, now)
        if self._stained or silent or emptied or gone or self._numbers:
            self._stained = True  # until it has been possible
            self._stained = not self._database.scrub(numbers=self._numbers)
            self._numbers &= self._stained


_EMPTIED = {"state": Status.DONE.value, "body": None, "lane": None}
_IDS = select(inbox.c.update_id).where(inbox.c.update_id.in_(bindparam("numbers", expanding=True)))
_INSERT = insert(inbox)
_DONE = update(inbox).where(inbox.c.update_id == bindparam("number")).values(**_EMPTIED, settled_at=bindparam("at"))
_FAILED = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("number"), inbox.c.state == Status.OPEN)  # another process may have answered
    .values(state=bindparam("state"), tries=bindparam("tries"), error=bindparam("error"), settled_at=bindparam("at"))
)
_KILLED = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("number"), inbox.c.state == Status.OPEN)
    .values(tries=inbox.c.tries + 1, error=KILLED)
)
_FORGET = delete(sessions).where(sessions.c.resident == bindparam("resident_"))
_REMEMBER = insert(sessions)
_FORGET_DEAD = delete(inbox).where(inbox.c.state == Status.DEAD, inbox.c.lane == bindparam("lane_"))
_UNBLOCK = delete(blocked).where(blocked.c.lane == bindparam("lane_"))
_BLOCK = insert(blocked)


def _dead(numbers: Iterable[int]):  # type: ignore[no-untyped-def]
    return (inbox.c.state == Status.DEAD) & inbox.c.update_id.in_(list(numbers))


def _add(connection: Connection, entries: Sequence[Entry], now: int) -> frozenset[int]:
    """Insert what is not known yet: portable, and safe because one thread of one process writes."""
    known = set(connection.execute(_IDS, {"numbers": [entry.update_id for entry in entries]}).scalars())
    new = {entry.update_id: entry for entry in entries if entry.update_id not in known}
    if new:
        connection.execute(_INSERT, [_row(entry, now) for entry in new.values()])
    unblocked = [{"lane_": entry.chat} for entry in new.values() if entry.unblocks]
    if unblocked:
        connection.execute(_UNBLOCK, unblocked)
    return frozenset(new)


def _row(entry: Entry, now: int) -> dict[str, object]:
    readable = entry.body is not None
    return {
        "update_id": entry.update_id,
        "state": (Status.OPEN if readable else Status.SKIPPED).value,
        "lane": entry.chat if readable else None,
        "body": entry.body,
        "tries": entry.tries,
        "received_at": now,
        "settled_at": None if readable else now,
    }


def _settle(connection: Connection, attempts: Sequence[Attempt], now: int) -> None:
    done = [{"number": o.update_id, "at": now} for o in attempts if o.status == Status.DONE]
    if done:
        connection.execute(_DONE, done)
    failed = [_failure(o, now) for o in attempts if o.status != Status.DONE]
    if failed:
        connection.execute(_FAILED, failed)
    lasting: dict[str, Session | None] = {}
    for attempt in attempts:
        lasting.update(dict.fromkeys(attempt.forgotten))
        lasting.update(attempt.remembered)
    if lasting:
        connection.execute(_FORGET, [{"resident_": resident} for resident in lasting])
    remembered = [_memory(resident, session, now) for resident, session in lasting.items() if session]
    if remembered:
        connection.execute(_REMEMBER, remembered)
    own.write(connection, attempts, now)
    rows.write(connection, (change for attempt in attempts for change in attempt.beside))
    gone = [{"lane_": o.chat} for o in attempts if o.forgotten]
    if gone:
        connection.execute(_FORGET_DEAD, gone)
    marks = {o.chat: o.blocked for o in attempts if o.blocked is not None}
    if marks:
        connection.execute(_UNBLOCK, [{"lane_": chat} for chat in marks])
        if any(marks.values()):
            connection.execute(_BLOCK, [{"lane": chat, "since": now} for chat, is_so in marks.items() if is_so])


def _failure(attempt: Attempt, now: int) -> dict[str, object]:
    return {
        "number": attempt.update_id,
        "state": attempt.status.value,
        "tries": attempt.tries,
        "error": (attempt.error or "")[:64],
        "at": None if attempt.status == Status.OPEN else now,
    }


def _session(row: Row[Any]) -> Session:
    """Return what a row remembers; what rows of an older version lack is as at the beginning."""
    return Session(
        row.district,
        row.town,
        row.intent,
        dt.datetime.fromtimestamp(row.heard_at),
        offered=tuple((row.offered or "").splitlines()),
        asked_back=bool(row.asked_back),
        danger=row.danger,
        witness=bool(row.witness),
        before=row.before,
        last=tuple((row.last or "").split()),
        strange=bool(row.strange),
        said=row.said or "",
        turns=row.turns or 0,
        traditional=None if row.traditional is None else bool(row.traditional),
    )


def _memory(resident: str, session: Session, now: int) -> dict[str, object]:
    """Return the row of a session; `story`, which a resident wrote, is left out."""
    return {
        "resident": resident,
        "district": session.district,
        "town": session.town,
        "intent": session.intent,
        "heard_at": session.heard_at.timestamp() if session.heard_at else now,
        "before": session.before,
        "last": " ".join(session.last),
        "offered": "\n".join(session.offered),
        "asked_back": int(session.asked_back),
        "danger": session.danger,
        "witness": int(session.witness),
        "strange": int(session.strange),
        "said": session.said,
        "turns": session.turns,
        "traditional": None if session.traditional is None else int(session.traditional),
    }
