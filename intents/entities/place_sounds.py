"""Find names of places by their sound: 寻县, liyang lu jiedao, qibin区."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from intents.features.pinyin import readings, spelled, syllable

T = TypeVar("T")

READINGS = 8
"""Most ways to read one name."""

SHORT = 2
"""Syllables of a name that is heard in Latin letters only where somebody says where he lives: qixian is 期限 too."""

CORE = 3
"""Characters, less the suffix, of a name that may have one of them wrong: 大贲店镇."""

_HEAD = 2
"""Characters at the beginning of a name that are looked at before all others; less than `CORE`."""

_LIVING = frozenset({"zai", "wo", "an", "zu", "jia"})
_LATIN = re.compile("[a-z]")
_PART = re.compile(r"[a-z]+|[^a-z]")


class _Syllable(NamedTuple):
    """One syllable of a message."""

    sound: str
    """Folded toneless pinyin; '' for anything that has none."""
    written: str
    """The character; '' for Latin letters."""


class Sounds(Generic[T]):
    """Names by sound, each with what it means."""

    def __init__(self, kinds: Iterable[str], common: Iterable[str] = ()) -> None:
        """Take the last words of names, and what names have in common; there are no names yet.

        A last word must be written right: 期限 sounds like 淇县, and is no county. A name of which nothing but what is
        `common` is written right was not meant: 鹤壁城乡 is no slip of 鹤壁集乡, for 鹤壁 is the city.
        """
        self._common = frozenset(common)
        self._kind = re.compile(f"(?:{'|'.join(sorted(map(re.escape, kinds), key=len, reverse=True)) or '(?!)'})$")
        self._by_sound: dict[tuple[str, ...], dict[str, T]] = defaultdict(dict)
        self._masked: dict[str, T | None] = {}
        self._heads: dict[int, set[str]] = defaultdict(set)
        self._tails: set[str] = set()
        self._suffixes: set[str] = set()
        self._longest = 0

    def add(self, name: str, meaning: T) -> None:
        """Add a name; the first meaning of a sound stays. Names that end in no word for a place are left out."""
        if len(name) < SHORT or not self._kind.search(name):
            return
        self._suffixes.add(name[-1])
        self._longest = max(self._longest, len(name))
        ways = itertools.product(*(readings(character) for character in name))
        for sounds in itertools.islice(ways, READINGS):
            self._by_sound[sounds].setdefault(name[-1], meaning)
        self._heads[len(name)].add(name[:_HEAD])
        self._tails.add(name[_HEAD:])
        for masked in self._masks(name):
            known = self._masked.setdefault(masked, meaning)
            if known != meaning:
                self._masked[masked] = None  # two places are that near: a slip could mean either

    def heard(self, text: str) -> Iterator[T]:
        """Yield what names that sound like a part of normalised `text` mean, else what nearly written ones mean."""
        if self._suffixes.isdisjoint(text) and not _LATIN.search(text):
            return
        found = False
        for meaning in self._sounding(list(_syllables(text))):
            found = True
            yield meaning
        if not found:
            yield from self._slips(text)

    def _sounding(self, spoken: list[_Syllable]) -> Iterator[T]:
        sounds = tuple(one.sound for one in spoken)
        for end in range(SHORT, len(spoken) + 1):
            last = spoken[end - 1]
            if last.written and last.written not in self._suffixes:
                continue
            for start in range(max(0, end - self._longest), end - 1):
                named = self._by_sound.get(sounds[start:end])
                if named is None or not _plain(spoken, start, end):
                    continue
                meaning = named.get(last.written) if last.written else next(iter(named.values()))
                if meaning is not None:
                    yield meaning
                    break

    def _slips(self, text: str) -> Iterator[T]:
        """Yield names of which one character is wrong."""
        for end, character in enumerate(text, 1):
            if character in self._suffixes:
                for start in range(max(0, end - self._longest), end - CORE):
                    head, tail = text[start : start + _HEAD], text[start + _HEAD : end]
                    if tail not in self._tails and head not in self._heads[end - start]:
                        continue  # with one character wrong one of the two is right; this spares nearly all tries
                    meant = (self._masked.get(masked) for masked in self._masks(text[start:end]))
                    meaning = next((one for one in meant if one is not None), None)
                    if meaning is not None:
                        yield meaning
                        break

    def _masks(self, name: str) -> Iterator[str]:
        """Yield `name` with one character before its last word left open; nothing for a short name."""
        kind = self._kind.search(name)
        core = kind.start() if kind else 0
        if core >= CORE:
            right = (place for place in range(core) if name[:place] + name[place + 1 : core] not in self._common)
            yield from (f"{name[:place]}*{name[place + 1 :]}" for place in right)


def _plain(spoken: list[_Syllable], start: int, end: int) -> bool:
    """Tell whether the syllables are a place and not an ordinary word that sounds alike."""
    if end - start > SHORT or any(one.written for one in spoken[start:end]):
        return True
    before = spoken[start - 1].sound if start else ""
    says_who = start > 1 and before == "si" and spoken[start - 2].sound in _LIVING
    return not before or before in _LIVING or says_who


def _syllables(text: str) -> Iterator[_Syllable]:
    for part in _PART.findall(text):
        if part.isascii() and part.isalpha():
            yield from (_Syllable(sound, "") for sound in spelled(part) or ("",))
        elif not part.isspace():
            yield _Syllable(syllable(part), part)
