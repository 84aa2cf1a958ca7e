"""Tell whether a counter is open, and when that changes: public holidays and make-up workdays taken into account."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

import chinese_calendar

from faq.hours import WORKDAYS, Hours, Span, at

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


@dataclass(frozen=True)
class Opening:
    """What is known about a counter at one moment."""

    moment: Moment
    """Where in the day the moment lies."""
    changes: dt.datetime | None
    """When it closes, if open; else when it opens next; None: not within `AHEAD` days."""
    sure: bool
    """False: the holidays of a day that matters are not known, so only the day of the week was looked at."""


def opening(hours: Hours, now: dt.datetime) -> Opening:
    """Return what `hours` say at `now`."""
    today, sure = _day(hours, now.date())
    minute = 60 * now.hour + now.minute
    for begins, ends in today:
        if begins <= minute < ends:
            return Opening(Moment.OPEN, at(now.date(), ends), sure)
    later = [begins for begins, _ in today if begins > minute]
    if later:
        moment = Moment.BREAK if any(ends <= minute for _, ends in today) else Moment.BEFORE
        return Opening(moment, at(now.date(), later[0]), sure)
    moment = Moment.AFTER if today else Moment.DAY_OFF
    for ahead in range(1, AHEAD):
        day = now.date() + dt.timedelta(days=ahead)
        spans, known = _day(hours, day)
        sure = sure and known
        if spans:
            return Opening(moment, at(day, spans[0][0]), sure)
    return Opening(moment, None, sure)


def _day(hours: Hours, day: dt.date) -> tuple[tuple[Span, ...], bool]:
    """Return the spans of `day`, and whether its holidays are known."""
    usual = hours.spans(day.weekday())
    if hours.holidays is True:
        return usual, True
    holiday = _is_holiday(day)
    if holiday is None:
        return usual, False
    if hours.holidays is None:
        return usual, not holiday
    if day.weekday() in WORKDAYS:
        return (() if holiday else usual), True
    if usual or not _is_workday(day):
        return (() if holiday else usual), True
    worked = {hours.spans(weekday) for weekday in WORKDAYS}
    return hours.spans(0), len(worked) == 1


def _is_holiday(day: dt.date) -> bool | None:
    """Tell whether `day` is taken off for a public holiday; None: the government's plan for the year is not known."""
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    return bool(off and (name is not None or day.weekday() in WORKDAYS))


def _is_workday(day: dt.date) -> bool:
    return bool(chinese_calendar.is_workday(day))
