"""Find signs of danger in a message: by their words, and by their sound when the words are misspelled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from faq.knowledge import Emergency, Faq
from faq.template import expand
from faq.text import bare
from intents.pinyin import syllable, syllables

_BETWEEN_BRACKETS = re.compile(r"[^()|]+")
_LATIN = re.compile("[a-z]")
_HEARD_FROM = 4
"""Syllables a sign needs to be told by its sound alone; shorter ones sound like harmless words."""


class Signs:
    """Knows the signs of every emergency of a `Faq`."""

    def __init__(self, faq: Faq) -> None:
        """Expand the signs of each kind."""
        self._kinds = {name: _Kind(emergency) for name, emergency in faq.emergencies.items()}
        self._signs = _Phrases(sign for kind in self._kinds.values() for sign in kind.signs)
        self._sounds = _Phrases(sound for kind in self._kinds.values() for sound in kind.sounds)

    def seen_in(self, message: str) -> tuple[str, ...]:
        """Return the kinds of emergencies that `message` shows signs of, in the file's order."""
        text = bare(message)
        sounds = tuple(syllables(text))
        if not (self._signs.stand_in(text) or self._sounds.stand_in(sounds)):
            return ()  # as nearly always, and seven times as fast
        return tuple(name for name, kind in self._kinds.items() if kind.shows(text, sounds))


class _Kind:
    def __init__(self, emergency: Emergency) -> None:
        signs, unless = _expanded(emergency.signs), _expanded(emergency.unless)
        self.signs, self._unless = _Phrases(signs), _Phrases(unless)
        self.sounds, self._unless_sounds = _Phrases(_sounds(signs)), _Phrases(_sounds(unless))

    def shows(self, text: str, sounds: tuple[str, ...]) -> bool:
        return any(map(self.signs.stand_in, self._unless.cut_out(text))) or any(
            map(self.sounds.stand_in, self._unless_sounds.cut_out(sounds))
        )


class _Phrases:
    """A set of phrases, each a string or a tuple of syllables; a pattern of so many would take a second to compile."""

    def __init__(self, phrases: Iterable[Sequence[str]]) -> None:
        self._phrases = frozenset(phrases)
        self._lengths = sorted(set(map(len, self._phrases)), reverse=True)
        self._head = min(2, *self._lengths) if self._lengths else 1
        self._heads = frozenset(phrase[: self._head] for phrase in self._phrases)

    def __iter__(self) -> Iterator[Sequence[str]]:
        return iter(self._phrases)

    def stand_in(self, text: Sequence[str]) -> bool:
        windows = (text[start : start + self._head] for start in range(len(text)))
        return any(self._at(text, start) for start, window in enumerate(windows) if window in self._heads)

    def cut_out(self, text: Sequence[str]) -> Iterator[Sequence[str]]:
        """Yield what is left of `text` between the phrases, longest phrases first."""
        begun = start = 0
        while start < len(text):
            if length := self._at(text, start):
                yield text[begun:start]
                begun = start = start + length
            else:
                start += 1
        yield text[begun:]

    def _at(self, text: Sequence[str], start: int) -> int:
        """Return the length of the longest phrase that begins at `start`, or 0."""
        if text[start : start + self._head] not in self._heads:
            return 0
        return next((n for n in self._lengths if text[start : start + n] in self._phrases), 0)


def _expanded(lines: Iterable[str]) -> set[str]:
    """Return every phrase that `lines` stand for, bare; texts are bared before they are multiplied."""
    plain = (_BETWEEN_BRACKETS.sub(lambda text: bare(text[0]), line) for line in lines)
    return {phrase for line in plain for phrase in expand(line)} - {""}


def _sounds(phrases: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for phrase in phrases:
        if len(phrase) < _HEARD_FROM:
            continue  # no character has two syllables
        sounds = tuple(syllables(phrase) if _LATIN.search(phrase) else filter(None, map(syllable, phrase)))
        if len(sounds) >= _HEARD_FROM:
            yield sounds
