"""Expand the bracket templates of question lines: `(怎么|咋)办低保` stands for two questions."""

from __future__ import annotations

import itertools
import re

from faq.said import SaidError, said

_FULL_WIDTH = str.maketrans("（）｜", "()|")

_INNERMOST = re.compile(r"\(([^()]*)\)")

_BRACKETS = 40
"""Most brackets of one line; a line of more is a slip of the keyboard."""

_SYNTAX = frozenset("()|")
LIMIT = 500
"""Most questions one line may stand for; more would drown the lines written by hand."""


class TemplateError(SaidError):
    """A question line that cannot be expanded: see `expand`."""


def expand(line: str) -> list[str]:
    """Return every question that `line` stands for, in reading order; a plain line stands for itself.

    Brackets may nest, and an empty alternative makes a part optional. Full-width brackets count too.

    >>> expand('(怎么|咋)办低保(呀|)')
    ['怎么办低保呀', '怎么办低保', '咋办低保呀', '咋办低保']

    Raises TemplateError when brackets do not pair up, a '|' stands outside them, or there would be more than `LIMIT`
    questions.
    """
    line = line.translate(_FULL_WIDTH)
    if _SYNTAX.isdisjoint(line):
        return [line]
    if line.count("(") > _BRACKETS:
        raise TemplateError(said("many_brackets", count=line.count("("), most=_BRACKETS))
    wordings, end = _alternatives(line, 0)
    if end < len(line):
        raise TemplateError(said("closes_nothing", at=end + 1))
    return list(dict.fromkeys(wordings))


def brackets(line: str) -> list[str]:
    """Return what stands in the innermost brackets of `line`, in reading order.

    >>> brackets('(怎么|咋)办(低保)')
    ['怎么|咋', '低保']
    """
    return _INNERMOST.findall(line.translate(_FULL_WIDTH))


def _alternatives(line: str, start: int) -> tuple[list[str], int]:
    """Read alternatives parted by '|' from `start` to the closing bracket or the end of the line."""
    wordings: list[str] = []
    sequence: list[list[str]] = []
    position = text_start = start
    while position < len(line) and line[position] != ")":
        if line[position] == "|":
            if start == 0:
                raise TemplateError(said("bar_outside", at=position + 1))
            sequence.append([line[text_start:position]])
            wordings += _joined(sequence)
            sequence, text_start = [], position + 1
        elif line[position] == "(":
            sequence.append([line[text_start:position]])
            inner, closing = _alternatives(line, position + 1)
            if closing >= len(line):
                raise TemplateError(said("never_closed", at=position + 1))
            sequence.append(inner)
            position, text_start = closing, closing + 1
        position += 1
    sequence.append([line[text_start:position]])
    wordings += _joined(sequence)
    if len(wordings) > LIMIT:
        raise _too_many(len(wordings))
    return wordings, position


def _joined(sequence: list[list[str]]) -> list[str]:
    count = 1
    for part in sequence:
        count *= len(part)
    if count > LIMIT:
        raise _too_many(count)
    return ["".join(parts) for parts in itertools.product(*sequence)]


def _too_many(count: int) -> TemplateError:
    return TemplateError(said("many_questions", count=count, most=LIMIT))
