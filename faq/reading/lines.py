"""Turn the bytes of a file into text with the lines that every editor shows, or say which characters forbid it."""

from __future__ import annotations

import contextlib
import re

from faq.said import Said, said

LONGEST_LINE = 10_000
"""Characters of a line of a table; the longest of ours has 80, and what looks at every word must end soon."""

_SHOWN = 20
"""Lines of a file that are named, of thousands alike."""

_ODD = re.compile(
    "\r(?!\n)|[\u2028\u2029\ufeff]|[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # what YAML and str.splitlines take for the end of a line though an editor may not, and what YAML forbids

_NAMES = {
    "\r": "break_carriage",
    "\x0b": "break_vertical",
    "\x0c": "break_page",
    "\x85": "break_next_line",
    "\u2028": "break_line",
    "\u2029": "break_paragraph",
    "\ufeff": "order_mark",
}


def decode(content: bytes, *, table: bool = False) -> tuple[str | None, list[tuple[int, Said]]]:
    """Return the text of `content`, and line and fault of what must not be in it; None if it is not UTF-8 at all.

    Lines end in LF or CRLF. In a `table` tabs are welcome and lines bounded; elsewhere tabs are a fault.

    >>> decode(b'a: 1')
    ('a: 1', [])
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, [(line, _encoding(content, error.start))]
    lines = text.split("\n")
    if not _ODD.search(text) and (max(map(len, lines)) <= LONGEST_LINE if table else "\t" not in text):
        return text, []
    faults: list[tuple[int, Said]] = []
    for number, written in enumerate(lines, 1):
        if fault := _fault(written, table=table):
            faults.append((number, fault))
            if len(faults) == _SHOWN:
                return text, [*faults, (number, said("lines_more"))]
    return text, faults


def _encoding(content: bytes, at: int) -> Said:
    """Say which encoding the file seems to be saved in, where it is not UTF-8."""
    wrong = "not_utf8_utf16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "not_utf8"
    with contextlib.suppress(UnicodeDecodeError):
        if wrong == "not_utf8" and content.decode("gb18030"):
            wrong = "not_utf8_gbk"
    return said(wrong, byte=f"{content[at]:02x}", at=at + 1)


def odd(text: str) -> Said | None:
    """Say what is wrong with a character of `text`, which may have been written as an escape; None if none is."""
    found = _ODD.search(text)
    return _named(found[0]) if found else None


def _fault(line: str, *, table: bool) -> Said | None:
    if table and len(line) > LONGEST_LINE:
        return said("line_too_long", count=len(line), most=LONGEST_LINE)
    if not table and "\t" in line:
        return said("tab")
    return odd(line.removesuffix("\r"))  # of CRLF


def _named(character: str) -> Said:
    name = _NAMES.get(character)
    return said(name) if name else said("control", code=f"U+{ord(character):04X}")
