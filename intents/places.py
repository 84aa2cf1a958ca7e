"""Find the district, town or foreign city that a message names, through typos too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faq.knowledge import OUTSIDE, Cues, Places
from faq.text import any_of, bare, normalise
from intents.pinyin import syllable


@dataclass(frozen=True)
class Mention:
    """A place that a message names."""

    district: str | None
    """District as in places.yaml, `OUTSIDE` for another city, None if only the city itself is named."""
    town: str | None
    """Town or street of the district; None if none was named."""
    name: str
    """The place as the message names it."""


class Gazetteer:
    """Knows all names of `Places`."""

    def __init__(self, places: Places, cues: Cues) -> None:
        """Prepare one pattern over all names; longer names win over shorter ones inside them."""
        self._living = re.compile(any_of(cues.living))
        self._meant: dict[str, Mention] = {}
        for name in places.outside:
            self._add(name, OUTSIDE, None)
        for name in places.city:
            self._add(name, None, None)
        self._by_sound: dict[str, Mention] = {}
        self._suffixes = frozenset(
            name[-1] for district, entry in places.districts.items() for name in (district, *entry.towns)
        )
        for district, entry in places.districts.items():
            for town, aliases in entry.towns.items():
                for name in (town, *aliases):
                    self._add(name, district, town)
            for landmark, town_of in entry.landmarks.items():
                self._add(landmark, district, town_of)
            for name in (district, *entry.aliases):
                self._add(name, district, None)
        self._pattern = re.compile(any_of([*map(normalise, places.traps), *self._meant]))

    def find(self, message: str) -> Mention | None:
        """Return the place of this city that `message` names, the most exact one; else a foreign one; else None."""
        return best(self.all(message))

    def all(self, message: str) -> list[Mention]:
        """Return every place that `message` names, in order."""
        text = normalise(message)
        found = [self._meant[hit[0]] for hit in self._pattern.finditer(text) if hit[0] in self._meant]
        if any(mention.district not in (None, OUTSIDE) for mention in found):
            return found
        return found + list(self._heard(text))

    def only(self, message: str) -> bool:
        """Tell whether `message` says where in the city somebody lives, and nothing else: 我在淇县, 淇县的."""
        places = {mention.district for mention in self.all(message)}
        rest = bare(self._living.sub("", self._pattern.sub("", normalise(message))))
        return bool(places) and not places & {None, OUTSIDE} and not rest

    def _add(self, name: str, district: str | None, town: str | None) -> None:
        written = normalise(name)
        self._meant.setdefault(written, Mention(district, town, name))
        if district not in (None, OUTSIDE) and (key := _sound_key(written, self._suffixes)):
            self._by_sound.setdefault(key, Mention(district, town, name))

    def _heard(self, text: str) -> Iterator[Mention]:
        """Yield places of the city whose names sound like a part of `text`."""
        for end in range(2, len(text) + 1):
            if text[end - 1] not in self._suffixes:
                continue
            for start in range(max(0, end - 6), end - 1):
                key = _sound_key(text[start:end], self._suffixes)
                if key and (mention := self._by_sound.get(key)):
                    yield mention
                    break


def best(mentions: Sequence[Mention]) -> Mention | None:
    """Return the most exact mention: a town before a district before a foreign place before the city alone."""

    def exactness(mention: Mention) -> int:
        if mention.district is None:
            return 0
        return 1 if mention.district == OUTSIDE else 3 if mention.town else 2

    return max(mentions, key=exactness, default=None)


def _sound_key(name: str, suffixes: frozenset[str]) -> str:
    """Return sounds plus the written suffix, or '' for a name too short to be told by its sound.

    The suffix must be written right: 期限 sounds like 淇县, but is no county.
    """
    if name[-1:] not in suffixes or len(name) < 2:
        return ""
    sounds = [syllable(character) for character in name[:-1]]
    return " ".join([*sounds, name[-1]]) if all(sounds) else ""
