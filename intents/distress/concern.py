"""Hear what weighs on somebody who is in no danger, beside what is asked: grief, exhaustion, debts."""

from __future__ import annotations

import itertools

from faq.knowledge.text import bare
from faq.knowledge.types import Intent
from intents.classifier.model import Model
from intents.interpret.follow_up import Rank
from intents.interpret.parts import STORY, Splitter

_SHORTEST = 4
"""Characters of the shortest clause that says what weighs on somebody."""

_MOST = 16
"""Clauses of a message that are listened to, from its beginning."""

_SURE = 0.5
"""How probably a clause must say it, and how probably two in a row of a story."""


class Concern:
    """Knows which small talk of one `Model` has warm lines to be said beside a policy."""

    def __init__(self, model: Model, splitter: Splitter) -> None:
        """Take the model, and what tells clauses apart."""
        self._splitter = splitter
        self._warm = frozenset(intent.id for intent in model.faq.intents.values() if intent.beside)

    def heard(self, message: str, rank: Rank) -> Intent | None:
        """Return the small talk that a clause of `message` most surely is, of what has warm lines; None: none is."""
        clauses = [c for c in self._splitter.clauses(message)[:_MOST] if len(bare(c)) >= _SHORTEST]
        pairs = [f"{one},{other}" for one, other in itertools.pairwise(clauses)]
        told = [*clauses, *pairs] if len(bare(message)) < STORY else clauses
        first = [guesses[0] for clause in dict.fromkeys(told) if (guesses := rank(clause))]
        warm = [guess for guess in first if guess.intent.id in self._warm and guess.confidence >= _SURE]
        return max(warm, key=lambda guess: guess.confidence).intent if warm else None
