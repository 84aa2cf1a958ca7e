"""Find tags of points that nobody knows, that stand within a line, or behind which nothing is said."""

from __future__ import annotations

from collections.abc import Iterator

from faq.knowledge.points import misplaced, points_of, tags
from faq.reading.folder import Folder, texts
from faq.reading.schema import did_you_mean
from faq.reading.yaml_reader import Document, Mistake, Place
from faq.said import Said, said

TOLD = ("answer", "details")
"""Keys whose lines are points."""


def check_points(folder: Folder) -> Iterator[Mistake]:
    """Yield each line of an answer whose tag is wrong."""
    names = _names(folder)
    if names is None:
        return
    for intent_id, first in folder.intents.items():
        for document in (first, *folder.versions.get(intent_id, {}).values()):
            for key in TOLD:
                for place, text in texts(document, key):
                    yield from _wrong(document, place, text, names)


def _names(folder: Folder) -> list[str] | None:
    """Return the names that cues.yaml gives; None if it cannot be read, which is a mistake of its own."""
    cues = folder.shared.get("cues")
    if cues is None or not isinstance(cues.value, dict):
        return None
    about = cues.value.get("about")
    aspects = about.values() if isinstance(about, dict) else ()
    return [str(aspect["name"]) for aspect in aspects if isinstance(aspect, dict) and "name" in aspect]


def _wrong(document: Document, place: Place, text: str, names: list[str]) -> Iterator[Mistake]:
    for at, name in tags(text):
        if name not in names:
            yield _at(document, place, text, at, _unknown(name, names))
    for at, name in misplaced(text, names) if document.block(place) else ():  # a lost bar joins lines: told elsewhere
        yield _at(document, place, text, at, said("tag_misplaced", name=name))
    begins = 0
    for line in text.split("\n"):
        if line.strip() and not points_of(line, {}):
            yield _at(document, place, text, begins, said("tag_alone", given=line.strip()))
        begins += len(line) + 1


def _unknown(name: str, names: list[str]) -> Said:
    return said("tag_unknown", name=name, known="、".join(names), hint=did_you_mean(name, names))


def _at(document: Document, place: Place, text: str, at: int, wrong: Said) -> Mistake:
    below = document.block(place)
    return Mistake(document.path, document.line(place) + text.count("\n", 0, at) + below, wrong)
