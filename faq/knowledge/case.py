"""A question with the intents that are right for it: what models are measured on."""

from __future__ import annotations

from dataclasses import dataclass

OUT_OF_SCOPE = "oos"
"""Label of a question to decline."""


@dataclass(frozen=True)
class Case:
    """A question with the intents that are right for it."""

    question: str
    """What a resident types."""
    expected: frozenset[str]
    """Ids of which any is right; `OUT_OF_SCOPE` for a question to decline."""
    where: str = ""
    """Place it is written at, as file:line; '' if it is written nowhere."""

    @property
    def in_scope(self) -> bool:
        """Whether some intent is right."""
        return self.expected != {OUT_OF_SCOPE}
