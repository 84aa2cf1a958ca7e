"""Rank what a message may mean that comes after another: each intent, something told, something out of scope.

What may come is described by features of the message, of the candidate and of both; a conditional logit, learned from
conversations (intents.training.next_turn), weighs them, and what the words of the message say of each kind.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from faq.knowledge.points import About
from faq.knowledge.text import bare
from faq.knowledge.types import Intent
from intents.classifier.logit import Candidate
from intents.classifier.model import Guess, Model
from intents.classifier.next_turn import DECLINED, TOLD, Kind
from intents.entities.subjects import Subjects
from intents.interpret.context import Context, odds_outside
from intents.interpret.follow_up import Rank
from intents.interpret.parts import Splitter
from intents.interpret.points import Points

_UNLIKELY = 1e-3
"""Probability, of a message by itself and behind what was asked, below which an intent is no candidate: in 199 of 200
turns of the lessons none of these is right."""
_FLOOR = 1e-4
"""Probability below which none is told apart."""
_FURTHEST = math.log((1 - _FLOOR) / _FLOOR)
"""Greatest logarithm of odds."""
_MOST = 1.5
"""Most that points are worth."""
_LONG, _LONGEST = 8, 4
"""Characters of a short message, and by how many such lengths more a message counts as longer at most."""
_COMPARED = 120
"""Characters of the longest message that is compared with the points of answers."""

Features = Mapping[str, float]
"""Value of each feature by its name."""


@dataclass(frozen=True)
class _Message:
    """What is asked of a message once."""

    leans: float
    long: float
    asks: float
    wants: float
    refers: float
    named: frozenset[str]
    """Keys of the subjects that it names."""
    about: frozenset[About]
    alone: Mapping[str, float]
    """Probability of each intent, of the message by itself."""
    together: Mapping[str, float]
    """The same with the title of what was asked before in front of it."""
    outside: float
    """By how much it is out of scope by itself."""
    outside_together: float
    """The same with that title."""

    @functools.cached_property
    def first(self) -> str:
        """Id of the intent that is likeliest by itself; '' if there is none."""
        return max(self.alone, key=self.alone.__getitem__, default="")


class NextTurns:
    """Ranks next turns with one `Model`."""

    def __init__(self, model: Model, splitter: Splitter, subjects: Subjects, points: Points) -> None:
        """Take the model, and what tells asking from telling, what a message is about, and what answers say."""
        self._model = model
        self._splitter = splitter
        self._subjects = subjects
        self._points = points

    def rank(self, message: str, context: Context, rank: Rank) -> dict[str, float]:
        """Return the probability of each candidate, the likeliest first: ids of intents, `TOLD`, `DECLINED`.

        The longer ago it is that something was asked, the more the message counts by itself.
        """
        features, fresh = self._model.words.features(message), context.freshness
        likely = self._model.next_turn.shares(self.candidates(message, context, rank), features)
        alone = {guess.intent.id: guess.confidence for guess in rank(message)}
        itself = {**alone, DECLINED: 1 - sum(alone.values())}
        shares = {key: fresh * share + (1 - fresh) * itself.get(key, 0.0) for key, share in likely.items()}
        return {key: shares[key] for key in sorted(shares, key=lambda key: -shares[key])}

    def candidates(self, message: str, context: Context, rank: Rank) -> Iterator[Candidate]:
        """Yield what may come next, each once."""
        left = self._subjects.without_standing(message)
        alone, together = rank(left), rank(f"{context.intent.title},{message}")
        said = self._message(message, left, alone, together)
        likely = [guess.intent for ranking in (alone, together) for guess in ranking if guess.confidence >= _UNLIKELY]
        before = [context.intent] if context.former is None else [context.intent, context.former]
        intents = {intent.id: intent for intent in (*before, *likely)}
        compared = len(message) <= _COMPARED
        for intent in intents.values():
            points, tagged = self._said(message, intent, said.about, context.today) if compared else (0.0, 0.0)
            features = self._of(intent, context, said, points, tagged)
            yield Candidate(intent.id, self._kind(intent, context), _present(features))
        yield Candidate(DECLINED, Kind.DECLINED, _present(self._declined(context, said)))
        yield Candidate(TOLD, Kind.TOLD, _present(self._told(said)))

    def _kind(self, intent: Intent, context: Context) -> Kind:
        if intent == context.intent:
            return Kind.SAME
        if self._model.faq.small_talk(intent):
            return Kind.TALK
        if self._model.faq.signpost(intent):
            return Kind.SIGNPOST
        near = intent.topic == context.intent.topic or intent.id in context.intent.related
        return Kind.NEAR if near else Kind.OTHER

    def _message(self, message: str, left: str, alone: Sequence[Guess], together: Sequence[Guess]) -> _Message:
        splitter = self._splitter
        return _Message(
            leans=float(splitter.leans(message)),
            long=min(max(0.0, len(bare(message)) / _LONG - 1), _LONGEST),
            asks=float(splitter.asks(message)),
            wants=float(splitter.wants(message)),
            refers=float(splitter.refers(message)),
            named=frozenset(self._subjects.named(left)),
            about=frozenset(self._points.about(message)),
            alone={guess.intent.id: guess.confidence for guess in alone},
            together={guess.intent.id: guess.confidence for guess in together},
            outside=_outside(alone),
            outside_together=_outside(together),
        )

    def _said(self, message: str, intent: Intent, about: Collection[About], today: dt.date) -> tuple[float, float]:
        """Return how well a point of the answer of `intent` answers, and whether it is about what is asked."""
        if self._model.faq.small_talk(intent):
            return 0.0, 0.0
        ranked = self._points.rank(message, intent.on(today))
        if not ranked:
            return 0.0, 0.0
        return min(ranked[0].score, _MOST), float(ranked[0].point.about in about)

    def _of(self, intent: Intent, context: Context, said: _Message, points: float, tagged: float) -> Features:
        """Return the features of `intent` as what comes next."""
        faq, of = self._model.faq, self._subjects.of(intent)
        alone, together = _log(said.alone.get(intent.id, 0.0)), _log(said.together.get(intent.id, 0.0))
        own = not said.named.isdisjoint({of, intent.id, intent.topic})
        other = bool(said.named) and not own
        found = {
            "alone": alone,
            "alone first": float(intent.id == said.first),
            "together": together,
            "points": points,
            "points leans": points * said.leans,
            "tagged": tagged,
            "named": float(own),
        }
        if intent == context.intent:
            found |= {
                "same": 1.0,
                "same leans": said.leans,
                "same asks": said.asks,
                "same wants": said.wants,
                "same refers": said.refers,
                "same points": points,
                "same points leans": points * said.leans,
                "same tagged": tagged,
                "same another named": float(other),
                "same signpost": float(faq.signpost(intent)),
            }
        else:
            subject = context.key(self._model.faq)
            topic, related = float(intent.topic == context.intent.topic), float(intent.id in context.intent.related)
            same_subject = float(of is not None and of == subject)
            former = float(intent == context.former)
            found |= {
                "topic": topic,
                "related": related,
                "subject leans": same_subject * said.leans,
                "former": former,
                "former leans": former * said.leans,
                "former points": former * points,
            }
        if faq.small_talk(intent):
            found |= {"talk": 1.0, "talk asks": said.asks, "talk wants": said.wants}
        elif faq.signpost(intent):
            found["signpost"] = 1.0
        elif of is None:
            found["general"] = 1.0
        if faq.topics[intent.topic].passing:
            found["passing"] = 1.0
        return found

    def _declined(self, context: Context, said: _Message) -> Features:
        """Return the features of something out of scope."""
        return {
            "declined alone": said.outside,
            "declined together": said.outside_together,
            "declined": 1.0,
            "declined leans": said.leans,
            "declined named": float(bool(said.named)),
            "declined asks": said.asks,
            "declined long": said.long,
            "declined signpost": float(self._model.faq.signpost(context.intent)),
            "declined again": float(context.strange),
            "declined again leans": context.strange * said.leans,
        }

    @staticmethod
    def _told(said: _Message) -> Features:
        """Return the features of something that is only told."""
        return {
            "told": 1.0,
            "told wants": said.wants,
            "told asks": said.asks,
            "told long": said.long,
            "told leans": said.leans,
            "told alone": _log(max(said.alone.values(), default=0.0)),
            "told named": float(bool(said.named)),
        }


def _log(probability: float) -> float:
    return math.log(max(probability, _FLOOR))


def _outside(ranking: Sequence[Guess]) -> float:
    """Return the logarithm of the odds of out of scope against all intents; 0 where nothing is known."""
    return min(max(math.log(odds_outside(ranking)), -_FURTHEST), _FURTHEST) if ranking else 0.0


def _present(features: Features) -> Features:
    return {name: value for name, value in features.items() if value}
