"""Who may be at risk in a message of danger, and what is known of it before anything is learned."""

from __future__ import annotations

from collections.abc import Mapping

WRITER, ANOTHER = "writer", "another"
"""The writer himself, alone or with others; somebody else, whom he sees, hears or knows of."""

KINDS = (WRITER, ANOTHER)

PRIOR: Mapping[str, float] = {"relative": 1.0, "witness": 1.0, "denies": 3.0, "suffers": 1.0, "before": 1.4}
"""Weights of features (intents.distress.at_risk) before anything is learned; what is learned is drawn to them. Nothing
is learned of who it was `before`, for the lines stand alone."""
