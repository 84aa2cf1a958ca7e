"""Look up the figures of sources.yaml by the words around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faq.figures.figures import Figure, FigureReader, FigureWords, fold
from faq.reading.yaml_reader import Document, Value
from faq.said import Said, said

NEAR = 0.85
"""Weight of a word by its distance from the figure: this to the power of the characters between."""

PAUSE, STOP = 3, 6
"""Characters that a comma, and a full stop, count as."""

OTHER_SIDE = 0.5
"""Worth of a word that stands before the figure in the text and behind it in the fact."""

OTHER_UNIT = 0.6
"""Worth of a fact's figure against one of another unit: 8 个 is not soon taken for 2024 年."""

LEAST = 0.5
"""Least likeness of a text to a fact that supports it: about two neighbouring characters in common."""

_REMEMBERED = 20_000
"""Lines of which it is remembered what was found; ours are 3,000."""

_PAUSES, _STOPS = frozenset("，、：,:()“”《》·"), frozenset("。；！？;!?\n")
Near = dict[tuple[str, bool], float]
"""Pairs of neighbouring characters around a figure, whether they stand before it, and their weight."""


@dataclass(frozen=True)
class Told:
    """A figure as a source states it."""

    figure: Figure
    """The figure."""
    source: str
    """Key of the source."""
    fact: str
    """The fact it stands in."""
    near: Near
    """The words around it."""


class Facts:
    """All figures of sources.yaml, to be looked up by the words around them."""

    def __init__(self, document: Document | None, words: FigureWords) -> None:
        """Take every fact, title, number and date; those of a source are read when it is first cited."""
        self.reader = FigureReader(words)
        self._entries = dict(entries(document))
        self._indexes: dict[str, _Index] = {}
        self._passed: dict[tuple[tuple[str, ...], str], list[tuple[Figure, Said]]] = {}

    def __contains__(self, source: str) -> bool:
        return source in self._entries

    def told(self, cited: Sequence[str]) -> list[Told]:
        """Return all figures of the sources `cited`."""
        return [told for key in dict.fromkeys(cited) if key in self for told in self._index(key).told]

    def unfounded(self, line: str, cited: tuple[str, ...]) -> list[tuple[Figure, Said]]:
        """Return each figure of `line` that the sources `cited` do not support, with the reason."""
        known = self._passed.get((cited, line))
        if known is None:
            if len(self._passed) >= _REMEMBERED:
                self._passed.clear()
            figures = self.reader.figures(line)
            judged = [(f, self._objection(f, near(line, figures, f), cited)) for f in figures]
            known = self._passed[cited, line] = [(figure, why) for figure, why in judged if why]
        return known

    def _objection(self, figure: Figure, words: Near, cited: Sequence[str]) -> Said | None:
        """Return why `figure` cannot stand among `words`, or None if it can."""
        sources: Said | str = ", ".join(cited) or said("list_none")
        if not any(figure.agrees(told.figure) for told in self.told(cited)):
            meant = self._tenfold(figure, cited)
            return said("tenfold", sources=sources, told=meant) if meant else said("in_no_fact", sources=sources)
        alike = [pair for key in dict.fromkeys(cited) for pair in self._index(key).likeness(figure, words)]
        support = max((likeness for likeness, told in alike if figure.agrees(told.figure)), default=0.0)
        contrary = (pair for pair in alike if figure.contradicts(pair[1].figure))
        against, told = max(contrary, key=lambda pair: pair[0], default=(0.0, None))
        if told is not None and against >= max(support, LEAST):
            return said("not_nearest", source=told.source, told=told.figure.written, excerpt=_excerpt(told))
        if support < LEAST:
            return said("other_words", sources=sources)
        return None

    def _tenfold(self, figure: Figure, cited: Sequence[str]) -> str:
        """Return the figure of the sources that this one is with a 0 too many or too few, '' if there is none."""
        bare = figure.value.rstrip("0")
        alike = (
            told.figure.written
            for told in self.told(cited)
            if figure.value.isdigit() and told.figure.unit == figure.unit and told.figure.value.isdigit()
            if len(told.figure.value) > 1 and told.figure.value.rstrip("0") == bare
        )
        return next(alike, "")

    def _index(self, key: str) -> _Index:
        if key not in self._indexes:
            self._indexes[key] = _Index(list(self._read(key)))
        return self._indexes[key]

    def _read(self, key: str) -> Iterator[Told]:
        entry = self._entries[key]
        listed = entry.get("facts")
        head = " ".join(str(entry.get(part) or "") for part in ("date", "publisher", "title", "number", "note"))
        for fact in (head, *(listed if isinstance(listed, list) else [])):
            if isinstance(fact, str):
                figures = self.reader.figures(fact)
                for figure in figures:
                    yield Told(figure, key, fact, near(fact, figures, figure))


class _Index:
    """The figures of one source by the words around them."""

    def __init__(self, told: Sequence[Told]) -> None:
        self.told = told
        self._by_pair: dict[str, list[tuple[int, bool, float]]] = defaultdict(list)
        for number, one in enumerate(told):
            for (pair, before), weight in one.near.items():
                self._by_pair[pair].append((number, before, weight))

    def likeness(self, figure: Figure, words: Near) -> Iterator[tuple[float, Told]]:
        """Yield how like each told figure is to `figure` among `words`; those without a word in common are left out."""
        likeness: dict[int, float] = defaultdict(float)
        for (pair, before), weight in words.items():
            for number, told_before, told_weight in self._by_pair.get(pair, ()):
                shared = min(weight, told_weight)
                likeness[number] += shared if before == told_before else OTHER_SIDE * shared
        for number, worth in likeness.items():
            told = self.told[number]
            yield worth if told.figure.unit == figure.unit else OTHER_UNIT * worth, told


def near(text: str, figures: Sequence[Figure], figure: Figure) -> Near:
    """Return the words around `figure`, the nearer the weightier; other figures count as words."""
    folded = fold(text)
    before = list(_units(folded, figures, 0, figure.at))[::-1]
    behind = list(_units(folded, figures, figure.end, len(folded)))
    words: Near = {}
    for side, units in ((True, before), (False, behind)):
        distance, last = 0, "#"
        for unit in units:
            if unit in _STOPS:
                distance += STOP
            elif unit in _PAUSES:
                distance += PAUSE
            else:
                pair = f"{unit}|{last}" if side else f"{last}|{unit}"
                words[pair, side] = max(words.get((pair, side), 0.0), NEAR**distance)
                distance, last = distance + 1, unit
    return words


def _units(text: str, figures: Sequence[Figure], start: int, end: int) -> Iterator[str]:
    """Yield the characters of text[start:end]; a figure in it is one unit."""
    inside = {figure.at: figure for figure in figures if start <= figure.at < end}
    position = start
    while position < end:
        figure = inside.get(position)
        if figure is not None:
            yield f"{figure.value}{figure.unit}"
            position = figure.end
            continue
        if not text[position].isspace():
            yield text[position]
        position += 1


def _excerpt(told: Told) -> str:
    """Return the part of the fact around the figure."""
    start, end = max(0, told.figure.at - 14), told.figure.end + 6
    return f"{'…' * (start > 0)}{told.fact[start:end]}{'…' * (end < len(told.fact))}"


def entries(document: Document | None) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield the top keys of a file with the keys below each."""
    value = document.value if document else None
    for key, entry in (value if isinstance(value, dict) else {}).items():
        if isinstance(entry, dict):
            yield key, entry
