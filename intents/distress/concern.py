"""Hear what weighs on somebody who is in no danger, beside what is asked: grief, exhaustion, debts."""

from __future__ import annotations

import itertools
import re

from faq.knowledge.text import any_of, bare
from faq.knowledge.types import Intent
from intents.classifier.model import Model
from intents.interpret.follow_up import Rank
from intents.interpret.parts import STORY, Splitter

_SHORTEST = 4
"""Characters of the shortest clause that says what weighs on somebody."""

_MOST = 16
"""Clauses of a message that are listened to, from its beginning."""

_SURE = 0.4
"""How probably a clause must say any of it: who grieves is often as probably sad."""


class Concern:
    """Knows which small talk of one `Model` has warm lines to be said beside a policy."""

    def __init__(self, model: Model, splitter: Splitter) -> None:
        """Take the model, and what tells clauses apart."""
        self._splitter = splitter
        self._unmoved = re.compile(any_of(model.faq.cues.unmoved))
        self._warm = frozenset(intent.id for intent in model.faq.intents.values() if intent.beside)

    def heard(self, message: str, rank: Rank) -> Intent | None:
        """Return the small talk that a clause of `message` most surely is, of what has warm lines; None: none is.

        Who says that nobody is sad is not consoled again.
        """
        if self._unmoved.search(message):
            return None
        clauses = [c for c in self._splitter.clauses(message)[:_MOST] if len(bare(c)) >= _SHORTEST]
        pairs = [f"{one},{other}" for one, other in itertools.pairwise(clauses)]
        told = [*clauses, *pairs] if len(bare(message)) < STORY else clauses
        heard = [[guess for guess in rank(clause) if guess.intent.id in self._warm] for clause in dict.fromkeys(told)]
        weighed: list[tuple[float, Intent | None]] = [(0.0, None)]
        weighed += [(sum(guess.confidence for guess in warm), warm[0].intent) for warm in heard if warm]
        share, intent = max(weighed, key=lambda found: found[0])
        return intent if share >= _SURE else None
