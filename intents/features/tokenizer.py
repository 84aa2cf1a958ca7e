"""jieba's rule on a compact copy of its dictionary: a trie that jieba itself has filled, in a cache of our own."""

from __future__ import annotations

import array
import contextlib
import functools
import hashlib
import logging
import math
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import marisa_trie

_SEEN = 10
"""Times that jieba's corpus must have seen a word: the rarer 70 % of its words cost half a second and 50 MB."""

_KEPT = 4
"""Tries kept, each for one list of words: the bot's, that of the version before, and two of edits that are tried."""

_DIGEST = hashlib.sha256().digest_size


def tokenizer(cache: Path, words: Iterable[str]) -> Callable[[str], tuple[str, ...]]:
    """Return a function that cuts a text without spaces into words and keeps each of `words` whole.

    `cache` must be a private folder: jieba unmarshals what it finds there.
    """
    added = [word for word in words if len(word) > 1]
    about = "\n".join((version("jieba"), version("marisa-trie"), sys.byteorder, str(_SEEN), *added))
    file = cache / f"words-{hashlib.sha256(about.encode()).hexdigest()[:16]}.trie"
    found = _read(file)
    if found is None:
        found = _packed(*_of_jieba(cache, added))
        _write(file, found)
    return _cutter(*_unpacked(found))


def _cutter(trie: marisa_trie.Trie, likelihoods: Sequence[float], rare: float) -> Callable[[str], tuple[str, ...]]:
    """Return jieba's own rule, the likeliest path through the words of its dictionary.

    `likelihoods`: logarithms, by the numbers that `trie` gives to words; `rare`: that of an unknown character, which is
    a word of its own, seen once. Of equally likely paths the one with the longer first word wins, as in jieba.
    """
    beginning = trie.iter_prefixes_with_ids

    @functools.lru_cache(maxsize=_RUNS)
    def cut(text: str) -> tuple[str, ...]:
        length = len(text)
        paths = [0.0] * (length + 1)
        ends = [*range(1, length + 1)]
        for start in range(length - 1, -1, -1):
            best = paths[start + 1] + rare
            for word, number in beginning(text[start : start + _LONGEST]):
                end = start + len(word)
                if (path := likelihoods[number] + paths[end]) >= best:
                    best, ends[start] = path, end
            paths[start] = best
        words, start = [], 0
        while start < length:
            words.append(text[start : ends[start]])
            start = ends[start]
        return tuple(words)

    return cut


_RUNS = 256
"""Texts whose words are remembered: a long message is cut as a whole, in passages, and in clauses."""

_LONGEST = 40
"""Characters of the longest word looked for; jieba's longest has 15, and no word of the knowledge comes near."""


def _of_jieba(cache: Path, added: Iterable[str]) -> tuple[Mapping[str, int], int]:
    """Return the words of jieba's dictionary with `added`, each with how often it was seen, and the sum.

    Their beginnings are among them, seen 0 times.
    """
    tried = sys.modules.setdefault("pkg_resources", None)  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in its patterns, wherever its modules are compiled anew
        import jieba  # noqa: PLC0415 - 8 MB, needed once for each list of words; it does without pkg_resources, 130 ms

    if tried is None:
        del sys.modules["pkg_resources"]
    jieba.setLogLevel(logging.WARNING)  # it logs each start at DEBUG, through a handler of its own
    name = f"jieba-{version('jieba')}-{_SEEN}"
    dictionary = cache / f"{name}.txt"
    if not _whole(dictionary):
        _write_common_words(dictionary, Path(jieba.__file__).with_name("dict.txt"))
    made = jieba.Tokenizer(str(dictionary.resolve()))
    made.tmp_dir = str(cache)
    made.cache_file = f"{name}.cache"
    made.initialize()
    for word in added:
        made.add_word(word)
    return made.FREQ, made.total


def _packed(frequencies: Mapping[str, int], total: int) -> bytes:
    """Return what `_unpacked` reads: the length of the trie, the trie, and the likelihoods by its numbers."""
    rare = -math.log(total)
    seen = {word: times for word, times in frequencies.items() if times}
    trie = marisa_trie.Trie(seen)
    likelihoods = array.array("d", bytes(8 * len(trie)))
    for word, times in seen.items():
        likelihoods[trie.key_id(word)] = math.log(times) + rare
    written = trie.tobytes()
    return b"".join((len(written).to_bytes(8), written, array.array("d", [rare]).tobytes(), likelihoods.tobytes()))


def _unpacked(content: bytes) -> tuple[marisa_trie.Trie, Sequence[float], float]:
    """Return a trie of words, their likelihoods by its numbers, and that of an unknown character."""
    end = 8 + int.from_bytes(content[:8])
    trie = marisa_trie.Trie()
    trie.frombytes(content[8:end])
    figures = array.array("d")
    figures.frombytes(content[end:])
    return trie, figures[1:], figures[0]


def _read(file: Path) -> bytes | None:
    """Return what `_write` wrote; None if it is not there or not whole: another would cut otherwise."""
    with contextlib.suppress(OSError):
        content = file.read_bytes()
        if hashlib.sha256(content[_DIGEST:]).digest() == content[:_DIGEST]:
            with contextlib.suppress(OSError):  # in a folder that is only read
                os.utime(file)  # `_write` keeps those used last
            return content[_DIGEST:]
    return None


def _write(file: Path, content: bytes) -> None:
    """Keep `content` for the next start, in place of what no start has needed for long; a full disk costs only time."""
    with contextlib.suppress(OSError):
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_bytes(hashlib.sha256(content).digest() + content)
        draft.replace(file)
        for old in sorted(file.parent.glob("words-*.trie"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)


def _whole(dictionary: Path) -> bool:
    """Tell whether the dictionary is as it was written: another one would cut words otherwise than in training."""
    try:
        written = dictionary.with_suffix(".sha256").read_text(encoding="utf-8")
        return hashlib.sha256(dictionary.read_bytes()).hexdigest() == written
    except OSError:
        return False


def _write_common_words(dictionary: Path, source: Path) -> None:
    dictionary.parent.mkdir(parents=True, exist_ok=True)
    draft = dictionary.with_suffix(f".{os.getpid()}")
    with source.open(encoding="utf-8") as every:
        draft.write_text("".join(line for line in every if int(line.split()[1]) >= _SEEN), encoding="utf-8")
    digest = hashlib.sha256(draft.read_bytes()).hexdigest()
    draft.replace(dictionary)
    dictionary.with_suffix(".sha256").write_text(digest, encoding="utf-8")
