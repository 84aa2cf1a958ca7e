"""Read Telegram's HTML as its server does: what it cannot parse is refused in its words.

As in Telegram an unknown attribute is passed over and an unknown named entity (`&nbsp;`) stays as it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.simulator.refusal import Json, Refusal, bad

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<decimal>[0-9]+)|(?P<name>[a-zA-Z]+));?")
_MENTIONED = re.compile(r"tg://user\?id=([0-9]{1,16})")
_SPECIAL = re.compile(r"[<&]")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_TAG = re.compile(r"[^\s>]*")
_END = re.compile(r"</([^\s>]*)\s*(>?)")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_SPACE = re.compile(r"\s*")
_DETECTED = re.compile(
    r"(?P<url>https?://[^\s<>，。；）】]+)|(?<![\w/@])(?:(?P<bot_command>/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?)|(?P<mention>@\w{3,32}))\b",
    re.ASCII,
)


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 units, as Telegram counts.

    >>> units('低保😀')
    4
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class _Open:
    tag: str
    offset: int
    argument: str = ""


@dataclass
class _Reader:
    html: str
    at: int = 0
    length: int = 0
    parts: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    found: list[Json] = field(default_factory=list)

    def read(self) -> tuple[str, list[Json]]:
        while (special := _SPECIAL.search(self.html, self.at)) is not None:
            self._add(self.html[self.at : special.start()])
            self.at = special.start()
            if special[0] == "&":
                self._add(self._reference())
            elif self.html.startswith("</", self.at):
                self._end()
            else:
                self._start()
        self._add(self.html[self.at :])
        if self.open:
            raise _refused(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.found.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.parts), self.found

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += units(text)

    def _reference(self) -> str:
        """Return the character that a reference stands for, or `&` where Telegram knows none."""
        match = _REFERENCE.match(self.html, self.at)
        character = None
        if match and match["name"]:
            character = _NAMED.get(match["name"])
        elif match:
            code = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
            character = chr(code) if 0 < code < 0x10FFFF and len(match[0].rstrip(";")) < 10 else None
        if match is None or character is None:
            self.at += 1
            return "&"
        if 0xD800 <= ord(character) <= 0xDFFF:
            raise _refused("Text contains invalid Unicode characters after decoding HTML entities")
        self.at = match.end()
        return character

    def _start(self) -> None:
        begin = self.at
        self.at = begin + 1
        tag = self._take(_TAG).lower()
        if self.at >= len(self.html):
            raise self._refused_at("Unclosed start tag", begin)
        if tag not in _KINDS:
            raise self._refused_at(f'Unsupported start tag "{tag}"', begin)
        opened = _Open(tag, self.length)
        while not self._skip_to_end(begin):
            name, value = self._attribute(tag, begin)
            opened.argument = _argument(tag, name, value) or opened.argument
        if tag == "span" and opened.argument != "spoiler":
            raise self._refused_at('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(opened)

    def _skip_to_end(self, begin: int) -> bool:
        """Skip spaces; step over the `>` and return True if the tag ends here."""
        self._skip_spaces()
        if self.at >= len(self.html):
            raise self._refused_at("Unclosed start tag", begin)
        if self.html[self.at] != ">":
            return False
        self.at += 1
        return True

    def _skip_spaces(self) -> None:
        self._take(_SPACE)

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._take(_ATTRIBUTE_NAME)
        if not name:
            raise self._refused_at(f'Empty attribute name in the tag "{tag}"', begin)
        self._skip_spaces()
        if not self.html.startswith("=", self.at):
            if (tag, name) == ("blockquote", "expandable"):
                return name, "1"
            raise self._refused_at(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
        self.at += 1
        self._skip_spaces()
        quote = self.html[self.at : self.at + 1]
        if quote not in ('"', "'"):
            token_at = self.at
            value = self._take(_TOKEN).lower()
            if self.at >= len(self.html):
                raise self._refused_at(f'Unclosed start tag "{tag}"', begin)
            if not (self.html[self.at].isspace() or self.html[self.at] == ">"):
                raise self._refused_at("Unexpected end of name token", token_at)
            return name, value
        end = self.html.find(quote, self.at + 1)
        if end < 0:
            raise self._refused_at("Unclosed start tag", begin)
        inside = _Reader(self.html[self.at + 1 : end].replace("<", "&lt;"))
        self.at = end + 1
        return name, inside.read()[0]

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.html, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""

    def _end(self) -> None:
        begin = self.at
        if not self.open:
            raise self._refused_at("Unexpected end tag", begin)
        match = _END.match(self.html, begin)
        if match is None or not match[2]:
            raise self._refused_at("Unclosed end tag", begin)
        opened, given = self.open.pop(), match[1].lower()
        if given and given != opened.tag:
            expected = f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{opened.tag}>", found'
            raise _refused(f'{expected} "</{given}>"')
        self.at = match.end()
        if entity := _entity(opened, self.length, "".join(self.parts)):
            self.found.append(entity)

    def _byte(self, at: int) -> int:
        return len(self.html[:at].encode())

    def _refused_at(self, why: str, at: int) -> Refusal:
        return _refused(f"{why} at byte offset {self._byte(at)}")


def _refused(why: str) -> Refusal:
    return bad(f"can't parse entities: {why}")


def _argument(tag: str, name: str, value: str) -> str:
    """Return what an attribute adds to its entity; empty for attributes that Telegram passes over."""
    prefixes = {("code", "class"): "language-", ("span", "class"): "tg-"}
    if prefix := prefixes.get((tag, name)):
        return value.removeprefix(prefix) if value.startswith(prefix) else ""
    known = {("a", "href"), ("tg-emoji", "emoji-id"), ("blockquote", "expandable")}
    return value if (tag, name) in known else ""


def _entity(opened: _Open, end: int, text: str) -> Json | None:
    """Return the entity of a closed tag; None if it marks nothing."""
    if end == opened.offset:
        return None
    entity: Json = {"type": _KINDS[opened.tag], "offset": opened.offset, "length": end - opened.offset}
    if opened.tag == "a":
        url = opened.argument or text.encode("utf-16-le")[opened.offset * 2 :].decode("utf-16-le")
        if mentioned := _MENTIONED.fullmatch(url):
            return {**entity, "type": "text_mention", "user": {"id": int(mentioned[1])}}
        return {**entity, "url": url} if re.match(r"(https?|tg|ton)://|[\w-]+(\.[\w-]+)+", url) else None
    if opened.tag == "tg-emoji":
        return {**entity, "custom_emoji_id": opened.argument}
    if opened.tag == "blockquote" and opened.argument:
        return {**entity, "type": "expandable_blockquote"}
    return entity


def read_html(html: str) -> tuple[str, list[Json]]:
    """Return the text of `html` and its entities, offsets in UTF-16 units. Raises Refusal.

    >>> read_html('<b>低保</b> &lt;3')
    ('低保 <3', [{'type': 'bold', 'offset': 0, 'length': 2}])
    """
    return _trimmed(*_Reader(html).read())


def detected(text: str) -> list[Json]:
    """Return the commands, mentions and links that Telegram finds in plain text.

    >>> detected('找 @hebi_bot 或 /help')
    [{'type': 'mention', 'offset': 2, 'length': 9}, {'type': 'bot_command', 'offset': 14, 'length': 5}]
    """
    if "/" not in text and "@" not in text:
        return []
    return [
        {"type": match.lastgroup, "offset": units(text[: match.start()]), "length": units(match[0])}
        for match in _DETECTED.finditer(text)
    ]


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Take the white space off both ends, as Telegram does."""
    kept = text.strip()
    if kept == text:
        return text, entities
    cut, length = units(text[: len(text) - len(text.lstrip())]), units(kept)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - cut)
        end = min(length, entity["offset"] + entity["length"] - cut)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return kept, moved
