"""Put a line into a list of a YAML file, or take it out: every other byte, remark and blank line stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.desk.wording import DECLINED
from faq.said import SaidError, said

_Node = yaml.MappingNode | yaml.SequenceNode | yaml.ScalarNode


@dataclass(frozen=True)
class Line:
    """A line of a list in the knowledge."""

    file: Path
    """The file, relative to the folder of the knowledge."""
    place: str
    """Key of the list."""
    text: str
    """The line."""

    @classmethod
    def of(cls, target: str, text: str) -> Line:
        """Return the line that an act on `target` puts into the knowledge.

        >>> Line.of('dibao.apply', '低保咋弄').file.as_posix()
        'topics/dibao/apply.yaml'
        """
        topic, _, name = target.partition(".")
        if topic == DECLINED:
            return cls(Path(f"{DECLINED}.yaml"), name, text)
        return cls(Path("topics", topic, f"{name}.yaml"), "questions", text)

    def stands(self, text: str) -> bool:
        """Tell whether the file's `text` holds the line."""
        return stands(text, self)

    def added(self, text: str) -> str:
        """Return the file's `text` with the line. Raises SaidError where there is no such list."""
        return added(text, self)

    def removed(self, text: str) -> str:
        """Return the file's `text` without the line. Raises SaidError where it is the last of its list."""
        return removed(text, self)


def stands(text: str, line: Line) -> bool:
    """Tell whether the YAML `text` holds `line`."""
    found = _list(text, line.place)
    return found is not None and any(_says(node, line.text) for node in found.value)


def added(text: str, line: Line) -> str:
    """Return the YAML `text` with `line` at the end of its list. Raises SaidError where there is no such list."""
    found = _list(text, line.place)
    if found is None or found.flow_style or not found.value:
        raise SaidError(said("desk_no_list", file=line.file.as_posix(), key=line.place))
    lines = text.split("\n")
    last = found.value[-1].end_mark
    behind = last.line + (last.column > 0)
    ending = "\r" if lines[0].endswith("\r") else ""
    new = f"{' ' * found.start_mark.column}- {quoted(line.text)}{ending}"
    if behind == len(lines):  # the last line of a file that does not end with a line break
        return f"{text}{ending}\n{new.rstrip()}"
    return "\n".join([*lines[:behind], new, *lines[behind:]])


def removed(text: str, line: Line) -> str:
    """Return the YAML `text` without `line`. Raises SaidError where it is the last of its list."""
    found = _list(text, line.place)
    hits = [node for node in found.value if _says(node, line.text)] if found else []
    if not hits:
        return text
    if found is None or found.flow_style or len(found.value) == len(hits):
        raise SaidError(said("desk_no_list", file=line.file.as_posix(), key=line.place))
    lines = text.split("\n")
    for node in reversed(hits):
        del lines[node.start_mark.line : node.end_mark.line + (node.end_mark.column > 0)]
    return "\n".join(lines)


def _list(text: str, key: str) -> yaml.SequenceNode | None:
    """Return the list `key` of a YAML file with its marks; None: there is none. Raises SaidError: it is no YAML."""
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise SaidError(said("desk_no_yaml")) from error
    pairs: Sequence[tuple[_Node, _Node]] = root.value if isinstance(root, yaml.MappingNode) else ()
    found = next((value for name, value in pairs if name.value == key), None)
    return found if isinstance(found, yaml.SequenceNode) else None


def _says(node: _Node, text: str) -> bool:
    return isinstance(node, yaml.ScalarNode) and str(node.value) == text


def quoted(text: str) -> str:
    """Return `text` as YAML, in quotes only where it would be read as something else."""
    try:
        plain = yaml.CSafeLoader(f"- {text}\n").get_single_data() == [text]
    except yaml.YAMLError:
        plain = False
    if plain and " #" not in text and not text.startswith(("-", "?", ":")):
        return text
    return "'" + text.replace("'", "''") + "'"
