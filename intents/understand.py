"""Decide what a message means: one question or several, new or leaning on the turn before, sure or not."""

from __future__ import annotations

from dataclasses import dataclass

from faq.knowledge import Intent
from intents.model import Guess, Model
from intents.parts import Splitter

OFFERED = 3
"""Most intents offered at once; more make a long keyboard on a phone."""


@dataclass(frozen=True)
class Meaning:
    """What a message was taken to mean."""

    answered: tuple[Guess, ...] = ()
    """Intents that are sure enough to be answered, in the order of their questions."""
    offered: tuple[Guess, ...] = ()
    """Without an answer: intents that may be meant, best first; empty: nothing is likely."""
    unclear: tuple[str, ...] = ()
    """Beside answers: questions of the message that were not understood."""


class Listener:
    """Understands messages with one `Model`."""

    def __init__(self, model: Model) -> None:
        """Take the model with its knowledge."""
        self.model = model
        self._faq = model.faq
        self._splitter = Splitter(model.faq.cues)

    def understand(self, message: str, before: Intent | None = None) -> Meaning:
        """Return the meaning of `message`, asked after a question about the intent `before`."""
        questions = self._splitter.questions(message)
        if len(questions) > 1:
            several = self._several(questions, before)
            if len(several.answered) > 1:
                return several
        return self._one(message, before)

    def _several(self, questions: list[str], before: Intent | None) -> Meaning:
        """Understand each question in the light of the one before it."""
        answered: dict[str, Guess] = {}
        unclear = []
        for question in questions:
            guesses = self._rank(question, before)
            if not self._sure(guesses):
                unclear.append(question)
                continue
            before = guesses[0].intent
            if not self._small_talk(before):
                answered.setdefault(before.id, guesses[0])
        return Meaning(tuple(answered.values()), unclear=tuple(unclear))

    def _one(self, message: str, before: Intent | None) -> Meaning:
        """Understand a message as one question, which may stand anywhere in a story."""
        guesses = self._rank(message, before)
        if not self._sure(guesses):
            told = [self._rank(clause, before) for clause in self._splitter.asking(message)]
            guesses = max([guesses, *told], key=lambda ranked: ranked[0].confidence if ranked else 0.0)
        if self._sure(guesses):
            return Meaning((guesses[0],))
        least = self.model.thresholds.clarify
        if not guesses or guesses[0].confidence < least:
            return Meaning()
        return Meaning(offered=tuple(guesses[:OFFERED]))

    def _rank(self, question: str, before: Intent | None) -> list[Guess]:
        """Rank `question`; one that cannot stand alone is ranked together with what was asked before."""
        alone = self.model.rank(question)
        if before is None or self._small_talk(before) or not self._splitter.leans(question):
            return alone
        if self._sure(alone) and (self._small_talk(alone[0].intent) or alone[0].intent.topic != before.topic):
            return alone
        subject = self._faq.topics[before.topic].subject
        if subject in question:
            return alone
        together = self.model.rank(f"{subject}{question}")
        return max(together, alone, key=lambda ranked: ranked[0].confidence if ranked else 0.0)

    def _sure(self, guesses: list[Guess]) -> bool:
        return bool(guesses) and guesses[0].confidence >= self.model.thresholds.accept

    def _small_talk(self, intent: Intent) -> bool:
        return self._faq.topics[intent.topic].hidden
