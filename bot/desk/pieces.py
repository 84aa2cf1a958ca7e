"""A fixed sentence, a district and a new intent as they stand in a form; lines that are not changed stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import yaml

from bot.desk.entries import entry, entry_spans, with_entry, written
from bot.desk.forms import FieldError, Kind, pairs, respelt, shown, spans
from bot.desk.lines import quoted
from faq.said import SaidError, said
from intents.features.pinyin import spelling

PHRASES, PLACES = Path("phrases.yaml"), Path("places.yaml")
"""Files of the fixed sentences, and of the districts."""

DISTRICT = ("aliases", "towns", "landmarks")
"""What of a district is edited in a form."""

NEW = ("topic", "name", "title", "answer", "details", "questions", "checks", "office", "sources", "review_by")
"""What a form about a new intent asks for."""

_NAME = re.compile(r"\w[\w·（）\- ]{0,39}")
"""A name of a place that can stand in a list without quotes."""

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")

_PARTS = re.compile("[、，,;；]")

_SYLLABLES = 4
"""Syllables of a title that make a file's name."""


def phrases(text: str) -> dict[str, str]:
    """Return the sentences of phrases.yaml as a form shows them: one of several wordings a line. Raises SaidError.

    Those below another key have its name before theirs: `desk.offer`.
    """
    found: dict[str, str] = {}
    for key, node in pairs(text):
        if isinstance(node, yaml.MappingNode) and not node.flow_style:
            found |= {f"{key.value}.{inner.value}": shown(value) for inner, value in node.value}
        elif key.value != "cited":
            found[str(key.value)] = shown(node)
    return found


def with_phrase(text: str, name: str, value: str) -> str:
    """Return phrases.yaml with the sentence `name` as typed. Raises SaidError where it cannot be edited so."""
    section, _, inner = name.rpartition(".")
    if not section:
        return respelt(text, name, value)
    return with_entry(text, section, respelt(entry(text, section), inner, value))


def phrase_spans(text: str, name: str) -> dict[str, range]:
    """Return the lines of the file, from 1, on which the sentence `name` stands. Raises SaidError."""
    section, _, inner = name.rpartition(".")
    found = entry_spans(text, section) if section else spans(text)
    return {"text": found[inner]} if inner in found else {}


def district(text: str, name: str) -> dict[str, str]:
    """Return the fields of a district of places.yaml: a town and its other names a line. Raises SaidError."""
    found = {str(key.value): node for key, node in _district(text, name).value}
    return {field: "\n".join(_lines(field, found.get(field))) for field in DISTRICT}


def district_spans(text: str, name: str) -> dict[str, range]:
    """Return the lines of the file, from 1, that belong to each field of a district. Raises SaidError."""
    node = _district(text, name)
    starts = [(str(key.value), key.start_mark.line + 1) for key, _ in node.value]
    lines, end = text.split("\n"), node.end_mark.line
    while not lines[end - 1].startswith(" " * node.start_mark.column) or not lines[end - 1].strip():
        end -= 1  # a blank line or a remark on what follows
    ends = [("", end + 1)]
    return {field: range(first, after) for (field, first), (_, after) in pairwise([*starts, *ends])}


def with_district(text: str, name: str, values: Mapping[str, str]) -> str:
    """Return places.yaml with these fields of a district. Raises SaidError where they cannot be written so."""
    for field in DISTRICT:
        wanted = [line.strip() for line in values.get(field, "").splitlines() if line.strip()]
        node = _district(text, name)
        found = next((value for key, value in node.value if key.value == field), None)
        before = _lines(field, found)
        if wanted == before:
            continue
        ending = "\r\n" if "\r\n" in text else "\n"
        lines = text.replace("\r\n", "\n").split("\n")
        span = district_spans(text, name).get(field)
        indent = node.start_mark.column
        if span is None:
            last = max(span.stop for span in district_spans(text, name).values())
            span = range(last, last)
        kept = _kept(lines, found, span) if isinstance(found, yaml.MappingNode) and not found.flow_style else []
        try:
            new = _written(field, wanted, indent, dict(zip(before, kept, strict=False)))
        except SaidError as error:
            raise FieldError(error.said, field) from error
        text = ending.join([*lines[: span.start - 1], *new, *lines[span.stop - 1 :]])
    return text


def proposed(title: str) -> str:
    """Return a name for the file of a new intent: how its title sounds.

    >>> proposed('社区食堂能停车吗')
    'she_qu_shi_tang'
    """
    return "_".join([sound for sound in map(spelling, title) if sound][:_SYLLABLES])


def file_of(topic: str, name: str) -> Path:
    """Return the file of an intent. Raises SaidError: the name is none."""
    if not _ID.fullmatch(name):
        raise FieldError(said("page_bad_name"), "name")
    return Path("topics", topic, f"{name}.yaml")


def new_intent(values: Mapping[str, str]) -> str:
    """Return the file of a new intent."""
    fields = {
        "title": Kind.LINE,
        "questions": Kind.LIST,
        "checks": Kind.LIST,
        "answer": Kind.BLOCK,
        "details": Kind.BLOCK,
        "sources": Kind.KEYS,
        "office": Kind.LINE,
        "review_by": Kind.LINE,
    }
    told = {name: kind for name, kind in fields.items() if values[name] or name != "details"}
    lines = [line for name, kind in told.items() for line in written(name, values[name], kind)]
    return "\n".join([*lines, ""])


def of_new(file: Path, text: str) -> dict[str, str]:
    """Return the fields of a form about a new intent that would write `text` into `file`. Raises SaidError."""
    found = {str(key.value): node for key, node in pairs(text)}
    values = {name: shown(found.get(name)) for name in NEW if name not in ("topic", "name")}
    return {**values, "topic": file.parts[-2], "name": file.stem}


def _district(text: str, name: str) -> yaml.MappingNode:
    districts = next((node for key, node in pairs(text) if key.value == "districts"), None)
    found = districts.value if isinstance(districts, yaml.MappingNode) else ()
    node = next((value for key, value in found if key.value == name), None)
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise SaidError(said("desk_form_list", key=name))
    return node


def _lines(field: str, node: yaml.Node | None) -> list[str]:
    """Return what a field of a district says, a line each."""
    if isinstance(node, yaml.SequenceNode):
        return [str(one.value) for one in node.value]
    if not isinstance(node, yaml.MappingNode):
        return []
    return [f"{key.value}{_behind(field, value)}" for key, value in node.value]


def _behind(field: str, value: yaml.Node) -> str:
    others = "、".join(str(one.value) for one in value.value) if isinstance(value, yaml.SequenceNode) else ""
    if field == "landmarks" and isinstance(value, yaml.ScalarNode) and value.tag != _NULL:
        others = str(value.value)
    return f"：{others}" if others else ""


def _kept(lines: Sequence[str], node: yaml.MappingNode, span: range) -> list[list[str]]:
    """Return the lines of each entry as they stand in the file, remarks behind it with it."""
    starts = [key.start_mark.line for key, _ in node.value]
    return [list(lines[a:b]) for a, b in pairwise([*starts, span.stop - 1])]


def _written(field: str, wanted: Sequence[str], indent: int, kept: Mapping[str, list[str]]) -> list[str]:
    head = f"{' ' * indent}{field}:"
    if field == "aliases":
        return [f"{head} [{', '.join(map(_name, wanted))}]"]
    if not wanted:
        return [f"{head} {{}}"]
    return [head, *_entries(field, wanted, " " * (indent + 2), kept)]


def _entries(field: str, wanted: Sequence[str], indent: str, kept: Mapping[str, list[str]]) -> Iterator[str]:
    for line in wanted:
        if line in kept:
            yield from kept[line]
            continue
        name, _, behind = line.replace("：", ":").partition(":")
        others = [one for one in map(str.strip, _PARTS.split(behind)) if one]
        if field == "landmarks":
            if len(others) > 1:
                raise SaidError(said("page_bad_place", line=line))
            yield f"{indent}{_name(name.strip())}: {_name(others[0]) if others else 'null'}"
        else:
            yield f"{indent}{_name(name.strip())}: [{', '.join(map(_name, others))}]"


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise SaidError(said("page_bad_place", line=text))
    return quoted(text)


_NULL = "tag:yaml.org,2002:null"
