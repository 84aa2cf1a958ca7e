"""Read the conversations of faq/conversations/ and faq/lessons/, and say what is wrong with them.

No answer depends on the former, so they are no part of the fingerprint and a new one needs no training; from the latter
it is learned how residents go on. There an intent that is no more is left out, so that one can be taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields

from faq.knowledge.case import Detail, Expectation, Line, Script, Transcript
from faq.reading.folder import LESSONS, Folder
from faq.reading.schema import Schema, did_you_mean
from faq.reading.yaml_reader import Document, Mistake

_ID = re.compile(r"[a-z][a-z0-9_]{0,40}\.[a-z][a-z0-9_]{0,40}")


def read_transcripts(folder: Folder, documents: Mapping[str, Document]) -> list[Transcript]:
    """Return every conversation of `documents`, which are some of `folder`; mistakes stay with them."""
    found = []
    for document, script in _scripts(documents):
        document.mistakes += _unknown(folder, document, script)
        for number, lines in enumerate(script.talks):
            where = f"{document.path}:{document.line(('talks', number, 0))}"
            found.append(Transcript(script.about, lines, where))
    return found


def read_details(documents: Mapping[str, Document]) -> list[tuple[str, Detail]]:
    """Return what is asked of answers in `documents`, whose mistakes are known, each with the id of its intent."""
    scripts = [script for document, script in _scripts(documents) if not document.mistakes]
    return [(key, one) for script in scripts for key, details in script.details.items() for one in details]


def _scripts(documents: Mapping[str, Document]) -> Iterator[tuple[Document, Script]]:
    """Yield each of `documents` that is well formed with what it holds; mistakes of the others stay with them."""
    schema: Schema[Script] = Schema(Script)
    keys = [field.name for one in (Script, Line, Detail) for field in fields(one)]
    for document in documents.values():
        if document.value is not None and (script := schema.check(document.value, document, keys)) is not None:
            yield document, script


def _unknown(folder: Folder, document: Document, script: Script) -> Iterator[Mistake]:
    """Yield a mistake for each label that names nothing."""
    kinds = folder.keys("emergencies") or []
    known = [*folder.intents, *Expectation]
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
