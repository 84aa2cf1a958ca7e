"""Split a message into the questions it holds, and tell which of its clauses ask something."""

from __future__ import annotations

import re
from enum import Enum

from faq.knowledge import Cues
from faq.text import any_of, bare, normalise

_CLAUSE_END = re.compile(r"[?!。;,、\n]+|\.{2,}|…+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_SHORT = 8
"""Characters up to which a message that names no subject may lean on the question before it."""


class Leaning(Enum):
    """How far a message hangs on the one before it."""

    WHOLE = "whole"
    """It stands alone."""
    SHORT = "short"
    """It is too short to say what it is about."""
    REFERS = "refers"
    """It says by a word that it goes on."""


class Splitter:
    """Knows the cue words of one `Faq`."""

    def __init__(self, cues: Cues) -> None:
        """Prepare patterns over the cue words."""
        self._asks = re.compile(f"[?]|{any_of(cues.asking)}|{any_of(cues.asking_last)}$")
        self._joint = re.compile(f"(?<=.)(?={any_of(cues.joining)})")
        self._joining = re.compile(f"^{any_of(cues.joining)}")
        self._refers = re.compile(f"^{any_of(cues.referring)}|{any_of(cues.trailing)}$")

    def questions(self, message: str) -> list[str]:
        """Return the questions in `message`: each asking clause with the clauses told before it.

        A message with one question, or none, comes back whole.
        """
        found: list[str] = []
        told: list[str] = []
        for clause in self._clauses(message):
            told.append(clause)
            if self._asks.search(clause):
                found.append(",".join(told))
                told = []
        if told and found:
            found[-1] = ",".join([found[-1], *told])
        return found if len(found) > 1 else [message]

    def asking(self, message: str) -> list[str]:
        """Return the clauses of `message` that ask something by themselves."""
        return [clause for clause in self._clauses(message) if self._asks.search(clause)]

    def leaning(self, message: str) -> Leaning:
        """Return how far `message` hangs on the one before it."""
        text = bare(message)
        if len(text) <= 2 * _SHORT and self._refers.search(text):
            return Leaning.REFERS
        return Leaning.SHORT if len(text) <= _SHORT else Leaning.WHOLE

    def _clauses(self, message: str) -> list[str]:
        text = "\n".join(normalise(line) for line in message.splitlines())
        found: list[str] = []
        start = 0
        for end in [*_CLAUSE_END.finditer(text), None]:
            clause = text[start : end.end() if end else len(text)]
            start = end.end() if end else start
            found += [self._joining.sub("", piece.strip(" ,、;。\n")) for piece in self._joint.split(clause)]
        return [clause for clause in found if bare(clause)]
