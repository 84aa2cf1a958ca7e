"""Tell whether a message asks for the business of another city: 安阳的低保, 我是安阳的."""

from __future__ import annotations

import re
from collections.abc import Sequence

from faq.knowledge.text import any_of, bare, normalise
from faq.knowledge.types import OUTSIDE, Faq, Intent
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
        self._being = re.compile(any_of(cues.being))
        self._belonging = tuple(cues.belonging)
        people = any_of((*cues.away, *cues.household))
        joint = any_of(map(normalise, faq.places.joints))
        self._theirs = re.compile(rf"{_CITY}(?P<joint>{joint})?(?!{people})(?P<rest>.{{0,40}})")
        writer, being, natives = map(any_of, (cues.selves, cues.being, cues.natives))
        self._from = re.compile(rf"(?:^|{writer})(?:{being})?{_CITY}{natives}(?!{people})")

    def responsible(
        self, message: str, named: Sequence[Mention], answered: Sequence[Intent], *, ours: bool
    ) -> Mention | None:
        """Return the other city that has to answer `message`; None: it is for this one.

        `named` is what the gazetteer found in it, `answered` what it was taken for; `ours` tells that the writer is
        known to live here. Family away from home, and work, school or a hospital there, are no business of that city.
        Who is from there is told what anybody may have here, and that benefits of households are not.
        """
        if not named or any(mention.district != OUTSIDE for mention in named) or self._here.search(normalise(message)):
            return None
        policies = [intent for intent in answered if not self._faq.small_talk(intent)]
        if answered and not policies:
            return None
        clauses = [clause for clause in CLAUSE.split(self._gazetteer.marked(message, _CITY)) if clause]
        if any(self._leads(clause, alone=len(clauses) == 1) for clause in clauses):
            return named[0]
        topics = [self._faq.topics[intent.topic] for intent in policies]
        if ours or not all(topic.household or topic.general for topic in topics):
            return None
        settled = len({mention.name for mention in named}) == 1 and self._settled(clauses)
        is_from = all(topic.household for topic in topics) and any(map(self._from.search, clauses))
        return named[0] if settled or is_from else None

    def _settled(self, clauses: Sequence[str]) -> bool:
        """Tell whether the writer both lives in the city that `clauses` name, and is registered there."""
        there = [clause for clause in clauses if _CITY in clause]
        return 0 < sum(self._registered.search(clause) is not None for clause in there) < len(there)

    def _leads(self, clause: str, *, alone: bool) -> bool:
        """Tell whether `clause`, which may be `alone` in its message, begins with the city that is asked about."""
        before, city, _ = clause.partition(_CITY)
        if not city or self._being.search(before) or bare(self._leading.sub("", before)):
            return False
        found = self._theirs.match(clause, len(before))
        if found is None:
            return False
        rest = found["rest"]
        if not bare(self._idle.sub("", rest)):
            return alone
        return (found["joint"] or "").endswith(self._belonging) or self._begins(rest)

    def _begins(self, rest: str) -> bool:
        """Tell whether `rest` begins with a subject: 低保多少钱."""
        return any(start == 0 for start, _ in self._subjects.spans(rest))
