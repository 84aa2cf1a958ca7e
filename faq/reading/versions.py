"""Later versions of an intent: loaded today, told from their day on.

`topics/dibao/amount@2027-01-01.yaml` takes over from `topics/dibao/amount.yaml` on 2027-01-01. It holds what changes
(answer, details, sources …), `supersedes` and a `review_by` of its own; everything else stays as in the first file,
above all the questions, which are trained on once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from faq.reading.folder import VERSION, Folder
from faq.reading.yaml_reader import Document, Mistake, Value

KEPT = ("id", "questions", "checks", "effective_from")
"""Keys that a later version must not have: they belong to the first file, or to the file's name."""

OWN = ("effective_from", "expires_on", "review_by", "supersedes")
"""Keys that a later version does not take over from the version before."""

_DAY = dt.timedelta(days=1)


def merged(first: Document, later: Document, day: str) -> dict[str, Value]:
    """Return the values of a later version: its own, and those of the first file that it does not change."""
    before = first.value if isinstance(first.value, dict) else {}
    own = later.value if isinstance(later.value, dict) else {}
    kept = {key: value for key, value in before.items() if key not in OWN}
    return {**kept, **own, "effective_from": day}


def check_versions(folder: Folder) -> Iterator[Mistake]:
    """Yield what is wrong between the versions of each intent: overlaps, gaps, wrong order, keys out of place."""
    for intent_id, versions in folder.versions.items():
        first = folder.intents.get(intent_id)
        if first is None:
            for document in versions.values():
                yield document.mistake((), "version_of_nothing", id=intent_id)
            continue
        before, before_id = first, intent_id
        for day, document in sorted(versions.items()):
            yield from _keys(document, before_id, intent_id, day)
            yield from _seam(before, document, day)
            before, before_id = document, f"{intent_id}{VERSION}{day}"


def _keys(document: Document, before: str, intent_id: str, day: str) -> Iterator[Mistake]:
    if _day(day) is None:
        example = f"{intent_id.partition('.')[2]}{VERSION}2027-01-01.yaml"
        yield document.mistake((), "version_no_day", day=day, example=example)
    value = document.value if isinstance(document.value, dict) else {}
    for key in KEPT:
        if key in value:
            yield document.mistake((key,), "version_key", key=key, id=intent_id)
    supersedes = value.get("supersedes")
    if supersedes != before:
        wrong = "supersedes_wrong" if supersedes else "supersedes_missing"
        yield document.mistake(("supersedes",), wrong, given=str(supersedes), before=before)


def _seam(before: Document, document: Document, day: str) -> Iterator[Mistake]:
    """Check that the version before ends, if it says when, on the day before `day`, and begins before it."""
    begins, ends = _day(day), _stated(before, "expires_on")
    started = _stated(before, "effective_from")
    if begins is None:
        return
    if started is not None and started >= begins:
        yield before.mistake(("effective_from",), "starts_late", day=str(started), file=document.path.name)
    if ends is not None and ends != begins - _DAY:
        fault = "seam_overlap" if ends >= begins else "seam_gap"
        right = str(begins - _DAY)
        yield before.mistake(("expires_on",), fault, day=str(ends), file=document.path.name, right=right)


def _stated(document: Document, key: str) -> dt.date | None:
    value = document.value.get(key) if isinstance(document.value, dict) else None
    return _day(value) if isinstance(value, str) else None


def _day(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        return None
