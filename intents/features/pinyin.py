"""Toneless pinyin, folded so that what sounds alike in Henan speech and voice input is spelled alike."""

from __future__ import annotations

import functools
import os
import re
import unicodedata
from collections.abc import Iterator

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # the phrase tables take 60 MB and are not needed here

from pypinyin.constants import PINYIN_DICT

_FOLDS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_LONGEST_RUN = 120
"""Letters from which on a run without spaces is no sentence in pinyin."""
_RUNS = re.compile("[a-z]+|[^a-z]+")
_TONED_U = str.maketrans("ǖǘǚǜ", "vvvv")
_LONGEST = 6
"""Letters of the longest syllable: zhuang."""


@functools.lru_cache(maxsize=50_000)
def syllable(character: str) -> str:
    """Return the folded syllable of one Chinese character, or '' for anything else.

    >>> syllable('低'), syllable('是'), syllable('a')
    ('di', 'si', '')
    """
    return fold(spelling(character))


def spelling(character: str) -> str:
    """Return the syllable of one Chinese character as it is written, without its tone, or '' for anything else.

    >>> spelling('是'), spelling('星'), spelling('a')
    ('shi', 'xing', '')
    """
    readings = PINYIN_DICT.get(ord(character))
    return toneless(readings.partition(",")[0]) if readings else ""


def readings(character: str) -> tuple[str, ...]:
    """Return every folded syllable that a character may be read as; ('',) for what is no Chinese character.

    >>> readings('浚'), readings('县')
    (('jun', 'xun', 'cun'), ('xian',))
    """
    known = PINYIN_DICT.get(ord(character), "")
    return tuple(dict.fromkeys(fold(toneless(reading)) for reading in known.split(",")))


def fold(spelling: str) -> str:
    """Return the syllable with zh/z, ch/c, sh/s and -ng/-n made one.

    >>> fold('zheng'), fold('shang')
    ('zen', 'san')
    """
    for long, short in _FOLDS:
        if spelling.startswith(long):
            spelling = short + spelling[len(long) :]
    return spelling.removesuffix("g") if spelling.endswith(("ang", "eng", "ing")) else spelling


@functools.cache
def _spellings() -> frozenset[str]:
    """Every toneless syllable that some character of the basic plane is read as."""
    common = (PINYIN_DICT[code] for code in range(0x4E00, 0x9FA6) if code in PINYIN_DICT)
    toned = {readings.partition(",")[0] for readings in common}  # a fifteenth as many as characters
    return frozenset(map(toneless, toned)) - {"", "n", "m", "ng", "hm", "hng"}


def toneless(text: str) -> str:
    """Return `text` without tone marks and other accents; ü is spelled v, as on keyboards.

    >>> toneless('dī bǎo'), toneless('nǚ')
    ('di bao', 'nv')
    """
    parts = unicodedata.normalize("NFD", text.replace("ü", "v").translate(_TONED_U))
    return "".join(c for c in parts if not unicodedata.combining(c))


@functools.lru_cache(maxsize=10_000)
def spelled(letters: str) -> tuple[str, ...]:
    """Return the folded syllables that Latin `letters` spell, or () if they are not pinyin.

    Of several readings the one with the fewest syllables wins.

    >>> spelled('dibaozenmeshenqing')
    ('di', 'bao', 'zen', 'me', 'sen', 'qin')
    >>> spelled('hello')
    ()
    """
    if not 0 < len(letters) <= _LONGEST_RUN:
        return ()
    known = _spellings()
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(1, len(letters) + 1):
        starts = [s for s in range(max(0, end - _LONGEST), end) if s in best and letters[s:end] in known]
        if starts:
            start = min(starts, key=lambda s: len(best[s]))
            best[end] = (*best[start], letters[start:end])
    return tuple(fold(part) for part in best.get(len(letters), ()))


def syllables(text: str) -> Iterator[str]:
    """Yield the folded syllables of normalised `text`: of each Chinese character, and of Latin runs that are pinyin."""
    for run in _RUNS.findall(text):
        yield from spelled(run) if "a" <= run[0] <= "z" else filter(None, map(syllable, run))
