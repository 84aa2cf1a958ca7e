"""A reply as the JSON object of `ask --json`; scripts depend on its keys."""

from __future__ import annotations

from bot.dialogue.reply import Reply
from intents.classifier.model import Guess

_KINDS = ("suicide", "violence", "medical", "hunger", "child", "captivity", "missing", "fire")
"""Kinds of emergencies that scripts know by name; any other is other to them."""


def as_json(message: str, reply: Reply) -> dict[str, object]:
    """Return `reply` to `message` as plain values."""
    return {
        "message": message,
        "decision": reply.decision.value,
        "intents": [_guess(guess) for guess in reply.answered],
        "offered": [_guess(guess) for guess in reply.offered],
        "district": reply.district,
        "offices": list(reply.offices),
        "points": None if reply.points is None else list(reply.points),
        "text": reply.text,
        "buttons": [choice.label for choice in reply.choices],
        "kind": reply.danger if reply.danger in (None, *_KINDS) else "other",
        "concern": reply.concern,
    }


def _guess(guess: Guess) -> dict[str, object]:
    return {"id": guess.intent.id, "confidence": round(guess.confidence, 4)}
