"""The fields of an intent's file as an admin edits them in a form; every byte of what is not changed stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from enum import Enum
from itertools import pairwise

import yaml

from bot.desk.lines import quoted
from faq.said import Said, SaidError, said

_Node = yaml.MappingNode | yaml.SequenceNode | yaml.ScalarNode


class FieldError(SaidError):
    """Raised when what was typed in some fields cannot be written."""

    def __init__(self, sentence: Said, *fields: str) -> None:
        """Take what is wrong, and the names of the fields."""
        super().__init__(sentence)
        self.fields = fields


def needed(values: Mapping[str, str], *names: str) -> None:
    """Raise FieldError where one of these fields is empty."""
    if missing := [name for name in names if not values[name]]:
        raise FieldError(said("page_missing"), *missing)


class Kind(Enum):
    """How a field stands in the file, and in the form."""

    LINE = 1
    """A short text behind its key."""
    BLOCK = 2
    """Lines below their key (`answer: |`); one may be missing."""
    LIST = 3
    """A list, an item a line."""
    KEYS = 4
    """A list of keys in brackets behind its key, chosen from what there is."""


FIELDS = {
    "title": Kind.LINE,
    "answer": Kind.BLOCK,
    "details": Kind.BLOCK,
    "questions": Kind.LIST,
    "checks": Kind.LIST,
    "sources": Kind.KEYS,
    "review_by": Kind.LINE,
}
"""The fields that can be edited in a form, in its order."""

LONGEST = 200_000
"""Characters of a field at most; the largest intent's file of ours has 21,174."""

_SPACE = re.compile(r"\s+")


def fields(text: str) -> dict[str, str]:
    """Return the fields of an intent's YAML `text` as the form shows them. Raises SaidError: it is no such YAML."""
    found = {key.value: value for key, value in pairs(text)}
    return {name: shown(found.get(name)) for name in FIELDS}


def tidied(values: Mapping[str, str], kinds: Mapping[str, Kind] = FIELDS) -> dict[str, str]:
    """Return what a form holds as it is to be written: without blanks at the ends of lines, and empty lines around."""
    found = {}
    for name, kind in kinds.items():
        lines = values.get(name, "")[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
        match kind:
            case Kind.BLOCK:
                found[name] = "\n".join(line.rstrip() for line in lines).strip()
            case Kind.LIST | Kind.KEYS:
                found[name] = "\n".join(filter(None, map(_one_line, lines)))
            case Kind.LINE:
                found[name] = _one_line(" ".join(lines))
    return found


def written(text: str, values: Mapping[str, str]) -> str:
    """Return the YAML `text` with these values of its fields; others stay. Raises SaidError where that cannot be."""
    before = fields(text)
    wanted = before | {name: value for name, value in tidied(values).items() if name in values}
    changed = [name for name in FIELDS if wanted[name] != before[name]]
    for name in changed:
        text = _written(text, name, wanted[name], FIELDS[name])
    if fields(text) != {**before, **{name: wanted[name] for name in changed}}:
        raise SaidError(said("desk_no_yaml"))
    return text


def spans(text: str) -> dict[str, range]:
    """Return the lines of the file, from 1, that belong to each of its keys. Raises SaidError: it is no YAML."""
    starts = [(str(key.value), key.start_mark.line + 1) for key, _ in pairs(text)]
    ends = [("", text.count("\n") + 2)]
    return {name: range(first, following) for (name, first), (_, following) in pairwise([*starts, *ends])}


def of_fields(text: str) -> dict[str, range]:
    """Return the same of the keys that can be edited in a form. Raises SaidError: it is no YAML."""
    return {name: lines for name, lines in spans(text).items() if name in FIELDS}


def respelt(text: str, name: str, value: str) -> str:
    """Return the YAML `text` with one key of it as typed, in the form in which it stands there. Raises SaidError.

    A list takes an item a line; a short text that is now of several lines becomes a block.
    """
    node = next((node for key, node in pairs(text) if key.value == name), None)
    block = "\n" in value or getattr(node, "style", None) in ("|", ">")
    kind = Kind.LIST if isinstance(node, yaml.SequenceNode) else Kind.BLOCK if block else Kind.LINE
    if isinstance(node, yaml.SequenceNode) and node.flow_style:
        kind = Kind.KEYS
    if node is None or isinstance(node, yaml.MappingNode) or not value:
        raise SaidError(said("desk_form_list", key=name))
    if shown(node) == value:
        return text
    if isinstance(node, yaml.ScalarNode) and kind == Kind.LINE and node.tag != _NULL:
        head, tail = str(node.value).partition(shown(node))[::2]  # blanks around it, which no form shows
        value = f"{head}{value}{tail}"
    return _written(text, name, value, kind)


def shown(node: _Node | None) -> str:
    """Return the value of a key as a form shows it: a list an item a line."""
    if isinstance(node, yaml.SequenceNode):
        return "\n".join(_one_line(str(item.value)) for item in node.value)
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) and node.tag != _NULL else ""


def _written(text: str, name: str, value: str, kind: Kind) -> str:
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    node = next((value for key, value in pairs(text) if key.value == name), None)
    if kind == Kind.KEYS and isinstance(node, yaml.SequenceNode) and not node.flow_style:
        kind = Kind.LIST
    match kind:
        case Kind.KEYS:
            if node is None or not value or node.start_mark.line != node.end_mark.line:
                raise SaidError(said("desk_form_list", key=name))
            lines = _spliced(lines, node, f"[{', '.join(map(quoted, value.splitlines()))}]")
        case Kind.LIST:
            if not isinstance(node, yaml.SequenceNode) or node.flow_style or not node.value or not value:
                raise SaidError(said("desk_form_list", key=name))
            lines = _listed(lines, node, value.split("\n"))
        case Kind.BLOCK:
            lines = _block(lines, name, node, value)
        case Kind.LINE:
            if node is None or node.start_mark.line != node.end_mark.line:
                raise SaidError(said("desk_form_list", key=name))
            lines = _spliced(lines, node, scalar(name, value))
    return ending.join(lines)


def _spliced(lines: Sequence[str], node: _Node, value: str) -> list[str]:
    """Return `lines` with `value` in the place of what stands on one of them."""
    line, start, end = node.start_mark.line, node.start_mark.column, node.end_mark.column
    return [*lines[:line], f"{lines[line][:start]}{value}{lines[line][end:]}", *lines[line + 1 :]]


def scalar(name: str, value: str) -> str:
    """Return a short text as YAML; a day stays as it is typed, so that it is one."""
    return value if name == "review_by" and re.fullmatch(r"[\d-]{1,20}", value) else quoted(value)


def _listed(lines: Sequence[str], node: yaml.SequenceNode, wanted: Sequence[str]) -> list[str]:
    """Return `lines` with the items `wanted`; remarks and blank lines between those that stay, stay too."""
    items = [_one_line(str(item.value)) for item in node.value]
    where = [(one.start_mark.line, one.end_mark.line + (one.end_mark.column > 0)) for one in node.value]
    indent, found, copied = " " * node.start_mark.column, [], 0
    for _, first, last, new_first, new_last in _unequal(items, wanted):
        place = where[first][0] if first < len(where) else where[-1][1]
        found += [*lines[copied:place], *(f"{indent}- {quoted(one)}" for one in wanted[new_first:new_last])]
        copied = place
        for start, end in where[first:last]:
            found += lines[copied:start]
            copied = end
    return [*found, *lines[copied:]]


def _unequal(items: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    codes = SequenceMatcher(None, items, wanted, autojunk=False).get_opcodes()
    return (code for code in codes if code[0] != "equal")


def _block(lines: Sequence[str], name: str, node: _Node | None, value: str) -> list[str]:
    """Return `lines` with the text `name`, which is taken away where it is empty and set behind the answer if new."""
    body = [f"  {line}" if line else "" for line in value.split("\n")] if value else []
    if node is None:
        place = _end(lines, _line_of_key(lines, "answer"))
        return [*lines[:place], f"{name}: |", *body, *lines[place:]]
    key = _line_of_key(lines, name)
    end = _end(lines, key)
    head = lines[key] if isinstance(node, yaml.ScalarNode) and node.style == "|" else f"{name}: |"
    return [*lines[:key], *([head, *body] if body else []), *lines[end:]]


def _line_of_key(lines: Sequence[str], name: str) -> int:
    found = next((place for place, line in enumerate(lines) if line.startswith(f"{name}:")), None)
    if found is None:
        raise SaidError(said("desk_form_list", key=name))
    return found


def _end(lines: Sequence[str], key: int) -> int:
    """Return the line behind the text whose key stands on line `key`; blank lines behind it belong to what follows."""
    end = key + 1
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(" ")):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    return end


def pairs(text: str) -> Iterable[tuple[yaml.ScalarNode, _Node]]:
    """Return the keys of the YAML `text`, each with its node. Raises SaidError: it is no such YAML."""
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise SaidError(said("desk_no_yaml")) from error
    if not isinstance(root, yaml.MappingNode):
        raise SaidError(said("desk_no_yaml"))
    return root.value  # type: ignore[no-any-return]


def _one_line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


_NULL = "tag:yaml.org,2002:null"
