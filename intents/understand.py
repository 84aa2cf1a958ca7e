"""Decide what a message means: one question or several, new or leaning on the turn before, sure or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faq.knowledge import CRISIS
from intents.context import Context, weigh
from intents.model import Guess, Model
from intents.parts import Leaning, Splitter

OFFERED = 3
"""Most intents offered at once; more make a long keyboard on a phone."""


@dataclass(frozen=True)
class Meaning:
    """What a message was taken to mean."""

    answered: tuple[Guess, ...] = ()
    """Intents that are sure enough to be answered, in the order of their questions."""
    offered: tuple[Guess, ...] = ()
    """Intents that may have been meant instead, best first; with nothing answered and nothing offered: unknown."""
    unclear: tuple[str, ...] = ()
    """Beside answers: questions of the message that were not understood."""


class Listener:
    """Understands messages with one `Model`."""

    def __init__(self, model: Model) -> None:
        """Take the model with its knowledge."""
        self._model = model
        self._splitter = Splitter(model.faq.cues)

    def understand(self, message: str, context: Context | None = None) -> Meaning:
        """Return the meaning of `message`, said after the question in `context`."""
        questions = self._splitter.questions(message)
        whole = self._model.rank(message)
        if danger := self._danger([whole, *map(self._model.rank, questions)]):
            return Meaning((danger,))
        if len(questions) > 1:
            several = self._several(questions, context)
            if len(several.answered) > 1:
                return several
        return self._one(message, whole, context)

    def _danger(self, rankings: Sequence[Sequence[Guess]]) -> Guess | None:
        """Return the guess that somebody is in danger, if any ranking makes it likely enough."""
        guesses = [guess for ranking in rankings for guess in ranking if guess.intent.id == CRISIS]
        worst = max(guesses, key=lambda guess: guess.confidence, default=None)
        return worst if worst and worst.confidence >= self._model.thresholds.danger else None

    def _several(self, questions: Sequence[str], context: Context | None) -> Meaning:
        """Understand each question in the light of the one before it."""
        answered: dict[str, Guess] = {}
        unclear = []
        for question in questions:
            alone = self._model.rank(question)
            guesses = self._rank(question, alone, context, leans=not self._sure(alone))
            if self._sure(guesses):
                answered.setdefault(guesses[0].intent.id, guesses[0])
                context = Context(guesses[0].intent)
            else:
                unclear.append(question)
        return Meaning(tuple(answered.values()), unclear=tuple(unclear))

    def _one(self, message: str, whole: list[Guess], context: Context | None) -> Meaning:
        """Understand a message as one question, which may stand anywhere in a story."""
        guesses = self._rank(message, whole, context)
        if not self._sure(guesses):
            clauses = self._splitter.asking(message)
            told = [self._rank(clause, self._model.rank(clause), context) for clause in clauses]
            guesses = max([guesses, *told], key=lambda ranked: ranked[0].confidence if ranked else 0.0)
        likely = [guess for guess in guesses[:OFFERED] if guess.confidence >= self._model.thresholds.clarify]
        if self._sure(guesses):
            return Meaning((guesses[0],), tuple(likely[1:]))
        return Meaning(offered=tuple(guesses[:OFFERED]) if likely else ())

    def _rank(self, question: str, alone: list[Guess], context: Context | None, *, leans: bool = False) -> list[Guess]:
        """Rank `question`; one that cannot stand alone is weighed by what was asked before."""
        leaning = self._splitter.leaning(question)
        if context is None or (leaning == Leaning.WHOLE and not leans):
            return alone
        faq = self._model.faq
        topic = faq.topics[context.intent.topic]
        if topic.hidden:
            return alone
        together = self._model.rank(f"{topic.subject or context.intent.title},{question}")
        return weigh(faq, context, alone, together, leaning=leaning)

    def _sure(self, guesses: Sequence[Guess]) -> bool:
        return bool(guesses) and guesses[0].confidence >= self._model.thresholds.accept
