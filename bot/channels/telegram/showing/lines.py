"""The lines of a reply as Telegram's HTML: what is bold, what is folded, what leads to a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import NamedTuple

from bot.channels.telegram.showing.style import Style
from bot.dialogue.reply import Kind, Part, Reply

HOTLINE = re.compile(r"(?<![\d.-])(?:110|119|120|122|12356|12395)(?![\d.])")
"""Numbers to call in danger."""

NUMBER = re.compile(r"(?<![\d-])(0\d{2,3})-(\d{3,4})(\d{4})((?:-\d{1,4})?)(?![\d-])")
"""A telephone number with its area code, as offices.yaml has it."""

_STEP = re.compile(r"^\d{1,2}\.(?= )")
_CALLED = 3
"""Most numbers above an alarm."""
_LONG, _OPEN = 350, 6
"""Characters from which on an answer is folded, and how many lines of it stay open."""


class Line(NamedTuple):
    """A line that stands for itself."""

    plain: str
    """What is read, as its length counts."""
    html: str
    """The same as Telegram's HTML."""
    folded: bool = False
    """Whether it stands in a quote that opens by a tap."""


def lines(reply: Reply, style: Style) -> Iterator[Line]:
    """Yield the lines of `reply`; above an alarm the numbers to call."""
    if reply.parts and reply.parts[0].kind == Kind.ALARM and (numbers := _called(reply)):
        yield _line(style.call.format(value=" · ".join(numbers)), HOTLINE, "b", style)
    for number, part in enumerate(reply.parts):
        if number:
            yield Line("", "")
        if part.title:
            title = style.written(part.title)
            yield Line(title, f"<b>{escape(title, quote=False)}</b>")
        yield from _paragraph(part, style)


def numbers(reply: Reply) -> list[str]:
    """Return the telephone numbers of offices in `reply`, as they are dialled within the country."""
    told = (part.text for part in reply.parts if part.kind in (Kind.OFFICE, Kind.ANSWER))
    return list(dict.fromkeys(hit[0] for text in told for hit in NUMBER.finditer(text)))


def international(number: re.Match[str]) -> str:
    """Return a telephone number as it is dialled from anywhere.

    >>> NUMBER.sub(international, '0392-3312345')
    '+86 392 331 2345'
    """
    area, first, last, extension = number.groups()
    return f"+86 {area[1:]} {first} {last}{extension}"


def _called(reply: Reply) -> list[str]:
    told = (part.text for part in reply.parts if part.kind == Kind.ALARM)
    return list(dict.fromkeys(hit for text in told for hit in HOTLINE.findall(text)))[:_CALLED]


def _paragraph(part: Part, style: Style) -> Iterator[Line]:
    text = part.text
    if part.kind in (Kind.OFFICE, Kind.ANSWER):
        text = NUMBER.sub(international, text)
    long = part.kind == Kind.ANSWER and len(text) > _LONG
    links = re.compile("|".join(re.escape(words) for words, _ in part.links)) if part.links else None
    for number, line in enumerate(text.split("\n")):
        folded = not style.spacious and (part.kind == Kind.SOURCES or (long and number >= _OPEN))
        for piece in style.broken(line):
            if links:
                shown = _linked(piece, links, dict(part.links), style)
            elif part.kind == Kind.ALARM:
                shown = _line(piece, HOTLINE, "b", style)
            else:
                shown = _line(piece, _STEP, "b", style)
            yield shown._replace(folded=folded)


def _line(text: str, marked: re.Pattern[str], tag: str, style: Style) -> Line:
    """Return a line in which all that is `marked` stands in `tag`."""
    return _tagged(text, marked, style, lambda _: (f"<{tag}>", f"</{tag}>"))


def _linked(text: str, links: re.Pattern[str], pages: dict[str, str], style: Style) -> Line:
    return _tagged(text, links, style, lambda words: (f'<a href="{escape(pages[words])}">', "</a>"))


def _tagged(text: str, marked: re.Pattern[str], style: Style, tags: Callable[[str], tuple[str, str]]) -> Line:
    """Return a line in which `tags` stand around all that is `marked`; the pieces are written in the style's script."""
    plain, html, at = "", "", 0
    for hit in marked.finditer(text):
        before, word = style.written(text[at : hit.start()]), style.written(hit[0])
        first, last = tags(hit[0])
        plain, html = f"{plain}{before}{word}", f"{html}{_escaped(before)}{first}{_escaped(word)}{last}"
        at = hit.end()
    rest = style.written(text[at:])
    return Line(plain + rest, html + _escaped(rest))


def _escaped(text: str) -> str:
    return escape(text, quote=False)
