"""Find what a message asks of an answer: one of its points, or something that it does not say.

Points are described by what they have in common with the message; a conditional logit, learned from what residents
ask (intents.training.asked_point), weighs that, and what the words of the message say of what it is about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from faq.knowledge.points import About, Point
from faq.knowledge.text import any_of, bare, normalise
from faq.knowledge.types import Intent
from intents.classifier.asked_point import UNSAID, UNTAGGED
from intents.classifier.logit import Candidate
from intents.classifier.model import Model
from intents.interpret.parts import Splitter
from intents.interpret.points import STEP, Points, Ranked

_LONG, _LONGEST = 10, 4
"""Characters of a message of usual length, and how many such lengths count at most."""
_LINE, _LINES = 30, 3
"""The same of a point."""
_MANY = 10
"""Points of an answer of usual length."""
_FIGURE, _AMOUNT = re.compile("[0-9]"), re.compile("[0-9]{3,}")
"""A figure, and one that a message can only have from the point that has it: 3700是一年的还是四年的."""
_ALIKE, _TAGGED = 0.3, 0.3
"""What likeness and a tag are worth beside words where points are compared with the best."""


@dataclass(frozen=True)
class Asked:
    """What may be asked of an answer."""

    point: Point | None
    """A point that tells it; None: the answer does not say it."""
    share: float
    """Probability that it is asked for."""
    score: float = 0.0
    """How well it answers by its words, as `Ranked.score`."""


class AskedPoints:
    """Finds what is asked for with one `Model`."""

    def __init__(self, model: Model, points: Points, splitter: Splitter) -> None:
        """Take the model, what compares points, and what tells asking from telling."""
        self._model = model
        self._points = points
        self._splitter = splitter
        self._counting = re.compile(any_of(model.faq.cues.counting))

    def rank(self, message: str, intent: Intent, district: str | None = None) -> list[Asked]:
        """Return what `message` may ask of `intent`, as it is told, the likeliest first; never empty.

        `district` is the resident's, if it is known: what is for others is left out.
        """
        ranked = self._points.rank(message, intent, district)
        features = self._model.words.features(message)
        shares = self._model.asked_point.shares(self.candidates(message, intent, ranked), features)
        found = [Asked(None, shares.pop(UNSAID))]
        found += [Asked(ranked[int(key)].point, share, ranked[int(key)].score) for key, share in shares.items()]
        return sorted(found, key=lambda one: -one.share)

    def candidates(self, message: str, intent: Intent, ranked: Sequence[Ranked]) -> Iterator[Candidate]:
        """Yield the points of `intent`, which are `ranked`, by their numbers there, and `UNSAID`."""
        counts = bool(self._counting.search(message))
        figures = frozenset(_AMOUNT.findall(normalise(message)))
        worth = [one.words + _ALIKE * one.alike + _TAGGED * one.tagged for one in ranked]
        best = max(worth, default=0.0)
        told = {point.text: at for at, point in enumerate(intent.points)}
        for at, one in enumerate(ranked):
            features = _of(one) | {
                "best": float(worth[at] == best),
                "below": best - worth[at],
                "first": float(told.get(one.point.text) == 0),
                "answer": float(one.point.text in told),
                "figure": float(counts and bool(_FIGURE.search(one.point.text))),
                "same figure": float(not figures.isdisjoint(_AMOUNT.findall(one.point.text))),
                "heading": float(any(word in one.point.text for word in self._model.faq.cues.heading)),
            }
            yield Candidate(str(at), one.point.about or UNTAGGED, features)
        yield Candidate(UNSAID, UNSAID, self._unsaid(message, ranked, sorted(worth, reverse=True)))

    def _unsaid(self, message: str, ranked: Sequence[Ranked], worth: Sequence[float]) -> Mapping[str, float]:
        """Return the features of what the answer does not say; `worth` of its points, the greatest first."""
        about = self._points.about(message)
        best, second = (*worth, 0.0, 0.0)[:2]
        return {
            "unsaid": 1.0,
            "unsaid best": best,
            "unsaid root": math.sqrt(max(0.0, best)),
            "unsaid second": second,
            "unsaid alike": max((one.alike for one in ranked), default=0.0),
            "unsaid classes": max((one.classes for one in ranked), default=0.0),
            "unsaid about": float(bool(about)),
            "unsaid about nothing": float(bool(about) and not any(one.tagged for one in ranked)),
            "unsaid long": min(len(bare(message)) / _LONG, _LONGEST),
            "unsaid asks": float(self._splitter.asks(message)),
            "unsaid wants": float(self._splitter.wants(message)),
            "unsaid many": len(ranked) / _MANY,
        }


def _of(one: Ranked) -> dict[str, float]:
    """Return the features of a point by itself."""
    return {
        "score": min(one.score, STEP),
        "root": math.sqrt(max(0.0, one.words)),
        "classes": one.classes,
        "alike": one.alike,
        "tagged": one.tagged,
        "step": float(one.score >= STEP),
        "unknown": float(one.point.about == About.ASK),
        "long": min(len(one.point.text) / _LINE, _LINES),
    }
