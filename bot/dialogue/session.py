"""What is remembered of a chat, and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

MEMORY = dt.timedelta(hours=2)
"""How long a chat is remembered after its last message."""

TOPIC_MEMORY = dt.timedelta(minutes=15)
"""How long a short message may be taken as a follow-up of the one before."""


FADING = dt.timedelta(minutes=5)
"""Time in which the last question comes to count half."""


@dataclass(frozen=True)
class Session:
    """Memory of one chat; holds nothing that a resident wrote."""

    district: str | None = None
    """District as in places.yaml; None: not known."""
    town: str | None = None
    """Town or street within the district; None: not known."""
    intent: str | None = None
    """Id of the intent asked last, small talk and what is asked in passing aside; None: none yet."""
    heard_at: dt.datetime | None = None
    """When the last message came; None: never."""
    offered: tuple[str, ...] = ()
    """Ids of the intents offered just now, in the order of their buttons; not kept over a restart."""
    danger: str | None = None
    """Kind of the danger told of last, while it is not known to be over; None: none; not kept over a restart."""
    turns: int = 0
    """Messages and presses since the chat was last forgotten: of several wordings each is said in its turn."""

    def freshness(self, now: dt.datetime) -> float:
        """Return how much the last intent still counts at `now`: 1 at once, halved each `FADING`, 0 when forgotten."""
        age = self._silence(now)
        return float(0.5 ** (age / FADING)) if age <= TOPIC_MEMORY else 0.0

    def at(self, now: dt.datetime) -> Session:
        """Return what is still remembered at `now`."""
        silence = self._silence(now)
        if self.heard_at is None or silence > MEMORY:
            return Session(heard_at=now)
        intent = self.intent if silence <= TOPIC_MEMORY else None
        danger = self.danger if silence <= TOPIC_MEMORY else None
        return replace(self, intent=intent, danger=danger, heard_at=now, offered=(), turns=self.turns + 1)

    def _silence(self, now: dt.datetime) -> dt.timedelta:
        """Return the time since the last message; a clock set back counts like one set forward."""
        return abs(now - self.heard_at) if self.heard_at else 2 * MEMORY
