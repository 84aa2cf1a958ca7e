"""What stands below one key of a YAML file, edited as if it were a file of its own; keys of it may come and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

from bot.desk.forms import Kind, pairs, respelt, scalar, shown, spans
from bot.desk.lines import quoted
from faq.said import SaidError, said


def entry(text: str, key: str) -> str:
    """Return what stands below `key` as a text of its own. Raises SaidError where nothing does."""
    lines, span, indent = _found(text, key)
    return "\n".join([line[indent:] for line in lines[span.start : span.stop]])


def with_entry(text: str, key: str, inner: str) -> str:
    """Return the YAML `text` with `inner` below `key`. Raises SaidError where nothing stands there."""
    lines, span, indent = _found(text, key)
    new = [f"{' ' * indent}{line}" if line else "" for line in inner.split("\n")]
    ending = "\r\n" if "\r\n" in text else "\n"
    return ending.join([*lines[: span.start], *new, *lines[span.stop :]])


def entry_spans(text: str, key: str) -> dict[str, range]:
    """Return the lines of the file, from 1, that belong to each key below `key`. Raises SaidError."""
    _, span, _ = _found(text, key)
    return {
        name: range(lines.start + span.start, lines.stop + span.start)
        for name, lines in spans(entry(text, key)).items()
    }


def values_of(text: str, names: Sequence[str]) -> dict[str, str]:
    """Return what a form shows of these keys. Raises SaidError: it is no YAML."""
    found = {key.value: node for key, node in pairs(text)}
    return {name: shown(found.get(name)) for name in names}


def with_values(text: str, values: Mapping[str, str], kinds: Mapping[str, Kind]) -> str:
    """Return the YAML `text` with these values; a key that is emptied goes, a new one stands at its place in `kinds`.

    Raises SaidError where it cannot be edited so.
    """
    before = values_of(text, tuple(kinds))
    for name in kinds:
        if values[name] == before[name]:
            continue
        text = respelt(text, name, values[name]) if before[name] and values[name] else _without(text, name)
        if values[name] and not before[name]:
            text = _inserted(text, name, values[name], kinds)
    if values_of(text, tuple(kinds)) != dict(values):
        raise SaidError(said("desk_no_yaml"))
    return text


def written(name: str, value: str, kind: Kind) -> list[str]:
    """Return a key with its value as lines of YAML."""
    lines = value.split("\n") if value else []
    match kind:
        case Kind.LINE:
            return [f"{name}: {scalar(name, value)}"]
        case Kind.BLOCK:
            return [f"{name}: |", *(f"  {line}" if line else "" for line in lines)]
        case Kind.LIST:
            return [f"{name}:", *(f"  - {quoted(line)}" for line in lines)]
        case Kind.KEYS:
            return [f"{name}: [{', '.join(map(quoted, lines))}]"]


def _inserted(text: str, name: str, value: str, kinds: Mapping[str, Kind]) -> str:
    """Return `text` with a new key, behind the last of those that stand before it in `kinds`."""
    order, there = list(kinds), spans(text)
    earlier = [there[one].stop for one in order[: order.index(name)] if one in there]
    lines = text.split("\n")
    place = max(earlier, default=1) - 1
    while place and not lines[place - 1].strip():
        place -= 1
    return "\n".join([*lines[:place], *written(name, value, kinds[name]), *lines[place:]])


def _without(text: str, name: str) -> str:
    """Return `text` without a key and what stands behind it."""
    found = spans(text).get(name)
    if found is None:
        return text
    lines = text.split("\n")
    end = found.stop - 1
    while end > found.start and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1  # a blank line or a remark on what follows
    return "\n".join([*lines[: found.start - 1], *lines[end:]])


def _found(text: str, key: str) -> tuple[list[str], range, int]:
    """Return the lines of the file, those below `key` as places among them, and by how much they are indented."""
    lines = text.replace("\r\n", "\n").split("\n")
    node = next((value for name, value in pairs(text) if name.value == key), None)
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise SaidError(said("desk_form_list", key=key))
    start, end, indent = node.start_mark.line, node.end_mark.line, node.start_mark.column
    end += node.end_mark.column > 0
    while not lines[end - 1].startswith(" " * indent) or not lines[end - 1].strip():
        end -= 1  # a blank line or a remark on what follows
    return lines, range(start, end), indent
