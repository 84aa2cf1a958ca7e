"""Find mistakes that show only between files: dangling names, questions in two intents, places with two meanings.

Works on documents as read, so that a file with a wrong key still has its questions compared with all others.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from faq.checking.placecheck import check_places
from faq.checking.questioncheck import check_questions
from faq.figures.facts import entries
from faq.knowledge.dangers import LEARNED
from faq.knowledge.fields import PHONE
from faq.knowledge.template import TemplateError, expand
from faq.knowledge.text import bare
from faq.knowledge.types import ANYWHERE, CRISIS
from faq.reading.folder import Folder, texts
from faq.reading.schema import did_you_mean
from faq.reading.versions import check_versions
from faq.reading.writing import phone_digits, wide_comma
from faq.reading.yaml_reader import Document, Mistake, Value
from faq.said import restore_command, said

HOTLINE = 5
"""Digits of the longest short number (12345)."""


def crosscheck(folder: Folder) -> Iterator[Mistake]:
    """Yield every mistake between the files of `folder`."""
    yield from references(folder)
    yield from check_questions(folder)


def references(folder: Folder) -> Iterator[Mistake]:
    """Yield every mistake between the files of `folder` but those between questions."""
    yield from _topics(folder)
    for intent_id, document in folder.intents.items():
        for version in (document, *folder.versions.get(intent_id, {}).values()):
            yield from _names(folder, intent_id, version)
            yield from _dates(version)
    yield from check_versions(folder)
    if folder.intents and CRISIS not in folder.intents:
        missing = (folder.path / "topics" / CRISIS.replace(".", "/")).with_suffix(".yaml")
        yield Mistake(missing, 1, said("crisis_missing", command=restore_command(missing)))
    yield from _offices(folder)
    yield from check_places(folder)
    yield from _lexicon(folder)
    yield from _thesaurus(folder)
    yield from _emergencies(folder)
    yield from _subjects(folder)
    yield from _terms(folder)
    yield from _referrals(folder)
    phrases = folder.shared.get("phrases")
    if phrases is not None:
        yield from _dangling(phrases, "cited", folder.keys("sources"), "not_a_source")


def _dangling(document: Document, key: str, known: list[str] | None, wrong: str) -> Iterator[Mistake]:
    for place, name in texts(document, key):
        no_list = len(place) == 1 and key != "office"
        if known is not None and name not in known and not no_list and not wide_comma(name):  # said by the schema
            yield document.mistake(place, wrong, key=key, name=name, hint=did_you_mean(name, known))


def _names(folder: Folder, intent_id: str, document: Document) -> Iterator[Mistake]:
    """Check that what an intent refers to exists."""
    topics, topic = folder.keys("topics"), intent_id.partition(".")[0]
    if topics is not None and topic not in topics:
        yield document.mistake((), "topic_unknown", topic=topic, hint=did_you_mean(topic, topics))
    yield from _dangling(document, "related", list(folder.intents), "not_an_intent")
    for place, name in texts(document, "related"):
        if name == intent_id:
            yield document.mistake(place, "related_itself", name=name)
    yield from _dangling(document, "office", folder.keys("offices"), "not_an_office")
    for key in ("sources", "details_sources"):
        yield from _dangling(document, key, folder.keys("sources"), "not_a_source")


def _topics(folder: Folder) -> Iterator[Mistake]:
    document, used = folder.shared.get("topics"), {intent_id.partition(".")[0] for intent_id in folder.intents}
    if document is None or not isinstance(document.value, dict):
        return
    for topic, entry in document.value.items():
        if topic not in used:
            yield document.mistake((topic,), "topic_empty", topic=topic)
        featured = entry.get("featured") if isinstance(entry, dict) else None
        for index, intent_id in enumerate(featured if isinstance(featured, list) else []):
            mine = [known for known in folder.intents if known.startswith(f"{topic}.")]
            if intent_id not in mine:
                hint = did_you_mean(str(intent_id), mine)
                here = (topic, "featured", index)
                yield document.mistake(here, "featured_unknown", name=str(intent_id), topic=topic, hint=hint)


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
            yield document.mistake(("subjects", subject), "subject_unknown", name=str(subject), hint=hint)
        for index, word in enumerate(words if isinstance(words, list) else []):
            if (other := named.setdefault(bare(str(word)), str(subject))) != subject:
                yield document.mistake(("subjects", subject, index), "subject_twice", word=str(word), other=other)


def _dates(document: Document) -> Iterator[Mistake]:
    days: dict[str, dt.date] = {}
    for key in ("effective_from", "expires_on"):
        for _, written in texts(document, key):
            try:
                days[key] = dt.date.fromisoformat(written)
            except ValueError:
                return
    if len(days) == 2 and days["expires_on"] < days["effective_from"]:
        yield document.mistake(("expires_on",), "expires_early")


def _offices(folder: Folder) -> Iterator[Mistake]:
    document, places = folder.shared.get("offices"), folder.shared.get("places")
    if document is None or not isinstance(document.value, dict):
        return
    districts = _keys_below(places, "districts")
    for kind, by_district in document.value.items():
        if not isinstance(by_district, dict):
            continue
        if ANYWHERE not in by_district:
            yield document.mistake((kind,), "office_anywhere", kind=kind, anywhere=ANYWHERE)
        for district, office in by_district.items():
            if district != ANYWHERE and districts and district not in districts:
                hint = did_you_mean(district, districts)
                yield document.mistake((kind, district), "not_a_district", name=district, hint=hint)
            if isinstance(office, dict):
                yield from _phone(folder, document, (kind, district), office)
            source = office.get("source") if isinstance(office, dict) else None
            known = folder.keys("sources")
            if isinstance(source, str) and known is not None and source not in known:
                hint = did_you_mean(source, known)
                here = (kind, district, "source")
                yield document.mistake(here, "not_a_source", key="source", name=source, hint=hint)


def _phone(folder: Folder, document: Document, place: tuple[str, str], office: dict[str, Value]) -> Iterator[Mistake]:
    """Check that a number says where it is from and when it was verified; a hotline needs no visit."""
    phone = office.get("phone")
    if isinstance(phone, str) and not re.match(PHONE, phone):
        return  # said by the schema
    if isinstance(phone, str) and (wrong := phone_digits(phone)):
        yield document.mistake((*place, "phone"), wrong)
        return
    if isinstance(phone, str) and office.get("source") is None:
        yield document.mistake(place, "phone_no_source", phone=phone)
    if isinstance(phone, str) and len(phone) > HOTLINE and office.get("verified_on") is None:
        yield document.mistake(place, "phone_no_day", phone=phone)
    source, sources = office.get("source"), folder.shared.get("sources")
    entry = (
        sources.value.get(source) if isinstance(source, str) and sources and isinstance(sources.value, dict) else None
    )
    facts = entry.get("facts") if isinstance(entry, dict) else None
    if isinstance(phone, str) and isinstance(facts, list) and not any(phone in str(fact) for fact in facts):
        here = (*place, "phone")
        yield document.mistake(here, "phone_not_told", phone=phone, source=str(source))


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
            if comma := wide_comma(variant):
                yield document.mistake(place, comma)
            elif variant in document.value:
                yield document.mistake(place, "lexicon_canonical", word=variant)
            elif (other := said.setdefault(variant, canonical)) != canonical:
                yield document.mistake(place, "lexicon_twice", word=variant, other=other)


def _thesaurus(folder: Folder) -> Iterator[Mistake]:
    document = folder.shared.get("thesaurus")
    if document is None or not isinstance(document.value, dict):
        return
    for name in document.value:
        found: set[str] = set()
        for place, word in texts(document, name):
            if comma := wide_comma(word):
                yield document.mistake(place, comma)
            elif word in found:
                yield document.mistake(place, "thesaurus_twice", word=word, name=name)
            found.add(word)


def _listed(entry: Mapping[str, Value], key: str) -> list[Value]:
    """Return what is listed below `key`; nothing if it is no list, which the schema says."""
    value = entry.get(key)
    return value if isinstance(value, list) else []


def _unknown(
    document: Document, name: str, entry: Mapping[str, Value], known: list[str] | None, wrong: str, key: str = "sources"
) -> Iterator[Mistake]:
    """Yield what is listed below `key` of the entry `name` and is not `known`; None: what is known cannot be told."""
    for index, one in enumerate(_listed(entry, key)):
        if known is not None and isinstance(one, str) and one not in known:
            hint = did_you_mean(one, known)
            yield document.mistake((name, key, index), wrong, key=key, name=one, hint=hint)


def _terms(folder: Folder) -> Iterator[Mistake]:
    """Check that what a term of the glossary refers to exists, and that no word stands for two terms."""
    document, named = folder.shared.get("glossary"), dict[str, str]()
    if document is None:
        return
    for term, entry in entries(document):
        yield from _unknown(document, term, entry, folder.keys("sources"), "not_a_source")
        yield from _unknown(document, term, entry, list(folder.intents), "not_an_intent", "about")
        for word in (term, *_listed(entry, "also")):
            if (other := named.setdefault(bare(str(word)), term)) != term:
                yield document.mistake((term,), "term_twice", word=str(word), other=other)


def _referrals(folder: Folder) -> Iterator[Mistake]:
    """Check that sources of referrals exist, and that no word tells of two."""
    document, named = folder.shared.get("referrals"), dict[str, str]()
    if document is None:
        return
    for business, entry in entries(document):
        yield from _unknown(document, business, entry, folder.keys("sources"), "not_a_source")
        for index, word in enumerate(_listed(entry, "words")):
            if (other := named.setdefault(bare(str(word)), business)) != business:
                yield document.mistake((business, "words", index), "referral_twice", word=str(word), other=other)


def _emergencies(folder: Folder) -> Iterator[Mistake]:
    """Check that brackets expand, and that sources exist."""
    document = folder.shared.get("emergencies")
    if document is None:
        return
    for kind, entry in entries(document):
        yield from _unknown(document, kind, entry, folder.keys("sources"), "not_a_source")
        for key in LEARNED:
            for index, text in enumerate(_listed(entry, key)):
                try:
                    expand(text if isinstance(text, str) else "")
                except TemplateError as error:
                    yield document.mistake((kind, key, index), error.said)
