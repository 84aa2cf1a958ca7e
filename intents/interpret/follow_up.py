"""Rank a question in the light of what was asked before it, in the same message or in the last one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from faq.knowledge.text import bare
from intents.classifier.model import Guess, Model, top
from intents.entities.subjects import Subjects
from intents.interpret.context import FRESH, Context, switched, weigh
from intents.interpret.parts import Question, Splitter

_PART = 0.75
"""Power of the threshold that a part of a message must reach; chosen on tests/data/dev_several.tsv and the checks."""

_CERTAIN = 0.9
"""How sure an answer of the subject's own must be to stand before a sure one that any subject has, and how sure it must
be that a message turns to another subject without naming it; chosen likewise."""

_SURELY = 0.99
"""How sure another office's business must be to be so behind any question: 他身份证过期了，上哪换."""

_OURS = 0.5
"""Least probability of being ours at all, of what is asked behind its circumstances."""

_TALK = 0.7
"""How sure small talk, and what is asked in passing, must be to be no follow-up: 辛苦辛苦, 给我个电话."""

Rank = Callable[[str], list[Guess]]
"""`Model.rank`, remembering what it has ranked of the message at hand."""


class FollowUp:
    """Ranks questions that may lean on a `Context`."""

    def __init__(self, model: Model, splitter: Splitter, subjects: Subjects) -> None:
        """Take the model, and what tells that a question leans on another and what it is about."""
        self._model = model
        self._splitter = splitter
        self._subjects = subjects

    def plainly(self, question: str, context: Context, rank: Rank) -> list[Guess] | None:
        """Rank a `question` that is plain behind the one before; None: it is not.

        It only names another subject, of which the same is asked: 那特困呢; or the subject has an answer of its own to
        what may be asked of any: a canteen has hours.
        """
        left = self._subjects.without_standing(question)
        named, alone = self._subjects.named(left), rank(left)
        if len(named) == 1 and self._subjects.only(question) and self._switches(named[0], context, alone):
            return self._switch(named[0], context, rank)
        together = rank(f"{context.about(self._model.faq)},{question}")
        own = not named and top(together) >= _CERTAIN and self._is_own(together, alone, context)
        return together if own else None

    def weigh(self, question: str, context: Context | None, rank: Rank) -> list[Guess]:
        """Rank `question`; one that does not say what it is about is weighed by what was asked before."""
        faq = self._model.faq
        if context is None or faq.small_talk(context.intent):
            return rank(question)
        left = self._subjects.without_standing(question) if context.asked else question
        named = self._subjects.named(left)
        alone = rank(left)
        bare_subject = len(named) == 1 and self._subjects.only(question) and context.asked
        if bare_subject and self._switches(named[0], context, alone):
            return self._switch(named[0], context, rank)
        if bare_subject:
            return self._of(context, weigh(faq, context, alone, rank(f"{context.about(self._model.faq)},{question}")))
        leans = context.within or self._splitter.leans(question)
        talk = top(alone) >= _TALK and faq.small_talk(alone[0].intent)
        doubtful = bool(alone) and faq.signpost(alone[0].intent) and top(alone) < _CERTAIN and context.asked
        doubtful |= top(alone) < _CERTAIN and self._leaves(alone, context)
        sure = self._model.thresholds.sure(alone) and not doubtful  # 我爹退休金三千,碍事不 asks for no pension
        if talk or self._elsewhere(alone, context) or (named and not leans) or (sure and (named or not leans)):
            return alone
        if named:
            context = replace(context, subject=named[-1])
        together = rank(f"{context.about(self._model.faq)},{question}")
        own = top(together) >= _CERTAIN and self._is_own(together, alone, context)
        if own or (top(alone) >= _TALK and faq.topics[alone[0].intent.topic].passing):
            return together if own else alone
        guesses = weigh(faq, context, alone, together, len(bare(question)))
        return self._of(context, guesses) if context.asked and self._splitter.supposes(question) else guesses

    def _elsewhere(self, alone: Sequence[Guess], context: Context) -> bool:
        """Tell whether a message, ranked `alone`, is surely another office's business, whatever was asked before."""
        return not context.within and top(alone) >= _SURELY and self._model.faq.signpost(alone[0].intent)

    def _of(self, context: Context, guesses: list[Guess]) -> list[Guess]:
        """Return `guesses` if they are sure, else the question in `context`, asked again of other circumstances."""
        return guesses if self._model.thresholds.sure(guesses) else [Guess(context.intent, context.freshness)]

    def _switches(self, subject: str, context: Context, alone: Sequence[Guess]) -> bool:
        """Tell whether a message that only names `subject`, ranked `alone`, turns to it.

        Not so if its word is one of everyday life and what was asked before is of another topic: 房子呢, after asking
        what is checked of a household, does not ask for public housing.
        """
        intents = self._subjects.intents(subject)
        if any(intent.topic == context.intent.topic for intent in intents):
            return True
        about = sum(guess.confidence for guess in alone if guess.intent in intents)
        return about >= self._model.thresholds.accept

    def _switch(self, subject: str, context: Context, rank: Rank) -> list[Guess]:
        """Rank the question before, asked of another subject."""
        intents = self._subjects.intents(subject)
        if context.intent in intents:
            return rank(f"{self._subjects.word(subject)},{context.intent.title}")
        return switched(intents, rank(self._subjects.moved(context.intent.title, subject)))

    def by_itself(self, part: Question, context: Context, guesses: list[Guess], rank: Rank) -> list[Guess]:
        """Return how a question that names no subject ranks by its own words, if they say more than with `context`.

        They do if they are surer and what they ask is asked of any subject, or of the one in `context`: 打哪个电话. But
        what is asked of any subject gives way where the one in `context` has an answer of its own: 几点开门.
        """
        alone = max([rank(part.asks), rank(part.text)], key=top)
        if not self._model.thresholds.sure(alone) or top(alone) <= top(guesses):
            return guesses
        of, about = self._subjects.of(alone[0].intent), context.key(self._model.faq)
        if of is not None and about is not None and of != about and context.asked:
            return guesses
        return guesses if self.answers(guesses) and self._is_own(guesses, alone, context) else alone

    def answers(self, guesses: Sequence[Guess]) -> bool:
        """Tell whether a part is sure enough: it says less, and a wrong answer beside a right one confuses."""
        return bool(guesses) and top(guesses) >= self._model.thresholds.accept**_PART

    def stands_after(self, strange: str, question: Question, context: Context | None, rank: Rank) -> bool:
        """Tell whether `question` means what its words say, after its circumstances or a `strange` question.

        Not so in 护照过期了,找谁 or 护照在哪里办,要几天, where what it asks about is nothing of ours. Behind what
        was asked before it need not be as sure, if only rather ours than another's: 我妈七十了,要带啥.
        """
        before = question.told[-1] if question.told else strange
        if not before or self._subjects.named(question.text):
            return True
        if context is None or self._model.faq.small_talk(context.intent):
            together = rank(f"{before},{question.asks}")
            return self._model.thresholds.sure(together) and not self._model.faq.signpost(together[0].intent)
        least: float = self._model.thresholds.accept ** (1 / _PART)
        together = rank(f"{context.about(self._model.faq)},{before},{question.asks}")
        return top(together) >= least and sum(guess.confidence for guess in together) >= _OURS

    def _is_own(self, guesses: Sequence[Guess], alone: Sequence[Guess], context: Context) -> bool:
        """Tell whether the subject in `context` has an answer of its own to what `alone` takes for a general question.

        `guesses` must give it: a canteen has hours of its own.
        """
        if not alone or not context.asked or context.freshness < FRESH:
            return False
        of, is_general = self._subjects.of(guesses[0].intent), self._subjects.of(alone[0].intent) is None
        return (
            is_general and of is not None and of == context.key(self._model.faq) and guesses[0].intent != context.intent
        )

    def _leaves(self, alone: Sequence[Guess], context: Context) -> bool:
        """Tell whether a message, ranked `alone`, is about another subject than the one in `context`."""
        if not alone or not context.asked or context.freshness < FRESH:
            return False
        intent = alone[0].intent
        of = self._subjects.of(intent)
        return of not in (None, context.key(self._model.faq)) and intent.topic != context.intent.topic
