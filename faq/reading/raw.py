"""Look at the bare lines of a file for what YAML reads otherwise than it looks: signs of Git, blanks, Chinese signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faq.knowledge.dangers import LEARNED
from faq.said import Said, said

_CONFLICT = re.compile(r"\s*(<{7}|>{7}|\|{7}|={7})(?:\s|$)")
_ODD = re.compile(r"[^\S \n\r\t\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_HIDDEN = re.compile(r"[^\x20-\x7e\u3001-\ud7ff\uff00-\uffef\t\r]")
_GARBLED = re.compile("\ufffd+")
_EDGE = re.compile(r"^\s*+(?:-\s*+)?|\s{0,9}[:：]\s{0,9}")
_WIDE_COLON = re.compile(r"\s*(?P<name>[A-Za-z_][\w.-]*|\S{1,16}(?=：\s*[\[{|>]))：\s*(?P<rest>.*)")
_NO_SPACE = re.compile(r"\s*(?P<name>[A-Za-z_][\w.-]*|[\u4e00-\u9fff]{2,12}(?=:[\[{])):(?P<rest>[^\s:/].*)")
_COLON_LOST = re.compile(
    r"\s*(title|questions|checks|answer|further|beside|after|details|sources|office|related|review_by|signs|reply|facts)"
    r"[ |>]*$"
)
_DASH = re.compile(r"\s*-(?P<rest>[^\s-].*)")
_OTHER_DASH = re.compile(r"\s*(?P<sign>[－—–−‐•●·▪＊])\s*(?P<rest>\S.*)")
_ITEM = re.compile(r"(\s*)- ")
_KEY = re.compile(r"(?P<indent>\s*)(?:- )?(?P<name>[^\s#'\"\[{|>:：-][^:：]{0,40}|\"[^\"]*\"|'[^']*'):(?P<rest> .*|)$")
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
_ITEM_BLOCK = re.compile(r"\s*- [|>][+-]?\d?[+-]?\s*(?:#.*)?")
_LISTS = frozenset({"questions", "checks", "facts", *LEARNED})
_KINDS = {
    "\ufeff": "char_bom",
    "\u00ad": "char_soft_hyphen",
    **dict.fromkeys("\u200b\u200c\u200d\u2060\u180e", "char_zero_width"),
    **dict.fromkeys("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c", "char_direction"),
}


_LOOKED = 10_000
"""Characters of a line that are looked at, so that one line of a million costs no more than many."""


@dataclass(frozen=True)
class _Line:
    """A line with what the lines before it say of it."""

    number: int
    text: str
    in_text: bool
    """It stands below `key: |`, where every sign is only text."""
    list_key: str
    """Key of the list that it stands in or begins, '' if it stands in none."""
    before: str
    """Last line before it that is neither blank nor a remark."""


def look(lines: Sequence[str]) -> Iterator[tuple[int, Said]]:
    """Yield line and sentence for what is wrong with the bare lines; the file need not be read as YAML then."""
    conflicts = [number for number, line in enumerate(lines, 1) if _CONFLICT.match(line)]
    if conflicts and (len(conflicts) > 1 or not lines[conflicts[0] - 1].strip().startswith("=")):
        yield conflicts[0], said("conflict", last=conflicts[-1])
        return
    for number, line in enumerate(lines, 1):
        if wrong := hidden(line[:_LOOKED]):
            yield number, wrong


def look_at_signs(lines: Sequence[str]) -> Iterator[tuple[int, Said]]:
    """Yield each line whose colon, dash or blank is not the one that YAML knows."""
    structure = list(_structure(lines))
    answered = any(line.text.startswith("answer") for line in structure)
    at = 0
    while at < len(structure):
        line = structure[at]
        run = 0 if answered or line.in_text else _text_without_key(structure, at)
        if run:
            yield line.number, said("key_lost", name="answer")
        elif not line.in_text and (wrong := _sign(line)):
            yield line.number, wrong
        at += run or 1


def _text_without_key(structure: Sequence[_Line], at: int) -> int:
    """Return how many lines from `at` on are the answer of an intent that has lost its line `answer: |`."""
    begins = structure[at]
    if begins.list_key not in ("questions", "checks") or not _ITEM.match(begins.before):
        return 0
    end = at
    while end < len(structure) and structure[end].text[:1] == " " and not _ITEM.match(structure[end].text):
        end += 1
    follows = structure[end].text if end < len(structure) else ""
    return end - at if follows[:1] not in ("", " ", "-") and _KEY.match(follows) else 0


def hidden(line: str) -> Said | None:
    """Say which invisible or garbled character stands in `line`; None: none does."""
    if line.isascii():
        return None
    if found := _GARBLED.search(line):
        return said("garbled", near=line[max(0, found.start() - 4) : found.end() + 4].strip())
    if _misread(line):
        return said("garbled", near=line.strip()[:12])
    for found in _HIDDEN.finditer(line):
        at, one = found.start(), found[0]
        if one == "\u200d" and _emoji(line, at):
            continue
        if unicodedata.category(one) in ("Cf", "Co", "Cn"):
            kind = _KINDS.get(one, "char_private" if unicodedata.category(one) != "Cf" else "char_other")
            near = "".join(filter(str.isprintable, line[max(0, at - 6) : at + 7])).strip()
            return said("invisible", name=said(kind), code=f"U+{ord(one):04X}", near=near)
    for edge in _EDGE.finditer(line):
        if odd := _ODD.search(edge[0]):
            kind = {"\u3000": "space_full_width", "\u00a0": "space_no_break"}.get(odd[0], "space_other")
            if ":" in edge[0] or "：" in edge[0] or edge.start() == 0:
                return said("odd_space", name=said(kind), code=f"U+{ord(odd[0]):04X}")
    return None


def _misread(line: str) -> bool:
    """Tell whether `line` is UTF-8 that was read as GBK: then it is UTF-8 once more when it is written as GBK."""
    try:
        meant = line.encode("gbk").decode("utf-8")
    except UnicodeError:
        return False
    return len(meant) < len(line) and any("\u4e00" <= one <= "\u9fff" for one in meant)


def _emoji(line: str, at: int) -> bool:
    """Tell whether a joiner stands between two pictures, as in a family of three."""
    around = line[max(0, at - 2) : at] + line[at + 1 : at + 2]
    return any(unicodedata.category(one) in ("So", "Mn", "Sk") for one in around)


def _structure(lines: Sequence[str]) -> Iterator[_Line]:
    block, list_key, list_indent, before = -1, "", -1, ""
    for number, line in enumerate(lines, 1):
        text = line[:_LOOKED].rstrip()
        indent = len(text) - len(text.lstrip())
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        in_text = block >= 0 and indent > block
        if not in_text:
            named = ":" in text or "：" in text
            block = indent if (named and _BLOCK.search(text)) or _ITEM_BLOCK.fullmatch(text) else -1
            key = _KEY.match(text)
            if key and not text.lstrip().startswith("- "):
                begins = not key["rest"].strip()
                list_key, list_indent = (key["name"], indent) if begins else ("", -1)
            elif list_key and indent < list_indent:
                list_key = ""
        yield _Line(number, text, in_text, list_key, before)
        before = text


def _sign(line: _Line) -> Said | None:  # noqa: PLR0911 - one line a kind of mistake
    """Say which sign of a line outside longer texts is not what it looks like."""
    text = line.text
    if text.lstrip().startswith(("- ", "'", '"', "---", "...")):
        return None
    if found := _DASH.fullmatch(text):
        return said("dash_no_space", given=text.strip(), rest=found["rest"])
    in_list = _ITEM.match(line.before) is not None or line.list_key in _LISTS
    if in_list and (found := _OTHER_DASH.fullmatch(text)):
        return said("other_dash", sign=found["sign"], rest=found["rest"])
    if found := _WIDE_COLON.fullmatch(text):
        return said("wide_colon", name=found["name"])
    if found := _NO_SPACE.fullmatch(text):
        return said("no_space", name=found["name"], rest=found["rest"])
    if found := _COLON_LOST.fullmatch(text):
        return said("colon_lost", name=found[1])
    return _lost_dash(line) if in_list and not _KEY.match(text) else None


def _lost_dash(line: _Line) -> Said | None:
    """Say that a line among the items of a list has no dash of its own."""
    text, before = line.text, line.before
    indent = len(text) - len(text.lstrip())
    item = _ITEM.match(before)
    if item and indent >= len(item[1]) and not before.rstrip().endswith(("\\", ",", "[")):
        quoted = before.lstrip()[2:].lstrip()[:1] in ("'", '"', "[", "{")
        return None if quoted else said("dash_lost", given=text.strip())
    if before.rstrip().endswith(f"{line.list_key}:") and line.list_key in _LISTS and text.lstrip()[0] not in "[|>":
        return said("list_begun", given=text.strip())
    return None
