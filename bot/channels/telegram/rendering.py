"""Show a `Reply` as Telegram messages: HTML that cannot break, parts short enough to send, buttons below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import chain, groupby

from telegram import User
from telegram.constants import MessageLimit

from bot.channels.telegram.showing.keyboards import inline
from bot.channels.telegram.showing.lines import Line, lines, numbers
from bot.channels.telegram.showing.style import PLAIN, Style
from bot.dialogue.reply import Decision, Reply

_NAME = 64
"""Most characters of a name, as in Telegram."""


def messages(reply: Reply, to: User | None = None, style: Style = PLAIN) -> list[str]:
    """Return the HTML of the messages that `reply` needs, the first naming `to`; each within Telegram's length."""
    found: list[list[Line]] = [[]]
    length = 0
    for line in chain(_salutation(to), *map(_pieces, lines(reply, style))):
        size = units(line.plain) + 1
        if found[-1] and length + size > MessageLimit.MAX_TEXT_LENGTH:
            found.append([])
            length = 0
        found[-1].append(line)
        length += size
    return [message for message in map(_joined, found) if message]


def buttons(reply: Reply, style: Style = PLAIN) -> str | None:
    """Return the keyboard as JSON; None: no buttons, as below an alarm, where nothing is to stand in the way."""
    if reply.decision == Decision.EMERGENCY:
        return None
    return inline(reply.choices, tuple(numbers(reply)), style) if reply.choices else None


def units(text: str) -> int:
    """Return the length of `text` as Telegram counts it, in UTF-16 units.

    >>> units('低保😀')
    4
    """
    return len(text.encode("utf-16-le")) // 2


def _joined(message: Sequence[Line]) -> str:
    """Return the HTML of a message; what is folded stands in quotes that open by a tap."""
    blocks = []
    for folded, block in groupby(message, key=lambda line: line.folded):
        html = "\n".join(line.html for line in block)
        blocks.append(f"<blockquote expandable>{html.strip()}</blockquote>" if folded and html.strip() else html)
    return "\n".join(blocks).strip("\n")


def _salutation(to: User | None) -> Iterator[Line]:
    """Yield a line with the name of `to`, who is notified by it."""
    if to:
        name = to.first_name.strip()[:_NAME] or str(to.id)
        yield Line(f"{name}：", f'<a href="tg://user?id={to.id}">{escape(name, quote=False)}</a>：')


def _pieces(line: Line) -> Iterator[Line]:
    """Cut a line that alone is too long for a message; characters of two units stay whole, marks in it are lost."""
    limit = MessageLimit.MAX_TEXT_LENGTH // 2
    if len(line.plain) <= limit:
        yield line
        return
    for start in range(0, len(line.plain), limit):
        piece = line.plain[start : start + limit]
        yield Line(piece, escape(piece, quote=False), line.folded)
