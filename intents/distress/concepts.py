"""Tell which concepts a message speaks of, and which together: 刀 and 板凳 alike are weapons."""

from __future__ import annotations

import itertools
import re

from faq.knowledge.cues import Cues
from faq.knowledge.text import any_of, bare, normalise

SAFE = "ksafe"
"""Feature of words that tell that danger is over."""


class Concepts:
    """Knows the words for the concepts of one `Faq`.

    A classifier of n-grams learns nothing about a rolling pin from a knife; of danger there are too few examples to
    show it everything that hurts. Pairs tell 老人 + 动不了 from 老人 + 食堂.
    """

    def __init__(self, cues: Cues) -> None:
        """Prepare one pattern over all words; a longer word wins over a shorter one that begins like it."""
        self._concepts = {normalise(word): key for key, words in cues.concepts.items() for word in words}
        self._pattern = re.compile(any_of(self._concepts))

    def features(self, message: str) -> list[str]:
        """Return the concepts in `message` (`k…`) and each two of them (`k… …`), in alphabetical order.

        >>> concepts.features('他拿板凳打我头')
        ['kbody', 'khitting', 'kweapon', 'kbody hitting', 'kbody weapon', 'khitting weapon']
        """
        found = sorted({self._concepts[hit[0]] for hit in self._pattern.finditer(bare(message))})
        return [*map("k".__add__, found), *(f"k{one} {other}" for one, other in itertools.combinations(found, 2))]
