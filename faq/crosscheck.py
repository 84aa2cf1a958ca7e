"""Find mistakes that show only between files: dangling names, questions in two intents, places with two meanings.

Works on documents as read, so that a file with a wrong key still has its questions compared with all others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from faq.folder import Folder, texts
from faq.knowledge import ANYWHERE, CRISIS
from faq.placecheck import check_places
from faq.schema import did_you_mean
from faq.template import TemplateError, expand
from faq.text import bare
from faq.versions import check_versions
from faq.yaml_reader import Document, Mistake, Value

HOTLINE = 5
"""Digits of the longest short number (12345)."""


def crosscheck(folder: Folder) -> Iterator[Mistake]:
    """Yield every mistake between the files of `folder`."""
    yield from _topics(folder)
    for intent_id, document in folder.intents.items():
        for version in (document, *folder.versions.get(intent_id, {}).values()):
            yield from _names(folder, intent_id, version)
            yield from _dates(version)
    yield from check_versions(folder)
    yield from _titles(folder)
    if folder.intents and CRISIS not in folder.intents:
        missing = folder.path / "topics" / CRISIS.replace(".", "/")
        yield Mistake(missing.with_suffix(".yaml"), 1, "this file is missing: the bot needs it for residents in danger")
    yield from _questions(folder)
    yield from _offices(folder)
    yield from check_places(folder)
    yield from _lexicon(folder)
    yield from _emergencies(folder)
    yield from _subjects(folder)


def _dangling(
    document: Document, key: str, known: list[str] | None, what: str, value: Value = None
) -> Iterator[Mistake]:
    for place, name in texts(document, key):
        if known is not None and name not in known:
            yield document.mistake(place, f"{key} '{name}' is not {what}{did_you_mean(name, known)}")


def _names(folder: Folder, intent_id: str, document: Document) -> Iterator[Mistake]:
    """Check that what an intent refers to exists."""
    topics, topic = folder.keys("topics"), intent_id.partition(".")[0]
    if topics is not None and topic not in topics:
        yield document.mistake((), f"topic '{topic}' is not in topics.yaml{did_you_mean(topic, topics)}")
    yield from _dangling(document, "related", list(folder.intents), "an intent")
    yield from _dangling(document, "office", folder.keys("offices"), "a kind in offices.yaml")
    yield from _dangling(document, "sources", folder.keys("sources"), "a key of sources.yaml")


def _topics(folder: Folder) -> Iterator[Mistake]:
    document, used = folder.shared.get("topics"), {intent_id.partition(".")[0] for intent_id in folder.intents}
    if document is None or not isinstance(document.value, dict):
        return
    for topic, entry in document.value.items():
        if topic not in used:
            yield document.mistake((topic,), f"topic '{topic}' has no intent; add topics/{topic}/<name>.yaml")
        featured = entry.get("featured") if isinstance(entry, dict) else None
        for index, intent_id in enumerate(featured if isinstance(featured, list) else []):
            mine = [known for known in folder.intents if known.startswith(f"{topic}.")]
            if intent_id not in mine:
                hint = did_you_mean(str(intent_id), mine)
                yield document.mistake(
                    (topic, "featured", index), f"featured '{intent_id}' is not an intent of topic '{topic}'{hint}"
                )


def _subjects(folder: Folder) -> Iterator[Mistake]:
    """Check that each subject is a topic or an intent, and that no word names two."""
    document = folder.shared.get("cues")
    subjects = document.value.get("subjects") if document and isinstance(document.value, dict) else None
    if document is None or not isinstance(subjects, dict):
        return
    known, named = [*(folder.keys("topics") or []), *folder.intents], dict[str, str]()
    for subject, words in subjects.items():
        if subject not in known:
            hint = did_you_mean(str(subject), known)
            yield document.mistake(("subjects", subject), f"subject '{subject}' is not a topic or an intent{hint}")
        for index, word in enumerate(words if isinstance(words, list) else []):
            if (other := named.setdefault(bare(str(word)), str(subject))) != subject:
                yield document.mistake(("subjects", subject, index), f"'{word}' also names {other}; delete one of them")


def _dates(document: Document) -> Iterator[Mistake]:
    days: dict[str, dt.date] = {}
    for key in ("effective_from", "expires_on"):
        for _, written in texts(document, key):
            try:
                days[key] = dt.date.fromisoformat(written)
            except ValueError:
                return
    if len(days) == 2 and days["expires_on"] < days["effective_from"]:
        yield document.mistake(("expires_on",), "expires_on lies before effective_from; exchange or mend them")


def _titles(folder: Folder) -> Iterator[Mistake]:
    seen: dict[str, str] = {}
    for intent_id, document in folder.intents.items():
        for place, title in texts(document, "title"):
            if (other := seen.setdefault(bare(title), intent_id)) != intent_id:
                yield document.mistake(place, f"title '{title}' is also the title of {other}; reword one of them")


def _questions(folder: Folder) -> Iterator[Mistake]:
    """Check that each wording means one thing, and that no check is trained on."""
    trained: dict[str, tuple[str, str]] = {}
    for intent_id, document in folder.intents.items():
        for place, line in texts(document, "questions"):
            try:
                wordings = expand(line)
            except TemplateError as error:
                yield document.mistake(place, str(error))
                continue
            for wording in wordings:
                owner, where = trained.setdefault(bare(wording), (intent_id, _where(document, place)))
                if owner != intent_id:
                    yield document.mistake(
                        place, f"question '{wording}' is also a question of {owner} ({where}); delete one of them"
                    )
    yield from _declined(folder, trained)
    checked: dict[str, str] = {}
    for intent_id, document in folder.intents.items():
        for place, check in texts(document, "checks"):
            if found := trained.get(bare(check)):
                yield document.mistake(
                    place, f"check '{check}' is also trained on, as a question of {found[0]} ({found[1]}); delete one"
                )
            if (owner := checked.setdefault(bare(check), intent_id)) != intent_id:
                yield document.mistake(place, f"check '{check}' is also a check of {owner}; delete one of them")


def _declined(folder: Folder, trained: dict[str, tuple[str, str]]) -> Iterator[Mistake]:
    document = folder.shared.get("out_of_scope")
    if document is None or not isinstance(document.value, dict):
        return
    for kind, value in document.value.items():
        for index, line in enumerate(value if isinstance(value, list) else []):
            if isinstance(line, str) and bare(line) and (found := trained.get(bare(line))):
                yield document.mistake(
                    (kind, index),
                    f"'{line}' is to be declined, yet a question of {found[0]} ({found[1]}); delete one",
                )


def _where(document: Document, place: tuple[str | int, ...]) -> str:
    return f"{document.path.name}:{document.line(place)}"


def _offices(folder: Folder) -> Iterator[Mistake]:
    document, places = folder.shared.get("offices"), folder.shared.get("places")
    if document is None or not isinstance(document.value, dict):
        return
    districts = _keys_below(places, "districts")
    for kind, entries in document.value.items():
        if not isinstance(entries, dict):
            continue
        if ANYWHERE not in entries:
            yield document.mistake((kind,), f"office kind '{kind}' has no entry '{ANYWHERE}'; add it")
        for district, office in entries.items():
            if district != ANYWHERE and districts and district not in districts:
                hint = did_you_mean(district, districts)
                yield document.mistake((kind, district), f"'{district}' is not a district of places.yaml{hint}")
            if isinstance(office, dict):
                yield from _phone(folder, document, (kind, district), office)
            source = office.get("source") if isinstance(office, dict) else None
            known = folder.keys("sources")
            if isinstance(source, str) and known is not None and source not in known:
                hint = did_you_mean(source, known)
                yield document.mistake(
                    (kind, district, "source"), f"source '{source}' is not a key of sources.yaml{hint}"
                )


def _phone(folder: Folder, document: Document, place: tuple[str, str], office: dict[str, Value]) -> Iterator[Mistake]:
    """Check that a number says where it is from and when it was verified; a hotline needs no visit."""
    phone = office.get("phone")
    if isinstance(phone, str) and office.get("source") is None:
        yield document.mistake(place, f"phone '{phone}' has no source; add source: with a key of sources.yaml")
    if isinstance(phone, str) and len(phone) > HOTLINE and office.get("verified_on") is None:
        yield document.mistake(place, f"phone '{phone}' has no verified_on; add the day on which you called it")
    source, sources = office.get("source"), folder.shared.get("sources")
    entry = (
        sources.value.get(source) if isinstance(source, str) and sources and isinstance(sources.value, dict) else None
    )
    facts = entry.get("facts") if isinstance(entry, dict) else None
    if isinstance(phone, str) and isinstance(facts, list) and not any(phone in str(fact) for fact in facts):
        here = (*place, "phone")
        yield document.mistake(here, f"phone '{phone}' stands in no fact of {source}; correct it, or add the fact")


def _keys_below(document: Document | None, key: str) -> list[str]:
    value = document.value.get(key) if document and isinstance(document.value, dict) else None
    return list(value) if isinstance(value, dict) else []


def _lexicon(folder: Folder) -> Iterator[Mistake]:
    document = folder.shared.get("lexicon")
    if document is None or not isinstance(document.value, dict):
        return
    said: dict[str, str] = {}
    for canonical in document.value:
        for place, variant in texts(document, canonical):
            if variant in document.value:
                yield document.mistake(place, f"'{variant}' is itself a canonical word; delete it here or there")
            elif (other := said.setdefault(variant, canonical)) != canonical:
                yield document.mistake(place, f"'{variant}' already stands for '{other}'; delete one of them")


def _emergencies(folder: Folder) -> Iterator[Mistake]:
    document, known = folder.shared.get("emergencies"), folder.keys("sources")
    if document is None or not isinstance(document.value, dict):
        return
    for kind, entry in document.value.items():
        for key in ("signs", "unless", "examples", "harmless", "sources"):
            value = entry.get(key) if isinstance(entry, dict) else None
            for index, text in enumerate(value if isinstance(value, list) else []):
                if not isinstance(text, str):
                    continue
                if key != "sources":
                    try:
                        expand(text)
                    except TemplateError as error:
                        yield document.mistake((kind, key, index), str(error))
                elif known is not None and text not in known:
                    hint = did_you_mean(text, known)
                    yield document.mistake((kind, key, index), f"source '{text}' is not a key of sources.yaml{hint}")
