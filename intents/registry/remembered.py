"""What is remembered beside models: how each came to be published, and what the gate refused last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Publication:
    """What is remembered of a version beside the model itself."""

    published_at: str
    """Local time, to the second, as ISO 8601; `unknown` if that was lost."""
    replaces: str | None = None
    """Version that served until then; None: none did."""
    forced: bool = False
    """True: published although the gate refused it."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """Shares measured on the checks when its model was trained, by name."""
    texts: bool = False
    """True: its model is that of the version before; only what is told differs."""


@dataclass(frozen=True)
class Refusal:
    """What the gate said of the knowledge it refused last."""

    fingerprint: str
    """Of the knowledge refused."""
    against: str
    """Version that it was compared with."""
    reason: str
    """The verdict, in words."""
    own: bool = True
    """Whether the edit may be behind what is lost."""
