"""Read what an older program published: what its files lack today comes from the files shipped with this program."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from pydantic_core import ErrorDetails

from faq.figures.figures import FigureWords
from faq.knowledge.cues import Cues
from faq.knowledge.personal import Personal
from faq.knowledge.phrases import Phrases
from faq.reading.folder import SHARED, Folder
from faq.reading.schema import Schema, missing, unknown
from faq.reading.yaml_reader import Document, Value, read

SHIPPED = Path(__file__).parent
"""Folder of the knowledge that this program brings along."""

_EMPTY = frozenset({"referrals"})
"""Shared files that older folders are read without: as shipped they cite sources which those do not have."""

FIXED: Mapping[str, type] = {"phrases": Phrases, "cues": Cues, "personal": Personal, "figures": FigureWords}
"""Shared files whose keys are names in the program, so that a newer program may need more of them."""


def whole(folder: Folder) -> Folder:
    """Return `folder` with the shared files that it lacks as they are shipped, without those that are known no more."""
    found = {}
    for name in set(SHARED) - folder.shared.keys():
        with contextlib.suppress(OSError):
            content = b"{}" if name in _EMPTY else (SHIPPED / f"{name}.yaml").read_bytes()
            found[name] = read(folder.path / f"{name}.yaml", content)
    passed = {folder.path / f"{name}.yaml" for name in found}
    mistakes = [
        one
        for one in folder.mistakes
        if one.said.key != "no_place" and not (one.said.key == "file_missing" and one.file in passed)
    ]
    return replace(folder, shared={**folder.shared, **found}, mistakes=mistakes)


def completed(document: Document, name: str, problems_of: Callable[[Value], list[ErrorDetails]]) -> Document:
    """Return `document` with the keys that it lacks as they are shipped, and without keys that are known no more.

    In a `FIXED` file what is not as it must be today is taken from the shipped one too. What cannot be helped stays.
    """
    problems = problems_of(document.value)
    if not problems or not isinstance(document.value, dict):
        return document
    try:
        shipped = read(document.path, (SHIPPED / f"{name}.yaml").read_bytes()).value
    except OSError:
        shipped = None
    value = copy.deepcopy(document.value)
    for problem in problems:
        place = tuple(step for step in problem["loc"] if step != "[key]")
        if unknown(problem):
            _take(value, place, None)
        elif missing(problem):
            _take(value, place, shipped)
        elif name in FIXED:
            _take(value, place[:1], shipped)
    return replace(document, value=value)


def outdated(name: str, content: bytes) -> set[str]:
    """Return the keys of the `FIXED` file `name` with this `content` that are missing, known no more or wrong today."""
    kind = FIXED[name.removesuffix(".yaml")]
    problems = Schema(kind).problems(read(Path(name), content).value)
    return {str(problem["loc"][0]) for problem in problems if problem["loc"]}


def _take(value: Value, place: tuple[int | str, ...], source: Value) -> None:
    """Put at `place` of `value` what stands there in `source`; nothing: take away what stands there."""
    if not place:
        return
    *path, key = place
    for step in path:
        value, source = _at(value, step), _at(source, step)
    if isinstance(value, dict):
        found = _at(source, key)
        value.pop(str(key), None)
        if found is not None:
            value[str(key)] = found


def _at(value: Value, step: int | str) -> Value:
    if isinstance(value, dict):
        return value.get(str(step))
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None
