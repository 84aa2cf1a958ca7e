"""What the patterns for personal data are made of."""

from __future__ import annotations

import re
from collections.abc import Callable

HANZI = r"[\u4e00-\u9fff]"
"""Source of a pattern for one Chinese character."""

Replacement = Callable[[re.Match[str]], str]
Step = tuple[re.Pattern[str], Replacement]
"""What is looked for, and what stands in its place."""


def run(characters: str) -> str:
    """Return the source of a pattern for a whole run of `characters`; it begins where the run does, so it is linear."""
    return f"(?<![{characters}])[{characters}]++"
