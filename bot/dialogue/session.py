"""What is remembered of a chat, and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from bot.dialogue.pages.preferences import Preferences, is_traditional
from bot.dialogue.reply import Reply

MEMORY = dt.timedelta(hours=2)
"""How long a chat is remembered after its last message."""

TOPIC_MEMORY = dt.timedelta(minutes=15)
"""How long a short message may be taken as a follow-up of the one before."""

FADING = dt.timedelta(minutes=5)
"""Time in which the last question comes to count half."""

STORY_MEMORY = dt.timedelta(minutes=10)
"""How long what a resident has told is kept, in memory only, to be read together with what follows."""

PIECES = 6
"""Most pieces of a story that are kept; the first ones go."""

PIECE = 200
"""Characters kept of one; of a longer one the beginning."""


@dataclass(frozen=True)
class Session:
    """Memory of one chat; but for `story` it holds nothing that a resident wrote."""

    district: str | None = None
    """District as in places.yaml; None: not known."""
    town: str | None = None
    """Town or street within the district; None: not known."""
    intent: str | None = None
    """Id of the intent asked last, small talk and what is asked in passing aside; None: none yet."""
    heard_at: dt.datetime | None = None
    """When the last message came; None: never."""
    offered: tuple[str, ...] = ()
    """Buttons below the last reply, as callback data, in order."""
    asked_back: bool = False
    """Whether the last reply asked which of them was meant, so that a bare number is a choice."""
    danger: str | None = None
    """Kind of the danger told of last, while it is not known to be over; None: none."""
    witness: bool = False
    """Whether the resident told of the danger of others."""
    before: str | None = None
    """Id of the intent that was asked about before another subject was begun; None: there was none."""
    last: tuple[str, ...] = ()
    """Ids of the intents answered last, also of what was asked in passing, for 再说一遍."""
    detailed: bool = False
    """Whether all that is known of them was told."""
    strange: bool = False
    """Whether the last question was out of scope, so that what leans on it is so too."""
    said: str = ""
    """Digest of the last reply; empty: there was none."""
    turns: int = 0
    """Messages and presses since the chat was last forgotten: of several wordings each is said in its turn."""
    phone_told: bool = False
    """Whether it was said that a telephone is not known; not kept over a restart."""
    story: tuple[str, ...] = ()
    """What was told and asks nothing yet, redacted, oldest first; never written to a disk."""

    traditional: bool | None = None
    """Whether the resident writes in traditional characters; None: not known."""
    preferences: Preferences = field(default_factory=Preferences)
    """What the resident has set; kept apart, and for longer."""

    def freshness(self, now: dt.datetime) -> float:
        """Return how much the last intent still counts at `now`: 1 at once, halved each `FADING`, 0 when forgotten."""
        age = self._silence(now)
        return float(0.5 ** (age / FADING)) if age <= TOPIC_MEMORY else 0.0

    def at(self, now: dt.datetime) -> Session:
        """Return what is still remembered at `now`."""
        silence = self._silence(now)
        if self.heard_at is None or silence > MEMORY:
            return self.anew(heard_at=now)
        if silence > TOPIC_MEMORY:
            return self.anew(district=self.district, town=self.town, heard_at=now, turns=self.turns + 1)
        story = self.story if silence <= STORY_MEMORY else ()
        return replace(self, heard_at=now, offered=(), asked_back=False, story=story, turns=self.turns + 1)

    def anew(self, **kept: Any) -> Session:
        """Return a new session with what is `kept` of this one; the script and what was set always are."""
        return Session(**kept, traditional=self.traditional, preferences=self.preferences)

    def written(self, message: str) -> Session:
        """Return what is remembered of the script in which `message` is written."""
        found = is_traditional(message)
        return self if found is None or found == self.traditional else replace(self, traditional=found)

    def asked(self, intent_id: str) -> Session:
        """Return what is remembered once `intent_id` was answered: it is the subject, the one before is kept too."""
        before = self.before if intent_id == self.intent else self.intent
        return replace(self, intent=intent_id, before=before or self.before, strange=False, story=())

    def told(self, piece: str) -> Session:
        """Return what is remembered once `piece` of a story was told."""
        return replace(self, story=(*self.story, piece[:PIECE])[-PIECES:])

    def _silence(self, now: dt.datetime) -> dt.timedelta:
        """Return the time since the last message; a clock set back counts like one set forward."""
        return abs(now - self.heard_at) if self.heard_at else 2 * MEMORY


Turn = tuple[Reply, Session]
"""What is said in reply, and what is remembered afterwards."""
