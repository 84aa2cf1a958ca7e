"""Look into an answer that was given for what a later turn asks of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from faq.knowledge.points import About, Point
from faq.knowledge.types import Intent
from intents.classifier.model import Model
from intents.entities.subjects import Subjects
from intents.interpret.meaning import Meaning
from intents.interpret.parts import Splitter
from intents.interpret.points import STEP, Given, Points, Ranked

LEAST = 0.3
"""How well a point must answer a follow-up of the answer that it belongs to; below, the answer does not say it."""
_NEAR = 0.25
"""How well it must answer such a turn to be told as what comes nearest."""
_SECOND = 0.7
"""Share of the best point's score from which on a second one is given with it.

These were chosen on the rows `learn` of tests/data/dev_points.tsv.
"""
_PLAIN = frozenset({About.AMOUNT, About.TIME, About.FEE, About.ONLINE, About.PLACE, About.PHONE})
"""What is asked about so plainly that a point of this kind answers, whatever its words."""


class Leaning:
    """Knows what the answers of one `Model` say of what is asked after them."""

    def __init__(self, model: Model, points: Points, splitter: Splitter, subjects: Subjects) -> None:
        """Take the model, and what knows its points, tells asking from telling and knows what a message is about."""
        self._model = model
        self._points = points
        self._splitter = splitter
        self._subjects = subjects

    def part(self, message: str, meaning: Meaning, today: dt.date, district: str | None, *, last: bool) -> Meaning:
        """Return `meaning` with the points that `message` asks for of an answer that was given, the `last` or before.

        As it is if the whole is asked again.
        """
        before = meaning.answered[0].intent
        told = before.on(today)
        if not told.in_force(today):
            return meaning
        ranked = self._points.rank(message, told, district)
        best, tagged = _best(ranked), _tagged(ranked, self._points.about(message))
        fits = best >= LEAST or bool(tagged)
        if not self._splitter.leans(message) and self._asks_again(message, before, fits=fits):
            return meaning
        if fits:
            return self._given(message, ranked if best >= LEAST else tagged, meaning, told, district)
        return self._not_said(message, ranked, meaning) if last else meaning

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

    def _not_said(self, message: str, ranked: Sequence[Ranked], meaning: Meaning) -> Meaning:
        """Return that no answer says what is asked, with what comes nearest."""
        given = Given(_nearest(ranked), said=False, about=frozenset(self._points.about(message)))
        return replace(meaning, offered=(), given=given)

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
