"""Read one YAML file into plain values and remember the line of each, so that every mistake can name its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml

from faq.reading.lines import decode
from faq.reading.raw import look, look_at_signs
from faq.reading.syntax import diagnose
from faq.reading.yaml_guard import TooMuchError, objections
from faq.said import Field, Language, Said, said

Value: TypeAlias = str | int | float | bool | list["Value"] | dict[str, "Value"] | None
Place: TypeAlias = tuple[str | int, ...]
"""Keys and positions that lead from the top of a file to a value: ('questions', 3)."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ITEM = re.compile(r"\s*- ")
_LOST = re.compile(r"[ \t]+#[^\r]*")
_STR, _DATE, _NULL = (f"tag:yaml.org,2002:{name}" for name in ("str", "timestamp", "null"))


@dataclass(frozen=True)
class Mistake:
    """Something an admin must mend."""

    file: Path
    """File as the admin named its folder."""
    line: int
    """Line in the file, from 1."""
    said: Said
    """What is wrong, what was given, what to do."""

    @property
    def text(self) -> str:
        """What is said, in English."""
        return self.said.say("en")

    def say(self, language: Language = "zh") -> str:
        """Return the line that an admin reads."""
        return f"{self.file}:{self.line}: {self.said.say(language)}"

    def __str__(self) -> str:
        return self.say("en")


@dataclass
class Document:
    """One YAML file as plain values, with the line of each."""

    path: Path
    """Where it was read."""
    value: Value = None
    """Its content; None when it could not be read."""
    lines: dict[Place, int] = field(default_factory=dict)
    """Line of each value."""
    written: dict[Place, str] = field(default_factory=dict)
    """Scalars that YAML reads as something other than text, as they were written."""
    text: list[str] = field(default_factory=list)
    """Its lines as written."""
    blocks: set[Place] = field(default_factory=set)
    """Texts that begin on the line below their key (answer: |)."""
    mistakes: list[Mistake] = field(default_factory=list)
    """What is wrong with the file as YAML."""
    made: dict[str, object] = field(default_factory=dict, repr=False, compare=False)
    """What was worked out of its content, for every folder that holds a file of these bytes."""
    first: Document | None = field(default=None, repr=False, compare=False)
    """The document that was read of these bytes, whose content this one shares; None: it was read itself."""

    def line(self, place: Sequence[str | int]) -> int:
        """Return the line of the value at `place`, or of the nearest value around it."""
        for end in range(len(place), -1, -1):
            if (line := self.lines.get(tuple(place[:end]))) is not None:
                return line
        return 1

    def block(self, place: Place) -> bool:
        """Tell whether the text at `place` begins on the line below its key."""
        return place in self.blocks

    def mistake(self, place: Sequence[str | int], key: str | Said, /, **fields: Field) -> Mistake:
        """Return a mistake at `place`: sentence `key` of messages.yaml with its fields, or a sentence made already."""
        return Mistake(self.path, self.line(place), key if isinstance(key, Said) else said(key, **fields))


def read(path: Path, content: bytes, *, known_good: bool = False) -> Document:
    """Return the YAML `content` of `path`; what cannot be read is in the document's mistakes.

    `known_good`: these very bytes were looked through before, and nothing was wrong with them.

    >>> document = read(Path('a.yaml'), b'hours: 9:00')
    >>> document.value, document.written
    ({'hours': 540}, {('hours',): '9:00'})
    """
    document = Document(path)
    text, faults = decode(content)
    if text is not None:
        document.text = text.split("\n")
        faults = faults if known_good else list(look(document.text)) or faults
    document.mistakes += [Mistake(path, line, fault) for line, fault in faults]
    if text is None or document.mistakes:
        return document
    try:
        found = [] if known_good else list(objections(text, _LOADER)) or list(look_at_signs(document.text))
        node = None if found else yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        found = list(look_at_signs(document.text)) or [diagnose(document.text, error)]
    except TooMuchError as error:
        found = [(error.line, error.reason)]
    if found:
        document.mistakes += [Mistake(path, line, fault) for line, fault in found]
        return document
    if node is None:
        document.mistakes.append(Mistake(path, 1, said("empty_file")))
        return document
    try:
        document.value = _plain(node, (), document)
    except _SwallowedError as error:
        document.mistakes.append(error.mistake)
    return document


class _SwallowedError(Exception):
    """Raised when a list was read as the end of a text; whatever else could be said of the file would mislead."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(str(mistake))
        self.mistake = mistake


def _plain(node: yaml.Node, place: Place, document: Document) -> Value:
    """Turn `node` into plain values, recording lines; text stays exactly as written."""
    document.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*place, index), document) for index, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, document)
    return _scalar(node, place, document)


def _scalar(node: yaml.Node, place: Place, document: Document) -> Value:
    if not getattr(node, "style", None):  # neither quoted nor a block
        _refuse_list(node, document)
        _remark(node, document)
        _one_line(node, place, document)
    if getattr(node, "style", None) in ("|", ">"):
        document.blocks.add(place)
    if node.tag in (_STR, _DATE):
        return str(node.value)
    if node.tag == _NULL:
        return None
    document.written[place] = node.value
    try:
        value: Value = _LOADER("").construct_object(node)
    except (ValueError, yaml.YAMLError):
        return str(node.value)
    return value


def _refuse_list(node: yaml.Node, document: Document) -> None:
    """Raise _SwallowedError for list items that became a part of unquoted text, as when the key between is deleted."""
    begin, end = node.start_mark.line, node.end_mark
    for line in range(begin + 1, end.line + 1):
        if _ITEM.match(document.text[line][: end.column] if line == end.line else document.text[line]):
            raise _SwallowedError(Mistake(document.path, line + 1, said("swallowed", line=begin + 1)))


def _one_line(node: yaml.Node, place: Place, document: Document) -> None:
    """Report unquoted text over several lines, which YAML runs together: the bar behind the key, or a dash, is lost."""
    begin = node.start_mark.line
    if node.end_mark.line <= begin or not place or node.end_mark.column == 0:
        return
    name, first = place[-1], document.text[begin]
    if isinstance(name, str):
        key_line = begin if f"{name}:" in first else begin - 1
        document.mistakes.append(Mistake(document.path, key_line + 1, said("bar_lost", name=name)))
    else:
        given = document.text[begin + 1].strip()
        document.mistakes.append(Mistake(document.path, begin + 2, said("dash_lost", given=given)))


def _remark(node: yaml.Node, document: Document) -> None:
    """Report text behind an unquoted value that YAML takes for a remark and drops: 楼下的 #3 窗口."""
    mark = node.end_mark
    if mark.line < len(document.text) and node.value:
        lost = _LOST.match(document.text[mark.line], mark.column)
        if lost:
            document.mistakes.append(Mistake(document.path, mark.line + 1, said("remark", lost=lost[0].strip())))


def _mapping(node: yaml.MappingNode, place: Place, document: Document) -> dict[str, Value]:
    mapping: dict[str, Value] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        here = (*place, key)
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            document.mistakes.append(Mistake(document.path, line, said("key_not_word")))
        elif key in mapping:
            first = document.lines[here]
            document.mistakes.append(Mistake(document.path, line, said("key_twice", key=key, first=first)))
        elif key_node.tag != _STR:
            document.mistakes.append(Mistake(document.path, line, said("key_not_text", key=key)))
        else:
            document.lines[here] = line
            mapping[key] = _plain(value_node, here, document)
    return mapping
