"""How residents go on: the learned weights by which what may come next is ranked."""

from __future__ import annotations

from collections.abc import Mapping
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
