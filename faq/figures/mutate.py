"""Change every figure of every text, one at a time, and see whether `verify` notices: a test of the test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from faq.figures.facts import Facts
from faq.figures.figures import DATE, Figure
from faq.figures.numerals import NUMERALS, ONE
from faq.figures.verify import ToldText, verify_text

UNITS_TRIED = 3
"""Other units that each figure's unit is replaced by."""

_DIGIT = re.compile(r"[0-9０-９]")
_NUMERAL = re.compile(f"[{''.join(sorted(NUMERALS))}]")
_OTHER_NUMERAL = {
    "两": "三",
    "俩": "仨",
    "仨": "俩",
    "半": "两",
    "十": "百",
    "百": "千",
    "千": "百",
    "万": "亿",
    "亿": "万",
}
_NEXT_NUMERAL = "一二三四五六七八九一"


@dataclass(frozen=True)
class Mutant:
    """A text with one figure changed."""

    told: ToldText
    """The text after the change."""
    at: int
    """Position of the change, in characters."""
    kind: str
    """How it was changed: digit, numeral, plus one, times ten, unit, other figure."""
    was: str
    """The figure before."""
    now: str
    """The figure after."""

    def noticed(self, facts: Facts) -> bool:
        """Tell whether the check names the file and the line of the change."""
        line = self.told.line(self.at)
        return any(mistake.line == line for mistake in verify_text(self.told, facts))

    def __str__(self) -> str:
        """Return where the mutant stands and what it changed."""
        return f"{self.told.document.path}:{self.told.line(self.at)}: {self.kind}: {self.was} → {self.now}"


@dataclass
class Score:
    """How many changed figures were noticed."""

    figures: int = 0
    """Figures changed."""
    others: int = 0
    """Other numerals changed: 一 as an article, numbers of steps."""
    mutants: int = 0
    """Changes tried."""
    survivors: list[Mutant] = field(default_factory=list)
    """Changes that nobody noticed."""

    @property
    def percent(self) -> float:
        """Share of changes noticed, in percent; 100 if there was nothing to change."""
        return 100.0 if not self.mutants else 100 * (1 - len(self.survivors) / self.mutants)


def mutate(told: ToldText, facts: Facts, score: Score) -> None:
    """Try every change on one text and add the outcome to `score`."""
    places = set()
    for mutant in mutants(told, facts):
        places.add(mutant.at)
        score.mutants += 1
        if not mutant.noticed(facts):
            score.survivors.append(mutant)
    figures = facts.reader.figures(told.text)
    inside = {place for figure in figures for place in range(figure.at, figure.end)}
    score.figures += len(figures)
    score.others += len(places - inside)


def mutants(told: ToldText, facts: Facts) -> Iterator[Mutant]:
    """Yield `told` with one figure changed, in every way."""
    figures = facts.reader.figures(told.text)
    for number, old in enumerate(told.text):
        new = _other_character(old)
        if new and not facts.reader.is_word(told.text, number):
            at = next((figure.at for figure in figures if figure.at <= number < figure.end), number)
            changed = told.text[:number] + new + told.text[number + 1 :]
            yield Mutant(replace(told, text=changed), at, "digit" if _DIGIT.match(old) else "numeral", old, new)
    for figure in figures:
        for kind, written in _rewritten(figure, told, facts):
            changed = told.text[: figure.at] + written + told.text[figure.end :]
            yield Mutant(replace(told, text=changed), figure.at, kind, figure.written, written)


def _other_character(old: str) -> str:
    """Return another digit for a digit, another numeral for a numeral, and '' for anything else."""
    if _DIGIT.match(old):
        return "0123456789"[(int(old) + 1) % 10]
    if not _NUMERAL.match(old):
        return ""
    if old in _OTHER_NUMERAL:
        return _OTHER_NUMERAL[old]
    place = _NEXT_NUMERAL.find(old)
    return _NEXT_NUMERAL[place + 1] if place >= 0 else ONE


def _rewritten(figure: Figure, told: ToldText, facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield kind and wording of each change to the whole figure."""
    number = re.match(r"\d+(?:\.\d+)?", figure.written)
    if number:
        rest = figure.written[number.end() :]
        whole, point, decimals = number[0].partition(".")
        yield "plus one", f"{int(whole) + 1}{point}{decimals}{rest}"
        if int(whole) > 0:
            yield "minus one", f"{int(whole) - 1}{point}{decimals}{rest}"
        if float(number[0]):
            yield (
                "times ten",
                f"{number[0].replace('.', '')}0{rest}" if not point else f"{float(number[0]) * 10:g}{rest}",
            )
    yield from _other_units(figure, facts)
    written: set[str] = set()
    for other in facts.told(told.cited):
        same_thing = figure.agrees(other.figure) or other.figure.agrees(figure)
        if other.figure.unit == figure.unit and not same_thing and other.figure.written not in written:
            written.add(other.figure.written)
            yield "other figure", other.figure.written


def _other_units(figure: Figure, facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the figure with other units; a bare number is given one."""
    unit = facts.reader.written_unit(figure)
    if figure.unit == DATE or unit is None:
        return
    stem = figure.written[: len(figure.written) - len(unit)].rstrip()
    yield from (("unit", f"{stem} {other}") for other in facts.reader.units_unlike(figure, UNITS_TRIED))
