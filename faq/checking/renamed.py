"""Tell a name that was changed where it is given from one mistyped where it is used: one cause, told at its place."""

from __future__ import annotations

import contextlib
import difflib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from faq.checking.causes import BY_NAME, missing_name
from faq.knowledge.case import Case
from faq.knowledge.types import ANYWHERE
from faq.reading.folder import Folder, texts
from faq.reading.yaml_reader import Document, Mistake, Place, Value, read
from faq.said import said

ALIKE = 0.4
"""Likeness (difflib) of a new name to the one it replaces, at least, where several are possible."""

_FILES = {"source": ("sources",), "office": ("offices",), "topic": ("topics",)}
"""Shared files in which names of a kind are the top keys; districts stand below one."""

_PLACES = 5
"""Places named of those where the old name is used."""


@dataclass(frozen=True)
class _Given:
    """Where a name is given."""

    name: str
    document: Document
    place: Place


def told_once(
    folder: Folder, mistakes: Sequence[Mistake], golden: Sequence[Case], published: Path | None = None
) -> list[Mistake]:
    """Return `mistakes` with those about a name that was renamed at its source replaced by one at that source.

    `published` is the folder of the knowledge that serves: only a name that it has not can be the new one.
    """
    mistakes = _without_folder(folder, mistakes)
    dangling: dict[tuple[str, str], list[Mistake]] = defaultdict(list)
    for mistake in mistakes:
        kind = BY_NAME.get(mistake.said.key)
        if kind and kind != "topic":  # a topic is named by its folder
            dangling[kind, missing_name(mistake)].append(mistake)
    replaced: set[int] = set()
    told: list[Mistake] = []
    for (kind, was), found in dangling.items():
        given = _renamed(folder, kind, was, len(found), _idle(folder, kind, was, golden, published))
        if given is not None:
            replaced.update(map(id, found))
            told.append(_mistake(given, was, found))
    return [mistake for mistake in mistakes if id(mistake) not in replaced] + told


def _without_folder(folder: Folder, mistakes: Sequence[Mistake]) -> list[Mistake]:
    """Leave out what follows from a folder of a topic that was renamed: its new name, told once, is the cause."""
    unknown = {missing_name(mistake) for mistake in mistakes if mistake.said.key == "topic_unknown"}
    empty = {missing_name(mistake) for mistake in mistakes if mistake.said.key == "topic_empty"}

    def follows(mistake: Mistake) -> bool:
        topic, _, name = missing_name(mistake).partition(".")
        if mistake.said.key == "topic_empty":
            return bool(unknown)
        of_intent = BY_NAME.get(mistake.said.key) == "intent" and topic in empty
        return of_intent and (not name or any(f"{other}.{name}" in folder.intents for other in unknown))

    return [mistake for mistake in mistakes if not follows(mistake)]


def _mistake(given: _Given, was: str, found: Sequence[Mistake]) -> Mistake:
    where = ", ".join(f"{mistake.file.name}:{mistake.line}" for mistake in found[:_PLACES])
    more = " …" if len(found) > _PLACES else ""
    return given.document.mistake(
        given.place, said("renamed", now=given.name, was=was, count=len(found), where=where + more)
    )


def _idle(folder: Folder, kind: str, was: str, golden: Sequence[Case], published: Path | None) -> list[_Given]:
    """Return the names of a kind that nobody uses, or better, of those the ones that are new."""
    used = set(_used(folder, kind, golden))
    topic = was.partition(".")[0]
    idle = [one for one in _given(folder, kind) if one.name not in used]
    before = {one.name for one in _given(_before(published, kind), kind)} if published else set()
    if was in before:
        return [one for one in idle if one.name not in before]
    return [one for one in idle if kind != "intent" or one.name.startswith(f"{topic}.")]


def _before(published: Path, kind: str) -> Folder:
    """Return the documents of the folder `published` in which names of a kind are given."""
    folder = Folder(published)
    for path in published.glob("topics/*/*.yaml") if kind == "intent" else ():
        folder.intents[f"{path.parent.name}.{path.stem}"] = Document(path)
    if kind != "intent":
        file = _FILES.get(kind, ("places",))[0]
        with contextlib.suppress(OSError):
            path = published / f"{file}.yaml"
            folder.shared[file] = read(path, path.read_bytes())
    return folder


def _renamed(folder: Folder, kind: str, was: str, count: int, idle: Sequence[_Given]) -> _Given | None:
    """Return the name that nobody uses and that `was` has most likely become; None: `was` is a slip of the keyboard."""
    if not idle:
        return None
    best = max(idle, key=lambda one: _likeness(one.name, was))
    others = {one.name for one in _given(folder, kind)} - {one.name for one in idle}
    nearest = max((_likeness(name, was) for name in others), default=0.0)
    likeness = _likeness(best.name, was)
    if likeness < nearest and (count == 1 or nearest > _SLIP):
        return None
    return best if likeness >= ALIKE or (len(idle) == 1 and count > 1) else None


_SLIP = 0.9
"""Likeness from which on a name that is used is one letter off a name that is given."""


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.rpartition(".")[2], other.rpartition(".")[2]).ratio()


def _given(folder: Folder, kind: str) -> Iterator[_Given]:
    """Yield where each name of a kind is given."""
    if kind == "intent":
        yield from (_Given(name, document, ()) for name, document in folder.intents.items())
        return
    file, *below = _FILES.get(kind, ("places", "districts"))
    document = folder.shared.get(file)
    value: Value = document.value if document else None
    for key in below:
        value = value.get(key) if isinstance(value, dict) else None
    if document is not None and isinstance(value, dict):
        yield from (_Given(name, document, (*below, name)) for name in value)


def _used(folder: Folder, kind: str, golden: Sequence[Case]) -> Iterator[str]:
    """Yield every name of a kind that is used somewhere."""
    shared = {name: document.value for name, document in folder.shared.items() if isinstance(document.value, dict)}
    key = {"intent": "related", "source": "sources", "office": "office"}.get(kind, "")
    for intent_id, first in folder.intents.items():
        for document in (first, *folder.versions.get(intent_id, {}).values()):
            yield from (name for _, name in texts(document, key))
            if kind == "source":
                yield from (name for _, name in texts(document, "details_sources"))
    if kind == "topic":
        yield from (intent_id.partition(".")[0] for intent_id in folder.intents)
    if kind == "intent":
        yield from (name for case in golden for name in case.expected)
        yield from _strings(shared.get("cues", {}).get("subjects"), keys=True)
        yield from _below(shared.get("topics"), "featured")
        yield from _below(shared.get("glossary"), "about")
    if kind == "source":
        yield from _below(shared.get("emergencies"), "sources")
        yield from _below(shared.get("glossary"), "sources")
        yield from _below(shared.get("referrals"), "sources")
        yield from _strings(shared.get("phrases", {}).get("cited"))
        for offices in shared.get("offices", {}).values():
            yield from _below(offices, "source")
    if kind == "district":
        for offices in shared.get("offices", {}).values():
            yield from (name for name in _strings(offices, keys=True) if name != ANYWHERE)


def _below(value: Value, key: str) -> Iterator[str]:
    for entry in value.values() if isinstance(value, dict) else ():
        yield from _strings(entry.get(key) if isinstance(entry, dict) else None)


def _strings(value: Value, *, keys: bool = False) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) or (keys and isinstance(value, dict)):
        yield from (entry for entry in value if isinstance(entry, str))
