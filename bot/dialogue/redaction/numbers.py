"""Find the numbers that name somebody, in the ways in which residents write and say them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stdnum import luhn
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from bot.dialogue.redaction.patterns import Step
from faq.knowledge.personal import Personal
from faq.knowledge.text import any_of

_DASHES = r"\-.·—_\u2010-\u2015\u2212"
_SEPARATORS = rf"[ {_DASHES}]?"
_LOOSE = rf"[ {_DASHES}、。,/;:~*+()\[\]|]"
_ALIKE = {"o": "0", "l": "1", "i": "1"}
"""Letters typed for digits."""
_SHORTEST = 7
"""Digits from which on an unbroken number may name somebody; a fixed telephone has seven."""
_SHORTEST_PARTED = 11
"""The same for a number in groups: a mobile telephone; 3000 2000 are two amounts, 2024-11-05 is a day."""
_SHORTEST_NAMED = 4
"""The same behind a word that says what it is (尾号2345), and where it is all that a message says."""
_SHORTEST_FIRST = 5
"""The same where more is said behind it."""
_LONGEST_ALONE = 6
"""Digits of the longest number that is looked at only because it stands alone: longer ones go anyway."""
_SHORTEST_SURE, _LONGEST = 10, 20
"""Digits of the shortest and the longest number that is known by itself: of a telephone, a disability certificate."""
_IDENTITY = 18
"""Digits of an identity number, of which the last may be x."""
_GROUPS = 24
"""Most groups that are taken for one number."""
_PHONE = re.compile(r"(?:86)?1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}")
_PHONE_PARTED = re.compile(r"(?:86)?1[3-9]\d{9}|0(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}")
_CARD_PARTED = re.compile(r"62\d{14,17}|[3-6]\d{15,18}")
_UNIONPAY = "62"
"""Beginning of the cards of Chinese banks: known without their check digit."""
_BORN = re.compile(r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?:\d\d)?")
_HOTLINE = re.compile(r"1[0-2]\d|1[0-2]\d{3}|9[56]\d{3,4}|116\d{3}")
_YEAR = re.compile(r"(?:19|20)\d\d")


class Numbers:
    """Knows the digits of one knowledge base."""

    def __init__(self, personal: Personal) -> None:
        """Prepare the patterns."""
        self._personal, self._marks = personal, personal.marks
        spelled = {digit: str(value) for value, digit in enumerate(personal.digits)} | personal.digits_too
        self._values = {**spelled, **personal.digits_spoken, **_ALIKE}
        self._digit = f"[0-9{''.join(self._values.keys() - _ALIKE.keys())}]"
        self._run = re.compile(rf"(?:{self._digit}|[oli])++x?")
        self._strict = rf"{self._digit}(?:{_SEPARATORS}{self._digit}|[oli](?=[oli]{{0,2}}[0-9])|[oli](?![a-z]))*+"
        self._alone = re.compile(rf"{self._strict}")
        self._first = re.compile(rf"^({self._strict})(?=[ ,.;!?。])")

    def steps(self) -> Iterator[Step]:
        """Yield what is looked for, in order."""
        joins = any_of(self._personal.number_joins)
        yield re.compile(rf"{self._digit}(?:(?:{_LOOSE}|{joins}){{0,4}}+{self._digit})*+x?"), self._parted
        yield re.compile(rf"{self._strict}(?:{_SEPARATORS}x(?![a-z]))?"), self._number
        hidden = rf"(?<!{self._digit}){self._digit}{{3,}}+[*x]{{2,}}+{self._digit}{{2,}}+"  # 410602********1234
        yield re.compile(hidden), lambda _: self._marks.number
        links, rest = any_of(self._personal.number_links), self._personal.number_rests
        cue = any_of([*self._personal.number_cues, *rest])
        counted = any_of([*self._personal.counted, *self._personal.counted_too])
        named = rf"({cue})((?:{links}|[ :,]){{0,5}}+)({self._strict})(?!{counted})"
        yield re.compile(named), self._named

    def alone(self, text: str) -> str:
        """Return `text` with a mark for a number that it begins with and that stands alone: the other half of one.

        Where more is said behind it, it has five digits at least: 3000，够不够.
        """
        bare = text.strip(" ,.;!?。、~")
        found = self._alone.fullmatch(bare)
        if found and self._is_half(bare, _SHORTEST_NAMED):
            return self._marks.number
        found = self._first.match(text)
        return (
            f"{self._marks.number}{text[found.end() :]}" if found and self._is_half(found[0], _SHORTEST_FIRST) else text
        )

    def _is_half(self, written: str, shortest: int) -> bool:
        digits = self._digits(written)
        known = _HOTLINE.fullmatch(digits) or _YEAR.fullmatch(digits)
        return shortest <= len(digits) <= _LONGEST_ALONE and not known

    def _digits(self, written: str) -> str:
        return "".join(self._values.get(c, c) for c in written if c.isalnum())

    def _number(self, found: re.Match[str]) -> str:
        """Replace a number that is written as one, or in groups with a sign between."""
        written, digits = found[0], self._digits(found[0])
        unbroken = all(c.isalnum() for c in written)
        if len(digits) < (_SHORTEST if unbroken else _SHORTEST_PARTED) or self._counts_something(found, digits):
            return written
        marks = self._marks
        if _is_identity(digits[:18]) or len(digits) == 15 or (len(digits) in (18, 20) and not luhn.is_valid(digits)):
            return marks.identity
        if _PHONE.fullmatch(digits):
            return marks.phone
        return marks.card if 15 < len(digits) < 20 and luhn.is_valid(digits) else marks.number

    def _parted(self, found: re.Match[str]) -> str:
        """Replace what only together is a number: 138，3921，2345; amounts one after the other are none."""
        if self._alone.fullmatch(found[0]):
            return found[0]  # `_number` looks at it as a whole
        groups = list(self._run.finditer(found[0]))
        digits = [self._digits(group[0]) for group in groups]
        kept, at, first = [], 0, 0
        while first < len(groups):
            last = self._last_of_number(groups, digits, first, found)
            if last is None:
                first += 1
                continue
            mark = self._kind("".join(digits[first : last + 1]))
            kept += [found[0][at : groups[first].start()], mark or ""]
            at, first = groups[last].end(), last + 1
        return "".join([*kept, found[0][at:]])

    def _last_of_number(
        self, groups: Sequence[re.Match[str]], digits: Sequence[str], first: int, found: re.Match[str]
    ) -> int | None:
        """Return the place of the group that ends the longest number begun with `first`; None: none is begun.

        `digits` are those of each group.
        """
        number, last = "", None
        for place in range(first, min(first + _GROUPS, len(groups))):
            number += digits[place]
            if len(number) > _LONGEST:
                break
            if len(number) < _SHORTEST_SURE or not self._kind(number):
                continue
            counts = found.string.startswith(self._personal.counted, found.start() + groups[place].end())
            if len(number) != _SHORTEST_PARTED or not counts:
                last = place
        return last

    def _kind(self, digits: str) -> str | None:
        """Return the mark of what `digits` are surely; None: they may be anything."""
        if len(digits) < _SHORTEST_SURE:
            return None
        if _BORN.fullmatch(digits):
            return self._marks.identity
        if _PHONE_PARTED.fullmatch(digits):
            return self._marks.phone
        card = _CARD_PARTED.fullmatch(digits) and (digits.startswith(_UNIONPAY) or luhn.is_valid(digits))
        return self._marks.card if card else None

    def _named(self, found: re.Match[str]) -> str:
        """Replace a shorter number behind a word that says what it is: 电话331-3875; 电话12345 is everybody's."""
        digits = self._digits(found[3])
        day = _YEAR.match(digits) and not found[3].isalnum()
        rest = found[1] in self._personal.number_rests
        if len(digits) < _SHORTEST_NAMED - rest or (_HOTLINE.fullmatch(digits) and not rest) or day:
            return found[0]
        return f"{found[1]}{found[2]}{self._marks.number}"

    def _counts_something(self, found: re.Match[str], digits: str) -> bool:
        """Tell whether the number is an amount: 50000000元."""
        return len(digits) < _SHORTEST_PARTED and found.string[found.end() :].startswith(self._personal.counted)


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
