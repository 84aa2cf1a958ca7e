"""Put an answer into words: text, sources, office; dates and districts taken into account."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Iterable

from bot.dialogue.opening_said import opening_said
from bot.dialogue.reply import Kind, Part
from faq.knowledge.types import OUTSIDE, Faq, Intent, Office, Source

_OF_TOWNS = ("township", "incident")
"""Kinds of offices that every town has one of; the resident is told which town's."""


class Composer:
    """Writes the paragraphs of replies from one `Faq`."""

    def __init__(self, faq: Faq) -> None:
        """Take the knowledge."""
        self._faq = faq
        self._sources = functools.cache(self._cited)

    def answer(self, intent: Intent, now: dt.datetime, *, details: bool = False, turn: int = 0) -> Part:
        """Return the answer of `intent` as worded for this `turn`; after its last day the figures are withheld."""
        if (withheld := self._withheld(intent, now.date())) is not None:
            return Part(withheld, intent.title, Kind.ANSWER)
        text = intent.details if details and intent.details else intent.said(turn)
        return Part(text, None if self._faq.small_talk(intent) else intent.title, Kind.ANSWER)

    def sources(self, intents: Iterable[Intent], now: dt.datetime, *, details: bool = False) -> list[Part]:
        """Return the paragraph that names the sources of what is told of `intents`; none if nothing was cited."""
        told = [i for i in intents if i.in_force(now.date()) and not self._faq.small_talk(i)]
        listed = (i.sources + i.details_sources if details and i.details else i.sources for i in told)
        keys = tuple(dict.fromkeys(itertools.chain.from_iterable(listed)))
        return [Part(self._sources(keys), kind=Kind.SOURCES)] if keys else []

    def _cited(self, keys: tuple[str, ...]) -> str:
        cited = "；".join(cite(self._faq.sources[key]) for key in keys)
        return self._faq.phrases.sources.format(value=cited)

    def office(self, kind: str, district: str | None, town: str | None, now: dt.datetime) -> tuple[str, Part]:
        """Return id and description of the office of `kind` for a resident of `district`, as it stands at `now`."""
        phrases = self._faq.phrases
        office_id, office = self._faq.office(kind, None if district == OUTSIDE else district)
        line = phrases.office.format(name=office.name)
        if town and kind in _OF_TOWNS:
            line += phrases.town.format(name=town)
        return office_id, Part("\n".join([line, *self._contact(office, now)]), kind=Kind.OFFICE)

    def _contact(self, office: Office, now: dt.datetime) -> list[str]:
        phrases = self._faq.phrases
        lines = [phrases.phone.format(value=office.phone) if office.phone else phrases.phone_unknown]
        if office.address:
            lines.append(phrases.address.format(value=office.address))
        if office.hours:
            lines += [phrases.hours.format(value=office.hours), opening_said(phrases, office.hours, now)]
        if office.stale(now.date()) and office.verified_on:
            lines.append(phrases.verified.format(value=office.verified_on.isoformat()))
        return lines

    def _withheld(self, intent: Intent, today: dt.date) -> str | None:
        """Return what is said instead of an answer that is not in force, or None if it is."""
        if intent.in_force(today):
            return None
        if intent.effective_from and today < intent.effective_from:
            return self._faq.phrases.not_yet.format(value=intent.effective_from.isoformat())
        return self._faq.phrases.expired


def cite(source: Source) -> str:
    """Return title, number, date and note of a document as a resident reads them.

    >>> cite(Source('《办法》', '民政部', '2021', ('…',) , number='民发〔2021〕57号'))
    '《办法》，民发〔2021〕57号'
    """
    named = [part for part in (source.number, source.note) if part]
    if source.date and source.date[:4] not in "".join([source.title, *named]):
        named.insert(0, source.date)
    return "，".join([source.title, *named])
