"""Turn the bytes of a file into text with the lines that every editor shows, or say which characters forbid it."""

from __future__ import annotations

import re

LONGEST_LINE = 10_000
"""Characters of a line; the longest of ours has 900, and checks that look at every word must end soon."""

_SHOWN = 20
"""Lines of a file that are named, of thousands alike."""

_ODD = re.compile(
    "\r(?!\n)|[\u2028\u2029\ufeff]|[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # what YAML and str.splitlines take for the end of a line though an editor may not, and what YAML forbids

_NAMES = {
    "\r": "a carriage return alone (CR), the line break of old Macs; save the file with line breaks LF",
    "\x0b": "a vertical tab (U+000B); replace it by a space or a line break",
    "\x0c": "a form feed, the break between two pages (U+000C); delete it",
    "\x85": "a line break of main frames (NEL, U+0085); replace it by a plain line break or delete it",
    "\u2028": "an invisible line break (line separator, U+2028); delete it or replace it by a plain line break",
    "\u2029": "an invisible line break (paragraph separator, U+2029); delete it or replace it by a plain line break",
    "\ufeff": "an invisible mark (byte order mark, U+FEFF); delete it, or type the line anew",
}


def decode(content: bytes, *, tabs: bool = False) -> tuple[str | None, list[tuple[int, str]]]:
    """Return the text of `content`, and line and fault of what must not be in it; None if it is not UTF-8 at all.

    Lines end in LF or CRLF. Tabs are a fault unless `tabs`.

    >>> decode(b'a: 1')
    ('a: 1', [])
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, [(line, f"byte 0x{content[error.start]:02x} is not UTF-8; save the file with encoding UTF-8")]
    lines = text.split("\n")
    if not _ODD.search(text) and (tabs or "\t" not in text) and max(map(len, lines)) <= LONGEST_LINE:
        return text, []
    faults: list[tuple[int, str]] = []
    for number, written in enumerate(lines, 1):
        if fault := _fault(written, tabs=tabs):
            faults.append((number, fault))
            if len(faults) == _SHOWN:
                return text, [*faults, (number, "lines further down may hold more of this kind; check again")]
    return text, faults


def odd(text: str) -> str:
    """Return what is wrong with a character of `text`, which may have been written as an escape; '' if none is."""
    found = _ODD.search(text)
    return _named(found[0]) if found else ""


def _fault(line: str, *, tabs: bool) -> str:
    if len(line) > LONGEST_LINE:
        return f"the line has {len(line)} characters, more than {LONGEST_LINE}; split it"
    if not tabs and "\t" in line:
        return "a tab character; replace each tab by two spaces"
    return odd(line.removesuffix("\r"))  # of CRLF


def _named(character: str) -> str:
    plain = f"an invisible control character (U+{ord(character):04X}); type the line anew"
    return _NAMES.get(character, plain)
