"""Tell whether a counter is open, and when that changes: public holidays and make-up workdays taken into account."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from faq.knowledge.opening.days_off import is_holiday, is_off_by_law, is_planned, is_workday, may_change
from faq.knowledge.opening.hours import WORKDAYS, Hours, Span, at

AHEAD = 31
"""Days in which the next opening is looked for; the longest public holiday has 9."""


class Moment(Enum):
    """Where in a day a moment lies."""

    OPEN = "open"
    """The counter is open."""
    BEFORE = "before"
    """It will open later today, for the first time."""
    BREAK = "break"
    """It has been open today and will open again: lunch."""
    AFTER = "after"
    """It has been open today and opens on another day."""
    DAY_OFF = "day off"
    """It does not open today."""


class Doubt(Enum):
    """Why it is not sure that a counter keeps its usual hours."""

    PRACTICE = "practice"
    """Whether it keeps this holiday or make-up workday, and how, is not known."""
    PLAN = "plan"
    """The day lies so near a holiday that it may be bridged or made up for, and the plan for its year is not known."""


@dataclass(frozen=True)
class Opening:
    """What is known about a counter at one moment."""

    moment: Moment
    """Where in the day the moment lies."""
    changes: dt.datetime | None
    """When it closes, if open; else when it opens next; None: not within `AHEAD` days."""
    doubt: Doubt | None = None
    """What is not known of a day that matters; there, only the day of the week was looked at."""

    @property
    def sure(self) -> bool:
        """Whether all is known that matters."""
        return self.doubt is None


def opening(hours: Hours, now: dt.datetime) -> Opening:
    """Return what `hours` say at `now`."""
    today, doubt = _day(hours, now.date())
    minute = 60 * now.hour + now.minute
    for begins, ends in today:
        if begins <= minute < ends:
            return Opening(Moment.OPEN, at(now.date(), ends), doubt)
    later = [begins for begins, _ in today if begins > minute]
    if later:
        moment = Moment.BREAK if any(ends <= minute for _, ends in today) else Moment.BEFORE
        return Opening(moment, at(now.date(), later[0]), doubt)
    moment = Moment.AFTER if today else Moment.DAY_OFF
    for ahead in range(1, AHEAD):
        day = now.date() + dt.timedelta(days=ahead)
        spans, found = _day(hours, day)
        doubt = doubt or found
        if spans:
            return Opening(moment, at(day, spans[0][0]), doubt)
    return Opening(moment, None, doubt)


def _day(hours: Hours, day: dt.date) -> tuple[tuple[Span, ...], Doubt | None]:
    """Return the spans of `day`, and what is not known of them."""
    usual = hours.spans(day.weekday())
    if hours.holidays is True:
        return usual, None
    if is_off_by_law(day):
        return (usual, Doubt.PRACTICE) if hours.holidays is None else ((), None)
    if not is_planned(day.year):
        return usual, Doubt.PLAN if may_change(day) else None
    holiday = is_holiday(day)
    if hours.holidays is None:
        return usual, Doubt.PRACTICE if holiday else None
    if usual or day.weekday() in WORKDAYS or not is_workday(day):
        return (() if holiday else usual), None
    worked = {hours.spans(weekday) for weekday in WORKDAYS}
    return hours.spans(0), None if len(worked) == 1 else Doubt.PRACTICE
