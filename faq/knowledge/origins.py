"""Where in the YAML each question stands, so that whatever a model does can be traced to a line an admin can mend."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from faq.knowledge.text import bare


@dataclass(frozen=True)
class Origin:
    """A question and the line it is written on."""

    label: str
    """Id of its intent, or `OUT_OF_SCOPE`."""
    question: str
    """One wording; several of them may come from one line."""
    file: Path
    """The YAML file."""
    line: int
    """Line in it, from 1."""

    @functools.cached_property
    def bared(self) -> str:
        """The question in the form in which equal ones are equal."""
        return bare(self.question)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Written:
    """On which lines of a file the questions of an intent, or those to decline, stand."""

    file: Path
    """The YAML file."""
    questions: tuple[int, ...]
    """Line of each question, in their order, from 1."""
    checks: tuple[int, ...] = ()
    """Line of each check."""
