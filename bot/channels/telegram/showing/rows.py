"""Put buttons side by side where their labels can still be read on a narrow phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from unicodedata import east_asian_width

Row = Sequence[Mapping[str, object]]
"""Buttons side by side, as Telegram's InlineKeyboardButton."""

MOST = 4
"""Most rows below a card: more would push the answer off a small screen."""

WIDTHS = (32, 16, 10)
"""Half-widths of the widest label in a row of one, two and three buttons.

A row below a message is about 300 of the 360 points that a narrow phone has; a Chinese character takes 15, the margins
of a button 20. Telegram cuts off what does not fit.
"""


def width(label: str) -> int:
    """Return how wide a label is, in half-widths: a Chinese character counts two.

    >>> width('低保'), width('复制 12345')
    (4, 10)
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in label)


def packed(buttons: Iterable[Mapping[str, object]]) -> list[Row]:
    """Return the rows in which `buttons` stand, in their order, as few as their labels allow.

    >>> [len(row) for row in packed([{'text': '说详细些'}, {'text': '依据'}, {'text': '换县区'}, {'text': '全部问题'}])]
    [3, 1]
    """
    rows: list[list[Mapping[str, object]]] = []
    for one in buttons:
        row = [*rows[-1], one] if rows else [one]
        fits = len(row) <= len(WIDTHS) and all(width(str(each["text"])) <= WIDTHS[len(row) - 1] for each in row)
        if rows and fits:
            rows[-1] = row
        else:
            rows.append([one])
    return list(rows)
