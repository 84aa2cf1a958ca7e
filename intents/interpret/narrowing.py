"""Decide whether a message asks about a part of an answer, and which of its points answer it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from faq.knowledge.points import About, Point
from faq.knowledge.text import bare, bounded
from faq.knowledge.types import CRISIS, Intent
from intents.classifier.model import Guess, Model
from intents.entities.subjects import Subjects
from intents.interpret.context import Context
from intents.interpret.follow_up import FRESH
from intents.interpret.parts import Splitter
from intents.interpret.points import Points, Ranked
from intents.interpret.understand import Given, Meaning

_LEAST = 0.3
"""How well a point must answer a follow-up of the answer that it belongs to; below, the answer does not say it."""
_NEAR = 0.15
"""How well it must answer such a turn to be told as what comes nearest."""
_SURE = 0.5
"""How well it must answer a message that may mean something else."""
_SECOND = 0.7
"""Share of the best point's score from which on a second one is given with it."""
_BETTER = 0.15
"""By how much a point of the answer before must be better than one of another answer about the same subject.

These were chosen on the rows `learn` of tests/data/dev_points.tsv.
"""
_LONGEST = 40
"""Characters of the longest message that is looked for in the answer before; a longer one tells a story of its own."""


class Narrowing:
    """Narrows what was understood to the points that were asked for."""

    def __init__(self, model: Model) -> None:
        """Take the model with its knowledge."""
        self._model = model
        self._points = Points(model)
        self._splitter = Splitter(model.faq.cues)
        self._subjects = Subjects(model.faq)

    def narrowed(self, message: str, meaning: Meaning, context: Context | None, today: dt.date) -> Meaning:
        """Return `meaning` of `message`, said after the question in `context`, with the points it asks for.

        A turn that leans on the answer before gets a point or two of it in place of the whole; one that the answer
        does not say gets none; a first question about a part gets that part first. Danger and several questions at
        once are left as they are.
        """
        message = bounded(message)
        if meaning.danger or meaning.over or len(meaning.answered) > 1 or not bare(message):
            return meaning
        before = self._before(context)
        if explained := self._explained(message, meaning, before):
            return explained
        if before is not None and context is not None and self._may_lean(message, before):
            narrowed = self._follows(message, meaning, before, context, today)
            if narrowed is not None:
                return narrowed
        return self._first(message, meaning, today)

    def _before(self, context: Context | None) -> Intent | None:
        """Return the intent that a message may lean on; None: nothing was asked, or long ago, or it was small talk."""
        if context is None or context.freshness < FRESH or context.intent.id == CRISIS:
            return None
        return None if self._model.faq.small_talk(context.intent) else context.intent

    def _may_lean(self, message: str, before: Intent) -> bool:
        """Tell whether `message` is short and names no subject but that of `before`."""
        named = set(self._subjects.named(message)) - {before.id, before.topic}
        return not named and len(bare(message)) <= _LONGEST

    def _explained(self, message: str, meaning: Meaning, before: Intent | None) -> Meaning | None:
        """Return the meaning of a word that `message` asks for: 公示啥意思; None: it asks for none."""
        found = self._points.term(message)
        if found is None:
            return None
        word, term = found
        intents = [self._model.faq.intents[key] for key in term.about if key in self._model.faq.intents]
        if before is not None and (before in intents or not intents):
            intents = [before]
        if not intents:
            return None
        if before is None and self._subjects.named(message) and meaning.answered:
            return None  # a subject of its own has an answer that says more
        guess = next((g for g in meaning.answered if g.intent in intents), Guess(intents[0], 1.0))
        return Meaning((guess,), given=Given((Point(term.means, About.MEANING),), term=word))

    def _follows(
        self, message: str, meaning: Meaning, before: Intent, context: Context, today: dt.date
    ) -> Meaning | None:
        """Return the points of the answer before that `message` asks for; None: it asks for something else."""
        answered = meaning.answered[0].intent if meaning.answered else None
        if answered is not None and self._model.faq.small_talk(answered):
            return None
        told = before.on(today)
        if not told.in_force(today):
            return None
        ranked = self._points.rank(message, told)
        best = ranked[0].score if ranked else 0.0
        if answered == before:
            if not self._splitter.leans(message) and self._asks_again(message, before):
                return None
            about = self._points.about(message)
            chosen = _chosen(ranked, about) if best >= _LEAST else _nearest(ranked)
            return replace(meaning, offered=(), given=Given(chosen, said=best >= _LEAST, about=frozenset(about)))
        if best < self._least(message, answered, before, today):
            return None
        guess = Guess(before, max(context.freshness * 0.5, self._model.thresholds.accept))
        about = self._points.about(message)
        return Meaning((guess,), given=Given(_chosen(ranked, about), about=frozenset(about)))

    def _least(self, message: str, other: Intent | None, before: Intent, today: dt.date) -> float:
        """Return how well a point of `before` must answer `message`, which was taken for the question `other`."""
        if other is None:
            return _SURE
        subjects = self._subjects
        of, about = subjects.of(other), subjects.of(before)
        if of is not None and of != about and other.topic != before.topic:
            return _LEAST if self._splitter.leans(message) else _SURE
        if of is None and self._splitter.leans(message):
            return _SURE
        ranked = self._points.rank(message, other.on(today))
        rival = ranked[0].score if ranked else 0.0
        return max(_SURE, rival + _BETTER)

    def _asks_again(self, message: str, before: Intent) -> bool:
        """Tell whether `message` asks the whole question before once more, by its own words."""
        alone = self._model.rank(message)
        return self._model.thresholds.sure(alone) and alone[0].intent == before

    def _first(self, message: str, meaning: Meaning, today: dt.date) -> Meaning:
        """Return `meaning` with the points that are told first where the question is about a part of the answer."""
        if len(meaning.answered) != 1 or self._model.faq.small_talk(meaning.answered[0].intent):
            return meaning
        told = meaning.answered[0].intent.on(today)
        if len(bare(message)) > _LONGEST or not told.in_force(today):
            return meaning
        ranked = self._points.rank(message, told)
        if not ranked or ranked[0].score < _SURE or ranked[0].point == told.points[0]:
            return meaning
        return replace(meaning, given=Given((ranked[0].point,), whole=True))


def _chosen(ranked: Sequence[Ranked], about: Collection[About]) -> tuple[Point, ...]:
    """Return the best point, and a second one that is nearly as good, or is about what is asked where the best is not.

    Of those that say what is unknown, one is enough.
    """
    best, *others = ranked
    second = next((one for one in others[:1] if one.score >= _SECOND * best.score), None)
    if best.point.about not in about:
        asked = next((one for one in others if one.point.about in about and one.score >= _LEAST), None)
        second = asked or second
    if second is None or second.point.about == About.ASK:
        return (best.point,)
    return best.point, second.point


def _nearest(ranked: Sequence[Ranked]) -> tuple[Point, ...]:
    """Return the point that comes nearest to what the answer does not say; none if nothing comes near."""
    return tuple(one.point for one in ranked[:1] if one.score >= _NEAR)
