"""Check that every figure told to a resident stands in a fact of a cited source, and in the same words.

A figure passes only if, among all figures of the cited sources, those whose surrounding words are nearest to its own
state the same value with the same unit. So 7 天 is refused where the facts say 60 日 of the same thing, even though
another fact says 7 天 of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from faq.figures.facts import Facts, entries
from faq.figures.figures import FigureWords
from faq.knowledge.dangers import TOLD
from faq.knowledge.points import untagged
from faq.reading.folder import Folder, texts
from faq.reading.schema import Schema
from faq.reading.yaml_reader import Document, Mistake, Place, Value
from faq.said import said

NO_LIST = ""
"""Stands for the sources of a file that has no list of them, which is a mistake of its own: figures are let be."""

_STEPS = re.compile(r"^[^\S\n]*+(\d+)[.、](?!\d)", re.MULTILINE)


def verify(folder: Folder) -> Iterator[Mistake]:
    """Yield a mistake for each figure, in any text for residents, that no cited source states in the same words."""
    facts = facts_of(folder)
    if facts is not None:
        for text in told_texts(folder):
            yield from verify_text(text, facts)


def facts_of(folder: Folder) -> Facts | None:
    """Return the facts of `folder`; None if figures.yaml cannot be read, which is a mistake of its own."""
    document = folder.shared.get("figures")
    if document is None or document.value is None:
        return None
    words = Schema(FigureWords).check(document.value, Document(document.path))
    sources = folder.shared.get("sources")
    if words is None or sources is None:
        return Facts(None, words) if words else None
    facts = sources.made.get(repr(words))
    if not isinstance(facts, Facts):
        facts = Facts(sources, words)
        sources.made.clear()
        sources.made[repr(words)] = facts
    return facts


@dataclass(frozen=True)
class ToldText:
    """A text that residents read, and the sources it rests on."""

    document: Document
    """File it stands in."""
    place: Place
    """Where in the file."""
    text: str
    """The text."""
    cited: tuple[str, ...]
    """Keys of sources.yaml."""

    def line(self, at: int) -> int:
        """Return the line of the file in which character `at` of the text stands."""
        first = self.document.line(self.place)
        begins_below = self.document.block(self.place)
        return first + self.text.count("\n", 0, at) + begins_below


def told_texts(folder: Folder) -> Iterator[ToldText]:
    """Yield every text that residents read."""
    for intent_id, first in folder.intents.items():
        for document in (first, *folder.versions.get(intent_id, {}).values()):
            cited = _listed(document, "sources") or _listed(first, "sources") or (NO_LIST,)
            more = _listed(document, "details_sources") or _listed(first, "details_sources")
            for key in ("title", "answer", "further", "beside", "details"):
                for place, text in texts(document, key):
                    read = text if key == "title" else untagged(text)
                    yield ToldText(document, place, read, (*cited, *more) if key == "details" else cited)
    yield from _shared_texts(folder)


def _listed(document: Document, key: str) -> tuple[str, ...]:
    return tuple(text for place, text in texts(document, key) if len(place) > 1)


def _shared_texts(folder: Folder) -> Iterator[ToldText]:
    names = ("phrases", "topics", "emergencies", "glossary", "referrals")
    phrases, topics, emergencies, glossary, referrals = (folder.shared.get(name) for name in names)
    if phrases is not None and isinstance(phrases.value, dict):
        cited = tuple(key for _, key in texts(phrases, "cited"))
        for key in phrases.value:
            for place, text in texts(phrases, key) if key != "cited" else ():
                yield ToldText(phrases, place, text, cited)
    told_of = [(topics, "title"), (glossary, "means"), (referrals, "says")]
    told_of += [(emergencies, key) for key in TOLD]
    for shared, key in told_of:
        for kind, entry in entries(shared):
            listed, told = entry.get("sources"), entry.get(key)
            cited = tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()
            for place, text in [((kind, key), told)] if isinstance(told, str) else _each((kind, key), told):
                if shared is not None:
                    yield ToldText(shared, place, text, cited)


def _each(place: Place, told: Value) -> Iterator[tuple[Place, str]]:
    """Yield the texts of a list at `place`."""
    for index, text in enumerate(told if isinstance(told, list) else ()):
        if isinstance(text, str):
            yield (*place, index), text


def verify_text(told: ToldText, facts: Facts) -> Iterator[Mistake]:
    """Yield a mistake for each figure of one text that its sources do not support, and for steps miscounted."""
    if not all(key in facts for key in told.cited):
        return  # the dangling key is a mistake of its own, and the cause of all others
    begins = 0
    for line in told.text.split("\n"):
        for figure, why in facts.unfounded(line, told.cited):
            yield Mistake(
                told.document.path, told.line(begins + figure.at), said("figure", figure=figure.written, why=why)
            )
        begins += len(line) + 1
    for expected, step in enumerate(_STEPS.finditer(told.text), 1):
        if int(step[1]) != expected:
            line_of_step = told.line(step.start(1))
            yield Mistake(told.document.path, line_of_step, said("step", step=step[1], expected=expected))
            return
