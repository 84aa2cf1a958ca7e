"""Say why a file cannot be read as YAML: the library's own words name a symptom, seldom the cause."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from faq.reading.writing import wide_bracket
from faq.said import Said, said

_VALUE = re.compile(r"\s*(?:- |(?P<name>[^\s:]+): )\s*(?P<value>\S.*?)\s*$")
_SIGNS = "[{\"'*&!%@`"
_CLOSES = {"[": "]", "{": "}"}


def diagnose(lines: Sequence[str], error: yaml.YAMLError) -> tuple[int, Said]:
    """Return the line at fault, from 1, and what is wrong there."""
    context, mark = getattr(error, "context", None) or "", getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or "unreadable")
    begins = getattr(error, "context_mark", None)
    if context and not context.startswith("while parsing a block") and begins is not None:
        mark = begins  # where the bracket, quote or key begins that never ends
    number = min(mark.line, len(lines) - 1) if mark else 0
    for candidate in (number, number - 1):
        written = lines[candidate] if 0 <= candidate < len(lines) else ""
        if cause := _value(written):
            return candidate + 1, cause
    return number + 1, _symptom(context, problem, lines[number] if lines else "")


def _value(written: str) -> Said | None:  # noqa: PLR0911 - one line a kind of mistake
    """Say what is wrong with the value of a line that begins with a sign of YAML."""
    found = _VALUE.match(written)
    if found is None:
        return None
    value, sign = found["value"], found["value"][0]
    if sign in "[{":
        wide = wide_bracket(found["name"] or "", f"［{value[1:]}") if sign == "[" and value[-1] in "］】" else None
        if wide:
            return said("wide_bracket", given=value, name=found["name"] or "", inner=str(wide.get("inner")))
        if value[-1] == _CLOSES[sign]:
            return None
        closed = _CLOSES[sign] in value
        return said("quote_begins", sign=sign, better=_quoted(value)) if closed else said("bracket_open")
    if sign in "\"'":
        closing = value.find(sign, 1)
        if closing < 0:
            return said("quote_open")
        return said("quote_first", better=_quoted(value)) if closing < len(value) - 1 else None
    if sign in _SIGNS:
        return said("quote_begins", sign=sign, better=_quoted(value))
    return said("colon_twice") if ": " in value else None


def _symptom(context: str, problem: str, line: str) -> Said:
    """Say what is wrong where the line itself does not show it."""
    if "quoted scalar" in context:
        return said("quote_open")
    if "flow" in context:
        return said("bracket_open")
    if "mapping values" in problem or "block" in context or "simple key" in context or "expected <block" in problem:
        return said("indent_wrong", given=len(line) - len(line.lstrip()))
    return said("syntax", problem=problem)


def _quoted(value: str) -> str:
    return value.replace("'", "''")
