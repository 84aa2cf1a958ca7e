"""Look into an answer that was given for what a later turn asks of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from faq.knowledge.points import About, Point
from faq.knowledge.types import Intent
from intents.classifier.model import Model
from intents.entities.subjects import Subjects
from intents.interpret.asked_points import Asked, AskedPoints
from intents.interpret.meaning import Meaning
from intents.interpret.parts import Splitter
from intents.interpret.points import STEP, Given, Points

_SECOND = 0.3
"""Share of the best point's probability from which on a second one is given with it."""
_TOLD = 0.36
"""How well a point must answer somebody who only tells something to be told: 我爸三级 肢体."""
_NEAR = 0.25
"""How well a point must answer to be told as what comes nearest to what the answer does not say.

These were chosen on the rows `learn` of tests/data/dev_points.tsv.
"""


_SURE, _LIKELY = 0.6, 0.4
"""Least probability of a point to be told as what was asked, and as what comes nearest to it: of those that strangers
were told with less, three of four were beside the point (docs/lab/conversations.md)."""


class Leaning:
    """Knows what the answers of one `Model` say of what is asked after them."""

    def __init__(self, model: Model, points: Points, splitter: Splitter, subjects: Subjects) -> None:
        """Take the model, and what knows its points, tells asking from telling and knows what a message is about."""
        self._model = model
        self._points = points
        self._splitter = splitter
        self._subjects = subjects
        self._asked = AskedPoints(model, points, splitter)

    def part(self, message: str, meaning: Meaning, today: dt.date, district: str | None, *, last: bool) -> Meaning:
        """Return `meaning` with the points that `message` asks for of an answer that was given, the `last` or before.

        As it is if the whole is asked again; with nothing answered if something is told that no point speaks of.
        """
        before = meaning.answered[0].intent
        told = before.on(today)
        if not told.in_force(today):
            return meaning
        found = self._asked.rank(message, told, district)
        fits = found[0].point is not None
        if not self._splitter.leans(message) and self._asks_again(message, before, fits=fits):
            return meaning
        if not self._splitter.wants(message) and max(one.score for one in found) < _TOLD:
            return replace(meaning, answered=(), offered=(), told=True)
        if fits and (not last or _sure(found[0])):
            return self._given(message, found, meaning, told, district)
        return self._not_said(message, found, meaning) if last else meaning

    def _given(
        self, message: str, found: Sequence[Asked], meaning: Meaning, told: Intent, district: str | None
    ) -> Meaning:
        """Return `meaning` with the points of `told` that were asked for, and what must be known of them.

        That today's figure is not known is not told without the last one known of the resident's `district`.
        """
        chosen = _chosen(found)
        if all(point.about == About.ASK for point in chosen):
            own = [p for one in found if (p := one.point) and district in self._points.local.districts(p)]
            chosen = (*own[:1], *chosen)
        cautions = [self._points.caution(told, point) for point in chosen]
        points = tuple(dict.fromkeys([*[*filter(None, cautions)][:1], *chosen]))
        return replace(meaning, offered=(), given=Given(points, about=frozenset(self._points.about(message))))

    def _not_said(self, message: str, found: Sequence[Asked], meaning: Meaning) -> Meaning:
        """Return that the answer does not say what is asked, with what comes nearest."""
        near = [one.point for one in found if one.score >= _NEAR or one.share >= _LIKELY]
        nearest = tuple(filter(None, near))[:1]
        given = Given(nearest, said=False, about=frozenset(self._points.about(message)))
        return replace(meaning, offered=(), given=given)

    def _asks_again(self, message: str, before: Intent, *, fits: bool) -> bool:
        """Tell whether `message` asks the whole question before once more; `fits`: some point answers it."""
        alone = self._model.rank(message)
        if not self._model.thresholds.sure(alone) or alone[0].intent != before:
            return False
        return not fits or self._points.beside(self._subjects.unnamed(message), before.title) is None


def _sure(best: Asked) -> bool:
    """Tell whether the `best` point may be told as what was asked; that something is not known may be told sooner."""
    unknown = best.point is not None and best.point.about == About.ASK
    return best.share >= (_LIKELY if unknown else _SURE) or best.score >= STEP


def _chosen(found: Sequence[Asked]) -> tuple[Point, ...]:
    """Return the likeliest point, and a second one that is nearly as likely; what is unknown comes last.

    A step asked for by its number is all that is told.
    """
    step = max(found, key=lambda one: one.score)
    if step.point is not None and step.score >= STEP:
        return (step.point,)
    likely = [one for one in found if one.point is not None][:2]
    points = [one.point for one in likely if one.point and one.share >= _SECOND * likely[0].share]
    return tuple(sorted(points, key=lambda point: point.about == About.ASK))
