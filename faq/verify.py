"""Check that every figure told to a resident stands in a fact of a source that the text cites."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from faq.folder import Folder, texts
from faq.yaml_reader import Document, Mistake, Place, Value

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}

_UNREADABLE = Decimal(-1)
"""Value of a numeral that is none (百分之点五): no fact states it, so it is reported."""

_UNITS = (
    "个工作日|工作日|个自然日|周岁|小时|分钟|平方米|人次|个月|年度|公里|星期|季度|元|块|天|日|岁|倍|人|户|次|年|月"
    "|级|档|项|类|支|处|名|个|克|套|期|分|条|号|家|件|张|种|部|间|所|米|折|成|步|份|口|代|周|位|篇|场|大类|小型|%|‰"
)
_NUMBER = re.compile(
    rf"(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)\s*(?P<group>[万亿千百]*)\s*(?:多|余|几|来)?\s*(?P<unit>{_UNITS})?"
    rf"|(?P<percent>百分之)(?P<share>[零〇一二两三四五六七八九十百点]+)"
    rf"|(?<!第)(?P<chinese>[零〇一二两三四五六七八九十百千万亿]+)(?:多|余|来)?(?P<counted>{_UNITS})"
)
_STEP = re.compile(r"^\s*\d+[.、](?!\d)\s?", re.MULTILINE)
_SAME_UNIT = {"工作日": "个工作日", "周岁": "岁", "块": "元", "日": "天", "分钟": "分", "年度": "年"}


@dataclass(frozen=True)
class Figure:
    """A number with its unit, as it stands in a text."""

    value: Decimal
    """Its value: 3000000 for 300 万."""
    unit: str
    """Its unit in one spelling; '' if none follows."""
    written: str
    """As written."""
    at: int
    """Position in the text, in characters."""

    def stands_in(self, facts: set[tuple[Decimal, str]]) -> bool:
        """Tell whether `facts` hold the same value with the same unit; a bare number needs the value alone."""
        return (self.value, self.unit) in facts or (not self.unit and any(value == self.value for value, _ in facts))


def figures(text: str) -> list[Figure]:
    """Return the figures of `text` in order; numbers of steps at the beginning of lines are not figures.

    >>> [(str(f.value), f.unit) for f in figures('1. 一般 30 个工作日，不超过三倍，占百分之二十，共3万元')]
    [('30', '个工作日'), ('3', '倍'), ('20', '%'), ('30000', '元')]
    """
    folded = "".join(
        unicodedata.normalize("NFKC", c) if len(unicodedata.normalize("NFKC", c)) == 1 else c for c in text
    )
    steps = [range(match.start(), match.end()) for match in _STEP.finditer(folded)]
    found = []
    for match in _NUMBER.finditer(folded):
        figure = _figure(match)
        if figure is not None and not any(match.start() in step for step in steps):
            found.append(figure)
    return found


def _figure(match: re.Match[str]) -> Figure | None:
    written, at = match[0].strip(), match.start()
    if match["digits"]:
        value = Decimal(match["digits"].replace(",", ""))
        for group in match["group"]:
            value *= {**_TENS, **_GROUPS}[group]
        unit = match["unit"] or ""
    elif match["percent"]:
        value, unit = _chinese(match["share"]), "%"
    else:
        value, unit = _chinese(match["chinese"]), match["counted"]
        if 0 <= value <= 1:
            return None  # 一次、一家人、一个月里: a manner of speaking
    return Figure(value.normalize() + 0, _SAME_UNIT.get(unit, unit), written, at)


def _chinese(numeral: str) -> Decimal:
    """Return the value of a Chinese numeral.

    >>> _chinese('二十五'), _chinese('三万二'), _chinese('二〇二一')
    (Decimal('25'), Decimal('30002'), Decimal('2021'))
    """
    if "点" in numeral:
        whole, _, rest = numeral.partition("点")
        if not whole or not rest or not set(rest) <= set(_DIGITS):
            return _UNREADABLE
        return _chinese(whole) + Decimal("0." + "".join(str(_DIGITS[c]) for c in rest))
    if all(character in _DIGITS for character in numeral):
        return Decimal("".join(str(_DIGITS[character]) for character in numeral))
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _TENS:
            section, digit = section + (digit or 1) * _TENS[character], 0
        else:
            total, section, digit = (total + section + digit or 1) * _GROUPS[character], 0, 0
    return Decimal(total + section + digit)


def verify(folder: Folder) -> Iterator[Mistake]:
    """Yield a mistake for each figure, in any text for residents, that no cited source states."""
    facts = _facts(folder.shared.get("sources"))
    for document in folder.intents.values():
        cited = [key for _, key in texts(document, "sources")]
        if not set(cited) <= set(facts):
            continue  # the dangling key is a mistake of its own, and the cause of all others
        for key in ("answer", "details", "title"):
            for place, text in texts(document, key):
                yield from _unfounded(document, place, text, cited, facts)
    emergencies = folder.shared.get("emergencies")
    for kind, entry in _entries(emergencies):
        keys = entry.get("sources")
        cited = [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []
        reply = entry.get("reply")
        if emergencies is not None and isinstance(reply, str):
            yield from _unfounded(emergencies, (kind, "reply"), reply, cited, facts)


def _unfounded(
    document: Document, place: Place, text: str, cited: list[str], facts: dict[str, set[tuple[Decimal, str]]]
) -> Iterator[Mistake]:
    known = set().union(*(facts.get(key, set()) for key in cited))
    for figure in figures(text):
        if not figure.stands_in(known):
            line = document.line(place) + text.count("\n", 0, figure.at) + (place[-1] in ("answer", "details", "reply"))
            yield Mistake(
                document.path,
                line,
                f"figure '{figure.written}' stands in no fact of the cited sources ({', '.join(cited) or 'none'}); "
                "correct it, or add the fact to sources.yaml and cite that source",
            )


def _facts(document: Document | None) -> dict[str, set[tuple[Decimal, str]]]:
    """Return the figures of each source: of its facts, its number and its date."""
    found = {}
    for key, entry in _entries(document):
        listed = entry.get("facts")
        told = [
            entry.get("title"),
            entry.get("number"),
            entry.get("date"),
            *(listed if isinstance(listed, list) else []),
        ]
        found[key] = {(f.value, f.unit) for text in told if isinstance(text, str) for f in figures(text)}
    return found


def _entries(document: Document | None) -> Iterator[tuple[str, dict[str, Value]]]:
    value = document.value if document else None
    for key, entry in (value if isinstance(value, dict) else {}).items():
        if isinstance(entry, dict):
            yield key, entry
