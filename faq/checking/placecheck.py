"""Find names in places.yaml that mean nothing, or more than one place."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from faq.knowledge.text import bare
from faq.knowledge.types import OUTSIDE
from faq.reading.folder import Folder, texts
from faq.reading.schema import did_you_mean
from faq.reading.writing import wide_comma
from faq.reading.yaml_reader import Document, Mistake, Place, Value

SHORTEST = 2
"""Characters of the shortest name; one alone is met in any message."""


def check_places(folder: Folder) -> Iterator[Mistake]:
    """Yield every name that cannot be told from others, and every landmark in a town that does not exist."""
    document = folder.shared.get("places")
    districts = _mapping(document.value).get("districts") if document else None
    if document is None or not isinstance(districts, dict):
        return
    meant: dict[str, str] = {}
    for place, name, means in names(districts):
        if comma := wide_comma(name):
            yield document.mistake(place, comma)
        elif len(bare(name)) < SHORTEST or name == OUTSIDE:
            yield document.mistake(place, "no_name", name=name)
        elif (other := meant.setdefault(name, means)) != means:
            yield document.mistake(place, "name_twice", name=name, other=other)
    yield from _landmarks(document, districts)
    yield from _links(document, districts, folder.keys("topics") or ())
    for key in ("outside", "counties", "city", "traps"):
        for where, listed in texts(document, key):
            if len(bare(listed)) < SHORTEST:
                yield document.mistake(where, "no_name", name=listed)


def _landmarks(document: Document, districts: dict[str, Value]) -> Iterator[Mistake]:
    for district, entry in districts.items():
        towns = _mapping(_mapping(entry).get("towns"))
        for landmark, lies_in in _mapping(_mapping(entry).get("landmarks")).items():
            if isinstance(lies_in, str) and lies_in not in towns:
                hint = did_you_mean(lies_in, towns)
                here = ("districts", district, "landmarks", landmark)
                yield document.mistake(here, "not_a_town", name=lies_in, district=district, hint=hint)


def _links(document: Document, districts: dict[str, Value], topics: Collection[str]) -> Iterator[Mistake]:
    """Yield every link of a district by which a topic or another district is meant: a poster would lead astray."""
    meant = {topic: topic for topic in topics}
    for district, entry in districts.items():
        code = _mapping(entry).get("link")
        if isinstance(code, str) and (other := meant.setdefault(code, district)) != district:
            yield document.mistake(("districts", district, "link"), "link_twice", name=code, other=other)


def names(districts: dict[str, Value]) -> Iterator[tuple[Place, str, str]]:
    """Yield where each name stands, the name, and what it means."""
    for district, entry in districts.items():
        aliases = _mapping(entry).get("aliases")
        for name in [district, *(aliases if isinstance(aliases, list) else [])]:
            yield ("districts", district, "aliases"), str(name), district
        for town, others in _mapping(_mapping(entry).get("towns")).items():
            for name in [town, *(others if isinstance(others, list) else [])]:
                yield ("districts", district, "towns", town), str(name), town
        for landmark in _mapping(_mapping(entry).get("landmarks")):
            yield ("districts", district, "landmarks", landmark), landmark, landmark


def _mapping(value: Value) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}
