"""Find the district, town or foreign city that a message names, through typos too."""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faq.knowledge.cues import Cues
from faq.knowledge.text import any_of, bare, normalise
from faq.knowledge.types import OUTSIDE, Places
from intents.entities.place_sounds import Sounds

_PAUSE = ","
_AGE = re.compile("(?:今年|虚岁|快)?(?:[0-9]{2,3}|[一二三四五六七八九]?十[一二三四五六七八九]?)(?:多?岁)?[了啦嘞]?")
"""Somebody's age, as it is told beside where he lives."""
CLAUSE = re.compile(r"[,.;!?:、。]|\s")
"""Ends a clause of a message in normal form."""


@dataclass(frozen=True)
class Mention:
    """A place that a message names."""

    district: str | None
    """District as in places.yaml, `OUTSIDE` for another city, None if only the city itself is named."""
    town: str | None
    """Town or street of the district; None if none was named."""
    name: str
    """The place as the message names it."""

    @property
    def ours(self) -> bool:
        """Tell whether it names a district of the city or a place in one."""
        return self.district not in (None, OUTSIDE)


@dataclass(frozen=True)
class _Hit:
    """A mention and where it stands."""

    start: int
    end: int
    mention: Mention


class Gazetteer:
    """Knows all names of `Places`."""

    def __init__(self, places: Places, cues: Cues) -> None:
        """Prepare one table of all names; longer names win over shorter ones inside them."""
        self._living = re.compile(any_of(cues.living))
        self._registered = re.compile(any_of(cues.household))
        self._kind = re.compile(any_of(map(normalise, places.kinds)))
        self._joints = frozenset(map(normalise, places.joints)) | {""}
        self._meant: dict[str, Mention | None] = {normalise(trap): None for trap in places.traps}
        self._sounds: Sounds[Mention] = Sounds(map(normalise, places.kinds), map(normalise, places.city))
        for name in (*places.outside, *places.counties):
            self._add(name, OUTSIDE, None)
        for name in places.city:
            self._add(name, None, None)
        for district, entry in places.districts.items():
            for town, aliases in entry.towns.items():
                for name in (town, *aliases):
                    self._add(name, district, town)
            for landmark, town_of in entry.landmarks.items():
                self._add(landmark, district, town_of)
            for name in (district, *entry.aliases):
                self._add(name, district, None)
        own = ((name, *entry.aliases) for name, entry in places.districts.items())
        self._districts = frozenset(map(normalise, itertools.chain.from_iterable(own)))
        self._unique = frozenset(district for district in places.districts if district[-1] != "区")
        self._lengths: dict[str, list[int]] = {}
        for name in sorted(self._meant, key=len, reverse=True):
            lengths = self._lengths.setdefault(name[:2], [])
            if len(name) not in lengths:
                lengths.append(len(name))

    def find(self, message: str) -> Mention | None:
        """Return the place of this city that `message` names, the most exact one; else a foreign one; else None.

        With the city itself and a foreign place named (户口在鹤壁，人在郑州) it is the city.
        """
        return best(self.all(message))

    def all(self, message: str) -> list[Mention]:
        """Return every place that `message` names, in order."""
        text = normalise(message)
        hits = list(self._hits(text))
        found = [hit.mention for hit in self._located(text, hits)]
        if any(mention.ours for mention in found):
            return found
        spans = [(s, e) for s, e, meant in hits if meant is None or meant.district]  # 贺壁集镇 begins with the city
        return found + list(self._sounds.heard(_without(text, spans, _PAUSE)))

    def household(self, message: str, named: Sequence[Mention]) -> Mention | None:
        """Return where `message` says somebody is registered (户口在安阳，人在淇滨区: 安阳); None: it does not say.

        `named` is what `all` found in it; only where one clause of several tells is that one searched again.
        """
        clauses = [clause for clause in CLAUSE.split(normalise(message)) if clause]
        telling = [clause for clause in clauses if self._registered.search(clause)]
        if len(telling) == len(clauses) == 1:
            return best(named)
        return best([mention for clause in telling for mention in self.all(clause)])

    def only(self, message: str, named: Sequence[Mention]) -> bool:
        """Tell whether `message` says where in the city somebody lives, and his age at most: 淇县的, 今年七十.

        `named` is what `all` found in it.
        """
        text = normalise(message)
        places = {mention.district for mention in named}
        if not places or places & {None, OUTSIDE}:
            return False
        text = _without(text, [hit[:2] for hit in self._hits(text)])
        return not bare(_AGE.sub("", self._living.sub("", text)))

    def marked(self, message: str, mark: str) -> str:
        """Return `message` in normal form with `mark` for each name of a foreign place."""
        text = normalise(message)
        spans = [hit for hit in self._hits(text) if hit[2] and hit[2].district == OUTSIDE]
        kept, behind = [], 0
        for start, end, _ in spans:
            kept += [text[behind:start], mark]
            behind = end
        return "".join([*kept, text[behind:]])

    def coarse(self, message: str) -> str:
        """Return `message` in normal form with its district in the place of each town, street, village and building."""
        text = normalise(message)
        kept, behind = "", 0
        for hit in self._located(text, list(self._hits(text))):
            name, district = text[hit.start : hit.end], hit.mention.district
            if district is None or not hit.mention.ours or name in self._districts:
                continue
            kept += text[behind : hit.start]
            kept += "" if kept.endswith(district) else district
            rest = self._kind.match(text, hit.end)  # 浚县小河 is a name of 小河镇, which leaves its last word
            behind = rest.end() if rest else hit.end
        return kept + text[behind:]

    def _add(self, name: str, district: str | None, town: str | None) -> None:
        written = normalise(name)
        mention = Mention(district, town, name)
        if written and self._meant.setdefault(written, mention) == mention and mention.ours:
            self._sounds.add(written, mention)

    def _hits(self, text: str) -> Iterator[tuple[int, int, Mention | None]]:
        """Yield start, end and meaning of each name in `text`, the longest at each place; None: a trap."""
        behind = 0
        for start, pair in enumerate(map(operator.add, text, text[1:])):
            if start < behind or pair not in self._lengths:
                continue
            for length in self._lengths[pair]:
                name = text[start : start + length]
                if name in self._meant:
                    yield start, start + length, self._meant[name]
                    behind = start + length
                    break

    def _located(self, text: str, hits: Sequence[tuple[int, int, Mention | None]]) -> list[_Hit]:
        """Return the mentions in `text`; a name of ours that lies in a foreign place is that place: 深圳龙岗街道."""
        found: list[_Hit] = []
        for start, end, mention in hits:
            if mention is None:
                continue
            before = found[-1] if found else None
            if (
                before is not None
                and before.mention.district == OUTSIDE
                and mention.ours
                and text[start:end] not in self._unique
                and text[before.end : start] in self._joints
            ):
                found[-1] = _Hit(before.start, end, before.mention)
                continue
            found.append(_Hit(start, end, mention))
        return found


def _without(text: str, spans: Sequence[tuple[int, int]], instead: str = "") -> str:
    """Return `text` with each character of `spans`, which are in order, replaced by `instead`."""
    kept, behind = [], 0
    for start, end in spans:
        kept += [text[behind:start], instead * (end - start)]
        behind = end
    return "".join([*kept, text[behind:]])


def best(mentions: Sequence[Mention]) -> Mention | None:
    """Return the most exact mention: a town before a district before the city before a foreign place."""

    def exactness(mention: Mention) -> int:
        if mention.district is None:
            return 1
        return 0 if mention.district == OUTSIDE else 3 if mention.town else 2

    return max(mentions, key=exactness, default=None)
