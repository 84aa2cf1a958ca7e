"""Tell what a message is about by the words that name it."""

from __future__ import annotations

import re

from faq.knowledge.text import any_of, bare, normalise
from faq.knowledge.types import Faq, Intent

_LEFT = 3
"""Characters that a message must have besides what somebody says to be, to ask anything of something else."""


class Subjects:
    """Knows the words for the subjects of one `Faq`: topics, and intents that are a subject of their own."""

    def __init__(self, faq: Faq) -> None:
        """Prepare a pattern over the words and what residents say for them."""
        self._faq = faq
        self._said = {
            normalise(said): key
            for key, words in faq.cues.subjects.items()
            for word in words
            for said in (word, *faq.lexicon.get(word, ()))
        }
        self._pattern = re.compile(any_of(self._said))
        self._filling = re.compile(any_of(faq.cues.filling))
        before = "".join(f"(?<!{re.escape(word)})" for word in faq.cues.standing_after)
        self._standing = re.compile(f"{before}{any_of(faq.cues.standing)}{any_of(self._said)}")

    def named(self, text: str) -> list[str]:
        """Return the keys of the subjects that `text` names, each once, in order."""
        return list(dict.fromkeys(self._said[hit[0]] for hit in self._pattern.finditer(normalise(text))))

    def asked(self, text: str) -> list[str]:
        """Return the keys of the subjects that `text` names, but for what somebody says to be: 俺不吃低保，也给来不."""
        return self.named(self.without_standing(text))

    def without_standing(self, text: str) -> str:
        """Return `text` in normal form without what somebody says to be, or all of it if little is left."""
        whole = normalise(text)
        left = self._standing.sub(" ", whole)
        return left if len(bare(left)) > _LEFT else whole

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where in normalised `text` subjects are named."""
        return [hit.span() for hit in self._pattern.finditer(text)]

    def unnamed(self, text: str) -> str:
        """Return `text` in normal form without the words that name subjects."""
        return self._pattern.sub(" ", normalise(text))

    def only(self, text: str) -> bool:
        """Tell whether `text` names a subject and says nothing of it: 那特困呢."""
        rest, count = self._pattern.subn("", normalise(text))
        return count > 0 and not bare(self._filling.sub("", rest))

    def of(self, intent: Intent) -> str | None:
        """Return the subject of `intent`, or None; see `Faq.subject`."""
        return self._faq.subject(intent)

    def word(self, key: str) -> str:
        """Return the usual word for a subject."""
        return self._faq.cues.subjects[key][0]

    def intents(self, key: str) -> list[Intent]:
        """Return the intents about a subject."""
        return [intent for intent in self._faq.intents.values() if key in (intent.id, intent.topic)]

    def moved(self, text: str, key: str) -> str:
        """Return `text` with its subject replaced by the one of `key`, or put before it.

        >>> subjects.moved('低保怎么申请', 'tekun')
        '特困怎么申请'
        """
        word = self.word(key)
        moved, count = self._pattern.subn(word, normalise(text), count=1)
        return moved if count else f"{word},{text}"
