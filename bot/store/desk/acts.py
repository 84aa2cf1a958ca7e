"""What admins do, as it is kept: acts, which are the audit, and which unanswered questions are never shown again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """What an admin did."""

    ASSIGN = "assign"
    """Let an intent learn a question; the target is its id."""
    DECLINE = "decline"
    """Let the model learn to decline a question; the target is its place in out_of_scope.yaml."""
    NEW = "new"
    """Noted that a question needs an answer that is yet to be written."""
    IGNORE = "ignore"
    """Wants to see a question, and those like it, no more."""
    UNDO = "undo"
    """Took an act back; the target is its number."""
    ROLLBACK = "rollback"
    """Went back to an earlier version; the target is its name."""
    INSIST = "insist"
    """Wants published what the gate has refused; the target is the number of the act, the reason is his own."""
    EDIT = "edit"
    """Edited files in a form; the target is the intent or the office, the wording its title."""
    BROADCAST = "broadcast"
    """Wrote to everybody, or to the district that is the target."""
    CAST_PAUSE = "cast_pause"
    """Paused a broadcast; the target is its number."""
    CAST_GO_ON = "cast_go_on"
    """Went on with it."""
    CAST_STOP = "cast_stop"
    """Ended it before everybody had it."""
    PAUSE = "pause"
    """Let residents' questions be answered with a notice."""
    RESUME = "resume"
    """Let them be answered again."""

    @property
    def publishes(self) -> bool:
        """Whether the act changes what the bot knows."""
        return self in (Deed.ASSIGN, Deed.DECLINE, Deed.UNDO, Deed.EDIT)


@dataclass(frozen=True)
class Act:
    """One act of an admin; a row of the audit, which is written once more when it has been published."""

    number: int
    """Number of the update that brought it about, so that another attempt writes the same row."""
    at: float
    """When; seconds since 1970."""
    role: str
    """Role of the admin: owner or editor."""
    who: str
    """Pseudonym of the admin."""
    deed: Deed
    """What was done."""
    target: str
    """With what: an intent, a place in out_of_scope.yaml, the number of another act, a version."""
    wording: str = ""
    """The question that is learned, as it stands in the YAML then, or the title of what is edited; empty: none."""
    why: str = ""
    """The reason, in words."""
    version: str | None = ""
    """Version that it was published in; empty: in none; None: it is under way."""
    numbers: tuple[int, ...] = ()
    """Numbers of the unanswered questions that it settles."""

    @property
    def failed(self) -> bool:
        """Whether it was not published."""
        return self.version in (FAILED, GATED)


@dataclass(frozen=True)
class Noted:
    """What is to become of unanswered questions."""

    numbers: tuple[int, ...]
    """Their numbers."""
    note: str
    """`NEW`, or the day before which they are not shown; empty: nothing."""


@dataclass(frozen=True)
class Answered:
    """Unanswered questions have got an answer, or have lost it."""

    numbers: tuple[int, ...]
    """Their numbers."""
    by: str | None
    """Id of the intent that answers them; None: none any more."""


@dataclass(frozen=True)
class Trace:
    """By what a question that is never to be shown again is known: no word of it, keyed digests of its features."""

    number: int
    """Number of the question."""
    day: str
    """Day on which an admin said so."""
    features: str
    """Digests of features, each with its weight behind a colon, parted by spaces."""


@dataclass(frozen=True)
class Ignored:
    """Questions are deleted, and are not to come back."""

    numbers: tuple[int, ...]
    """Their numbers."""
    traces: tuple[Trace, ...]
    """By what they are recognised."""


NEW = "new"
"""Note of a question that needs an answer of its own."""

FAILED = "-"
"""In place of the version of an act that was not published."""

GATED = "--"
"""In place of the version of an act that nothing but the gate has kept from being published."""

ByAdmin = Act | Noted | Answered | Ignored
"""A change that an admin brings about."""
