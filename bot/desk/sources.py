"""A source of sources.yaml, and a later version of an answer, as they stand in a form."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from bot.desk.entries import entry, values_of, with_entry, with_values, written
from bot.desk.forms import FieldError, Kind, needed, pairs
from faq.knowledge.types import Intent
from faq.reading.folder import VERSION as AT
from faq.said import said

SOURCES = Path("sources.yaml")
"""File of the sources."""

SOURCE = {
    "title": Kind.LINE,
    "publisher": Kind.LINE,
    "date": Kind.LINE,
    "number": Kind.LINE,
    "note": Kind.LINE,
    "url": Kind.LINE,
    "facts": Kind.LIST,
}
"""The fields of a source, in the order of its file."""

VERSION = {"answer": Kind.BLOCK, "details": Kind.BLOCK, "sources": Kind.KEYS, "review_by": Kind.LINE}
"""What a later version of an answer may say otherwise."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")

_KEY = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")


def sources(text: str) -> list[str]:
    """Return the keys of all sources. Raises SaidError: it is no YAML."""
    return [str(key.value) for key, _ in pairs(text)]


def source(text: str, key: str) -> dict[str, str]:
    """Return the fields of a source as a form shows them. Raises SaidError: there is none."""
    return values_of(entry(text, key), tuple(SOURCE))


def with_source(text: str, key: str, values: Mapping[str, str]) -> str:
    """Return sources.yaml with these fields of a source; a new one stands at its end. Raises SaidError."""
    needed(values, "title", "publisher", "facts")
    if key in sources(text):
        return with_entry(text, key, _dated(with_values(entry(text, key), values, SOURCE)))
    if not _KEY.fullmatch(key):
        raise FieldError(said("page_bad_key"), "key")
    lines = [line for name, kind in SOURCE.items() if values[name] for line in written(name, values[name], kind)]
    ending = "\r\n" if "\r\n" in text else "\n"
    new = [f"{key}:", *(f"  {line}" for line in _dated("\n".join(lines)).split("\n"))]
    return text.rstrip() + ending * 2 + ending.join(new) + ending


def _dated(inner: str) -> str:
    """Return a source with a date, if only the word that there is none: the key must not be missing."""
    if any(key.value == "date" for key, _ in pairs(inner)):
        return inner
    head, behind, tail = inner.partition("\nfacts:")
    return f"{head}\ndate: null{behind}{tail}"


def version_file(intent: Intent, day: str) -> Path:
    """Return the file of the version of an answer that begins on `day`. Raises FieldError: it is no day."""
    topic, _, name = intent.id.partition(".")
    try:
        if _DAY.fullmatch(day) and dt.date.fromisoformat(day):
            return Path("topics", topic, f"{name}{AT}{day}.yaml")
    except ValueError:
        pass
    raise FieldError(said("page_bad_begin"), "begins")


def with_version(text: str, intent: Intent, first: Mapping[str, str], day: str, values: Mapping[str, str]) -> str:
    """Return the file of a version that says `values` from `day` on; what is as in the `first` file is left out.

    `text` is the file as it stands; empty: there is none yet. A new one begins on a day to come. Raises SaidError.
    """
    needed(values, "answer", "sources", "review_by")
    if text:
        own = values_of(text, tuple(VERSION))
        wanted = {name: own[name] if values[name] == (own[name] or first[name]) else values[name] for name in VERSION}
        if not values["details"] and first["details"]:
            raise FieldError(said("page_missing"), "details")
        return with_values(text, wanted, VERSION)
    if day <= dt.date.today().isoformat():
        raise FieldError(said("page_bad_begin"), "begins")
    before = [one.effective_from.isoformat() for one in intent.later if one.effective_from]
    last = max((one for one in before if one < day), default="")
    lines = written("supersedes", f"{intent.id}{AT}{last}" if last else intent.id, Kind.LINE)
    for name, kind in VERSION.items():
        if name == "review_by" or values[name] != first[name]:
            lines += written(name, values[name], kind) if values[name] else [f"{name}: null"]
    return "\n".join([*lines, ""])
