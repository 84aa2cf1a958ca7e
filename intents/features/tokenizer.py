"""jieba, started quickly, quietly and with a cache of its own."""

from __future__ import annotations

import hashlib
import logging
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

_tried = sys.modules.setdefault("pkg_resources", None)  # type: ignore[arg-type]
import jieba  # noqa: E402 - it only tries pkg_resources, which takes 130 ms to import, and does without

if _tried is None:
    del sys.modules["pkg_resources"]

jieba.setLogLevel(logging.WARNING)  # it logs each start at DEBUG, through a handler of its own

_SEEN = 10
"""Times that jieba's corpus must have seen a word: the rarer 70 % of its words cost half a second and 50 MB."""


def tokenizer(cache: Path, words: Iterable[str]) -> Callable[[str], list[str]]:
    """Return a function that cuts a text without spaces into words and keeps each of `words` whole.

    `cache` must be a private folder: jieba unmarshals what it finds there.
    """
    name = f"jieba-{version('jieba')}-{_SEEN}"
    dictionary = cache / f"{name}.txt"
    if not _whole(dictionary):
        _write_common_words(dictionary)
    jieba_tokenizer = jieba.Tokenizer(str(dictionary.resolve()))
    jieba_tokenizer.tmp_dir = str(cache)
    jieba_tokenizer.cache_file = f"{name}.cache"
    jieba_tokenizer.initialize()
    for word in words:
        if len(word) > 1:
            jieba_tokenizer.add_word(word)
    return _cutter(jieba_tokenizer.FREQ, jieba_tokenizer.total)


def _cutter(frequencies: Mapping[str, int], total: int) -> Callable[[str], list[str]]:
    """Return jieba's own rule, the likeliest path through the words of its dictionary, at a third of the time.

    `frequencies` also hold each word's beginnings, with 0. Of equally likely paths the one with the
    longer first word wins, as in jieba.
    """
    rare = -math.log(total)  # an unknown character is a word of its own, as rare as one seen once
    likelihoods = {word: math.log(seen) + rare if seen else -math.inf for word, seen in frequencies.items()}
    get = likelihoods.get

    def cut(text: str) -> list[str]:
        length = len(text)
        paths = [0.0] * (length + 1)
        ends = [*range(1, length + 1)]
        for start in range(length - 1, -1, -1):
            end = start + 1
            best = paths[end] + rare
            while (likelihood := get(text[start:end])) is not None:
                if (path := likelihood + paths[end]) >= best:
                    best, ends[start] = path, end
                if end == length:
                    break
                end += 1
            paths[start] = best
        words, start = [], 0
        while start < length:
            words.append(text[start : ends[start]])
            start = ends[start]
        return words

    return cut


def _whole(dictionary: Path) -> bool:
    """Tell whether the dictionary is as it was written: another one would cut words otherwise than in training."""
    try:
        written = dictionary.with_suffix(".sha256").read_text(encoding="utf-8")
        return hashlib.sha256(dictionary.read_bytes()).hexdigest() == written
    except OSError:
        return False


def _write_common_words(dictionary: Path) -> None:
    dictionary.parent.mkdir(parents=True, exist_ok=True)
    draft = dictionary.with_suffix(f".{os.getpid()}")
    with Path(jieba.__file__).with_name("dict.txt").open(encoding="utf-8") as every:
        draft.write_text("".join(line for line in every if int(line.split()[1]) >= _SEEN), encoding="utf-8")
    digest = hashlib.sha256(draft.read_bytes()).hexdigest()
    draft.replace(dictionary)
    dictionary.with_suffix(".sha256").write_text(digest, encoding="utf-8")
