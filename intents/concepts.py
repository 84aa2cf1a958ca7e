"""Tell which concepts a message speaks of, and which together: 刀 and 板凳 alike are weapons."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from faq.cues import Cues
from faq.text import bare, normalise


class Concepts:
    """Knows the words for the concepts of one `Faq`.

    A classifier of n-grams learns nothing about a rolling pin from a knife; of danger there are too few examples to
    show it everything that hurts. Pairs tell 老人 + 动不了 from 老人 + 食堂.
    """

    def __init__(self, cues: Cues) -> None:
        """Prepare one table of all words; a longer word wins over a shorter one inside it."""
        self._concepts = {normalise(word): key for key, words in cues.concepts.items() for word in words}
        self._lengths = sorted({len(word) for word in self._concepts}, reverse=True)

    def features(self, message: str) -> list[str]:
        """Return the concepts in `message` (`k…`) and each two of them (`k… …`), in alphabetical order.

        >>> concepts.features('他拿板凳打我头')  # doctest: +SKIP
        ['kbody', 'khitting', 'kweapon', 'kbody hitting', 'kbody weapon', 'khitting weapon']
        """
        found = sorted(set(self._spoken_of(bare(message))))
        return [*map("k".__add__, found), *(f"k{one} {other}" for one, other in itertools.combinations(found, 2))]

    def _spoken_of(self, text: str) -> Iterator[str]:
        start = 0
        while start < len(text):
            length = next((n for n in self._lengths if text[start : start + n] in self._concepts), 0)
            if length:
                yield self._concepts[text[start : start + length]]
            start += length or 1
