"""Show a `Reply` as Telegram messages: HTML that cannot break, parts short enough to send, buttons below."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from html import escape
from itertools import chain

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, User
from telegram.constants import MessageLimit

from bot.dialogue.reply import Choice, Reply

_NAME = 64
"""Most characters of a name, as in Telegram."""


def messages(reply: Reply, to: User | None = None) -> list[str]:
    """Return the HTML of the messages that `reply` needs, the first naming `to`; each within Telegram's length."""
    found: list[str] = []
    current, length = "", 0
    for plain, html in chain(_salutation(to), _lines(reply)):
        size = units(plain) + 1
        if current and length + size > MessageLimit.MAX_TEXT_LENGTH:
            found.append(current.strip("\n"))
            current, length = "", 0
        current, length = f"{current}{html}\n", length + size
    return [message for message in [*found, current.strip("\n")] if message]


def buttons(reply: Reply) -> str | None:
    """Return the keyboard as JSON; None: no buttons."""
    return _written(reply.choices) if reply.choices else None


@functools.lru_cache(maxsize=512)
def _written(choices: tuple[Choice, ...]) -> str:
    """Write the keyboard once for all replies with the same choices; one button a row, so that labels stay readable."""
    rows = [[InlineKeyboardButton(choice.label, callback_data=choice.press.data())] for choice in choices]
    return json.dumps(InlineKeyboardMarkup(rows).to_dict(), ensure_ascii=False)


def units(text: str) -> int:
    """Return the length of `text` as Telegram counts it, in UTF-16 units.

    >>> units('低保😀')
    4
    """
    return len(text.encode("utf-16-le")) // 2


def _salutation(to: User | None) -> Iterator[tuple[str, str]]:
    """Yield a line with the name of `to`, who is notified by it."""
    if to:
        name = to.first_name.strip()[:_NAME] or str(to.id)
        yield f"{name}：", f'<a href="tg://user?id={to.id}">{escape(name, quote=False)}</a>：'


def _lines(reply: Reply) -> Iterator[tuple[str, str]]:
    """Yield each line as plain text and as HTML that stands for itself."""
    for number, part in enumerate(reply.parts):
        if number:
            yield "", ""
        if part.title:
            yield part.title, f"<b>{escape(part.title, quote=False)}</b>"
        for line in part.text.split("\n"):
            yield from ((piece, escape(piece, quote=False)) for piece in _pieces(line))


def _pieces(line: str) -> Iterator[str]:
    """Cut a line that alone is too long for a message; characters of two units stay whole."""
    limit = MessageLimit.MAX_TEXT_LENGTH // 2
    yield from (line[start : start + limit] for start in range(0, len(line) or 1, limit))
