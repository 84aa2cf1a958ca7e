"""Look into the answer before for what a turn that leans on it asks: its points, another answer, or a question back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from faq.knowledge.points import About, Point
from faq.knowledge.types import Intent
from intents.classifier.model import OFFERED, Guess, Model, top
from intents.entities.subjects import Subjects
from intents.interpret.context import Context
from intents.interpret.meaning import Meaning
from intents.interpret.parts import Splitter
from intents.interpret.points import STEP, Given, Points, Ranked

LEAST = 0.3
"""How well a point must answer a follow-up of the answer that it belongs to; below, the answer does not say it."""
_NEAR = 0.25
"""How well it must answer such a turn to be told as what comes nearest."""
_SURE = 0.5
"""How well it must answer a message that may mean something else."""
_TOLD = 0.36
"""How well it must answer a message that only tells something: 我爸三级 肢体."""
_NEARBY = 0.5
"""How well a point of an answer nearby must answer what the answer before does not say."""
_SECOND = 0.7
"""Share of the best point's score from which on a second one is given with it."""
_BETTER = 0.15
"""By how much a point of the answer before must be better than one of another answer about the same subject.

These were chosen on the rows `learn` of tests/data/dev_points.tsv.
"""
_PLAIN = frozenset({About.AMOUNT, About.TIME, About.FEE, About.ONLINE, About.PLACE, About.PHONE})
"""What is asked about so plainly that a point of this kind answers, whatever its words."""
_SAYS = 0.7
"""How well a point must answer a message that was not understood to be told, however strange that message is."""
_STRANGE = 0.5
"""Probability of out of scope from which on a message that was not understood asks for no part."""
_STAYS = 0.8
"""How surely a message that does not lean must ask about the answer before to hear that it does not say it."""
_PLAINLY = 0.95
"""How sure another office's business must be by itself to be named although a point of the answer before fits."""
_RIVAL, _TURNS = 0.05, 0.5
"""How sure something else must be to be asked back about, and to be answered.

The last three: docs/lab/conversations.md.
"""


class Leaning:
    """Knows what the answers of one `Model` say of what is asked after them."""

    def __init__(self, model: Model, points: Points, splitter: Splitter, subjects: Subjects) -> None:
        """Take the model, and what knows its points, tells asking from telling and knows what a message is about."""
        self._model = model
        self._points = points
        self._splitter = splitter
        self._subjects = subjects

    def follows(
        self,
        message: str,
        meaning: Meaning,
        before: Intent,
        context: Context,
        today: dt.date,
        district: str | None,
    ) -> Meaning | None:
        """Return the points of the answer before that `message` asks for; None: it asks for something else."""
        answered = self._taken_for(message, meaning, before)
        told = before.on(today)
        counted = self._points.step(message)  # 第三步 is one of the answer before, whatever else is said of it
        if not told.in_force(today):
            return None
        ranked = self._points.rank(message, told, district)
        best = _best(ranked)
        says_it = counted or (answered is None and best >= _SAYS and self._splitter.asks(message))
        if answered != before and not says_it and self._apart(message, answered, before):
            return None
        only_told = best < _TOLD and not self._splitter.wants(message)  # it asks for no point
        if answered != before:
            plain = answered is not None and self._plainly(message, answered)
            if plain or only_told or best < self._least(message, answered, before, today):
                return None
            guess = Guess(before, max(context.freshness * 0.5, self._model.thresholds.accept))
            return self._given(message, ranked, replace(meaning, answered=(guess,)), told, district)
        return None if only_told else self._of_it(message, meaning, ranked, before, today, district)

    def _of_it(
        self,
        message: str,
        meaning: Meaning,
        ranked: Sequence[Ranked],
        before: Intent,
        today: dt.date,
        district: str | None,
    ) -> Meaning | None:
        """Return what a `message` about `before` gets, whose points are `ranked`; None: it asks for the whole again."""
        told, best = before.on(today), _best(ranked)
        tagged = _tagged(ranked, self._points.about(message))
        fits = best >= LEAST or bool(tagged)
        if not self._splitter.leans(message) and self._asks_again(message, before, fits=fits):
            return None
        meant = replace(meaning, answered=meaning.answered or meaning.offered[:1])
        if best >= LEAST:
            return self._given(message, ranked, meant, told, district)
        if nearby := self._nearby(message, meaning, before, today, district):
            return nearby
        if tagged:
            return self._given(message, tagged, meant, told, district)
        return self._asked_back(message, meaning, before) or self._not_said(message, ranked, meant)

    def _plainly(self, message: str, intent: Intent) -> bool:
        """Tell whether `message` by itself is plainly another office's business, `intent`: 迁户口在哪办."""
        if not self._model.faq.signpost(intent):
            return False
        alone = self._model.rank(message)
        return top(alone) >= _PLAINLY and alone[0].intent == intent

    def _apart(self, message: str, answered: Intent | None, before: Intent) -> bool:
        """Tell whether `message` is small talk, asks what a near answer says, or is none of ours: 快递几天到."""
        if answered is not None:
            faq = self._model.faq
            passing = faq.topics[answered.topic].passing  # 电话是多少, of an answer that has a telephone
            near = answered.topic == before.topic or (answered.id in before.related and not passing)
            return faq.small_talk(answered) or near
        return self._strange(message)

    def _strange(self, message: str) -> bool:
        """Tell whether `message` by itself is rather another office's business."""
        return 1 - sum(guess.confidence for guess in self._model.rank(message)) > _STRANGE

    def _taken_for(self, message: str, meaning: Meaning, before: Intent) -> Intent | None:
        """Return the intent that `message` was taken for; one that may be `before` and asks shortly is so."""
        if meaning.answered:
            return meaning.answered[0].intent
        likely = bool(meaning.offered) and meaning.offered[0].intent == before and not self._strange(message)
        return before if likely and self._splitter.leans(message) and self._splitter.asks(message) else None

    def _given(
        self, message: str, ranked: Sequence[Ranked], meaning: Meaning, told: Intent, district: str | None = None
    ) -> Meaning:
        """Return `meaning` with the points of `told` that were asked for, and what must be known of them.

        That today's figure is not known is not told without the last one known of the resident's `district`.
        """
        about = self._points.about(message)
        chosen = _chosen(ranked, about)
        if all(point.about == About.ASK for point in chosen):
            near = (one.point for one in ranked if one.score >= LEAST)
            own = [point for point in near if district in self._points.local.districts(point)]
            chosen = (*own[:1], *chosen)
        cautions = [self._points.caution(told, point) for point in chosen]
        points = tuple(dict.fromkeys([*[*filter(None, cautions)][:1], *chosen]))
        return replace(meaning, offered=(), given=Given(points, about=frozenset(about)))

    def _nearby(
        self, message: str, meaning: Meaning, before: Intent, today: dt.date, district: str | None
    ) -> Meaning | None:
        """Return the point of an answer nearby that says what the answer before does not say; None: none does."""
        near = [self._model.faq.intents[key].on(today) for key in before.related]
        if self._model.faq.topics[before.topic].subject:  # its other answers are about the same thing
            near += [other.on(today) for other in self._model.faq.intents.values() if other.topic == before.topic]
        found = [(self._points.rank(message, other, district), other) for other in near if other.id != before.id]
        best = max(found, key=lambda one: one[0][0].score if one[0] else 0.0, default=None)
        if best is None or not best[0] or best[0][0].score < _NEARBY or not best[1].in_force(today):
            return None
        guess = Guess(self._model.faq.intents[best[1].id], self._model.thresholds.accept)
        return self._given(message, best[0], replace(meaning, answered=(guess,)), best[1], district)

    def _asked_back(self, message: str, meaning: Meaning, before: Intent) -> Meaning | None:
        """Return the question back, if by itself `message` may ask something of which `before` says nothing."""
        if self._splitter.leans(message) or top(meaning.answered) >= _STAYS:
            return None
        others = [guess for guess in self._model.rank(message)[: OFFERED - 1] if guess.intent != before]
        likely = [g for g in others if g.confidence >= _RIVAL and not self._model.faq.small_talk(g.intent)]
        if not likely:
            return None
        if likely[0].confidence >= _TURNS:
            return replace(meaning, answered=(likely[0],), offered=(*likely[1:], *meaning.answered[:1])[:OFFERED])
        return replace(meaning, answered=(), offered=(*likely, *meaning.answered[:1])[:OFFERED])

    def _not_said(self, message: str, ranked: Sequence[Ranked], meant: Meaning) -> Meaning | None:
        """Return that no answer says what is asked, with what comes nearest; None: the message asks nothing."""
        if not self._splitter.asks(message):
            return None
        given = Given(_nearest(ranked), said=False, about=frozenset(self._points.about(message)))
        return replace(meant, offered=(), given=given)

    def _least(self, message: str, other: Intent | None, before: Intent, today: dt.date) -> float:
        """Return how well a point of `before` must answer `message`, which was taken for the question `other`."""
        if other is None or self._points.step(message):
            return _SURE
        subjects = self._subjects
        of, about = subjects.of(other), subjects.of(before)
        if of is not None and of != about and other.topic != before.topic:
            return LEAST if self._splitter.leans(message) else _SURE
        if of is None and self._splitter.leans(message):
            return _SURE
        ranked = self._points.rank(message, other.on(today))
        rival = _best(ranked)
        return max(_SURE, rival + _BETTER)

    def _asks_again(self, message: str, before: Intent, *, fits: bool) -> bool:
        """Tell whether `message` asks the whole question before once more; `fits`: some point answers it."""
        alone = self._model.rank(message)
        if not self._model.thresholds.sure(alone) or alone[0].intent != before:
            return False
        return not fits or self._points.beside(self._subjects.unnamed(message), before.title) is None


def _chosen(ranked: Sequence[Ranked], about: Collection[About]) -> tuple[Point, ...]:
    """Return the best point, and a second one that is nearly as good, or is about what is asked where the best is not.

    Of those that say what is unknown, one is enough.
    """
    best, *others = ranked
    second = next((one for one in others[:1] if one.score >= _SECOND * best.score), None)
    if best.point.about not in about:
        asked = next((one for one in others if one.point.about in about and one.score >= LEAST), None)
        second = asked or second
    if second is None or best.score >= STEP:
        return (best.point,)
    pair = (second.point, best.point) if second.point.about in about else (best.point, second.point)
    unknown = [point for point in pair if point.about == About.ASK]
    return tuple(point for point in pair if point.about != About.ASK) + tuple(unknown[:1])


def _nearest(ranked: Sequence[Ranked]) -> tuple[Point, ...]:
    """Return the point that comes nearest to what the answer does not say; none if nothing comes near."""
    return tuple(one.point for one in ranked[:1] if one.score >= _NEAR)


def _tagged(ranked: Sequence[Ranked], about: Collection[About]) -> list[Ranked]:
    """Return the points about what is asked, for a message that has no word in common with them: 能给多少."""
    return [one for one in ranked if one.point.about in about and one.point.about in _PLAIN]


def _best(ranked: Sequence[Ranked]) -> float:
    """Return the score of the best point; 0 if there is none."""
    return ranked[0].score if ranked else 0.0
