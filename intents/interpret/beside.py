"""Find what a message asks or complains of beside what is answered, so that nothing is dropped without a word."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from intents.classifier.model import Guess, Model
from intents.entities.subjects import Subjects
from intents.interpret.follow_up import Rank
from intents.interpret.parts import Splitter

_CLAUSES = 12
"""Clauses of a message that are looked at."""
_MOST = 2
"""Subjects found at most."""
_LEAST = 0.15
"""Least probability of an intent of the subject, by the clause that names it."""


class Beside:
    """Looks for subjects of a message that no answer speaks of."""

    def __init__(self, model: Model, splitter: Splitter, subjects: Subjects) -> None:
        """Take the model, what tells which clauses ask, and what tells what they are about."""
        self._model = model
        self._splitter = splitter
        self._subjects = subjects

    def of(self, message: str, answered: Sequence[Guess], rank: Rank) -> list[Guess]:
        """Return what the clauses of `message` ask or complain of that `answered` does not speak of.

        Only clauses that name a subject of their own count, and none of what is answered: 低保户能住公租房不 asks one
        thing.
        """
        told = {guess.intent.id for guess in answered}
        found: dict[str, Guess] = {}
        for clause in self._splitter.clauses(message)[:_CLAUSES]:
            if not (self._splitter.asks(clause) or self._splitter.troubles(clause)):
                continue
            keys = self._subjects.named(clause)
            if not keys or any(self._covers(key, told | found.keys()) for key in keys):
                continue
            best = self._best(keys, rank(clause))
            if best is not None and len(found) < _MOST:
                found[best.intent.id] = best
        return list(found.values())

    def _covers(self, key: str, ids: Collection[str]) -> bool:
        """Tell whether an intent of `ids` is about the subject `key`."""
        return any(intent.id in ids for intent in self._subjects.intents(key))

    def _best(self, keys: Sequence[str], guesses: Sequence[Guess]) -> Guess | None:
        """Return the first of `guesses` that is about a subject of `keys`; None: none is likely."""
        about = {intent.id for key in keys for intent in self._subjects.intents(key)}
        return next((guess for guess in guesses if guess.intent.id in about and guess.confidence >= _LEAST), None)
