"""Keyboards as the Bot API reads them: buttons below a message, and the keys in place of the resident's own."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from itertools import groupby

from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.channels.telegram.showing.rows import Row, packed
from bot.channels.telegram.showing.style import Style
from bot.dialogue.reply import Action, Choice
from faq.knowledge.phrases import Phrases

NO_KEYS = json.dumps(ReplyKeyboardRemove().to_dict())
"""Takes the keys away."""

_COPIED = 2
"""Most telephone numbers that are offered to be copied."""

_LISTED = frozenset({Action.ANSWER, Action.TOPIC})
"""What is read as a list, one a row; other buttons stand side by side."""


@functools.lru_cache(maxsize=512)
def inline(choices: tuple[Choice, ...], copied: tuple[str, ...], style: Style) -> str:
    """Return the buttons below a message in their order, after those that copy the numbers `copied`.

    They are written once for all replies with the same ones.
    """
    shown = [(False, one) for one in _copying(copied[:_COPIED], style)]
    for one in choices:
        button: dict[str, object] = {"text": style.written(one.label), "callback_data": one.press.data()}
        shown.append((one.press.action in _LISTED, button))
    rows: list[Row] = []
    for listed, run in groupby(shown, key=lambda one: one[0]):
        buttons = [one for _, one in run]
        rows += [[one] for one in buttons] if listed else packed(buttons)
    return json.dumps({"inline_keyboard": rows}, ensure_ascii=False)


def _copying(numbers: tuple[str, ...], style: Style) -> Iterator[dict[str, object]]:
    """Yield the buttons that copy `numbers`; only of several the label says which."""
    for number in numbers:
        label = style.copy_one if len(numbers) == 1 else style.copy.format(value=number.partition("-")[2])
        yield {"text": style.written(label), "copy_text": {"text": _dialled(number)}}


def keys(phrases: Phrases, style: Style) -> str:
    """Return the keys that stay below a private chat: each says its own words, but for the one that sends a place."""
    names = (phrases.key_menu, phrases.key_office, phrases.key_district, phrases.key_human)
    menu, office, district, human = (KeyboardButton(style.written(name)) for name in names)
    place = KeyboardButton(style.written(phrases.key_location), request_location=True)
    hide = KeyboardButton(style.written(phrases.key_hide))
    shown = ReplyKeyboardMarkup(
        [[menu, office], [district, human], [place, hide]],
        is_persistent=True,
        resize_keyboard=True,
        input_field_placeholder=style.written(phrases.key_hint),
    )
    return json.dumps(shown.to_dict(), ensure_ascii=False)


def _dialled(number: str) -> str:
    """Return a number as a telephone takes it anywhere.

    >>> _dialled('0392-3312345')
    '+863923312345'
    """
    return f"+86{number[1:].replace('-', '', 1)}"
