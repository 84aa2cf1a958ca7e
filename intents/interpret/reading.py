"""Decide what a message of nobody in danger asks: one question or several, sure enough to be answered or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from faq.knowledge.text import bare
from faq.knowledge.types import Faq, Intent
from intents.classifier.model import OFFERED, Guess, Model, top
from intents.classifier.next_turn import ACCEPT, DECLINED, TOLD
from intents.entities.subjects import Subjects
from intents.interpret.beside import Beside
from intents.interpret.context import Context
from intents.interpret.dividing import Dividing
from intents.interpret.follow_up import FollowUp, Rank
from intents.interpret.meaning import Meaning
from intents.interpret.next_turn import NextTurns
from intents.interpret.parts import Question, Splitter, gist
from intents.interpret.points import Points

_NAMED = 4
"""Characters from which on a question that was not understood is worth naming."""

_CLAUSE = 0.5
"""Power of the threshold that a clause of a first message must reach to be answered instead of the whole."""

_SHARE = 0.07
"""Share of the likeliest intent's probability that another must reach to be offered beside it."""

_TALK = 0.7
"""How sure small talk that asks nothing must be by itself to be answered in words of its own."""

_LIKELY = 3
"""Times the threshold for offering from which on an intent is offered whatever the best is."""

_STRANGE = 0.03
"""Least probability of another office's business to be offered alone: a single guess at it is seldom right.

These were chosen on tests.bench.residents.
"""


class Reading:
    """Reads messages with one `Model`, whose thresholds say what is sure."""

    def __init__(self, model: Model, splitter: Splitter, subjects: Subjects, points: Points) -> None:
        """Take the model, what tells asking from telling, what a message is about, and what answers say."""
        self._model = model
        self._splitter = splitter
        self._subjects = subjects
        self._follow_up = FollowUp(model, splitter, subjects)
        self._turns = NextTurns(model, splitter, subjects, points)
        self._dividing = Dividing(model, splitter, subjects)
        self._left = Beside(model, splitter, subjects)

    def asked(self, message: str, questions: Sequence[Question], context: Context | None, rank: Rank) -> Meaning:
        """Understand a message of nobody in danger; one that only talks or tells by what it asks last.

        So a question behind thanks is not lost: 谢谢啊，对了，上初中有补助没.
        """
        meaning = self._asked(message, questions, context, rank)
        only_talks = meaning.told or (meaning.answered and not policies(self._model.faq, meaning))
        if not only_talks or not (rest := self._splitter.asked_last(gist(message))):
            return meaning
        last = self._asked(rest, self._splitter.questions(rest), context, rank)
        return last if policies(self._model.faq, last) else meaning

    def _asked(self, message: str, questions: Sequence[Question], context: Context | None, rank: Rank) -> Meaning:
        """Understand a message as one question, or as several; 咋办 by itself is none."""
        if context is None and self._splitter.at_a_loss(message):
            return Meaning()
        if context is not None and context.next_turn(self._model.faq) and not bare(message).isdecimal():
            whole = self._next(message, context, rank)
        else:
            whole = self.one(message, questions, context, rank)
        parts = list(self._dividing.all(questions, rank))
        if len(parts) > 1:
            several = self._several(parts, context, rank)
            whole = several if self._better(several, whole) else whole
        meaning = self._whole(message, whole, rank)
        if context is not None and len(meaning.answered) > 1 and self._goes_on(message, context):  # once told is enough
            others = tuple(guess for guess in meaning.answered if guess.intent != context.intent)
            meaning = replace(meaning, answered=others)
        return meaning

    def _goes_on(self, message: str, context: Context) -> bool:
        """Tell whether `message` comes after the question in `context` and does not name what that was about."""
        last = context.intent
        asked = {self._subjects.of(last), last.id, last.topic}
        return context.next_turn(self._model.faq) and asked.isdisjoint(self._subjects.named(message))

    def _whole(self, message: str, meaning: Meaning, rank: Rank) -> Meaning:
        """Return `meaning` with what it leaves out of `message`: answered where that is surely asked, else offered."""
        if not policies(self._model.faq, meaning) or len(meaning.answered) > 1:
            return meaning
        left = self._left.of(gist(message), meaning.answered, rank)
        asked = [guess for guess in left if self._sure([guess])]
        others = [guess for guess in left if guess not in asked]
        ids = {guess.intent.id for guess in left}
        offered = (*others, *(guess for guess in meaning.offered if guess.intent.id not in ids))[:OFFERED]
        beside = tuple(guess.intent for guess in others)
        return replace(meaning, answered=(*meaning.answered, *asked), offered=offered, beside=beside)

    def _next(self, message: str, context: Context, rank: Rank) -> Meaning:
        """Understand a message that may go on from the question in `context`."""
        faq = self._model.faq
        if (plain := self._follow_up.plainly(gist(message), context, rank)) is not None:
            likely = {guess.intent.id: guess.confidence for guess in plain}
        else:
            likely = self._turns.rank(gist(message), context, rank)
        if self._splitter.asks(message):  # in 98 of 100 such turns of the lessons an answer is right
            likely = {key: share for key, share in likely.items() if key != TOLD}
        first = next(iter(likely), DECLINED)
        guesses = [Guess(faq.intents[key], share) for key, share in likely.items() if key in faq.intents]
        if first == DECLINED:
            return Meaning()
        if first == TOLD or self._unsaid(message, guesses[0].intent, rank):
            return Meaning(told=True)
        if guesses[0].confidence >= ACCEPT:
            others = [] if faq.signpost(guesses[0].intent) else self._likely(guesses)[1:]
            return Meaning((guesses[0],), tuple(others))
        return Meaning(offered=tuple(self._likely(guesses)))

    def _unsaid(self, message: str, talk: Intent, rank: Rank) -> bool:
        """Tell whether `message` is small talk of the kind `talk` only by what came before: 我妈七十三 just tells."""
        if not self._model.faq.small_talk(talk) or self._splitter.wants(message):
            return False
        return not any(guess.intent == talk and guess.confidence >= _TALK for guess in rank(message))

    def _several(self, parts: Sequence[Question], context: Context | None, rank: Rank) -> Meaning:
        """Understand each question in the light of the one before it, or of the subject named after it."""
        answered: dict[str, Guess] = {}
        unclear, offered, subject, strange, signpost = [], [], None, "", self._model.faq.signpost
        for position, part in enumerate(parts):
            here = context or self._ahead(parts[position:])
            guesses = self._part(part, here, rank)
            if here is not None and not self._subjects.named(part.text):
                guesses = self._follow_up.by_itself(part, here, guesses, rank)
            told = all(signpost(guess.intent) for guess in answered.values())  # no policy so far
            if told and not self._follow_up.stands_after(strange, part, context, rank):
                guesses = []
            subject = next(reversed(self._subjects.named(part.text)), subject)
            if self._follow_up.answers(guesses):
                answered.setdefault(guesses[0].intent.id, guesses[0])
                if signpost(guesses[0].intent):
                    strange = part.asks
                elif not self._model.faq.small_talk(guesses[0].intent):
                    context = Context(guesses[0].intent, subject=subject, within=True)
                continue
            offered += self._likely(guesses)[:1]
            strange = "" if self._sure(guesses) else part.asks
            if not self._sure(guesses) and len(bare(part.asks)) >= _NAMED:
                unclear.append(part.asks)
        if any(not self._model.faq.small_talk(guess.intent) for guess in answered.values()):
            answered = {i: guess for i, guess in answered.items() if not self._model.faq.small_talk(guess.intent)}
        instead = {guess.intent.id: guess for guess in offered if guess.intent.id not in answered}
        return Meaning(tuple(answered.values()), tuple(instead.values())[:OFFERED], tuple(unclear))

    def _ahead(self, parts: Sequence[Question]) -> Context | None:
        """Return the subject that is first named in `parts`, for a question that comes before it."""
        key = next((key for part in parts for key in self._subjects.named(part.text)), None)
        return Context(self._subjects.intents(key)[0], subject=key, within=True, asked=False) if key else None

    def _part(self, part: Question, context: Context | None, rank: Rank) -> list[Guess]:
        """Rank a question as it stands if it is sure and says what it is about, else with its circumstances too."""
        alone = self._follow_up.weigh(part.asks, context, rank)
        if self._sure(alone) and self._subjects.named(part.asks):
            return alone
        readings = [self._follow_up.weigh(part.text, context, rank)]
        if not self._subjects.named(part.text):
            readings.append(alone)
        return max(readings, key=top)

    def one(self, message: str, questions: Sequence[Question], context: Context | None, rank: Rank) -> Meaning:
        """Understand a message as one question, which may stand anywhere in a story."""
        guesses = self._follow_up.weigh(gist(message), context, rank)
        if not self._sure(guesses) or self._model.faq.small_talk(guesses[0].intent):
            asked = [
                question
                for before, question in zip(["", *(other.asks for other in questions)], questions, strict=False)
                if self._follow_up.stands_after(before, question, context, rank)
            ]
            told = [self._follow_up.weigh(question.asks, context, rank) for question in asked]
            least, readings = self._model.thresholds.accept ** (1 if context else _CLAUSE), [guesses, *told]
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
        return self._sure(guesses) and not self._model.faq.small_talk(guesses[0].intent), top(guesses)

    def _likely(self, guesses: Sequence[Guess]) -> list[Guess]:
        """Return what of `guesses`, best first, is worth a button: no small talk, nothing far behind the best.

        Another office's business is so beside ours, or where it is likely in itself.
        """
        faq, clarify = self._model.faq, self._model.thresholds.clarify
        least = max(clarify, min(_SHARE * top(guesses), _LIKELY * clarify))
        likely = [g for g in guesses if g.confidence >= least and not faq.small_talk(g.intent)][:OFFERED]
        ours = any(not faq.signpost(guess.intent) for guess in likely)
        return [guess for guess in likely if ours or guess.confidence >= _STRANGE]

    def _sure(self, guesses: Sequence[Guess]) -> bool:
        return self._model.thresholds.sure(guesses)


def policies(faq: Faq, meaning: Meaning) -> tuple[Guess, ...]:
    """Return what is answered and is no small talk."""
    return tuple(guess for guess in meaning.answered if not faq.small_talk(guess.intent))


def _likeliest(readings: Iterable[Sequence[Guess]]) -> list[Guess]:
    """Return the first guesses of each reading of a message, each intent once, most probable first."""
    firsts = sorted((guess for reading in readings for guess in reading[:OFFERED]), key=lambda guess: guess.confidence)
    return sorted({guess.intent.id: guess for guess in firsts}.values(), key=lambda guess: -guess.confidence)
