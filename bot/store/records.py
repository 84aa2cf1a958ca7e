"""What the store takes and gives: an update as it is kept, what serving it changed, a dead letter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from bot.dialogue.pages.preferences import Preferences
from bot.dialogue.session import Session
from bot.store.desk.records import Beside


class Status(StrEnum):
    """What became of an update."""

    OPEN = "open"
    """It waits to be answered."""
    DONE = "done"
    """It was answered; its body is gone."""
    DEAD = "dead"
    """It failed too often and waits for an admin."""
    SKIPPED = "skipped"
    """It could not be read."""


@dataclass(frozen=True)
class Entry:
    """An update as it is kept."""

    update_id: int
    """Telegram's number of it."""
    chat: str
    """Pseudonym of its chat."""
    body: str | None
    """The update as JSON; None: it could not be read."""
    tries: int = 0
    """How often serving it failed."""
    unblocks: bool = False
    """Whether its chat had blocked the bot and now writes to it again."""


@dataclass(frozen=True)
class Attempt:
    """What serving an update has brought about; written in one transaction."""

    update_id: int
    """Telegram's number of the update."""
    chat: str
    """Pseudonym of its chat."""
    status: Status = Status.DONE
    """What became of it."""
    tries: int = 0
    """How often serving it failed."""
    error: str | None = None
    """Kind of the last failure; None: it succeeded."""
    remembered: dict[str, Session] = field(default_factory=dict)
    """New sessions by the resident's pseudonym."""
    preferences: dict[str, Preferences] = field(default_factory=dict)
    """What residents have changed of their settings, by pseudonym; the store fills it in from `remembered`."""
    forgotten: tuple[str, ...] = ()
    """Pseudonyms of residents to forget, with the dead letters of their chat."""
    blocked: bool | None = None
    """Whether the chat wants no more messages; None: as before."""
    beside: tuple[Beside, ...] = ()
    """Changes of the desk: tickets, messages for other chats and the like."""


@dataclass(frozen=True)
class Letter:
    """An update that failed too often, as an admin sees it: without the resident's words."""

    update_id: int
    """Telegram's number of it."""
    tries: int
    """How often serving it failed."""
    error: str
    """Kind of the last failure."""
    received_at: dt.datetime
    """When it came."""
