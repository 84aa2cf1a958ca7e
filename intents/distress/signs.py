"""Find signs of danger in a message: by their words, and by their sound when the words are misspelled."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from weakref import WeakValueDictionary

import ahocorasick

from faq.knowledge.template import expand
from faq.knowledge.text import bare
from faq.knowledge.types import Emergency, Faq
from intents.features.pinyin import syllables

_BETWEEN_BRACKETS = re.compile("[^()|（）｜]+")
_HEARD_FROM = 4
"""Syllables a sign needs to be told by its sound alone; shorter ones sound like harmless words."""
_FIRST = 0xE000
"""Code of the first of the private characters that stand for syllables: strings are sought, not lists of strings."""


class Signs:
    """Knows the signs of every emergency of a `Faq`."""

    def __init__(self, faq: Faq) -> None:
        """Expand the signs of each kind."""
        self._syllables = _Syllables()
        self._kinds = tuple(faq.emergencies)
        emergencies = tuple(faq.emergencies.values())
        written = functools.cache(bare)  # the same few words stand between the brackets of most signs
        self._written = _Phrases(emergencies, written)
        self._heard = _Phrases(emergencies, functools.cache(lambda text: self._sounds(written(text))), _HEARD_FROM)

    @classmethod
    def of(cls, faq: Faq) -> Signs:
        """Return the signs of `faq`; who asks for the same ones shares them, as a new model does with the old one."""
        written = tuple((kind, *emergency.signs, "", *emergency.unless) for kind, emergency in faq.emergencies.items())
        if (signs := _in_use.get(written)) is None:
            signs = _in_use[written] = cls(faq)
        return signs

    def seen_in(self, message: str) -> tuple[str, ...]:
        """Return the kinds of emergencies that `message` shows signs of, in the file's order."""
        text = bare(message)
        seen = self._written.seen_in(text) | self._heard.seen_in(self._sounds(text))
        return tuple(self._kinds[kind] for kind in sorted(seen))

    def _sounds(self, text: str) -> str:
        """Return one character for each syllable of bare `text`."""
        return "".join(map(self._syllables.__getitem__, syllables(text)))


_in_use: WeakValueDictionary[tuple[tuple[str, ...], ...], Signs] = WeakValueDictionary()
"""Signs by what is written of them, for as long as somebody holds them."""


class _Syllables(dict[str, str]):
    """A character for each syllable, filled as syllables are met; there are a few hundred."""

    def __missing__(self, sound: str) -> str:
        self[sound] = chr(_FIRST + len(self))
        return self[sound]


class _Phrases:
    """Signs and their exceptions, in one way to write them, looked for all at once."""

    def __init__(self, emergencies: Iterable[Emergency], written: Callable[[str], str], least: int = 1) -> None:
        """Expand the phrases of at least so many characters; what stands between brackets is `written` first."""

        def phrases(lines: Iterable[str]) -> Iterator[str]:
            for line in lines:
                expanded = expand(_BETWEEN_BRACKETS.sub(lambda text: written(text[0]), line))
                yield from (phrase for phrase in expanded if len(phrase) >= least)

        kinds: dict[str, tuple[int, ...]] = {}
        self._unless: list[_Seek] = []
        for kind, emergency in enumerate(emergencies):
            for sign in phrases(emergency.signs):
                kinds[sign] = (*kinds.get(sign, ()), kind)
            exceptions = {exception: len(exception) for exception in phrases(emergency.unless)}
            self._unless.append(_automaton(exceptions).iter_long if exceptions else _nothing)
        shapes: dict[tuple[int, tuple[int, ...]], int] = {}  # few, and a number costs nothing where a tuple would
        numbers = {sign: shapes.setdefault((len(sign), of), len(shapes)) for sign, of in kinds.items()}
        self._signs: _Seek = _automaton(numbers).iter if numbers else _nothing
        self._shapes = tuple(shapes)

    def seen_in(self, text: str) -> set[int]:
        """Return the numbers of the emergencies of which a sign stands in `text` and touches no exception."""
        signs = [(end, *self._shapes[shape]) for end, shape in self._signs(text)]
        excepted = {kind: self._excepted(kind, text) for kind in {kind for _, _, kinds in signs for kind in kinds}}
        return {
            kind
            for end, length, kinds in signs
            for kind in kinds
            if excepted[kind].isdisjoint(range(end + 1 - length, end + 1))
        }

    def _excepted(self, kind: int, text: str) -> set[int]:
        """Return which characters of `text` belong to exceptions, of which longer ones go before shorter ones."""
        return {at for end, length in self._unless[kind](text) for at in range(end + 1 - length, end + 1)}


_Seek = Callable[[str], Iterable[tuple[int, int]]]
"""Yields the last place in a text, and the number, of each phrase that stands there."""


def _automaton(phrases: Mapping[str, int]) -> ahocorasick.Automaton:
    """Return what finds any of `phrases`, each with its number, in a time that does not depend on how many they are."""
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    for phrase, number in phrases.items():
        automaton.add_word(phrase, number)
    automaton.make_automaton()
    return automaton


def _nothing(_: str) -> Iterable[tuple[int, int]]:
    """Find nothing, as an automaton of no phrases should."""
    return ()
