"""How residents go on: the learned weights by which what may come next is ranked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from intents.classifier.weights import Weights

TOLD = "told"
"""What may come next beside the intents: something is told, and nothing asked."""
DECLINED = "declined"
"""What may come next beside the intents: what is out of scope."""


class Kind(StrEnum):
    """What a candidate is to what was asked before: the words of a message say much about that (多久 stays with it)."""

    SAME = "same"
    """The same intent."""
    NEAR = "near"
    """Another of its topic, or one of its related intents."""
    OTHER = "other"
    """Another policy."""
    TALK = "talk"
    """Small talk."""
    SIGNPOST = "signpost"
    """Whose business it is instead."""
    TOLD = "told"
    """`TOLD`."""
    DECLINED = "declined"
    """`DECLINED`."""


class Candidate(NamedTuple):
    """What may come next."""

    key: str
    """Id of an intent, `TOLD` or `DECLINED`."""
    kind: Kind
    """What it is to what was asked before."""
    features: Mapping[str, float]
    """Value of each of its features by its name; those of value 0 left out."""


PRIOR: Mapping[str, float] = {
    "alone": 0.5, "alone first": 0.5, "together": 0.3, "points": 1.5, "named": 0.3,
    "same": 1.7, "same points": 1.0, "same signpost": -2.0, "related": 1.0, "former": 1.0,
    "talk": 1.5, "talk wants": -1.0, "declined": 2.0, "declined alone": 0.4, "declined together": 0.2,
    "told": -2.0, "told wants": -1.5, "told asks": -1.4,
}  # fmt: skip
"""Weights where nothing was learned; what is learned is drawn towards them."""


@dataclass(frozen=True)
class NextTurn:
    """What was learned of next turns."""

    weights: Mapping[str, float] = field(default_factory=lambda: PRIOR)
    """Weight of each feature of candidates (intents.interpret.next_turn); of one not named, 0."""
    words: Weights | None = None
    """What each word of a message says of the `Kind` of what comes next (labels: every `Kind`); None: nothing."""
    accept: float = 0.33
    """Least probability to answer."""

    def shares(self, candidates: Iterable[Candidate], features: Sequence[str]) -> dict[str, float]:
        """Return the probability of each of `candidates`, at least one, of a message with `features`."""
        weights, kinds = self.weights, self._kinds(features)
        scores = {
            one.key: kinds[one.kind] + sum(weights.get(name, 0.0) * value for name, value in one.features.items())
            for one in candidates
        }
        highest = max(scores.values())
        odds = {key: math.exp(score - highest) for key, score in scores.items()}
        total = sum(odds.values())
        return {key: share / total for key, share in odds.items()}

    def _kinds(self, features: Sequence[str]) -> Mapping[str, float]:
        """Return what a message with `features` adds to the score of each `Kind`."""
        scores = self.words.scores(features) if self.words else None
        if self.words is None or scores is None:
            return dict.fromkeys(Kind, 0.0)
        return dict(zip(self.words.labels, scores.tolist(), strict=True))
