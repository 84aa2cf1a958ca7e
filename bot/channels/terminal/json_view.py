"""A reply as the JSON object of `ask --json`; scripts depend on its keys."""

from __future__ import annotations

from bot.dialogue.reply import Reply
from intents.classifier.model import Guess


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
    }


def _guess(guess: Guess) -> dict[str, object]:
    return {"id": guess.intent.id, "confidence": round(guess.confidence, 4)}
