"""Decide what a message means: one question or several, new or leaning on the turn before, sure or not."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from faq.knowledge.text import LONGEST, bare, bounded
from faq.knowledge.types import CRISIS, Intent
from intents.classifier.model import OFFERED, Guess, Model, top
from intents.distress.aftermath import Aftermath
from intents.distress.concern import Concern
from intents.distress.danger import Alarm, Danger
from intents.entities.subjects import Subjects
from intents.interpret.beside import Beside
from intents.interpret.context import Context
from intents.interpret.dividing import Dividing
from intents.interpret.follow_up import FollowUp, Rank
from intents.interpret.parts import Question, Splitter, gist
from intents.interpret.points import Given

_NAMED = 4
"""Characters from which on a question that was not understood is worth naming."""

_CLAUSE = 0.5
"""Power of the threshold that a clause of a first message must reach to be answered instead of the whole."""

_SHARE = 0.07
"""Share of the likeliest intent's probability that another must reach to be offered beside it."""

_LIKELY = 3
"""Times the threshold for offering from which on an intent is offered whatever the best is."""

_STRANGE = 0.03
"""Least probability of another office's business to be offered alone: a single guess at it is seldom right.

These were chosen on tests.bench.residents.
"""

_OVERLAP = 200
"""Characters that two portions of a message share, so that a cry for help stands whole in one of them."""


@dataclass(frozen=True)
class Meaning:
    """What a message was taken to mean."""

    answered: tuple[Guess, ...] = ()
    """Intents that are sure enough to be answered, in the order of their questions; of danger first."""
    offered: tuple[Guess, ...] = ()
    """Intents that may have been meant instead, best first; with nothing answered and nothing offered: unknown."""
    unclear: tuple[str, ...] = ()
    """Beside answers: questions of the message that were not understood."""
    beside: tuple[Intent, ...] = ()
    """Of what is offered beside answers: what a clause of its own asks for, and no answer speaks of."""
    danger: Danger | None = None
    """Somebody is probably in danger, and is told what to do before anything else; None: probably not."""
    after: Guess | None = None
    """What is said of the danger told of before, and answered for its own sake; nothing else is then answered."""
    over: bool = False
    """The danger told of before is over."""
    given: Given | None = None
    """The part that was asked for (intents.interpret.narrowing); None: the whole answer."""
    concern: Intent | None = None
    """Small talk that knows warm lines for what the message tells beside what it asks: grief, exhaustion."""

    @property
    def explains(self) -> bool:
        """Whether only the meaning of a word is asked: it does not take the subject."""
        return self.given is not None and self.given.term is not None


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
        self._follow_up = FollowUp(model, self.splitter, self.subjects)
        self._dividing = Dividing(model, self.splitter, self.subjects)
        self._left = Beside(model, self.splitter, self.subjects)
        self._alarm = Alarm(model)
        self._aftermath = Aftermath(model, self._alarm)
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

    def witnesses(self, message: str) -> bool:
        """Tell whether `message` tells of what its writer only sees or hears."""
        return self._alarm.witnesses(message)

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
        read, message = message, bounded(message)
        questions = self.splitter.questions(message)
        story = bounded("\n".join([*told, message]))
        rank = functools.cache(self.model.rank)
        danger = None if self._aftermath.denied(message, context) else self.danger(read)
        after = self._aftermath.heard(message, context, danger)
        if after and not self._beside(message, questions, rank):
            return Meaning((after,), after=after)
        if danger := danger or self._aftermath.goes_on(message, context, sure=self._sure(rank(message))):
            heard = Guess(self.model.faq.intents[CRISIS], danger.probability)
            return Meaning((heard, *self._beside(message, questions, rank)), danger=danger)
        meaning = self._asked(message, questions, context, rank)
        if self._aftermath.over(message, context) and not self._policies(meaning):
            return Meaning(over=True)
        if told and not self._policies(meaning):
            together = self._asked(story, self.splitter.questions(story), context, rank)
            if self._policies(together) and not self.splitter.wants(message):  # one more piece asks for no answer
                together = replace(together, answered=(), offered=(*together.answered, *together.offered)[:OFFERED])
            meaning = together if together.answered or not meaning.offered else meaning
        return replace(meaning, concern=self._concern.heard(message, rank))

    def _asked(self, message: str, questions: Sequence[Question], context: Context | None, rank: Rank) -> Meaning:
        """Understand a message of nobody in danger: as one question, or as several."""
        whole = self._one(message, questions, context, rank)
        parts = [part for question in questions for part in self._dividing.parts(question, rank)]
        if len(parts) > 1:
            several = self._several(parts, context, rank)
            whole = several if self._better(several, whole) else whole
        return self._whole(message, whole, rank)

    def _whole(self, message: str, meaning: Meaning, rank: Rank) -> Meaning:
        """Return `meaning` with what it leaves out of `message`: answered where that is surely asked, else offered."""
        if not self._policies(meaning) or len(meaning.answered) > 1:
            return meaning
        left = self._left.of(gist(message), meaning.answered, rank)
        asked = [guess for guess in left if self._sure([guess])]
        others = [guess for guess in left if guess not in asked]
        ids = {guess.intent.id for guess in left}
        offered = (*others, *(guess for guess in meaning.offered if guess.intent.id not in ids))[:OFFERED]
        beside = tuple(guess.intent for guess in others)
        return replace(meaning, answered=(*meaning.answered, *asked), offered=offered, beside=beside)

    def _policies(self, meaning: Meaning) -> tuple[Guess, ...]:
        """Return what is answered and is no small talk."""
        return tuple(guess for guess in meaning.answered if not self.model.faq.small_talk(guess.intent))

    def _beside(self, message: str, questions: Sequence[Question], rank: Rank) -> tuple[Guess, ...]:
        """Return the policy that a message of danger surely asks for as well: the alarm may be false."""
        if not questions or not self.subjects.named(message):
            return ()
        return self._policies(self._one(message, questions, None, rank))

    def _several(self, parts: Sequence[Question], context: Context | None, rank: Rank) -> Meaning:
        """Understand each question in the light of the one before it, or of the subject named after it."""
        answered: dict[str, Guess] = {}
        unclear, offered, subject, strange, signpost = [], [], None, "", self.model.faq.signpost
        for position, part in enumerate(parts):
            here = context or self._ahead(parts[position:])
            guesses = self._part(part, here, rank)
            if here is not None and not self.subjects.named(part.text):
                guesses = self._follow_up.by_itself(part, here, guesses, rank)
            told = all(signpost(guess.intent) for guess in answered.values())  # no policy so far
            if told and not self._follow_up.stands_after(strange, part, context, rank):
                guesses = []
            subject = next(reversed(self.subjects.named(part.text)), subject)
            if self._follow_up.answers(guesses):
                answered.setdefault(guesses[0].intent.id, guesses[0])
                if signpost(guesses[0].intent):
                    strange = part.asks
                elif not self.model.faq.small_talk(guesses[0].intent):
                    context = Context(guesses[0].intent, subject=subject, within=True)
                continue
            offered += self._likely(guesses)[:1]
            strange = "" if self._sure(guesses) else part.asks
            if not self._sure(guesses) and len(bare(part.asks)) >= _NAMED:
                unclear.append(part.asks)
        if any(not self.model.faq.small_talk(guess.intent) for guess in answered.values()):
            answered = {i: guess for i, guess in answered.items() if not self.model.faq.small_talk(guess.intent)}
        instead = {guess.intent.id: guess for guess in offered if guess.intent.id not in answered}
        return Meaning(tuple(answered.values()), tuple(instead.values())[:OFFERED], tuple(unclear))

    def _ahead(self, parts: Sequence[Question]) -> Context | None:
        """Return the subject that is first named in `parts`, for a question that comes before it."""
        key = next((key for part in parts for key in self.subjects.named(part.text)), None)
        return Context(self.subjects.intents(key)[0], subject=key, within=True, asked=False) if key else None

    def _part(self, part: Question, context: Context | None, rank: Rank) -> list[Guess]:
        """Rank a question as it stands if it is sure and says what it is about, else with its circumstances too."""
        alone = self._follow_up.weigh(part.asks, context, rank)
        if self._sure(alone) and self.subjects.named(part.asks):
            return alone
        readings = [self._follow_up.weigh(part.text, context, rank)]
        if not self.subjects.named(part.text):
            readings.append(alone)
        return max(readings, key=top)

    def _one(self, message: str, questions: Sequence[Question], context: Context | None, rank: Rank) -> Meaning:
        """Understand a message as one question, which may stand anywhere in a story."""
        guesses = self._follow_up.weigh(gist(message), context, rank)
        if not self._sure(guesses) or self.model.faq.small_talk(guesses[0].intent):
            asked = [
                question
                for before, question in zip(["", *(other.asks for other in questions)], questions, strict=False)
                if self._follow_up.stands_after(before, question, context, rank)
            ]
            told = [self._follow_up.weigh(question.asks, context, rank) for question in asked]
            least, readings = self.model.thresholds.accept ** (1 if context else _CLAUSE), [guesses, *told]
            guesses = max([guesses, *(of for of in told if top(of) >= least)], key=self._states)
            if not self._sure(guesses):  # the best offers of all readings
                return Meaning(offered=tuple(self._likely(_likeliest(readings))))
        others = (guess for guess in self._likely(guesses) if guess.intent != guesses[0].intent)
        return Meaning((guesses[0],), tuple(others))

    def _better(self, several: Meaning, whole: Meaning) -> bool:
        """Tell whether a message is rather several questions than one."""
        if len(several.answered) > 1:
            return not whole.answered or whole.answered[0].intent in [guess.intent for guess in several.answered]
        if not several.answered:
            return False
        (only,) = several.answered
        return not whole.answered or (only.intent == whole.answered[0].intent and bool(several.unclear))

    def _states(self, guesses: Sequence[Guess]) -> tuple[bool, float]:
        """Return how much is told by answering: policy before small talk, what is surer before what is less sure."""
        return self._sure(guesses) and not self.model.faq.small_talk(guesses[0].intent), top(guesses)

    def _likely(self, guesses: Sequence[Guess]) -> list[Guess]:
        """Return what of `guesses`, best first, is worth a button: no small talk, nothing far behind the best.

        Another office's business is so beside ours, or where it is likely in itself.
        """
        faq, clarify = self.model.faq, self.model.thresholds.clarify
        least = max(clarify, min(_SHARE * top(guesses), _LIKELY * clarify))
        likely = [g for g in guesses if g.confidence >= least and not faq.small_talk(g.intent)][:OFFERED]
        ours = any(not faq.signpost(guess.intent) for guess in likely)
        return [guess for guess in likely if ours or guess.confidence >= _STRANGE]

    def _sure(self, guesses: Sequence[Guess]) -> bool:
        return self.model.thresholds.sure(guesses)


def _likeliest(readings: Iterable[Sequence[Guess]]) -> list[Guess]:
    """Return the first guesses of each reading of a message, each intent once, most probable first."""
    firsts = sorted((guess for reading in readings for guess in reading[:OFFERED]), key=lambda guess: guess.confidence)
    return sorted({guess.intent.id: guess for guess in firsts}.values(), key=lambda guess: -guess.confidence)


def _portions(message: str) -> Iterator[str]:
    """Yield `message` in portions that are not too long; each begins with the end of the one before."""
    if len(message) <= LONGEST:
        yield bounded(message)
        return
    yield from (bounded(message[start : start + LONGEST]) for start in range(0, len(message), LONGEST - _OVERLAP))
