"""Read the figures of a text: numbers with their units, dates, document numbers, telephone numbers, clauses.

What counts as a unit, and in which words a numeral is no number, stands in figures.yaml.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from faq.figures.numerals import GROUPS, NUMERALS, ONE, TENS, chinese
from faq.knowledge.fields import STRICT_KEYS

_ISSUER = 2
"""Characters before the bracket of a document number that name its issuer: 豫民, 国办发."""

_HAN = r"[\u4e00-\u9fff]"
_RUN = f"[{''.join(sorted(NUMERALS - {'半'}))}]+"
_WHOLE_RUN = f"(?<!{_RUN[:-1]}){_RUN}+"
_YEAR = r"(?:\d{4}|[零〇一二三四五六七八九]{4})"
_SMALL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_SPECIAL = re.compile(
    rf"(?P<document>(?P<issuer>{_HAN}{{0,{_ISSUER}}})[\[〔(【]\s*(?P<of>\d{{4}})\s*[\])】〕]\s*第?\s*(?P<no>\d+)\s*号)"
    rf"|(?P<decree>令第?\s*(?P<decree_no>\d+)\s*号|(?P<decree_before>(?<!\d)\d++)\s*号令)"
    rf"|(?P<date>(?P<year>{_YEAR})\s*年(?!度?以)(?:\s*(?P<month>{_SMALL})\s*月(?!份?以)(?:\s*(?P<day>{_SMALL})\s*[日号])?)?)"
    rf"|(?P<iso>(?<!\d)\d{{4}}-\d{{2}}(?:-\d{{2}})?(?!\d))"
    rf"|(?P<annual>(?P<a_month>{_SMALL})\s*月\s*(?P<a_day>{_SMALL})\s*[日号])"
    rf"|(?P<clock>(?<!\d)\d{{1,2}}:\d{{2}}(?!\d))"
    rf"|(?P<weekday>(?<!每)(?:周|星期|礼拜)(?P<nth_day>[一二三四五六日天])(?![次回趟]))"
    rf"|(?P<phone>(?<!\d)(?:0\d{{2,3}}-?\d{{7,8}}|1[3-9]\d{{9}})(?!\d))"
    rf"|(?P<times>(?<!\d)\d++\s*[×xX*]\s*\d+)"
    rf"|(?P<share>(?P<below>(?<!\d)\d++|{_WHOLE_RUN}|百)分之(?P<above>\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百点]+))"
)
_STEP = re.compile(r"^[^\S\n]*+(?:\d+[.、)](?!\d)|[①-⑳])\s?|[①-⑳]", re.MULTILINE)
_BETWEEN = re.compile(r"\s*(?:[—–\-~～至到、]|或者?|和)+\s*")


@dataclass(frozen=True)
class FigureWords:
    """Words that tell what is a number and what is not (figures.yaml)."""

    __pydantic_config__ = STRICT_KEYS

    units: tuple[str, ...]
    """Units; a Chinese numeral before any other word takes the next character as its unit."""
    same: dict[str, str]
    """Unit → the unit it is another writing of."""
    ones: tuple[str, ...]
    """Units before which 一 is a number."""
    words: tuple[str, ...]
    """Words that hold a numeral and state no number."""


@dataclass(frozen=True)
class Figure:
    """A number with its unit, as it stands in a text."""

    value: str
    """Its value in one spelling: 3000000 for 300 万, 2021-07 for a date, 2021-57 for a document."""
    unit: str
    """Its unit in one spelling, with + for 'and some'; '' if none follows."""
    written: str
    """As written."""
    at: int
    """Position in the text, in characters."""

    @property
    def end(self) -> int:
        """Position behind the last character."""
        return self.at + len(self.written)

    def agrees(self, told: Figure) -> bool:
        """Tell whether a fact with the figure `told` supports this one; a date may be told less exactly."""
        if self.unit != told.unit:
            return False
        return self.value == told.value or (self.unit == DATE and told.value.startswith(f"{self.value}-"))

    def contradicts(self, told: Figure) -> bool:
        """Tell whether a fact with `told` in this place says otherwise; a date told less exactly does not."""
        return not self.agrees(told) and not (
            self.unit == told.unit == DATE and self.value.startswith(f"{told.value}-")
        )


DATE, DOCUMENT, DECREE, ANNUAL, WEEKDAY, CLOCK, PHONE, TIMES, SHARE = (
    "date",
    "document",
    "decree",
    "day of the year",
    "day of the week",
    "time",
    "phone",
    "×",
    "share",
)
"""Units of figures that are no amounts."""

NO_AMOUNTS = frozenset({DATE, DOCUMENT, DECREE, ANNUAL, WEEKDAY, CLOCK, PHONE, TIMES, SHARE})
"""All of them."""


class FigureReader:
    """Reads figures with one set of words."""

    def __init__(self, words: FigureWords) -> None:
        """Prepare one pattern for all numbers."""
        units = "|".join(sorted(map(re.escape, {*words.units, *words.same}), key=len, reverse=True))
        self._same = words.same
        self._ones = frozenset(words.ones)
        listed = "|".join(sorted(map(re.escape, words.words), key=len, reverse=True)) or r"(?!)"
        self._words = re.compile(rf"(?<![\d{''.join(sorted(NUMERALS))}])(?:{listed})")
        self._number = re.compile(
            rf"(?P<nth>第)?\s*"
            rf"(?:(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)\s*(?P<some1>[多余来几])?\s*(?P<group>[万亿千百]*)"
            rf"|(?P<chinese>半|几?{_RUN}(?:点[零一二三四五六七八九]+)?几?)(?:\s*(?=[多余来]))?)"
            rf"\s*(?P<some2>[多余来](?!不))?\s*(?P<unit>{units})?(?P<half>半)?"
        )

    def figures(self, text: str) -> list[Figure]:
        """Return the figures of `text` in order; numbers of steps at the beginning of lines are not figures.

        >>> reader = FigureReader(FigureWords(('个工作日', '倍', '元', '%'), {}, (), ()))
        >>> [(f.value, f.unit) for f in reader.figures('1. 一般 30 个工作日，不超过三倍，占百分之二十，共3万元')]
        [('30', '个工作日'), ('3', '倍'), ('20', '%'), ('30000', '元')]
        """
        folded = fold(text)
        taken = [range(match.start(), match.end()) for match in _STEP.finditer(text)]
        taken += [range(match.start(), match.end()) for match in self._words.finditer(folded)]
        found: list[Figure] = []
        for special in _SPECIAL.finditer(folded):
            if not any(special.start() in span for span in taken):
                found.append(_special(special))
                taken.append(range(*special.span()))
        for start, end in _gaps(taken, len(folded)):
            found += self._amounts(folded, start, end)
        return _ranges(sorted(found, key=lambda figure: figure.at), folded)

    def _amounts(self, text: str, start: int, end: int) -> Iterator[Figure]:
        """Yield the numbers between `start` and `end`, where nothing else has been read."""
        while match := self._number.search(text, start, end):
            figure = self._amount(match, text, end)
            start = figure.end if figure is not None else match.end()
            if figure is not None:
                yield figure

    def written_unit(self, figure: Figure) -> str | None:
        """Return the unit at the end of an amount as written; None if the figure is no amount."""
        match = self._number.match(fold(figure.written))
        if not match or match["nth"] or match["half"] or figure.unit in NO_AMOUNTS or "N" in figure.unit:
            return None
        return figure.written[match.start("unit") if match["unit"] else match.end() :]

    def is_word(self, text: str, at: int) -> bool:
        """Tell whether character `at` stands in a word that states no number."""
        return any(at in range(*match.span()) for match in self._words.finditer(fold(text)))

    def units_unlike(self, figure: Figure, count: int) -> list[str]:
        """Return `count` units that mean another thing than the unit of `figure`."""
        plain = figure.unit.rstrip("+")
        others = [unit for unit in self._ones if self._same.get(unit, unit) != plain]
        return sorted(others)[:count]

    def _amount(self, match: re.Match[str], text: str, limit: int) -> Figure | None:
        start, end = match.span()
        some = "+" if match["some1"] or match["some2"] else ""
        unit = match["unit"] or ""
        if match["digits"]:
            value = Decimal(match["digits"].replace(",", ""))
            for group in match["group"]:
                value *= {**TENS, **GROUPS}[group]
        else:
            numeral = match["chinese"]
            if not unit and end < limit and re.match(_HAN, text[end]) and text[end] not in NUMERALS:
                unit, end = text[end], end + 1
            if numeral == ONE and not match["nth"] and unit not in self._ones and not match["half"]:
                return None
            if "几" in numeral:
                some, numeral = numeral.replace(numeral.strip("几"), "N"), numeral.strip("几")
            value = Decimal("0.5") if numeral == "半" else chinese(numeral)
        if match["half"]:
            value += Decimal("0.5")
        unit = self._same.get(unit, unit)
        named = f"第{unit}" if match["nth"] else unit
        begins = start + (len(match[0]) - len(match[0].lstrip()))
        written = text[begins:end].rstrip()
        return Figure(f"{value.normalize() + 0:f}", f"{named}{some}", written, begins)


def _gaps(taken: Sequence[range], length: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of each part of a text of `length` characters that no span covers."""
    start = 0
    for span in sorted(taken, key=lambda span: span.start):
        if start < span.start:
            yield start, span.start
        start = max(start, span.stop)
    if start < length:
        yield start, length


def fold(text: str) -> str:
    """Return `text` with full-width digits and signs in their plain form, each at its old position."""
    return text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """What `fold` makes of each character, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        folded = unicodedata.normalize("NFKC", chr(code))
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


_REMEMBERED = 20_000
"""Characters remembered, so that nobody fills the memory with all of Unicode."""
_FOLDED = _Folded()


def _plain(number: str) -> str:
    return number if number.isdigit() else f"{chinese(number):f}"


def _special(match: re.Match[str]) -> Figure:
    value, unit = _value(match)
    return Figure(value, unit, match[0].rstrip(), match.start())


def _value(match: re.Match[str]) -> tuple[str, str]:
    """Return value and unit of a figure that is no amount."""
    if match["document"]:
        return f"{match['issuer']}{match['of']}-{match['no']}", DOCUMENT
    if match["decree"]:
        return match["decree_no"] or match["decree_before"], DECREE
    if match["share"]:
        above = match["above"] if match["above"][0].isdigit() else f"{chinese(match['above']):f}"
        return (above, "%") if match["below"] == "百" else (f"{above}/{_plain(match['below'])}", SHARE)
    if match["phone"]:
        return match["phone"].replace("-", ""), PHONE
    if match["times"]:
        return re.sub(r"\D+", "×", match["times"]), TIMES
    return _moment(match)


def _moment(match: re.Match[str]) -> tuple[str, str]:
    """Return value and unit of a day or a time."""
    if match["date"]:
        parts = [_plain(match["year"]), match["month"], match["day"]]
        return "-".join(_plain(part).zfill(2) for part in parts if part), DATE
    if match["weekday"]:
        return match["nth_day"].replace("天", "日"), WEEKDAY
    if match["annual"]:
        return f"{_plain(match['a_month'])}-{_plain(match['a_day'])}", ANNUAL
    return (match["iso"], DATE) if match["iso"] else (match["clock"], CLOCK)


def _ranges(found: Sequence[Figure], text: str) -> list[Figure]:
    """Give the first figure of a range the unit of the last: 1—3 倍, 三、四级."""
    read = list(found)
    for index in range(len(read) - 2, -1, -1):
        here, following = read[index], read[index + 1]
        if not here.unit and following.unit and _BETWEEN.fullmatch(text, here.end, following.at):
            read[index] = replace(here, unit=following.unit)
    return read
