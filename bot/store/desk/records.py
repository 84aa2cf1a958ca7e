"""What the desk keeps, and the changes of it that answering an update brings about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.store.desk.acts import ByAdmin
from bot.store.desk.broadcasts import Public


class Stage(StrEnum):
    """How far a ticket has come."""

    ASKED = "asked"
    """The resident wants a person and has not yet said what for; staff know nothing of it."""
    OPEN = "open"
    """Staff were told; nobody has replied yet."""
    TAKEN = "taken"
    """A staff member has replied."""
    ALERT = "alert"
    """The bot told staff of danger; it goes on answering the resident until a staff member replies."""


FEEDBACK = "feedback"
"""Topic of a ticket that is no question, but a word to the people behind the bot; no intent has such an id."""

REMARK = 500
"""Most characters kept of such a word."""


@dataclass(frozen=True)
class Ticket:
    """A resident's question to a person, until it ends; then the row is deleted."""

    number: int
    """Number of the update that opened it, so that another attempt opens the same."""
    chat: int
    """Telegram's number of the resident's chat."""
    stage: Stage
    """How far it has come."""
    opened_at: float
    """Seconds since 1970."""
    touched_at: float
    """When either side last wrote; seconds since 1970."""
    said: int = 0
    """Messages of the resident passed on."""
    topic: str | None = None
    """Id of the intent asked about before, or `FEEDBACK`; None: none."""
    district: str | None = None
    """The resident's district; None: not known."""


@dataclass(frozen=True)
class Outgoing:
    """A message that waits in the outbox until Telegram has accepted it."""

    key: str
    """The number of the update that brought it about and its place there: another attempt writes the same row."""
    chat: int
    """Telegram's number of the chat."""
    text: str
    """Telegram's HTML."""
    buttons: str | None = None
    """The keyboard below it as JSON; None: none."""
    at: float = 0.0
    """Since when it waits; seconds since 1970."""
    urgent: bool = False
    """Whether it tells of danger: it goes before the others."""
    ticket: int | None = None
    """Number of the ticket that it belongs to; None: to none."""
    brief: bool = False
    """Whether it is dropped, not held, where the chat has blocked the bot."""
    held: bool = False
    """Whether the chat did not take it, and who waits for that was told."""


@dataclass(frozen=True)
class Touched:
    """One side of a ticket has written; added to what stands in the row, for the other may have written meanwhile."""

    number: int
    """Number of the ticket."""
    at: float
    """When; seconds since 1970."""
    said: int = 0
    """How many messages of the resident were passed on."""
    stage: Stage | None = None
    """How far it has come now; None: as before."""


@dataclass(frozen=True)
class Ended:
    """A ticket is over: its row, with the number of the chat, is deleted."""

    number: int
    """Number of the ticket."""


@dataclass(frozen=True)
class Sent:
    """A message has left the outbox."""

    key: str
    """Its key."""


@dataclass(frozen=True)
class Erased:
    """A resident wants to be forgotten: what holds the number of the chat, or the words to staff, is deleted.

    Only a message that tells staff of danger is still sent.
    """

    chat: int
    """Telegram's number of the chat."""


class Why(StrEnum):
    """Why a question counts as unanswered."""

    FALLBACK = "fallback"
    """Nothing was safe to say."""
    NONE_OF_THESE = "none_of_these"
    """None of the questions offered was meant."""
    IGNORED = "clarification_ignored"
    """The resident was asked back, and wrote something else or nothing more."""
    UNSURE = "low_confidence"
    """It was answered with little confidence, and nobody has said that the answer was good."""
    DOWNVOTE = "downvote"
    """The answer was marked as bad."""
    FEEDBACK = "feedback"
    """It is no question, but a word to the people behind the bot: /feedback."""


@dataclass(frozen=True)
class Question:
    """A question that was not answered well; nothing in it leads to who asked."""

    number: int
    """Number of the update that brought it here."""
    text: str
    """The asking clause, redacted, 60 characters at most; of feedback `REMARK`."""
    why: Why
    """Why it counts as unanswered."""
    day: str
    """Day on which it was asked, 2026-11-30."""
    intents: tuple[str, ...] = ()
    """Ids of the intents that it means most probably."""
    answered: str | None = None
    """Id of the intent that answers it since an admin has said so; None: none yet."""
    resident: str = ""
    """Pseudonym of who asked, to count in memory how many of one resident's are kept a day; it is not written."""
    note: str = ""
    """`new`, or the day before which admins are not shown it; empty: nothing."""


@dataclass(frozen=True)
class Withdrawn:
    """A question counts as unanswered no longer: the vote was changed."""

    number: int
    """Its number."""


VoteKey = tuple[int, int, int, bool]
"""Chat, message, user, and whether it is a reason."""


@dataclass(frozen=True)
class Voted:
    """A vote on an answer, which is counted; `key` stays in memory alone, and for a while."""

    day: str
    """Day of the answer."""
    intent: str
    """Id of the intent answered."""
    before: str | None
    """What the same resident had said of it; None: nothing."""
    now: str
    """What it is now: up, down, or a reason."""
    key: VoteKey
    """Whose it is, and of which message."""


@dataclass(frozen=True)
class Counted:
    """A message that was heard, for the statistics: a count and no more."""

    day: str
    """Day on which it was heard."""
    decision: str
    """What was done with it: value of a `Decision`."""
    intents: tuple[str, ...] = ()
    """Ids of the intents that were answered."""


@dataclass(frozen=True)
class Notice:
    """Somebody wants to be told when a question is answered."""

    number: int
    """Number of the question."""
    chat: int
    """Telegram's number of the chat."""
    day: str
    """Day on which that was asked."""


@dataclass(frozen=True)
class Told:
    """A notice is on its way: its row, with the number of the chat, is deleted."""

    number: int
    """Number of the question."""
    chat: int
    """Telegram's number of the chat."""


class Unclear(NamedTuple):
    """A question that was asked back about."""

    text: str
    """The question, redacted."""
    intents: tuple[str, ...]
    """Ids of the intents offered."""
    number: int
    """Number of the update that brought it."""
    at: float
    """When; seconds since 1970."""


class Given(NamedTuple):
    """An answer that was given."""

    intent: str
    """Id of the intent."""
    text: str
    """The question, redacted."""
    number: int = 0
    """Number of the question that is kept because the answer was not sure; 0: none is."""


@dataclass(frozen=True)
class Asked:
    """What a resident asked last, for votes and for 都不是; in memory alone."""

    unclear: Unclear | None = None
    """The question that was asked back about; None: none was."""
    answered: tuple[Given, ...] = ()
    """The answers given last, the oldest first."""


@dataclass(frozen=True)
class Recalled:
    """What is remembered in memory of what a resident asked."""

    resident: str
    """Pseudonym of the resident."""
    asked: Asked
    """What is remembered."""


Residents = (
    Ticket
    | Touched
    | Outgoing
    | Ended
    | Sent
    | Erased
    | Question
    | Withdrawn
    | Voted
    | Notice
    | Told
    | Recalled
    | Counted
)
"""A change that residents and staff bring about."""

Beside = Residents | ByAdmin | Public
"""A change of the desk; written with the outcome of an update in one transaction."""
