"""Read the conversations of faq/conversations/ and faq/lessons/, and say what is wrong with them.

No answer depends on the former, so they are no part of the fingerprint and a new one needs no training; from the latter
it is learned how residents go on. There an intent that is no more is left out, so that one can be taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from faq.knowledge.case import AskedPoint, AskedScript, Expectation, Line, Script, Transcript
from faq.reading.folder import LESSONS, Folder
from faq.reading.schema import Schema, did_you_mean
from faq.reading.yaml_reader import Document, Mistake

T = TypeVar("T")

_ID = re.compile(r"[a-z][a-z0-9_]{0,40}\.[a-z][a-z0-9_]{0,40}")


def read_transcripts(folder: Folder, documents: Mapping[str, Document]) -> list[Transcript]:
    """Return every conversation of `documents`, which are some of `folder`; mistakes stay with them."""
    found = []
    for document, script in _well_formed(documents.values(), Schema(Script), (Script, Line)):
        document.mistakes += _unknown(folder, document, script)
        for number, lines in enumerate(script.talks):
            rows = tuple(document.line(("talks", number, turn)) for turn in range(len(lines)))
            found.append(Transcript(script.about, lines, document.path, rows))
    return found


def read_lessons(folder: Folder) -> tuple[list[Transcript], list[tuple[str, AskedPoint]]]:
    """Return the conversations to learn from, and what is asked of answers, each with the id of its intent.

    A file holds one or the other; mistakes stay with it.
    """
    of_points = {
        name: one for name, one in folder.lessons.items() if isinstance(one.value, dict) and "asked" in one.value
    }
    talks = read_transcripts(folder, {name: one for name, one in folder.lessons.items() if name not in of_points})
    asked = []
    for document, script in _well_formed(of_points.values(), Schema(AskedScript), (AskedScript, AskedPoint)):
        for key in script.asked:
            if not _ID.fullmatch(key):
                hint = did_you_mean(key, folder.intents)
                document.mistakes.append(document.mistake(("asked", key), "talk_unknown", label=key, hint=hint))
        asked += [(key, one) for key, points in script.asked.items() for one in points]
    return talks, asked


def _well_formed(
    documents: Iterable[Document], schema: Schema[T], types: tuple[Any, ...]
) -> Iterator[tuple[Document, T]]:
    """Yield each of `documents` that is as `schema` says, with what it holds; mistakes of the others stay with them."""
    keys = [field.name for one in types for field in fields(one)]
    for document in documents:
        if document.value is not None and (script := schema.check(document.value, document, keys)) is not None:
            yield document, script


def _unknown(folder: Folder, document: Document, script: Script) -> Iterator[Mistake]:
    """Yield a mistake for each label that names nothing."""
    kinds = folder.keys("emergencies") or []
    known = dict.fromkeys((*folder.intents, *Expectation))
    for number, lines in enumerate(script.talks):
        for turn, line in enumerate(lines):
            for label in line.labels:
                head, colon, tail = label.partition(":")
                fine = label in known if not colon else _fine(head, tail, folder, kinds)
                fine |= document.path.parent.name == LESSONS and bool(_ID.fullmatch(tail or label))
                if not fine:
                    hint = did_you_mean(label, [*known, *(f"{Expectation.ALARM}:{kind}" for kind in kinds)])
                    place = ("talks", number, turn, "expect")
                    yield document.mistake(place, "talk_unknown", label=label, hint=hint)


def _fine(head: str, tail: str, folder: Folder, kinds: list[str]) -> bool:
    """Tell whether a label of two parts names something: alarm:fire, ask:dibao.apply."""
    if head == Expectation.ALARM:
        return tail in kinds
    return head == Expectation.ASK and tail in folder.intents
