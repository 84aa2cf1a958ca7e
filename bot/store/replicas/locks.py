"""Who answers which chats, as advisory locks of PostgreSQL, which gives a lock back when its holder is gone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

from bot.store import address as addresses
from bot.store.database import translated
from bot.store.engine import open_engine

SLOTS = 64
"""Parts into which the chats are divided, numbered from 0."""

LEADER = SLOTS
"""Number of the slot whose holder does what only one may do."""

_MEMBERS = LEADER + 1
"""Number under which each process holds a shared lock, so that the others can count it."""

_CLASS = 0x48656269
"""First number of all these locks, by which they are told from others in the database."""

_NAME = "hebi-bot "
"""What the names of our connections begin with; behind it stands the address of the process."""

_KEEPALIVE = ("tcp_keepalives_idle = 2", "tcp_keepalives_interval = 1", "tcp_keepalives_count = 3")
"""How soon the server notices that a machine is gone, in seconds and times."""

_LOOK = text(
    "SELECT l.objid, a.application_name, l.pid = pg_backend_pid() FROM pg_locks AS l JOIN pg_stat_activity AS a"
    " ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.classid = :class AND l.objsubid = 2 AND l.granted"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_JOIN = text("SELECT pg_advisory_lock_shared(:class, :members)")
_TAKE = text("SELECT slot, pg_try_advisory_lock(:class, slot) FROM unnest(CAST(:slots AS int[])) AS slot")
_GIVE = text("SELECT pg_advisory_unlock(:class, slot) FROM unnest(CAST(:slots AS int[])) AS slot")


@dataclass(frozen=True)
class Found:
    """What a look has found."""

    owners: dict[int, str]
    """Address of the process that holds each slot; those that nobody holds are missing."""
    mine: frozenset[int]
    """Slots that this process holds."""
    members: int
    """Processes that are there, this one included."""


class Locks:
    """The locks of this process, on one connection of its own; to be used by one thread."""

    def __init__(self, address: str, own: str) -> None:
        """Take the database's `address` and this process's `own`, host:port; nothing is connected yet.

        Raises StoreError if `address` is none of PostgreSQL.
        """
        url = addresses.postgresql(address)
        self._secrets, self._name = addresses.secrets(url), addresses.shown(url)
        self._engine: Engine = open_engine(url.update_query_dict({"application_name": f"{_NAME}{own}"}), None, 1)
        self._line: Connection | None = None

    def look(self) -> Found:
        """Return who holds what, joining if need be. Raises StoreError: then nothing is held any more."""
        rows = self._ask(_LOOK, {})
        return Found(
            {slot: name.removeprefix(_NAME) for slot, name, _ in rows if slot != _MEMBERS},
            frozenset(slot for slot, _, own in rows if own and slot != _MEMBERS),
            sum(slot == _MEMBERS for slot, _, _ in rows),
        )

    def take(self, slots: Collection[int]) -> frozenset[int]:
        """Take those of `slots` that are free; return them. Raises StoreError: then nothing is held any more."""
        return frozenset(slot for slot, taken in self._ask(_TAKE, {"slots": list(slots)}) if taken)

    def give(self, slots: Collection[int]) -> None:
        """Give `slots` back. Raises StoreError: then nothing is held any more."""
        self._ask(_GIVE, {"slots": list(slots)})

    def close(self) -> None:
        """Give everything back."""
        self._leave()
        self._engine.dispose()

    def _ask(self, statement: Any, values: dict[str, object]) -> list[tuple[Any, ...]]:
        try:
            with translated(self._name, self._secrets):
                line = self._line or self._join()
                return [tuple(row) for row in line.execute(statement, {"class": _CLASS, **values})]
        except BaseException:
            self._leave()
            raise

    def _join(self) -> Connection:
        self._line = line = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        for setting in _KEEPALIVE:
            line.exec_driver_sql(f"SET {setting}")
        line.execute(_JOIN, {"class": _CLASS, "members": _MEMBERS})
        return line

    def _leave(self) -> None:
        """Close the line for good, so that the server gives back what it held."""
        line, self._line = self._line, None
        if line is not None:
            line.invalidate()
            line.close()
