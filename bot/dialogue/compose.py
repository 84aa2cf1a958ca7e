"""Put an answer into words: text or the part of it that was asked for, sources, office; dates taken into account."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable

from bot.dialogue.citing import Citing
from bot.dialogue.opening_said import opening_said
from bot.dialogue.reply import Kind, Part
from faq.knowledge.local import Local
from faq.knowledge.points import About, Point
from faq.knowledge.types import OUTSIDE, Faq, Intent, Office
from intents.interpret.points import BULLET, Given

_OF_TOWNS = ("township", "incident")
"""Kinds of offices that every town has one of; the resident is told which town's."""


class Composer:
    """Writes the paragraphs of replies from one `Faq`."""

    def __init__(self, faq: Faq) -> None:
        """Take the knowledge."""
        self._faq = faq
        self._citing = Citing(faq)
        self._local = Local(faq.places, faq.cues.heading)

    def answer(
        self,
        intent: Intent,
        now: dt.datetime,
        *,
        district: str | None = None,
        details: bool = False,
        given: Given | None = None,
        turn: int = 0,
    ) -> Part:
        """Return the answer of `intent`, or the part of it that is `given`; `turn` chooses among wordings.

        A resident of a `district` is told its figures, not those of others. After its last day figures are withheld.
        """
        if (withheld := self._withheld(intent, now.date())) is not None:
            return Part(withheld, intent.title, Kind.ANSWER)
        if given is not None and not given.whole:
            return Part(self._part(given, turn), None, Kind.ANSWER)
        if given is not None:
            told = self._local.told(intent, intent.points, district)
            text = "\n".join([*map(alone, given.points), *_rest(told, given)])
        else:
            text = self.text(intent, district, details=details, turn=turn)
        return Part(text, None if self._faq.small_talk(intent) else intent.title, Kind.ANSWER)

    def text(self, intent: Intent, district: str | None, *, details: bool = False, turn: int = 0) -> str:
        """Return the whole answer of `intent`, or its `details`, as residents of `district` are told."""
        points = intent.details_points if details and intent.details else intent.points
        told = self._local.told(intent, points, district)
        if told != points:
            return "\n".join(point.text for point in told)
        return intent.details if details and intent.details else intent.said(turn)

    def _part(self, given: Given, turn: int) -> str:
        """Return the points that are `given` in place of the whole answer, or that it does not say what was asked."""
        phrases, told = self._faq.phrases, [*map(alone, given.points)]
        if given.term is not None:
            return phrases.term.format(name=given.term, value=told[0])
        if given.said:
            return "\n".join(told)
        if not told:
            return phrases.point_unknown[turn % len(phrases.point_unknown)]
        return phrases.point_nearest[turn % len(phrases.point_nearest)].format(value=told[0])

    def sources(
        self,
        parts: Iterable[tuple[Intent, Part]],
        now: dt.datetime,
        *,
        details: bool = False,
        given: Given | None = None,
    ) -> list[Part]:
        """Return the paragraph that names the sources of what `parts` tell of intents; none if nothing was cited."""
        part = given is not None and not given.whole
        if given is not None and (given.term is not None or not given.said):
            return []
        listed = (
            self._citing.keys(intent, told.text, details=details or told.text != intent.answer, part=part)
            for intent, told in parts
            if intent.in_force(now.date()) and not self._faq.small_talk(intent)
        )
        return self.cited(itertools.chain.from_iterable(listed))

    def cited(self, keys: Iterable[str]) -> list[Part]:
        """Return the paragraph that names the sources with these `keys`; none if there are none."""
        cited = self._citing.short(keys)
        return [Part(cited, kind=Kind.SOURCES)] if cited else []

    def all_sources(self, intent: Intent) -> Part:
        """Return the paragraph that names every source of the answer of `intent` and of its details."""
        return Part(self._citing.full(intent), intent.title, Kind.SOURCES, self._citing.pages(intent))

    def has(self, kind: str, district: str | None, about: Iterable[About]) -> bool:
        """Tell whether the office of `kind` says itself what is asked `about` it: its telephone or its address."""
        _, office = self._faq.office(kind, None if district == OUTSIDE else district)
        known = {About.PHONE: office.phone, About.PLACE: office.address}
        return any(known.get(one) for one in about)

    def office(
        self, kind: str, district: str | None, town: str | None, now: dt.datetime, *, phone_told: bool = False
    ) -> tuple[str, Part]:
        """Return id and description of the office of `kind` for a resident of `district`, as it stands at `now`.

        That a telephone is not known is not said again once it was told: `phone_told`.
        """
        phrases = self._faq.phrases
        office_id, office = self._faq.office(kind, None if district == OUTSIDE else district)
        line = phrases.office.format(name=office.name)
        if town and kind in _OF_TOWNS:
            line += phrases.town.format(name=town)
        local = district and district != OUTSIDE and len(self._faq.offices[kind]) > 1
        whose = [phrases.office_district.format(name=district)] if local else []
        unknown = [] if office.phone or phone_told else [phrases.phone_unknown]
        return office_id, Part("\n".join([line, *unknown, *self._contact(office, now), *whose]), kind=Kind.OFFICE)

    def _contact(self, office: Office, now: dt.datetime) -> list[str]:
        phrases = self._faq.phrases
        lines = [phrases.phone.format(value=office.phone)] if office.phone else []
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


def alone(point: Point) -> str:
    """Return a point as it is told alone, without the mark of a list."""
    return point.text.removeprefix(BULLET).strip()


def _rest(points: Iterable[Point], given: Given) -> Iterable[str]:
    """Return the lines of the answer with these `points` that are not told already; what is unknown is said once."""
    unknown = any(point.about == About.ASK for point in given.points)
    for point in points:
        if point not in given.points and not (unknown and point.about == About.ASK):
            yield point.text
