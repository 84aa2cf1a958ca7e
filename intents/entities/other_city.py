"""Tell whether a message asks for the business of another city: 安阳的低保, 我是安阳的."""

from __future__ import annotations

import re
from collections.abc import Sequence

from faq.knowledge.text import any_of, bare, normalise
from faq.knowledge.types import OUTSIDE, Faq
from intents.entities.places import CLAUSE, Gazetteer, Mention
from intents.entities.subjects import Subjects

_CITY = "□"
"""Stands for the name of another city in a message; no normal form holds it."""


class OtherCity:
    """Knows how residents say that another city is meant."""

    def __init__(self, faq: Faq, gazetteer: Gazetteer) -> None:
        """Prepare the patterns over the cue words."""
        cues = faq.cues
        self._faq = faq
        self._gazetteer = gazetteer
        self._subjects = Subjects(faq)
        self._here = re.compile(any_of(cues.here))
        self._registered = re.compile(any_of(cues.household))
        self._leading = re.compile(any_of((*cues.polite, *cues.filling, *cues.referring, *cues.joining)))
        self._idle = re.compile(any_of((*cues.trailing, *cues.polite)))
        kind = f"{_CITY}(?:市|省|县|区)?"
        there = "(?:那边|那里|那儿|这边|那)?"
        people = any_of((*cues.away, *cues.household))
        self._theirs = re.compile(rf"{kind}{there}(?P<of>的?)(?!{people})(?P<rest>.{{0,40}})")
        self._from = re.compile(rf"(?:^|我|俺|咱|们|人|家)(?:都|就|也|全家)?是?{kind}(?:的|人)(?!{people})")

    def asked(self, message: str, named: Sequence[Mention]) -> Mention | None:
        """Return the other city whose business `message` asks for: 安阳的电话, 那新乡呢; None: it does not.

        `named` is what the gazetteer found in it. Family there, and work, school or a hospital, are no such business.
        """
        if not _foreign(named) or self._here.search(normalise(message)):
            return None
        clauses = self._clauses(message)
        return named[0] if any(self._leads(clause, alone=len(clauses) == 1) for clause in clauses) else None

    def lives(self, message: str, named: Sequence[Mention]) -> Mention | None:
        """Return the other city that the writer of `message` is from, by what it says: 我是安阳的; None: it says none.

        `named` as in `asked`.
        """
        if not _foreign(named) or self._here.search(normalise(message)):
            return None
        return named[0] if any(map(self._from.search, self._clauses(message))) else None

    def settled(self, message: str, named: Sequence[Mention]) -> Mention | None:
        """Return the other city where both the writer of `message` lives and the household is registered; or None.

        `named` as in `asked`.
        """
        if not _foreign(named) or self._here.search(normalise(message)):
            return None
        clauses = [clause for clause in self._clauses(message) if _CITY in clause]
        registered = [clause for clause in clauses if self._registered.search(clause)]
        return named[0] if 0 < len(registered) < len(clauses) and len({one.name for one in named}) == 1 else None

    def _clauses(self, message: str) -> list[str]:
        return [clause for clause in CLAUSE.split(self._gazetteer.marked(message, _CITY)) if clause]

    def _leads(self, clause: str, *, alone: bool) -> bool:
        """Tell whether `clause`, which may be `alone` in its message, begins with the other city that is asked about."""
        before, city, _ = clause.partition(_CITY)
        if not city or "是" in before or bare(self._leading.sub("", before)):
            return False
        found = self._theirs.match(clause, len(before))
        if found is None:
            return False
        rest = found["rest"]
        if not bare(self._idle.sub("", rest)):
            return alone
        return bool(found["of"]) or self._begins(rest)

    def _begins(self, rest: str) -> bool:
        """Tell whether `rest` begins with a subject: 低保多少钱."""
        return any(start == 0 for start, _ in self._subjects.spans(rest))


def _foreign(named: Sequence[Mention]) -> bool:
    return bool(named) and all(mention.district == OUTSIDE for mention in named)
