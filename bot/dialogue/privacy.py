"""Take personal data out of a message before anything of it is written down."""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import luhn
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from faq.knowledge.personal import Personal
from faq.knowledge.text import any_of, bounded, normalise

_SEPARATORS = r"[ \-.·—_]?"
_SHORTEST = 7
"""Digits from which on an unbroken number may name somebody; a fixed telephone has seven."""
_SHORTEST_PARTED = 11
"""The same for a number in groups: a mobile telephone; 3000 2000 are two amounts, 2024-11-05 is a day."""
_IDENTITY = 18
"""Digits of an identity number, of which the last may be x."""
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++(?:[\w.+-]*+@[\w-]++(?:\.[\w-]++)*+)*+", re.ASCII)
"""An address, or several in one run: begun at the beginning of a run alone, and never given back, so it is linear."""

Replacement = Callable[[re.Match[str]], str]


class Redactor:
    """Knows how residents of one knowledge base write personal data."""

    def __init__(self, personal: Personal) -> None:
        """Prepare the patterns."""
        self._personal, marks = personal, personal.marks
        self._values = {**{digit: str(value) for value, digit in enumerate(personal.digits)}, **personal.digits_too}
        digit = f"[0-9{''.join(self._values)}]"
        room, door = any_of(personal.rooms), any_of(personal.doors)
        count = _run("0-9a-z") + "|" + _run("".join(self._values))
        count = f"(?:{count})"
        address = (
            rf"(?:{count} ?(?:{door})[ ,-]{{0,3}}){{2,}}{count}?(?:{door})?|{count} ?(?:{room})(?: ?\d{{2,4}}\b)?"
            rf"|(?<=[{personal.roads}]) ?{count} ?(?:{door})|(?<=[{personal.roads}]) ?\d{{1,6}}(?:-\d{{1,6}}){{1,6}}"
        )
        self._steps: tuple[tuple[re.Pattern[str], Replacement], ...] = (
            (_EMAIL, lambda _: marks.email),
            (
                re.compile(rf"({any_of(personal.accounts)})([ :]{{0,4}})([a-z0-9][a-z0-9_-]{{4,}}+)"),
                lambda found: f"{found[1]}{found[2]}{marks.account}",
            ),
            (
                re.compile(rf"[{personal.plates}] ?[a-z][ ·]?(?=[a-z]{{0,5}}\d)[a-z0-9]{{5,6}}(?![a-z0-9])"),
                lambda _: marks.plate,
            ),
            (re.compile(rf"{digit}(?:{_SEPARATORS}{digit})+(?:{_SEPARATORS}x(?![a-z]))?"), self._number),
            (re.compile(address), lambda _: marks.address),
            *self._names(),
        )

    def redact(self, message: str) -> str:
        """Return `message` in normal form with a mark in the place of each personal datum.

        Numbers of seven digits and more go, whether or not their check digits are right: a slip of the finger does not
        make an identity number anybody's. Of a message that is too long, what `bounded` leaves is returned.
        """
        text = normalise(bounded(message))
        for pattern, replacement in self._steps:
            text = pattern.sub(replacement, text)
        return text

    def holds_numbers(self, message: str) -> bool:
        """Tell whether `message` holds a number that names somebody: of an identity card, a telephone, a bank card."""
        marks = self._personal.marks
        redacted = self.redact(message)
        return any(mark in redacted for mark in (marks.identity, marks.card, marks.phone))

    def _number(self, found: re.Match[str]) -> str:
        written = found[0]
        digits = "".join(self._values.get(c, c) for c in written if c.isalnum())
        unbroken = all(c.isalnum() for c in written)
        if len(digits) < (_SHORTEST if unbroken else _SHORTEST_PARTED) or self._counts_something(found, digits):
            return written
        marks = self._personal.marks
        if _is_identity(digits[:18]) or len(digits) == 15 or (len(digits) in (18, 20) and not luhn.is_valid(digits)):
            return marks.identity
        if re.fullmatch(r"(86)?1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}", digits):
            return marks.phone
        return marks.card if 15 < len(digits) < 20 and luhn.is_valid(digits) else marks.number

    def _counts_something(self, found: re.Match[str], digits: str) -> bool:
        """Tell whether the number is an amount: 50000000元."""
        return len(digits) < _SHORTEST_PARTED and found.string[found.end() :].startswith(self._personal.counted)

    def _names(self) -> tuple[tuple[re.Pattern[str], Replacement], ...]:
        """Return what finds names behind and before the words that give them away."""
        personal = self._personal
        stop = any_of([*personal.after_name, *personal.titles])
        never = any_of(personal.never_names)
        given = rf"(?!{stop})[\u4e00-\u9fff](?:(?!{stop})[\u4e00-\u9fff])?"
        full = rf"(?!{never})(?:{any_of(personal.surnames)}){given}"
        behind = re.compile(rf"({any_of([*personal.naming, *personal.kin])})([ :,]{{0,4}})({full})")
        before = re.compile(rf"(?<![\u4e00-\u9fff])({full})(?={any_of(personal.titles)})")
        mark = personal.marks.name
        return (behind, lambda found: f"{found[1]}{found[2]}{mark}"), (before, lambda _: mark)


def _run(characters: str) -> str:
    """Return the source of a pattern for a whole run of `characters`; it begins where the run does, so it is linear."""
    return f"(?<![{characters}])[{characters}]++"


def _is_identity(number: str) -> bool:
    """Tell whether length, day of birth and check digit of an identity number are right.

    The county is not looked up, as `ric.is_valid` does: stdnum does not list them all, and raises KeyError for others.
    """
    if len(number) != _IDENTITY or not number[:-1].isdecimal():
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return number[-1].upper() == ric.calc_check_digit(number)
