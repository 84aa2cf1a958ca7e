"""Find what must not be published, in any text of the knowledge: placeholders, promises, markup, secrets, people."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from faq.checking.disclosed import Disclosed, secrets
from faq.figures.facts import entries
from faq.knowledge.personal import Personal
from faq.knowledge.template import brackets
from faq.reading.folder import Folder
from faq.reading.schema import Schema
from faq.reading.suspects import suspects
from faq.reading.yaml_reader import Document, Mistake, Place, Value
from faq.said import Said, said

_HTML = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9]{0,10}(?:\s[^<>]{0,200})?/?>|<!--|&(?:nbsp|lt|gt|amp|quot|ensp|emsp|#\d{2,5});"
    r"|style=[\"'“]?|<br\b"
)
_MARKDOWN = re.compile(
    r"\*\*[^*\n]{1,60}\*\*|__[^_\n]{1,60}__|^#{1,6} |!?\[[^\]\n]{1,40}\]\([^)\n]{1,200}\)|`{1,3}[^`\n]{1,60}`"
    r"|^\|.{1,80}\|$|^> |^-{3,}$",
    re.MULTILINE,
)
_LINK = re.compile(
    r"(?:https?|ftp)[:：]/{1,2}\S{1,60}|www\.[a-z0-9-]{2,30}\.[a-z]{2,6}\S{0,30}|\bt\.me/\w+", re.IGNORECASE
)
_DAY = re.compile(r"(?<!\d)(\d{4})\s?[年-]\s?(\d{1,2})\s?[月-](?:\s?(\d{1,2})\s?(?:(?:日|号)|(?![\d-])))?")
_TWO_ITEMS = re.compile(r"(\S.*?)\s{1,9}[-－—]\s{1,9}(\S.+)|(\S{4,}?)[-－]\s{1,9}(\S.+)")
_SLASHES = re.compile(r"[/／、，,;；]|\\")

_TOLD = ("title", "answer", "further", "beside", "details")
_QUESTIONS = ("questions", "checks")
_NOISE = ("noise", "instructions")
"""Kinds of questions to decline that look like a slip on purpose."""
SHORTEST = 2
"""Characters of the shortest question."""


@dataclass(frozen=True)
class _Text:
    document: Document
    place: Place
    text: str

    def mistake(self, at: int, wrong: Said) -> Mistake:
        """Return a mistake at character `at`."""
        below = self.document.block(self.place)
        line = (
            self.document.line(self.place) + self.text.count("\n", 0, at) + below if "\n" in self.text or below else 0
        )
        return Mistake(self.document.path, line or self.document.line(self.place), wrong)


def check_content(folder: Folder) -> Iterator[Mistake]:
    """Yield every passage that must not stand where it stands."""
    disclosed = _disclosed(folder)
    for name, document in folder.shared.items():
        if name not in ("personal", "figures", "cues"):
            for text in _texts(document, document.value):
                yield from _shared(name, text, disclosed)
    for document in (*folder.conversations.values(), *folder.lessons.values()):
        for text in _texts(document, document.value):
            yield from _never(text, disclosed)
    talk = _small_talk(folder)
    for intent_id, first in folder.intents.items():
        shortest = 1 if intent_id.partition(".")[0] in talk else SHORTEST
        for document in (first, *folder.versions.get(intent_id, {}).values()):
            for text in _texts(document, document.value):
                yield from _of_intent(text, disclosed, shortest)


def _small_talk(folder: Folder) -> set[str]:
    """Return the topics that are not in the menu: there 嗨 is a whole message."""
    document = folder.shared.get("topics")
    return {topic for topic, entry in entries(document) if entry.get("hidden") is True}


def _disclosed(folder: Folder) -> Disclosed | None:
    document = folder.shared.get("personal")
    words = Schema(Personal).check(document.value, Document(document.path)) if document else None
    return Disclosed(words) if words else None


def _texts(document: Document, value: Value, place: Place = ()) -> Iterator[_Text]:
    if isinstance(value, str):
        yield _Text(document, place, value)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _texts(document, entry, (*place, index))
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _texts(document, entry, (*place, key))


def _of_intent(text: _Text, disclosed: Disclosed | None, shortest: int) -> Iterator[Mistake]:
    key = text.place[0] if text.place else ""
    yield from _never(text, disclosed)
    if key in _TOLD:
        yield from _told(text)
    elif key in _QUESTIONS:
        if len(text.text.strip()) < shortest:
            yield text.mistake(0, said("too_short", given=text.text.strip()))
        yield from _asked(text, template=key == "questions")


def _shared(name: str, text: _Text, disclosed: Disclosed | None) -> Iterator[Mistake]:
    last = next((step for step in reversed(text.place) if isinstance(step, str)), "")
    if name == "offices" and last == "phone":
        return  # its form and its source are looked at elsewhere
    yield from _never(text, None if last == "noise" else disclosed)
    if name == "phrases" or last in ("title", "reply", "name", "address", "facts", "publisher", "note", "means"):
        yield from _told(text, promises=last != "facts")
    elif name == "emergencies" and last == "signs":
        yield from _asked(text, template=True)
    elif name == "out_of_scope" and last not in _NOISE:
        yield from _asked(text, template=False)


def _never(text: _Text, disclosed: Disclosed | None) -> Iterator[Mistake]:
    """Yield what may stand in no text at all."""
    for at, wrong in secrets(text.text):
        yield text.mistake(at, wrong)
        return
    if disclosed is not None:
        for at, wrong in disclosed.find(text.text):
            yield text.mistake(at, wrong)


def _told(text: _Text, *, promises: bool = True) -> Iterator[Mistake]:
    """Yield what residents must not read."""
    written, found_markup = text.text, False
    for pattern, key in ((_HTML, "markup"), (_MARKDOWN, "markdown"), (_LINK, "link")):
        if found := pattern.search(written):
            found_markup = True
            yield text.mistake(found.start(), said(key, given=found[0].strip()[:40]))
    if not found_markup and (found := _placeholder().search(written)):
        yield text.mistake(found.start(), said("placeholder", given=found[0].strip()[:20]))
    if promises:
        yield from _promised(text)
    for found in _DAY.finditer(written):
        if not _exists(*found.groups()):
            yield text.mistake(found.start(), said("day_of_no_calendar", given=found[0].strip()))


def _promised(text: _Text) -> Iterator[Mistake]:
    for found in _promise().finditer(text.text):
        if not text.text[: found.start()].endswith(suspects().not_before) and "吗" not in text.text[found.end() :][:4]:
            yield text.mistake(found.start(), said("promise", given=found[0]))


def _exists(year: str, month: str, day: str | None) -> bool:
    try:
        dt.date(int(year), int(month), int(day or 1))
    except ValueError:
        return False
    return True


def _asked(text: _Text, *, template: bool) -> Iterator[Mistake]:
    """Yield what spoils a question for learning."""
    written = text.text
    if found := _HTML.search(written):
        yield text.mistake(found.start(), said("markup", given=found[0][:40]))
    if found := _placeholder().fullmatch(written.strip("（）() ")):  # residents do write 某某
        yield text.mistake(0, said("placeholder", given=found[0].strip()[:20]))
    if found := _TWO_ITEMS.fullmatch(written.strip()):
        first, second = (part for part in found.groups() if part)
        yield text.mistake(0, said("two_items", first=first, second=second))
    if template:
        for inner in brackets(written):
            yield from _bracket(text, inner)


def _bracket(text: _Text, inner: str) -> Iterator[Mistake]:
    """Yield what is wrong with the innermost brackets `(inner)` of a template."""
    if "|" in inner:
        return
    if sign := _SLASHES.search(inner):
        better = _SLASHES.sub("|", inner)
        yield text.mistake(0, said("bracket_slash", inner=inner, sign=sign[0], better=better))
    else:
        yield text.mistake(0, said("bracket_alone", inner=inner))


@functools.cache
def _placeholder() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in suspects().placeholders), re.MULTILINE)


@functools.cache
def _promise() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in suspects().promises))
