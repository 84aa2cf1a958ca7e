"""Words and patterns that texts are looked through for (suspects.yaml): placeholders, promises, what is unknown."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from faq.knowledge.fields import STRICT_KEYS

SUSPECTS = Path(__file__).parents[1] / "suspects.yaml"
"""Where they stand; it belongs to the program, whatever folder is checked."""


@dataclass(frozen=True)
class Suspects:
    """What `check` looks for in texts."""

    __pydantic_config__ = STRICT_KEYS

    area_code: str
    """Of fixed telephones of the city."""
    local_digits: int
    """Digits behind it."""
    placeholders: tuple[str, ...]
    """Patterns of blanks that were never filled in."""
    not_before: tuple[str, ...]
    """Words that turn a promise into its opposite when they stand before it."""
    promises: tuple[str, ...]
    """Patterns of promises."""
    passwords: tuple[str, ...]
    """Words behind which a password stands."""
    door_units: tuple[str, ...]
    """Units of an address, of which two make a home."""
    unknown: tuple[str, ...]
    """Patterns of saying that something is not known, or only whom to ask."""


@functools.cache
def suspects() -> Suspects:
    """Return what stands in suspects.yaml."""
    return TypeAdapter(Suspects).validate_python(yaml.safe_load(SUSPECTS.read_text(encoding="utf-8")))
