"""What a message may mean that comes after another, and what is known of it before anything is learned."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

TOLD = "told"
"""What may come next beside the intents: something is told, and nothing asked."""
DECLINED = "declined"
"""What may come next beside the intents: what is out of scope."""
ACCEPT = 0.33
"""Least probability to answer; chosen on conversations (docs/lab/conversations.md)."""


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


PRIOR: Mapping[str, float] = {
    "alone": 0.5, "alone first": 0.5, "together": 0.3, "points": 1.5, "named": 0.3,
    "same": 1.7, "same points": 1.0, "same signpost": -2.0, "related": 1.0, "former": 1.0,
    "talk": 1.5, "talk wants": -1.0, "declined": 2.0, "declined alone": 0.4, "declined together": 0.2,
    "told": -2.0, "told wants": -1.5, "told asks": -1.4,
}  # fmt: skip
"""Weights of features (intents.interpret.next_turn) before anything is learned; what is learned is drawn to them."""
