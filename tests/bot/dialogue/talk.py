"""Hold a conversation with a dialogue, as the tests of this folder do."""

from __future__ import annotations

import datetime as dt

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Reply
from bot.dialogue.session import Session

NOW = dt.datetime(2026, 12, 1, 10, 0)
"""When everything is said: a working day, offices are open."""


def said(dialogue: Dialogue, *messages: str, session: Session | None = None) -> tuple[list[Reply], Session]:
    """Say `messages` one after another; return all replies and what is remembered."""
    session, replies = session or Session(), []
    for message in messages:
        reply, session = dialogue.hear(message, session, NOW)
        replies.append(reply)
    return replies, session


def told(dialogue: Dialogue, *messages: str, session: Session | None = None) -> tuple[Reply, Session]:
    """Say `messages` one after another; return the last reply and what is remembered."""
    replies, session = said(dialogue, *messages, session=session)
    return replies[-1], session


def last(dialogue: Dialogue, *messages: str) -> Reply:
    """Say `messages` one after another; return the last reply."""
    return told(dialogue, *messages)[0]


def ids(reply: Reply) -> list[str]:
    """Return the ids of the intents that `reply` answers."""
    return [guess.intent.id for guess in reply.answered]
