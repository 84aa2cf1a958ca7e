"""Say why a message got its ranking: what each feature added, which training questions lie nearest, who came second.

The classifier is linear, so the explanation is no estimate: contributions and intercept add up to the score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from faq.knowledge.origins import Origin
from faq.knowledge.text import bare
from intents.classifier.model import Floats, Model

NEAREST = 5
"""Training questions shown."""

_KINDS = {"w": "word", "c": "characters", "p": "sound", "v": "words", "s": "words", "l": "letters", "t": "class"}
"""Kinds of features by the letter they begin with (intents.features.words)."""


@dataclass(frozen=True)
class Contribution:
    """What one feature of the message adds to scores."""

    kind: str
    """`word`, `words`, `characters`, `letters`, `sound`, `class`; `other` for a kind unknown here."""
    text: str
    """The feature as it can be read: ^ stands before the first character, $ behind the last."""
    winner: float
    """Added to the score of the winner."""
    runner_up: float
    """Added to the score of the runner-up."""

    @property
    def lead(self) -> float:
        """How far it puts the winner before the runner-up."""
        return self.winner - self.runner_up


@dataclass(frozen=True)
class Scored:
    """A label with its score."""

    label: str
    """Intent id or `OUT_OF_SCOPE`."""
    score: float
    """Decision value: intercept and all contributions."""
    intercept: float
    """What is added whatever the message."""
    probability: float
    """Calibrated, in [0, 1]."""


@dataclass(frozen=True)
class Near:
    """A training question with its likeness to the message."""

    origin: Origin
    """The question and where it stands."""
    likeness: float
    """Cosine of both TF-IDF vectors, in [0, 1]; from `Neighbours.pulling`: what it says for the winner."""


@dataclass(frozen=True)
class Explanation:
    """Why a message got its ranking."""

    message: str
    """What was asked."""
    winner: Scored
    """Label with the highest probability."""
    runner_up: Scored
    """Label with the second highest probability."""
    contributions: tuple[Contribution, ...]
    """One a known feature, the greatest lead first."""
    unknown: tuple[str, ...]
    """Features of the message that no training question has."""
    clauses: tuple[tuple[str, float], ...] = ()
    """Of a story: each clause, and how far it puts the winner before the runner-up by itself; the farthest first."""


def explain(model: Model, message: str, clauses: Sequence[str] = ()) -> Explanation | None:
    """Return why `message`, of these `clauses` if it is a story, is ranked as it is; None if nothing is known."""
    weights, features = model.weights, model.words.features(message)
    if (added := _added(model, message)) is None:
        return None
    scores = np.sum(list(added.values()), axis=0) + weights.intercepts
    probabilities = model.calibration.probabilities(scores.copy())
    first, second = np.argsort(-probabilities, kind="stable")[:2].tolist()
    contributions = [
        Contribution(*readable(feature), float(part[first]), float(part[second])) for feature, part in added.items()
    ]
    alone = [(clause, weights.scores(model.words.features(clause))) for clause in clauses]
    leads = [(clause, float(of[first] - of[second])) for clause, of in alone if of is not None]

    def scored(label: int) -> Scored:
        return Scored(
            weights.labels[label],
            float(scores[label]),
            float(weights.intercepts[label]),
            float(probabilities[label]),
        )

    return Explanation(
        message,
        scored(first),
        scored(second),
        tuple(sorted(contributions, key=lambda c: -c.lead)),
        tuple(readable(f)[1] for f in dict.fromkeys(features) if not weights.knows(f)),
        tuple(sorted(leads, key=lambda lead: -lead[1])),
    )


def _added(model: Model, text: str) -> dict[str, Floats] | None:
    """Return what each known feature of `text` adds to the scores (classes,); None if none is known."""
    weights, features = model.weights, model.words.features(text)
    if (weighed := weights.values(features)) is None:
        return None
    rows, values = weighed
    known = [feature for feature in dict.fromkeys(features) if weights.knows(feature)]
    return dict(zip(known, values[:, None] * weights.said(rows), strict=True))


def readable(feature: str) -> tuple[str, str]:
    """Return kind and text of a feature.

    >>> readable('pdi bao')
    ('sound', 'di bao')
    """
    kind = _KINDS.get(feature[:1])
    return (kind, feature[1:]) if kind else ("other", feature)


class Neighbours:
    """The training questions of a model's knowledge, weighed by its features.

    Made when asked for, in about a second; a serving model carries none of it.
    """

    def __init__(self, model: Model) -> None:
        """Weigh every training question."""
        self._model = model
        first: dict[str, Origin] = {}
        for origin in model.faq.trained_on():
            first.setdefault(bare(origin.question), origin)
        self._known = {(origin.label, question) for question, origin in first.items()}
        self._questions = [
            (origin, *weighed)
            for origin in first.values()
            if (weighed := model.weights.values(model.words.features(origin.question))) is not None
        ]

    def know(self, origin: Origin) -> bool:
        """Tell whether the model was trained on the question of `origin` as one of the same intent."""
        return (origin.label, bare(origin.question)) in self._known

    def nearest(self, message: str, count: int = NEAREST) -> list[Near]:
        """Return the training questions most like `message`, nearest first, at most one a line of the YAML."""
        weighed = self._model.weights.values(self._model.words.features(message))
        if weighed is None:
            return []
        vector = np.zeros(len(self._model.weights.idf))
        vector[weighed[0]] = weighed[1]
        return self._best(vector, count, lambda _: True)

    def pulling(self, message: str, winner: str, loser: str, count: int = NEAREST) -> list[Near]:
        """Return the questions of `winner` that share most of what put it before `loser` on `message`."""
        weights = self._model.weights
        weighed = weights.values(self._model.words.features(message))
        if weighed is None or winner not in weights.labels:
            return []
        rows, values = weighed
        said = weights.said(rows).astype(np.float64)
        difference = said[:, weights.labels.index(winner)]
        if loser in weights.labels:
            difference = difference - said[:, weights.labels.index(loser)]
        vector = np.zeros(len(weights.idf))
        vector[rows] = np.maximum(values * difference, 0)
        return self._best(vector, count, lambda origin: origin.label == winner)

    def _best(self, vector: Floats, count: int, wanted: Callable[[Origin], bool]) -> list[Near]:
        near = [
            Near(origin, float(values @ vector[rows])) for origin, rows, values in self._questions if wanted(origin)
        ]
        lines: dict[str, Near] = {}
        for one in sorted(near, key=lambda one: -one.likeness):
            if len(lines) == count or one.likeness <= 0:
                break
            lines.setdefault(str(one.origin), one)
        return list(lines.values())
