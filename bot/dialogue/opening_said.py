"""Say in a sentence whether an office is open, and when that changes."""

from __future__ import annotations

import datetime as dt

from faq.knowledge.opening.hours import parse_hours
from faq.knowledge.opening.moments import Doubt, Moment, opening
from faq.knowledge.phrases import Phrases

_WEEK = 7
"""Days within which the name of a weekday is plain."""


def opening_said(phrases: Phrases, hours: str, now: dt.datetime) -> str:
    """Return what a resident is told at `now` about an office with `hours`."""
    found = opening(parse_hours(hours), now)
    sentences = []
    guessed = found.doubt == Doubt.PLAN and found.moment in (Moment.OPEN, Moment.BEFORE, Moment.BREAK)
    if found.changes is not None and not guessed:  # who is told "open" on a day off makes the trip in vain
        sentence = {
            Moment.OPEN: phrases.open_now,
            Moment.BEFORE: phrases.opens_today,
            Moment.BREAK: phrases.lunch_break,
            Moment.AFTER: phrases.closed_now,
            Moment.DAY_OFF: phrases.day_off,
        }[found.moment]
        sentences.append(sentence.format(value=_when(phrases, found.changes, now)))
    if found.doubt == Doubt.PLAN:
        sentences.append(phrases.plan_unknown)
    elif found.doubt or found.changes is None:
        sentences.append(phrases.holidays_unknown)
    return "".join(sentences)


def _when(phrases: Phrases, moment: dt.datetime, now: dt.datetime) -> str:
    """Return a time as it is said: today, tomorrow, on a weekday, or on a date. Midnight is the end of its day."""
    days = (moment.date() - now.date()).days
    clock = f"{moment.hour}:{moment.minute:02d}"
    if days == 1 and clock == "0:00":
        days, clock = 0, "24:00"
    if days < 2:
        return (phrases.when_today, phrases.when_tomorrow)[days].format(value=clock)
    if days < _WEEK:
        return phrases.when_this_week.format(name=phrases.weekdays.split()[moment.weekday()], value=clock)
    return phrases.when_later.format(name=f"{moment:%m-%d}", value=clock)
