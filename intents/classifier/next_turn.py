"""How residents go on: the learned weights by which what may come next is ranked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

TOLD = "told"
"""What may come next beside the intents: something is told, and nothing asked."""
DECLINED = "declined"
"""What may come next beside the intents: what is out of scope."""

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
    """Weight of each feature (intents.interpret.next_turn); of one not named, 0."""
    accept: float = 0.33
    """Least probability to answer."""

    def shares(self, candidates: Iterable[tuple[str, Mapping[str, float]]]) -> dict[str, float]:
        """Return the probability of each of `candidates`, which come with their features; at least one."""
        weights = self.weights
        scores = {
            key: sum(weights.get(name, 0.0) * value for name, value in features.items()) for key, features in candidates
        }
        highest = max(scores.values())
        odds = {key: math.exp(score - highest) for key, score in scores.items()}
        total = sum(odds.values())
        return {key: share / total for key, share in odds.items()}
