"""Decide whether a message asks about a part of an answer, and which of its points answer it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from faq.knowledge.points import About, Point
from faq.knowledge.text import bare, bounded
from faq.knowledge.types import CRISIS, Intent
from intents.classifier.model import OFFERED, Guess, Model, top
from intents.entities.subjects import Subjects
from intents.interpret.context import Context
from intents.interpret.follow_up import FRESH
from intents.interpret.interpreter import Meaning
from intents.interpret.parts import Splitter
from intents.interpret.points import STEP, Given, Points, Ranked

_LEAST = 0.3
"""How well a point must answer a follow-up of the answer that it belongs to; below, the answer does not say it."""
_NEAR = 0.25
"""How well it must answer such a turn to be told as what comes nearest."""
_SURE = 0.5
"""How well it must answer a message that may mean something else."""
_TOLD = 0.36
"""How well it must answer a message that only tells something: 我爸三级 肢体."""
_FIRST = 0.7
"""How well it must answer a first question to be told before the rest of the answer."""
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
_WHERE = frozenset({About.PLACE, About.PHONE})
"""What may be asked of a signpost; it says nothing else."""
_STRANGE = 0.5
"""Probability of out of scope from which on a message that was not understood asks for no part."""
_STAYS = 0.8
"""How surely a message that does not lean must ask about the answer before to hear that it does not say it."""
_PLAINLY = 0.95
_RIVAL, _TURNS = 0.05, 0.5
"""How sure something else must be else to be asked back about, and to be answered."""
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

    def narrowed(
        self, message: str, meaning: Meaning, context: Context | None, today: dt.date, district: str | None = None
    ) -> Meaning:
        """Return `meaning` of `message`, said after the question in `context`, with the points it asks for.

        `district` is the resident's, if it is known.

        A turn that leans on the answer before gets a point or two of it in place of the whole; one that the answer
        does not say gets none; a first question about a part gets that part first. Danger and several questions at
        once are left as they are.
        """
        message = bounded(message)
        if meaning.danger or meaning.after or meaning.over or len(meaning.answered) > 1 or not bare(message):
            return meaning
        before = self._before(message, context)
        if explained := self._explained(message, meaning, before):
            return explained
        if before is not None and context is not None and self._may_lean(message, before):
            narrowed = self._follows(message, meaning, before, context, today, district)
            if narrowed is not None:
                return narrowed
        return self._first(message, meaning, today, district)

    def closer(self, message: str, last: Intent, subject: Intent, today: dt.date) -> Intent:
        """Return which of two answers `message` asks more of: the `last`, or the one before of a `subject` of its own.

        A signpost only says whom to ask: behind it, nothing else is asked of it than where that is.
        """
        if self._model.faq.signpost(last):
            return last if self._points.about(message) & _WHERE else subject
        near, far = (self._points.rank(message, intent.on(today))[:1] for intent in (last, subject))
        score = far[0].score if far else 0.0
        return subject if score >= max(_LEAST, near[0].score if near else 0.0) else last

    def _before(self, message: str, context: Context | None) -> Intent | None:
        """Return the intent that a message may lean on; None: nothing was asked, or long ago, or it was small talk.

        A signpost is leaned on only by what asks where to go.
        """
        if context is None or context.freshness < FRESH or context.intent.id == CRISIS:
            return None
        if self._model.faq.signpost(context.intent) and not self._points.about(message) & _WHERE:
            return None
        return None if self._model.faq.small_talk(context.intent) else context.intent

    def _may_lean(self, message: str, before: Intent) -> bool:
        """Tell whether `message` is short and names no subject but that of `before`."""
        named, said = set(self._subjects.named(message)) - {before.id, before.topic}, bare(message)
        words = sum(not character.isdecimal() for character in said)  # a number alone asks nothing
        return not named and words > 1 and len(said) <= _LONGEST

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
        given = Given((Point(term.means, About.MEANING),), term=word)
        return replace(meaning, answered=(guess,), offered=(), given=given)

    def _follows(
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
        if not told.in_force(today) or (answered != before and self._apart(message, answered, before)):
            return None
        ranked = self._points.rank(message, told, district)
        best = ranked[0].score if ranked else 0.0
        only_told = best < _TOLD and not self._splitter.wants(message)  # it asks for no point
        if answered != before:
            alone = self._model.rank(message)
            if answered and top(alone) >= _PLAINLY and alone[0].intent == answered and not self._points.step(message):
                return None
            if only_told or best < self._least(message, answered, before, today):
                return None
            guess = Guess(before, max(context.freshness * 0.5, self._model.thresholds.accept))
            return self._given(message, ranked, replace(meaning, answered=(guess,)), told, district)
        tagged = _tagged(ranked, self._points.about(message))
        fits = best >= _LEAST or bool(tagged)
        leans = self._splitter.leans(message)
        if only_told or (not leans and self._asks_again(message, before, fits=fits)):
            return None
        meant = replace(meaning, answered=meaning.answered or meaning.offered[:1])
        if best >= _LEAST:
            return self._given(message, ranked, meant, told, district)
        if nearby := self._nearby(message, meaning, before, today, district):
            return nearby
        if tagged:
            return self._given(message, tagged, meant, told, district)
        doubtful = not leans and top(meaning.answered) < _STAYS
        back = self._asked_back(message, meaning, before) if doubtful else None
        return back or self._not_said(message, ranked, meant)

    def _apart(self, message: str, answered: Intent | None, before: Intent) -> bool:
        """Tell whether `message` is small talk, asks what a near answer says, or is none of ours: 快递几天到."""
        if answered is not None:
            return self._model.faq.small_talk(answered) or _near(answered, before)
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
            near = (one.point for one in ranked if one.score >= _LEAST)
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
            return _LEAST if self._splitter.leans(message) else _SURE
        if of is None and self._splitter.leans(message):
            return _SURE
        ranked = self._points.rank(message, other.on(today))
        rival = ranked[0].score if ranked else 0.0
        return max(_SURE, rival + _BETTER)

    def _asks_again(self, message: str, before: Intent, *, fits: bool) -> bool:
        """Tell whether `message` asks the whole question before once more; `fits`: some point answers it."""
        alone = self._model.rank(message)
        if not self._model.thresholds.sure(alone) or alone[0].intent != before:
            return False
        return not fits or self._points.beside(self._subjects.unnamed(message), before.title) is None

    def _first(self, message: str, meaning: Meaning, today: dt.date, district: str | None) -> Meaning:
        """Return `meaning` with the points that are told first where the question is about a part of the answer."""
        if len(meaning.answered) != 1 or self._model.faq.small_talk(meaning.answered[0].intent):
            return meaning
        told = meaning.answered[0].intent.on(today)
        asked = self._points.beside(self._subjects.unnamed(message), told.title)
        if asked is None or len(bare(message)) > _LONGEST or not told.in_force(today):
            return meaning
        ranked = self._points.rank(asked, told, district)
        if not ranked or ranked[0].score < _FIRST or ranked[0].point in told.points[:1]:
            return meaning
        if district is None and self._points.local.districts(ranked[0].point):
            return meaning  # whose figure it is stands in the whole answer
        about = self._points.about(asked)
        if told.points[0].about in about or (ranked[0].point.about not in about and ranked[0].point in told.points):
            return meaning  # that is what the whole answer is about
        return replace(meaning, given=Given((ranked[0].point,), whole=True))


def _near(other: Intent, before: Intent) -> bool:
    """Tell whether `other` is of the same topic as `before` or related: it has its own answer to what is asked."""
    return other.topic == before.topic or other.id in before.related


def _chosen(ranked: Sequence[Ranked], about: Collection[About]) -> tuple[Point, ...]:
    """Return the best point, and a second one that is nearly as good, or is about what is asked where the best is not.

    Of those that say what is unknown, one is enough.
    """
    best, *others = ranked
    second = next((one for one in others[:1] if one.score >= _SECOND * best.score), None)
    if best.point.about not in about:
        asked = next((one for one in others if one.point.about in about and one.score >= _LEAST), None)
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
