"""Keyboards as the Bot API reads them: buttons below a message, and the keys in place of the resident's own."""

from __future__ import annotations

import functools
import json

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.channels.telegram.showing.style import Style
from bot.dialogue.reply import Choice
from faq.knowledge.phrases import Phrases

NO_KEYS = json.dumps(ReplyKeyboardRemove().to_dict())
"""Takes the keys away."""

_COPIED = 2
"""Most telephone numbers that are offered to be copied."""


@functools.lru_cache(maxsize=512)
def inline(choices: tuple[Choice, ...], copied: tuple[str, ...], style: Style) -> str:
    """Return the buttons below a message; one a row, so that labels stay readable; numbers to be copied come first.

    They are written once for all replies with the same ones.
    """
    rows = [
        [
            InlineKeyboardButton(
                style.written(style.copy.format(value=number)), copy_text=CopyTextButton(_dialled(number))
            )
        ]
        for number in copied[:_COPIED]
    ]
    rows += [[InlineKeyboardButton(style.written(one.label), callback_data=one.press.data())] for one in choices]
    return json.dumps(InlineKeyboardMarkup(rows).to_dict(), ensure_ascii=False)


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
