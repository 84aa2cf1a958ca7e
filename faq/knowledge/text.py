"""Tell when two writings are the same text: one normal form for everything residents and admins type."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable

from opencc import OpenCC

LONGEST = 4096
"""Characters of the longest message Telegram delivers, and of the longest text in normal form that is looked at."""
_DROPPED = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "So", "Sk", "Mn", "Me"})


@functools.cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


_PIECES = 256
"""Texts remembered in normal form: those of one message, whose clauses are looked at from many sides; no more."""


@functools.lru_cache(maxsize=_PIECES)
def normalise(text: str) -> str:
    """Return `text` with one form per character: NFKC, lower case, simplified, no emoji, single spaces.

    >>> normalise('  ＤＩＢＡＯ  農村低保戶怎麼申請？😀 ')
    'dibao 农村低保户怎么申请?'
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    return simplified(" ".join(folded.translate(_KEPT).split()))


def simplified(text: str) -> str:
    """Return `text` in simplified characters.

    >>> simplified('農村低保')
    '农村低保'
    """
    return str(_to_simplified().convert(text))


def bounded(text: str) -> str:
    """Return `text` so that it and its normal form have at most `LONGEST` characters: the door of all that reads it.

    Of a longer one the beginning and the end are kept. One that only its normal form makes longer loses the characters
    that stand for several (Ⅷ, ㎉, ﷺ: up to 18), and no other; no word of danger is written with them.

    >>> bounded('ﷺ' * 4090 + '救命'), bounded('ﷺ救命')
    ('救命', 'ﷺ救命')
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}\n{text[1 - LONGEST // 2 :]}"
    if len(text) * _EXPANDED <= LONGEST or len(unicodedata.normalize("NFKC", text).lower()) <= LONGEST:
        return text
    several = {c for c in set(text) if len(unicodedata.normalize("NFKC", c).lower()) > 1}
    return text.translate(dict.fromkeys(map(ord, several)))


_EXPANDED = 18
"""Characters of the longest normal form of one: ﷺ."""


class _Kept(dict[int, str | None]):
    """What `str.translate` makes of each character: itself, a space, or nothing; filled as characters are met."""

    def __missing__(self, code: int) -> str | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        character = chr(code)
        self[code] = " " if character.isspace() else None if unicodedata.category(character) in _DROPPED else character
        return self[code]


_REMEMBERED = 20_000
"""Characters remembered, so that nobody fills the memory with all of Unicode."""
_KEPT = _Kept()


@functools.lru_cache(maxsize=_PIECES)
def bare(text: str) -> str:
    """Return `text` in normal form without spaces and punctuation: equal for wordings a resident would call the same.

    >>> bare('低保 怎么申请？') == bare('低保怎麼申請')
    True
    """
    return "".join(filter(str.isalnum, normalise(text)))


def bigrams(text: str) -> frozenset[str]:
    """Return every two neighbouring characters of `text`.

    >>> sorted(bigrams('abab'))
    ['ab', 'ba']
    """
    return frozenset(map("".join, itertools.pairwise(text)))


def any_of(phrases: Iterable[str]) -> str:
    """Return the source of a pattern that finds any of `phrases`, longer ones first; nothing if there is none.

    A look at the first character spares nearly every try of hundreds of names.

    >>> re.findall(any_of(['浚县', '浚县小河镇']), '浚县小河镇和浚县')
    ['浚县小河镇', '浚县']
    """
    ordered = sorted(set(phrases) - {""}, key=lambda phrase: (-len(phrase), phrase))
    if not ordered:
        return r"(?!)"
    heads = "".join(sorted({re.escape(phrase[0]) for phrase in ordered}))
    return f"(?=[{heads}])(?:{'|'.join(map(re.escape, ordered))})"
