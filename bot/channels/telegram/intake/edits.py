"""Remember which message was answered last and by which, so that an edited one is answered where it was."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from cachetools import TTLCache

from bot.channels.telegram.intake.incoming import Incoming
from bot.dialogue.session import Session
from faq.knowledge.text import bare

RESIDENTS = 10_000
"""Most residents whose last message is known; the oldest are forgotten first."""

REMEMBERED = 600.0
"""Seconds after which an edited message is not answered anew; no longer than a story is remembered."""

Resident = tuple[int, int]
"""Telegram's numbers of a chat and a user."""


@dataclass(frozen=True)
class Heard:
    """A message that was answered."""

    message: int
    """Telegram's number of it."""
    said: str
    """Digest of what it said."""
    before: Session
    """What was remembered of the resident before it."""
    reply: int | None = None
    """Number of the one message that answers it; None: there are several, or none."""


def digest(words: str) -> str:
    """Return what tells whether two messages say the same, without holding what they say."""
    return hashlib.sha256(bare(words).encode()).hexdigest()


class Edits:
    """The last message of each resident, and its answer; nothing of it is written to a disk."""

    def __init__(self) -> None:
        """Start with none."""
        self._last: TTLCache[Resident, Heard] = TTLCache(RESIDENTS, REMEMBERED)

    def note(self, incoming: Incoming, heard: Heard | None, sent: list[int]) -> None:
        """Note what an update was answered with; None: it was no question, so the one before has passed.

        An edited message that is passed over changes nothing.
        """
        if incoming.edited and heard is None:
            return
        resident = (incoming.chat, incoming.user)
        self._last.pop(resident, None)
        if heard and len(sent) < 2:
            self._last[resident] = replace(heard, reply=sent[0]) if sent else heard

    def last(self, resident: Resident, message: int) -> Heard | None:
        """Return how `message` was answered; None: something came after it, or it is long ago."""
        heard = self._last.get(resident)
        return heard if heard and heard.message == message else None
