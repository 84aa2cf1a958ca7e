"""What is told to all residents, as it is kept: who may be written to first, broadcasts, and a pause of the answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

LONGEST = 3_000
"""Most characters of a broadcast: with what stands below it, it is one message in either script."""


@dataclass(frozen=True)
class Subscribed:
    """A private chat may be written to first; its row is written anew only when something of it has changed."""

    chat: int
    """Telegram's number of the chat."""
    district: str | None
    """The resident's district; None: not known."""
    day: str
    """Day on which that was noted, 2026-11-30."""


@dataclass(frozen=True)
class Unsubscribed:
    """A chat wants no messages that it has not asked for: its row is deleted."""

    chat: int
    """Telegram's number of the chat."""


class Course(StrEnum):
    """How a broadcast goes."""

    RUNNING = "running"
    """It is being sent, or will be when the bot runs again."""
    PAUSED = "paused"
    """An owner has paused it."""
    STOPPED = "stopped"
    """An owner has ended it before everybody had it."""
    DONE = "done"
    """Everybody had it."""

    @property
    def over(self) -> bool:
        """Whether nothing more is sent."""
        return self in (Course.STOPPED, Course.DONE)


@dataclass(frozen=True)
class Broadcast:
    """A message to everybody who may be written to, or to those of a district."""

    number: int
    """Number of the update that brought its text, so that a second press on the same button begins no second one."""
    at: float
    """When it was confirmed; seconds since 1970."""
    text: str
    """What is sent, in plain text."""
    district: str | None
    """District whose residents get it; None: everybody."""
    total: int
    """How many were to get it when it was confirmed."""
    chat: int
    """Telegram's number of the chat in which its progress is shown."""
    message: int
    """Number of the message there."""
    course: Course = Course.RUNNING
    """How it goes."""
    position: int = 0
    """Chats are written to by rising numbers; this one and all below are done with."""
    sent: int = 0
    """How many have got it."""
    blocked: int = 0
    """How many were passed over because they have blocked the bot."""
    failed: int = 0
    """How many Telegram did not take it for."""

    @property
    def reached(self) -> int:
        """How many are done with."""
        return self.sent + self.blocked + self.failed

    def directed(self, change: Directed) -> Broadcast:
        """Return the broadcast as an owner wants it."""
        chat, message = change.chat or self.chat, change.message or self.message
        return replace(self, course=change.course, chat=chat, message=message)


@dataclass(frozen=True)
class Reached:
    """A broadcast has come further; apart from its course, which an owner may have changed meanwhile."""

    number: int
    """Number of the broadcast."""
    position: int
    """The chat that is done with."""
    sent: int = 0
    """1: it has got it."""
    blocked: int = 0
    """1: it has blocked the bot."""
    failed: int = 0
    """1: Telegram did not take it."""


@dataclass(frozen=True)
class Directed:
    """A broadcast is paused, goes on, or is over; one that is over stays so."""

    number: int
    """Number of the broadcast."""
    course: Course
    """How it goes from now on."""
    chat: int | None = None
    """Telegram's number of the chat that shows its progress from now on; None: the same as before."""
    message: int | None = None
    """Number of the message there; None: the same."""


@dataclass(frozen=True)
class Paused:
    """Residents' questions are answered with a notice until an owner lets the bot answer again."""

    number: int
    """Number of the update that brought it about."""
    at: float
    """Since when; seconds since 1970."""
    text: str
    """What the owner wants residents to read; empty: the usual sentence."""


@dataclass(frozen=True)
class Resumed:
    """Residents' questions are answered again."""


Public = Subscribed | Unsubscribed | Broadcast | Reached | Directed | Paused | Resumed
"""A change of what is told to all."""
