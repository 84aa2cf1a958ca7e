"""From what a resident typed to the features of the classifier: words, characters and sounds."""

from __future__ import annotations

import functools
import itertools
import operator
import re
from pathlib import Path

from faq.knowledge import Faq
from faq.text import any_of, normalise
from intents.pinyin import spelled, syllables
from intents.tokenizer import tokenizer

ELSEWHERE = "@"
"""Stands for every place outside the city, so that one city's questions teach about all others."""

_REPEATED = re.compile(r"([^\W\d])\1{2,}")
_LATIN = re.compile(r"[a-z]+(?: [a-z]+)*")
_LONGEST_WORD = 6
"""Syllables of the longest word that is looked for in pinyin."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SEPARATORS = re.compile(r"[^\w#@]+|_")


class Words:
    """Cuts messages into features; belongs to one `Faq`, whose lexicon and places it knows."""

    def __init__(self, faq: Faq, cache: Path) -> None:
        """Load the dictionary; `cache` is a private folder for it."""
        self._canonical = {said: word for word, variants in faq.lexicon.items() for said in variants}
        self._cut = tokenizer(cache, (*faq.lexicon, *self._canonical))
        spoken = [(tuple(syllables(word)), word) for word in faq.lexicon]
        self._spoken = {sounds: word for sounds, word in reversed(spoken) if len(sounds) > 1}
        traps, outside = (any_of(map(normalise, names)) for names in (faq.places.traps, faq.places.outside))
        self._outside = re.compile(f"{traps}|(?P<name>{outside})")
        self.features = functools.lru_cache(maxsize=4)(self._features)  # two classifiers look at one message
        """Return the features of a message; see `_features`."""

    def canonical(self, message: str) -> list[str]:
        """Return the message as words, each in its canonical form; punctuation is gone, numbers are `#`.

        A hotline's number is kept: it is a name.
        """
        text = _REPEATED.sub(r"\1", normalise(message))
        text = self._outside.sub(lambda found: ELSEWHERE if found["name"] else found[0], text)
        text = _LATIN.sub(lambda found: self._written(found[0]), text)
        text = _NUMBER.sub(lambda found: found[0] if _is_hotline(found[0]) else "#", text)
        words: list[str] = []
        for chunk in _SEPARATORS.split(text):
            words += [self._canonical.get(word, word) for word in self._cut(chunk)]
        return words

    def _written(self, letters: str) -> str:
        """Return words of the lexicon for Latin `letters` that spell them in pinyin; other syllables stay."""
        parts = [spelled(word) for word in letters.split()]
        sounds = tuple(itertools.chain.from_iterable(parts))
        if not all(parts) or len(sounds) < 2:
            return letters
        written, start = [], 0
        while start < len(sounds):
            ends = range(min(len(sounds), start + _LONGEST_WORD), start + 1, -1)
            end = next((end for end in ends if sounds[start:end] in self._spoken), start + 1)
            written.append(self._spoken.get(sounds[start:end], sounds[start]))
            start = end
        return f" {' '.join(written)} "

    def _features(self, message: str) -> tuple[str, ...]:
        """Return the features of `message`, with repeats; empty if nothing in it can be read.

        Words (`w…`), characters and pairs of them (`c…`, with ^ before the first and $ behind the last), syllables
        and pairs of them (`p…`). Longer runs were tried and made the model larger, not better.
        """
        words = self.canonical(message)
        if not words:
            return ()
        text = "".join(word for word in words if not word.isascii() or word in ("#", ELSEWHERE))
        sounds = list(syllables(" ".join(words)))
        return (
            *map("w".__add__, words),
            *map("c".__add__, text),
            *map("c".__add__, map(operator.add, f"^{text}", f"{text}$")),
            *map("p".__add__, sounds),
            *map("p".__add__, map(" ".join, itertools.pairwise(sounds))),
        )


def _is_hotline(number: str) -> bool:
    """Tell whether digits are a name (110, 12345) and not an amount or an age."""
    return (len(number) == 5 and number[:2] in ("12", "96")) or number in ("110", "119", "120", "122", "114")
