"""What an admin should do soon: answers that end, must be read again or are taken over, contacts that grow old."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from faq.knowledge.opening.days_off import is_planned
from faq.knowledge.types import FRESH, Faq, Intent
from faq.reading.folder import VERSION, Folder
from faq.said import Language, Said, said

AHEAD = dt.timedelta(days=30)
"""How long before a day an admin is told of it."""


@dataclass(frozen=True)
class Notice:
    """Something to do, and by when. Nothing is wrong yet, or the bot already says less because of it."""

    file: str
    """File below the folder of the knowledge: topics/dibao/amount.yaml."""
    place: tuple[str, ...]
    """Keys that lead to the value."""
    day: dt.date
    """Day on which it matters."""
    said: Said
    """What happens, and what to do."""

    def __str__(self) -> str:
        """Return file and text."""
        return f"{self.file}: {self.said}"

    def say(self, language: Language = "zh") -> str:
        """Return what an admin reads."""
        return f"{self.file}: {self.said.say(language)}"

    @property
    def text(self) -> str:
        """What is said, in English."""
        return self.said.say("en")


def upcoming(faq: Faq, today: dt.date) -> list[Notice]:
    """Return what should be done by `today` or within `AHEAD`, the most pressing first."""
    found = [notice for intent in faq.intents.values() for notice in _of_intent(intent, today)]
    return sorted([*found, *_contacts(faq, today), *_plan(faq, today)], key=lambda notice: (notice.day, notice.file))


def line(notice: Notice, folder: Folder) -> int:
    """Return the line of the file that `notice` speaks of."""
    parts = notice.file.removesuffix(".yaml").split("/")
    if parts[0] != "topics":
        return folder.shared[parts[0]].line(notice.place)
    name, _, day = parts[2].partition(VERSION)
    intent_id = f"{parts[1]}.{name}"
    return (folder.versions[intent_id][day] if day else folder.intents[intent_id]).line(notice.place)


def missing_contacts(faq: Faq) -> Iterator[tuple[str, list[str]]]:
    """Yield each office that lacks a phone, an address or hours, with what it lacks; hotlines need a phone only."""
    for kind, by_district in faq.offices.items():
        for district, office in by_district.items():
            hotline = office.phone is not None and office.source is not None and office.verified_on is None
            lacking = [key for key in ("phone", "address", "hours") if getattr(office, key) is None]
            if lacking and not hotline:
                yield f"{kind}.{district}", lacking


def _of_intent(intent: Intent, today: dt.date) -> Iterator[Notice]:
    versions = (intent, *intent.later)
    for number, version in enumerate(versions):
        successor = versions[number + 1] if number + 1 < len(versions) else None
        begins = version.effective_from
        if successor is not None and successor.effective_from and successor.effective_from <= today:
            continue  # nobody is told this version any more
        file = _file(version, later=number > 0)
        if number > 0 and begins and today < begins <= today + AHEAD:
            yield Notice(file, (), begins, said("takes_over", before=str(version.supersedes), day=str(begins)))
        ends = version.expires_on
        if ends is not None and successor is None and ends <= today + AHEAD:
            happens = "expired_on" if ends < today else "expires_on"
            yield Notice(file, ("expires_on",), ends, said(happens, day=str(ends)))
        due = version.review_by
        if due <= today + AHEAD:
            happens = "review_overdue" if due < today else "review_due"
            yield Notice(file, ("review_by",), due, said(happens, day=str(due)))


def _file(version: Intent, *, later: bool) -> str:
    topic, _, name = version.id.partition(".")
    return f"topics/{topic}/{name}{f'{VERSION}{version.effective_from}' if later else ''}.yaml"


def _contacts(faq: Faq, today: dt.date) -> Iterator[Notice]:
    for kind, by_district in faq.offices.items():
        for district, office in by_district.items():
            place, on = (kind, district, "verified_on"), office.verified_on
            if on is not None and office.stale(today):
                old = said("contact_old", office=f"{kind}.{district}", day=str(on), days=FRESH)
                yield Notice("offices.yaml", place, on + dt.timedelta(days=FRESH), old)
            elif on is not None and on > today:
                early = said("contact_early", office=f"{kind}.{district}", day=str(on))
                yield Notice("offices.yaml", place, on, early)


def _plan(faq: Faq, today: dt.date) -> Iterator[Notice]:
    """Yield a notice for a year that has begun or soon will, of which only the days off by law are known."""
    if any(office.hours for by_district in faq.offices.values() for office in by_district.values()):
        for year in sorted({today.year, (today + AHEAD).year}):
            if not is_planned(year):
                yield Notice("offices.yaml", (), dt.date(year, 1, 1), said("year_not_planned", year=year))
