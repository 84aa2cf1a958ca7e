"""Decide what a message means: danger first, then what it asks, by itself or with the turns before."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from faq.knowledge.text import LONGEST, bounded
from faq.knowledge.types import CRISIS
from intents.classifier.model import OFFERED, Guess, Model, top
from intents.distress.aftermath import Aftermath
from intents.distress.at_risk import AtRisk
from intents.distress.concern import Concern
from intents.distress.danger import Alarm, Danger
from intents.entities.subjects import Subjects
from intents.interpret.context import Context
from intents.interpret.follow_up import Rank
from intents.interpret.meaning import Meaning
from intents.interpret.parts import Question, Splitter
from intents.interpret.points import Points
from intents.interpret.reading import Reading, policies

_OWN = 0.8
"""How sure a question must be to be one of its own behind a danger told of: 怕他报复 is none."""

_OVERLAP = 200
"""Characters that two portions of a message share, so that a cry for help stands whole in one of them."""


class Interpreter:
    """Understands messages with one `Model`."""

    def __init__(self, model: Model) -> None:
        """Take the model with its knowledge."""
        self.model = model
        """What messages are understood by."""
        self.splitter = Splitter(model.faq.cues)
        """What tells clauses that ask from those that tell."""
        self.subjects = Subjects(model.faq)
        """What tells what a message is about."""
        self.points = Points(model)
        """What answers say."""
        self._reading = Reading(model, self.splitter, self.subjects, self.points)
        self._alarm = Alarm(model)
        self.at_risk = AtRisk(model)
        """What tells who is at risk."""
        self._aftermath = Aftermath(model, self._alarm, self.at_risk)
        self._concern = Concern(model, self.splitter)
        self.danger = functools.lru_cache(maxsize=4)(self._danger)  # the flood gate asks before the dialogue does
        """Return the danger that a message tells of; see `_danger`."""

    def _danger(self, message: str) -> Danger | None:
        """Return the danger that somebody is in, if any portion of `message`, however long, makes it likely enough."""
        dangers = (
            self._alarm.danger(portion, self.splitter.passages(portion), self.splitter.clauses(portion))
            for portion in _portions(message)
        )
        return next(filter(None, dangers), None)

    def named(self, message: str) -> list[str]:
        """Return the keys of the subjects that `message` names, each once, in order."""
        return self.subjects.named(message)

    def besides(self, message: str) -> str:
        """Return what a message asks that also says that nobody is in danger any more; '' if it asks nothing else."""
        clauses = [one for one in self.splitter.clauses(bounded(message)) if not self._alarm.reassures(one)]
        first = next((number for number, clause in enumerate(clauses) if self.splitter.wants(clause)), len(clauses))
        return ",".join(clauses[first:])

    def asks(self, message: str) -> bool:
        """Tell whether `message` asks something."""
        return self.splitter.asks(message)

    def states(self, message: str) -> bool:
        """Tell whether `message` only says what somebody is: 俺是低保户."""
        return self.subjects.only(message) and self.splitter.states(message)

    def leans(self, message: str) -> bool:
        """Tell whether `message` hangs on the one before it and names no subject of its own."""
        return self.splitter.leans(message) and not self.subjects.named(message)

    def understand(self, message: str, context: Context | None = None, told: Sequence[str] = ()) -> Meaning:
        """Return the meaning of `message`, said after the question in `context`.

        `told` are messages before it that asked nothing: where it means nothing alone, they are read with it. For
        danger all of it is read, however long, and alone; else what `bounded` leaves.
        """
        faq, read, message = self.model.faq, message, bounded(message)
        questions = self.splitter.questions(message)
        story = bounded("\n".join([*told, message]))
        rank = functools.cache(self.model.rank)
        danger = None if self._aftermath.denied(message, context) else self.danger(read)
        after = self._aftermath.heard(message, context, danger)
        if after and not self._beside(message, questions, rank):
            return Meaning((after,), after=after)
        over = self._aftermath.over(message, context) or (after is not None and after.intent.ends_danger)
        own = [guess for guess in rank(message)[:1] if not faq.small_talk(guess.intent)]  # 我害怕 is said of the danger
        if danger := danger or self._aftermath.goes_on(message, context, sure=top(own) >= _OWN):
            heard = Guess(faq.intents[CRISIS], danger.probability)
            return Meaning((heard, *self._beside(message, questions, rank)), danger=danger)
        meaning = self._reading.asked(message, questions, context, rank)
        if over and not policies(faq, meaning):
            return Meaning(over=True)
        if told and not policies(faq, meaning):
            together = self._reading.asked(story, self.splitter.behind(told, questions), context, rank)
            if policies(faq, together) and not self.splitter.wants(message):  # one more piece asks for no answer
                together = replace(together, answered=(), offered=(*together.answered, *together.offered)[:OFFERED])
            meaning = together if together.answered or not meaning.offered else meaning
        return replace(meaning, over=over, concern=self._concern.heard(message, rank))

    def _beside(self, message: str, questions: Sequence[Question], rank: Rank) -> tuple[Guess, ...]:
        """Return the policy that a message of danger surely asks for as well: the alarm may be false."""
        if not questions or not self.subjects.named(message):
            return ()
        return policies(self.model.faq, self._reading.one(message, questions, None, rank))


def _portions(message: str) -> Iterator[str]:
    """Yield `message` in portions that are not too long; each begins with the end of the one before."""
    if len(message) <= LONGEST:
        yield bounded(message)
        return
    yield from (bounded(message[start : start + LONGEST]) for start in range(0, len(message), LONGEST - _OVERLAP))
