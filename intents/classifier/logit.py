"""Choose among candidates by learned weights: a conditional logit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from intents.classifier.weights import Weights


class Candidate(NamedTuple):
    """What may be chosen for a message."""

    key: str
    """Names it among the candidates of the message."""
    kind: str
    """What it is, so that the words of a message can speak for it."""
    features: Mapping[str, float]
    """Value of each of its features by its name; those of value 0 may be left out."""


@dataclass(frozen=True)
class Logit:
    """What was learned of choices of one sort."""

    weights: Mapping[str, float]
    """Weight of each feature of candidates; of one not named, 0."""
    words: Weights | None = None
    """What each feature of a message says for candidates of each kind (labels: the kinds); None: nothing."""

    def shares(self, candidates: Iterable[Candidate], features: Sequence[str]) -> dict[str, float]:
        """Return the probability of each of `candidates`, at least one, of a message with `features`."""
        weights, kinds = self.weights, self._kinds(features)
        scores = {
            one.key: kinds.get(one.kind, 0.0)
            + sum(weights.get(name, 0.0) * value for name, value in one.features.items())
            for one in candidates
        }
        highest = max(scores.values())
        odds = {key: math.exp(score - highest) for key, score in scores.items()}
        total = sum(odds.values())
        return {key: share / total for key, share in odds.items()}

    def _kinds(self, features: Sequence[str]) -> Mapping[str, float]:
        """Return what a message with `features` adds to the score of each kind."""
        scores = self.words.scores(features) if self.words else None
        if self.words is None or scores is None:
            return {}
        return dict(zip(self.words.labels, scores.tolist(), strict=True))
