"""Write a question as somebody in a hurry, with a dialect or with a worn keyboard would, to measure robustness.

Everything is drawn from seeded chance: the same question gives the same variants, on any machine and in any order.
"""

from __future__ import annotations

import functools
import importlib.resources
import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import yaml
from opencc import OpenCC
from pydantic import TypeAdapter
from pypinyin import lazy_pinyin

from faq.knowledge.types import Faq
from intents.features.pinyin import fold
from intents.features.tokenizer import tokenizer

SEED = 20240718
"""Fixed, so that figures can be compared between models."""

_COMMON = 500
"""Times that jieba's corpus must have seen a character for it to be typed by mistake."""
_LIKELY = 6
"""Most frequent characters of one sound that are typed instead of each other."""
_TRIES = 6
"""Draws for each variant wanted, before a question is given up as one that a kind cannot change."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LAST_SIGNS = re.compile(r"[^\w]+$")
_PUNCTUATION = re.compile(r"[^\w\s]|_")


class Kind(Enum):
    """A way in which writing goes wrong or differs."""

    HOMOPHONE = "homophone"
    """A character of the same sound, as pinyin keyboards offer."""
    NEAR_SOUND = "near_sound"
    """A character of nearly the same sound (zh/z, -ng/-n), as voice input hears."""
    DROPPED = "dropped"
    """A character is missing."""
    DOUBLED = "doubled"
    """A character stands twice."""
    SWAPPED = "swapped"
    """Two neighbouring characters have changed places."""
    TRADITIONAL = "traditional"
    """Traditional characters."""
    FULL_WIDTH = "full_width"
    """Digits, letters and signs as wide as Chinese characters."""
    PINYIN_SPACED = "pinyin_spaced"
    """Pinyin without tones, syllable by syllable."""
    PINYIN_JOINED = "pinyin_joined"
    """Pinyin without tones in one run."""
    PINYIN_MIXED = "pinyin_mixed"
    """Some words in pinyin."""
    NUMERALS = "numerals"
    """12 for 十二 and the other way round."""
    FILLERS = "fillers"
    """Words of hesitation between words."""
    DIALECT = "dialect"
    """Words of Henan for plain ones."""
    SYNONYM = "synonym"
    """Words of the lexicon's variants for their canonical form."""
    STORY = "story"
    """The question stands in a long story."""
    PUNCTUATION = "punctuation"
    """Signs left out, or too many of them."""
    EMOJI = "emoji"
    """Emoji in between."""


@dataclass(frozen=True)
class Noise:
    """Words of noise.yaml."""

    fillers: tuple[str, ...]
    """Words of hesitation."""
    dialect: dict[str, tuple[str, ...]]
    """Plain word → what is said in Henan."""
    stories: tuple[str, ...]
    """Texts around `{question}`."""
    emoji: tuple[str, ...]
    """Emoji, and the words chat programs write for them."""
    endings: tuple[str, ...]
    """Signs at the end."""
    digits: tuple[str, ...]
    """Numerals from zero to nine."""
    units: tuple[str, ...]
    """Numerals of thousand, hundred and ten."""


class Perturber:
    """Makes variants of questions; knows the words of one `Faq` lest they be cut in two."""

    def __init__(self, faq: Faq, cache: Path) -> None:
        """Read the word lists; `cache` is a private folder for the dictionary."""
        content = yaml.safe_load(Path(__file__).with_name("noise.yaml").read_text(encoding="utf-8"))
        self._noise = TypeAdapter(Noise).validate_python(content)
        self._cut = tokenizer(cache, faq.lexicon)
        self._synonyms = {word: said for word, said in faq.lexicon.items() if said}
        self._traditional = OpenCC("s2t")
        self._same, self._near = _sounds()
        self._ways: dict[Kind, Callable[[str, random.Random], str]] = {
            Kind.HOMOPHONE: lambda text, chance: self._mistyped(text, chance, self._same),
            Kind.NEAR_SOUND: lambda text, chance: self._mistyped(text, chance, self._near),
            Kind.DROPPED: lambda text, chance: _edit(text, chance, lambda _a, b: b),
            Kind.DOUBLED: lambda text, chance: _edit(text, chance, lambda a, b: a + a + b),
            Kind.SWAPPED: lambda text, chance: _edit(text, chance, lambda a, b: b + a),
            Kind.TRADITIONAL: lambda text, _chance: str(self._traditional.convert(text)),
            Kind.FULL_WIDTH: lambda text, _chance: "".join(map(_wide, text)),
            Kind.PINYIN_SPACED: lambda text, _chance: " ".join(lazy_pinyin(text)),
            Kind.PINYIN_JOINED: lambda text, _chance: "".join(lazy_pinyin(_PUNCTUATION.sub("", text))),
            Kind.PINYIN_MIXED: self._mixed,
            Kind.NUMERALS: lambda text, _chance: self._renumbered(text),
            Kind.FILLERS: lambda text, chance: self._sprinkled(text, chance, self._noise.fillers),
            Kind.DIALECT: lambda text, chance: _exchanged(text, chance, self._noise.dialect),
            Kind.SYNONYM: lambda text, chance: _exchanged(text, chance, self._synonyms),
            Kind.STORY: self._told,
            Kind.PUNCTUATION: self._punctuated,
            Kind.EMOJI: lambda text, chance: self._sprinkled(text, chance, self._noise.emoji),
        }

    def variants(self, question: str, kind: Kind, count: int = 1) -> list[str]:
        """Return up to `count` different variants of `question`; none if `kind` cannot change it."""
        chance = random.Random(f"{SEED}/{kind.value}/{question}")  # noqa: S311 - nothing secret
        found: dict[str, None] = {}
        for _ in range(_TRIES * count):
            variant = self._ways[kind](question, chance)
            if variant not in ("", question):
                found[variant] = None
            if len(found) == count:
                break
        return list(found)

    def _mistyped(self, text: str, chance: random.Random, alike: dict[str, list[str]]) -> str:
        """Exchange one character in ten, and at least one."""
        places = [place for place, character in enumerate(text) if alike.get(character)]
        characters = list(text)
        for place in chance.sample(places, min(len(places), 1 + len(text) // 10)):
            characters[place] = chance.choice(alike[characters[place]])
        return "".join(characters)

    def _mixed(self, text: str, chance: random.Random) -> str:
        """Write one word in three, and at least one, in pinyin."""
        words = list(self._cut(text))
        places = [place for place, word in enumerate(words) if _HAN.search(word)]
        for place in chance.sample(places, min(len(places), 1 + len(places) // 3)):
            words[place] = "".join(lazy_pinyin(words[place]))
        return "".join(words)

    def _sprinkled(self, text: str, chance: random.Random, extra: Sequence[str]) -> str:
        """Put one or two of `extra` between words."""
        words = list(self._cut(text))
        for _ in range(chance.randint(1, 2)):
            words.insert(chance.randint(0, len(words)), chance.choice(extra))
        return "".join(words)

    def _told(self, text: str, chance: random.Random) -> str:
        return chance.choice(self._noise.stories).format(question=_LAST_SIGNS.sub("", text))

    def _punctuated(self, text: str, chance: random.Random) -> str:
        bare = _PUNCTUATION.sub("", text)
        return bare if bare != text and chance.random() < 0.5 else bare + chance.choice(self._noise.endings)

    def _renumbered(self, text: str) -> str:
        """Exchange numbers below ten thousand in digits and Chinese numerals of two characters or more."""
        numeral = re.compile(
            f"[{''.join((*self._noise.digits, *self._noise.units))}]{{2,}}|(?<![0-9])[0-9]{{1,4}}(?![0-9])"
        )
        return numeral.sub(lambda found: self._other_numeral(found[0]), text)

    def _other_numeral(self, written: str) -> str:
        digits, units = self._noise.digits, self._noise.units
        if written.isascii():
            return in_chinese(int(written), digits, units) if written == str(int(written)) else written
        total, digit = 0, 0
        for character in written:
            if character in units:
                total += (digit or 1) * 10 ** (len(units) - units.index(character))
                digit = 0
            else:
                digit = digits.index(character)
        read = in_chinese(total + digit, digits, units)
        return str(total + digit) if written in (read, read[1:]) else written  # 十三 is said for 一十三


def in_chinese(number: int, digits: Sequence[str], units: Sequence[str]) -> str:
    """Return a number below ten thousand in Chinese numerals.

    >>> in_chinese(2305, '零一二三四五六七八九', '千百十')
    '二千三百零五'
    """
    written, gap = "", False
    for place, figure in zip(("", *reversed(units)), reversed(str(number)), strict=False):
        if figure != "0":
            zero = digits[0] if gap and written else ""
            written = digits[int(figure)] + place + zero + written
            gap = False
        else:
            gap = True
    return written or digits[0]


def _wide(character: str) -> str:
    """Return the full-width form of an ASCII sign, digit or letter."""
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character


def _edit(text: str, chance: random.Random, change: Callable[[str, str], str]) -> str:
    """Apply `change` to two neighbouring characters, for one place in twelve and at least one."""
    for _ in range(1 + len(text) // 12):
        if len(text) < 3:
            break
        at = chance.randrange(len(text) - 1)
        text = text[:at] + change(text[at], text[at + 1]) + text[at + 2 :]
    return text


def _exchanged(text: str, chance: random.Random, table: dict[str, tuple[str, ...]]) -> str:
    """Exchange every word of `table`, longer ones first; what has been exchanged stays."""
    words = re.compile("|".join(map(re.escape, sorted(table, key=lambda word: (-len(word), word)))))
    return words.sub(lambda found: chance.choice(table[found[0]]), text)


@functools.cache
def _sounds() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return for each common character the others of the same sound, and those of nearly the same sound only."""
    dictionary = importlib.resources.files("jieba").joinpath("dict.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in dictionary.splitlines()]
    common = sorted((-int(seen), word) for word, seen, *_ in rows if len(word) == 1 and int(seen) >= _COMMON)
    spelled = {character: lazy_pinyin(character)[0] for _, character in common}
    by_sound: dict[str, list[str]] = defaultdict(list)
    by_fold: dict[str, list[str]] = defaultdict(list)
    for character, sound in spelled.items():
        by_sound[sound].append(character)
        by_fold[fold(sound)].append(character)
    same = {c: [o for o in by_sound[s] if o != c][:_LIKELY] for c, s in spelled.items()}
    near = {c: [o for o in by_fold[fold(s)] if spelled[o] != s][:_LIKELY] for c, s in spelled.items()}
    return same, near
