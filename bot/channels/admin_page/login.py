"""Who is at the page: links that log in once, and sessions; both in memory alone, few, and short."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

Kept = TypeVar("Kept")

LINK = 600.0
"""Seconds for which a link logs in."""

LONGEST, IDLE = 28_800.0, 3_600.0
"""Seconds for which a session lasts, and for which it lasts when nothing is done."""

EACH = 3
"""Links, and sessions, that one admin has at the same time; the oldest go first."""

MOST = 60
"""Links, and sessions, of all admins."""


@dataclass(frozen=True)
class Person:
    """Somebody at the page."""

    user: int | None
    """Telegram's number; None: who runs commands on this machine."""
    role: str
    """owner or editor."""
    who: str
    """Name in the audit: a pseudonym."""


@dataclass(frozen=True)
class Session:
    """A browser that has logged in."""

    person: Person
    """Whose it is."""
    token: str
    """Stands in each form, so that no other page can send one (CSRF)."""
    began: float
    """When; seconds of the clock."""
    seen: float
    """When it was last used."""


class Logins:
    """Knows the links that were given out and the sessions they have opened; of each only a digest is kept."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the clock."""
        self._clock = clock
        self._links: dict[str, tuple[Person, float]] = {}
        self._sessions: dict[str, Session] = {}

    def link(self, person: Person) -> str:
        """Return the secret of a link by which `person` may log in once."""
        self._forget()
        secret = secrets.token_urlsafe(32)
        _bound(self._links, [key for key, (whose, _) in self._links.items() if whose.user == person.user])
        self._links[_digest(secret)] = person, self._clock() + LINK
        return secret

    def opened(self, secret: str) -> str | None:
        """Return the secret of a new session for the secret of a link, which is used up; None: it is none of today."""
        self._forget()
        found = self._links.pop(_digest(secret), None)
        if found is None:
            return None
        person, now = found[0], self._clock()
        mine = [key for key, session in self._sessions.items() if session.person.user == person.user]
        _bound(self._sessions, mine)
        key = secrets.token_urlsafe(32)
        self._sessions[_digest(key)] = Session(person, secrets.token_urlsafe(16), now, now)
        return key

    def session(self, secret: str) -> Session | None:
        """Return the session with this secret, which is used now; None: there is none, or it is over."""
        self._forget()
        digest = _digest(secret)
        found = self._sessions.get(digest)
        if found is not None:
            found = self._sessions[digest] = replace(found, seen=self._clock())
        return found

    def end(self, secret: str) -> None:
        """End a session."""
        self._sessions.pop(_digest(secret), None)

    def _forget(self) -> None:
        now = self._clock()
        self._links = {key: one for key, one in self._links.items() if one[1] > now}
        self._sessions = {
            key: one for key, one in self._sessions.items() if now < min(one.began + LONGEST, one.seen + IDLE)
        }


def _bound(kept: dict[str, Kept], mine: Sequence[str]) -> None:
    """Make room for one more, of one person and of all."""
    for key in mine[: max(0, len(mine) - EACH + 1)]:
        del kept[key]
    for key in list(kept)[: max(0, len(kept) - MOST + 1)]:
        del kept[key]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
