"""Decide what a message means: one question or several, new or leaning on the turn before, sure or not."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from faq.knowledge import CRISIS
from intents.context import Context, weigh
from intents.danger import Alarm, Danger
from intents.model import Guess, Model
from intents.parts import Leaning, Splitter

OFFERED = 3
"""Most intents offered at once; more make a long keyboard on a phone."""


Rank = Callable[[str], list[Guess]]
"""`Model.rank`, remembering what it has ranked of the message at hand."""


@dataclass(frozen=True)
class Meaning:
    """What a message was taken to mean."""

    answered: tuple[Guess, ...] = ()
    """Intents that are sure enough to be answered, in the order of their questions."""
    offered: tuple[Guess, ...] = ()
    """Intents that may have been meant instead, best first; with nothing answered and nothing offered: unknown."""
    unclear: tuple[str, ...] = ()
    """Beside answers: questions of the message that were not understood."""
    danger: Danger | None = None
    """Somebody is probably in danger, and nothing else matters; None: probably not."""


class Listener:
    """Understands messages with one `Model`."""

    def __init__(self, model: Model) -> None:
        """Take the model with its knowledge."""
        self._model = model
        self._splitter = Splitter(model.faq.cues)
        self._alarm = Alarm(model)

    def understand(self, message: str, context: Context | None = None) -> Meaning:
        """Return the meaning of `message`, said after the question in `context`."""
        questions = self._splitter.questions(message)
        if danger := self._alarm.danger(message, questions):
            return Meaning((Guess(self._model.faq.intents[CRISIS], danger.probability),), danger=danger)
        rank = functools.cache(self._rank)
        if len(questions) > 1:
            several = self._several(questions, context, rank)
            if len(several.answered) > 1:
                return several
        return self._one(message, context, rank)

    def _rank(self, message: str) -> list[Guess]:
        """Rank what a message may mean of somebody in no danger."""
        return [guess for guess in self._model.rank(message) if guess.intent.id != CRISIS]

    def _several(self, questions: Sequence[str], context: Context | None, rank: Rank) -> Meaning:
        """Understand each question in the light of the one before it."""
        answered: dict[str, Guess] = {}
        unclear = []
        for question in questions:
            guesses = self._weigh(question, context, rank, leans=not self._sure(rank(question)))
            if self._sure(guesses):
                answered.setdefault(guesses[0].intent.id, guesses[0])
                context = Context(guesses[0].intent)
            else:
                unclear.append(question)
        return Meaning(tuple(answered.values()), unclear=tuple(unclear))

    def _one(self, message: str, context: Context | None, rank: Rank) -> Meaning:
        """Understand a message as one question, which may stand anywhere in a story."""
        guesses = self._weigh(message, context, rank)
        if not self._sure(guesses):
            clauses = self._splitter.asking(message)
            told = [self._weigh(clause, context, rank) for clause in clauses]
            guesses = max([guesses, *told], key=lambda ranked: ranked[0].confidence if ranked else 0.0)
        likely = [guess for guess in guesses[:OFFERED] if guess.confidence >= self._model.thresholds.clarify]
        if self._sure(guesses):
            return Meaning((guesses[0],), tuple(likely[1:]))
        return Meaning(offered=tuple(guesses[:OFFERED]) if likely else ())

    def _weigh(self, question: str, context: Context | None, rank: Rank, *, leans: bool = False) -> list[Guess]:
        """Rank `question`; one that cannot stand alone is weighed by what was asked before."""
        leaning = self._splitter.leaning(question)
        if context is None or (leaning == Leaning.WHOLE and not leans):
            return rank(question)
        faq = self._model.faq
        if faq.small_talk(context.intent):
            return rank(question)
        together = rank(f"{faq.topics[context.intent.topic].subject or context.intent.title},{question}")
        return weigh(faq, context, rank(question), together, leaning=leaning)

    def _sure(self, guesses: Sequence[Guess]) -> bool:
        return bool(guesses) and guesses[0].confidence >= self._model.thresholds.accept
