"""What a message may ask of an answer, and what is known of it before anything is learned."""

from __future__ import annotations

from collections.abc import Mapping

from faq.knowledge.points import About

UNSAID = "unsaid"
"""What may be asked for beside the points of an answer: what it does not say."""

UNTAGGED = "untagged"
"""Kind of a point of which nobody has said what it is about."""

KINDS = (*About, UNTAGGED, UNSAID)
"""What a point may be about, and `UNSAID`."""

PRIOR: Mapping[str, float] = {"score": 4.0, "best": 1.0, "same figure": 2.0, "unsaid": 2.0}
"""Weights of features (intents.interpret.asked_points) before anything is learned; what is learned is drawn to them."""
