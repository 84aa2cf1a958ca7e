"""Hold conversations with a model, for evaluation and the gate, which know nothing of dialogues."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.session import Session
from intents.classifier.model import Model
from intents.evaluation.conversations import Heard

_dialogue = functools.lru_cache(maxsize=2)(Dialogue)
"""The dialogue of a model; the gate talks with two."""

MORNING = dt.time(10, 0)
"""Time of day at which conversations are held: an office is open, on a working day."""


def rehearse(model: Model, messages: Sequence[str], today: dt.date | None = None) -> list[Heard]:
    """Return what comes of `messages`, said one after another to the dialogue of `model`."""
    dialogue, session = _dialogue(model), Session()
    now = dt.datetime.combine(today or dt.date.today(), MORNING)
    heard = []
    for message in messages:
        reply, session = dialogue.hear(message, session, now)
        answered = tuple(guess.intent.id for guess in reply.answered)
        offered = tuple(guess.intent.id for guess in reply.offered)
        heard.append(Heard(reply.decision.value, answered, offered, reply.danger, reply.text))
    return heard
