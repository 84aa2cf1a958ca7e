"""Read Chinese numerals: 二十五, 三万二, 两三."""

from __future__ import annotations

from decimal import Decimal

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    **{character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
"""Numerals of one digit."""
TENS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
"""Numerals that multiply the digit before them."""
GROUPS = {"万": 10**4, "亿": 10**8}
"""Numerals that multiply all before them."""

NUMERALS = frozenset(DIGITS) | frozenset(TENS) | frozenset(GROUPS) | {"半"}
"""Characters that may state a number."""

ONE = "一"
"""The numeral that is mostly an article: it states a number only before some units."""


def chinese(numeral: str) -> Decimal:
    """Return the value of a Chinese numeral; -1 for one that cannot be read, so that no fact will state it.

    >>> chinese('二十五'), chinese('三万二'), chinese('二〇二一'), chinese('两三')
    (Decimal('25'), Decimal('30002'), Decimal('2021'), Decimal('2.3'))
    """
    whole, point, rest = numeral.partition("点")
    if point:
        if not whole or not rest or not set(rest) <= set(DIGITS):
            return Decimal(-1)
        return chinese(whole) + Decimal("0." + "".join(str(DIGITS[c]) for c in rest))
    if all(character in DIGITS for character in numeral):
        digits = [DIGITS[character] for character in numeral]
        if len(digits) == 2 and digits[1] == digits[0] + 1:
            return Decimal(f"{digits[0]}.{digits[1]}")  # two or three: a figure of its own
        return Decimal("".join(map(str, digits)))
    total = section = digit = 0
    for character in numeral:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in TENS:
            section, digit = section + (digit or 1) * TENS[character], 0
        else:
            total, section, digit = (total + section + digit or 1) * GROUPS[character], 0, 0
    return Decimal(total + section + digit)
