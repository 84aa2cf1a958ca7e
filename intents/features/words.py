"""From what a resident typed to the features of the classifier: words, characters and sounds."""

from __future__ import annotations

import functools
import itertools
import operator
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from faq.knowledge.text import any_of, normalise
from faq.knowledge.types import Faq
from intents.features.pinyin import spelled, syllable, syllables, toneless
from intents.features.tokenizer import tokenizer

ELSEWHERE = "@"
"""Stands for every place outside the city, so that one city's questions teach about all others."""

HERE = "&"
"""Stands for every district and town of the city: who lives in a place does not ask about it."""

NUMBER = "#"
"""Stands for every number but a hotline's."""

CLASS = "t"
"""How features begin that name a class of words."""

_MARKS = (NUMBER, ELSEWHERE, HERE)
_REPEATED = re.compile(r"([^\W\d])\1{2,}")
_DROPPED = str.maketrans({"'": None, "\u2019": None, HERE: " ", ELSEWHERE: " "})
_DROPPED_ONES = frozenset(map(chr, _DROPPED))
CHINESE = "\u2e80"
"""From this character on writing has no spaces between words; before it words are made of letters."""
_PIECES = re.compile(
    rf"(?P<run>[^\W\d_\0-\u2e7f]+)|(?P<number>\d+(?:\.\d+)?)|[^\W\d_{CHINESE}-\U0003ffff]+|[{ELSEWHERE}{HERE}]"
)
_LETTERS = re.compile(r"[a-z]+(?: [a-z]+)*")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_LATIN = re.compile(r"[a-z]")
_LONGEST_WORD = 6
"""Syllables of the longest word that is looked for in pinyin."""
_PAIRS = (("v", 1), ("s", 2), ("s", 3), ("s", 4))
"""Kinds of pairs of words, and how far the second stands behind the first."""
_LETTER_RUNS = (2, 3, 4)
"""Lengths of the runs of letters that are features of a word written with letters."""
_COMMON_LENGTH = 20
"""Letters of the longest word that is kept with its runs of letters."""


class Words:
    """Cuts messages into features; belongs to one `Faq`, whose lexicon and places it knows."""

    def __init__(self, faq: Faq | None, cache: Path) -> None:
        """Load the dictionary; `cache` is a private folder for it. Without a `Faq` no word or place is special."""
        self._made_of = faq, cache
        lexicon = faq.lexicon if faq else {}
        self._canonical = {said: word for word, variants in lexicon.items() for said in variants}
        self._classes = _classes(faq.thesaurus, self._canonical) if faq else {}
        self._cut = tokenizer(cache, (*lexicon, *self._canonical, *self._classes))
        spoken = [(tuple(syllables(word)), word) for word in lexicon]
        self._spoken = {sounds: word for sounds, word in reversed(spoken) if len(sounds) > 1}
        self._places = _PlaceNames(faq) if faq else None
        self.features = functools.lru_cache(maxsize=4)(self._features)  # two classifiers look at one message
        """Return the features of a message; see `_features`."""

    def __reduce__(self) -> tuple[type[Words], tuple[Faq | None, Path]]:
        """Let another process make its own: the tokenizer cannot be sent to it."""
        return Words, self._made_of

    def canonical(self, message: str) -> list[str]:
        """Return the message as words, each in its canonical form; punctuation is gone, numbers are `#`.

        A hotline's number is kept: it is a name.
        """
        text = normalise(message)
        if len(set(text)) <= len(text) - 2:  # otherwise nothing stands there three times
            text = _REPEATED.sub(r"\1", text)
        if not _DROPPED_ONES.isdisjoint(text):
            text = text.translate(_DROPPED)
        if _ACCENTED.search(text):
            text = toneless(text)
        if self._places:
            text = self._places.marked(text)
        if self._spoken and _LATIN.search(text):
            text = _LETTERS.sub(lambda found: self._written(found[0]), text)
        words: list[str] = []
        for piece in _PIECES.finditer(text):
            said = piece[0]
            if piece.lastgroup == "run":
                words += self._cut(said)
            elif piece.lastgroup == "number":
                words.append(said if _is_hotline(said) else NUMBER)
            else:
                words.append(said)
        return [self._canonical.get(word, word) for word in words] if self._canonical else words

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

    def _features(self, message: str) -> list[str]:
        """Return the features of `message`, with repeats; empty if nothing in it can be read.

        Of every language words (`w…`). Of Chinese, where words are uncertain, also characters and pairs of them (`c…`,
        with ^ before the first and $ behind the last) and syllables and pairs of them (`p…`). Of languages written
        with spaces also pairs of words, next to each other (`v…`) and over one to three between (`s…`), and short
        runs of letters (`l…`, with ^ and $ around a word). Of words of the thesaurus also their classes (`t…`), each
        twice, so that it weighs more than the word. docs/classifier.md says what else was tried.
        """
        said = words = self.canonical(message)
        lettered = [word for word in words if word < CHINESE and word not in _MARKS]
        if lettered and self._spoken:  # pinyin is Chinese that is only heard
            heard = set(filter(spelled, lettered))
            words, lettered = ([word for word in some if word not in heard] for some in (words, lettered))
        features = list(map("w".__add__, words))
        features += 2 * list(dict.fromkeys(of for word in words for of in self._classes.get(word, ())))
        text = "".join([word for word in words if word >= CHINESE or word in _MARKS])
        if text:
            characters = ["c^", *map("c".__add__, text)]
            features += characters[1:]
            features += map(operator.add, characters, f"{text}$")
        sounds = list(
            itertools.chain.from_iterable(map(_sounds, said))
            if len(said) > len(words) or lettered
            else filter(None, map(syllable, text))
        )
        features += map("p".__add__, sounds)
        features += map("p{} {}".format, sounds, sounds[1:])
        if lettered:
            features += _of_letters(words, lettered)
        return features


def _classes(thesaurus: Mapping[str, Sequence[str]], canonical: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the features of the classes that each word of the thesaurus, in its canonical form, is of."""
    found: dict[str, list[str]] = {}
    for name, words in thesaurus.items():
        for word in map(normalise, words):
            found.setdefault(canonical.get(word, word), []).append(CLASS + name)
    return {word: tuple(classes) for word, classes in found.items()}


def _of_letters(words: Sequence[str], lettered: Iterable[str]) -> Iterator[str]:
    """Yield pairs among `words` written with letters, and runs of letters of each of `lettered`."""
    spaced = [word < CHINESE for word in words]
    for kind, distance in _PAIRS:
        pairs = map(operator.add, [f"{kind}{word} " for word in words], words[distance:])
        yield from itertools.compress(pairs, map(operator.and_, spaced, spaced[distance:]))
    for word in lettered:
        yield from _letter_runs(word) if len(word) <= _COMMON_LENGTH else _letter_runs.__wrapped__(word)


@functools.lru_cache(maxsize=5_000)
def _sounds(word: str) -> tuple[str, ...]:
    """Return the syllables of a word."""
    return tuple(syllables(word))


@functools.lru_cache(maxsize=5_000)
def _letter_runs(word: str) -> list[str]:
    """Return the runs of letters of a word, with ^ before and $ behind it.

    Kept for common words, for cutting them takes longer than all else about a message.
    """
    bounded = f"^{word}$"
    return [f"l{bounded[i : i + length]}" for length in _LETTER_RUNS for i in range(len(bounded) - length + 1)]


class _PlaceNames:
    """Finds names of places in and outside the city, unless they stand in an ordinary phrase."""

    def __init__(self, faq: Faq) -> None:
        places, subjects = faq.places, itertools.chain.from_iterable(faq.cues.subjects.values())
        asked_about = {*faq.lexicon, *subjects}  # 开发区 is a place, and what investors ask about
        districts = {name for key, entry in places.districts.items() for name in (key, *entry.aliases)}
        towns = {
            name
            for entry in places.districts.values()
            for town, others in entry.towns.items()
            for name in (town, *others)
        }
        phrases, here, outside = (
            set(map(normalise, names)) for names in (places.traps, {*districts, *towns} - asked_about, places.outside)
        )
        self._heads = frozenset(name[:2] for name in here | outside)
        ours, theirs = any_of(here), any_of(outside)
        self._names = re.compile(f"{any_of(phrases)}|(?P<here>(?:{ours})+)|(?P<elsewhere>{theirs})")

    def marked(self, text: str) -> str:
        """Return `text` with `HERE` and `ELSEWHERE` for the names."""
        if self._heads.isdisjoint(map(operator.add, text, text[1:])):
            return text  # as nearly always, and ten times as fast
        return self._names.sub(
            lambda found: HERE if found["here"] else ELSEWHERE if found["elsewhere"] else found[0], text
        )


def _is_hotline(number: str) -> bool:
    """Tell whether digits are a name (110, 12345) and not an amount or an age."""
    return (len(number) == 5 and number[:2] in ("12", "96")) or number in ("110", "119", "120", "122", "114")
