"""What one update is answered with, and what is to be remembered with it: data, before anything is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.telegram.intake.edits import Heard
from bot.dialogue.reply import Decision
from bot.dialogue.session import Session
from bot.store.desk.records import Beside

Resident = tuple[int, int]
"""Telegram's numbers of a chat and a user: in a group each resident has a memory of his own."""


@dataclass(frozen=True)
class Post:
    """A message to be sent."""

    chat: int
    """Telegram's number of the chat."""
    text: str
    """Telegram's HTML."""
    buttons: str | None = None
    """The keyboard below it as JSON; None: no buttons."""
    quotes: int | None = None
    """Number of the message that it answers; None: it quotes none."""
    thread: int | None = None
    """Number of the topic of a group; None: no topic."""
    contact: str | None = None
    """Telephone number of a contact card, of which `text` is the name then; None: it is a text."""
    picture: bytes | None = None
    """A picture, PNG, below which the text stands, of 1,024 characters at most then; None: no picture."""


@dataclass(frozen=True)
class Edit:
    """A message of the bot's to be changed; where Telegram refuses that, the answer's posts are sent instead."""

    chat: int
    """Telegram's number of the chat."""
    message: int
    """Number of the message."""
    text: str
    """Telegram's HTML."""
    buttons: str | None
    """The keyboard below it as JSON; None: no buttons."""


@dataclass(frozen=True)
class Marks:
    """Other buttons below a message of the bot's: an ornament, so a refusal is none."""

    chat: int
    """Telegram's number of the chat."""
    message: int
    """Number of the message."""
    buttons: str
    """The keyboard as JSON."""


@dataclass(frozen=True)
class Answer:
    """What the bot found to say to an update; nothing of it has happened yet."""

    posts: tuple[Post, ...] = ()
    """Messages to be sent, in order; none: nothing is said."""
    edit: Edit | None = None
    """What is tried in place of the posts; None: they are sent."""
    resident: Resident | None = None
    """Who is answered; None: nothing is remembered or forgotten."""
    session: Session | None = None
    """What is to be remembered of the resident; None: as before."""
    forget: bool = False
    """Whether the resident is to be forgotten, with the dead letters of the chat."""
    decision: Decision | None = None
    """What was done with the words that were heard; None: none were."""
    blocked: bool | None = None
    """Whether the chat was said to let the bot write no longer; None: nothing was said of it."""
    heard: Heard | None = None
    """The message that was answered, which may yet be edited; None: it was no question."""
    marks: Marks | None = None
    """Buttons that are to look otherwise; None: as before."""
    notice: str = ""
    """What is shown for a moment to who pressed the button; empty: nothing."""
    beside: tuple[Beside, ...] = ()
    """Changes of the desk, written with the outcome: tickets, messages for other chats."""
    alarms: tuple[Beside, ...] = ()
    """The same for what tells staff of danger: written even if the resident cannot be reached."""
    later: Callable[[], Awaitable[Answer]] | None = None
    """What has to be waited for to know the answer, which then stands in place of this one; None: nothing."""
