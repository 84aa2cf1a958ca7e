"""Opening hours as an admin writes them: 周一至周五 8:30-12:00, 14:30-18:00."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from faq.said import SaidError, said

EXAMPLE = "周一至周五 8:30-12:00, 14:30-18:00"
"""Hours as they must be written; several groups of days are parted by a semicolon."""

_DAYS = "一二三四五六日"
_DAILY = "每天"
_REST, _AS_USUAL = "节假日休息", "节假日照常"
_GROUP = re.compile(rf"(?P<days>[周至到、,{_DAYS}]+|{_DAILY}) ?(?P<spans>\d[\d: ,-]*)")
_RANGE = re.compile(rf"周?([{_DAYS}])(?:[至到]周?([{_DAYS}]))?")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")

WORKDAYS = range(5)
"""Monday to Friday; Monday is 0."""

Span = tuple[int, int]
"""Minutes after midnight at which a counter opens and closes."""


class HoursError(SaidError):
    """Raised when hours are not written as `EXAMPLE`; the message says what is wrong."""


@dataclass(frozen=True)
class Hours:
    """When a counter is open in an ordinary week, and whether holidays change it."""

    week: Mapping[int, tuple[Span, ...]]
    """Spans by day of the week, Monday 0; a day without any is closed."""
    holidays: bool | None
    """True: open on public holidays as usual; False: closed, and open on make-up workdays; None: not known."""

    def spans(self, weekday: int) -> tuple[Span, ...]:
        """Return the spans of a day of the week."""
        return self.week.get(weekday, ())


def parse_hours(written: str) -> Hours:
    """Return the hours that `written` states.

    A counter with hours on Monday to Friday only keeps public holidays, as offices do; one that opens at weekends may
    say 节假日休息 or 节假日照常, else nothing is known about its holidays. Raises HoursError.

    >>> hours = parse_hours('周一至周五 8:30-12:00, 14:30-18:00；周六 9:00-12:00')
    >>> hours.spans(0), hours.spans(5), hours.spans(6), hours.holidays
    (((510, 720), (870, 1080)), ((540, 720),), (), None)
    """
    text = " ".join(unicodedata.normalize("NFKC", written).replace("–", "-").replace("—", "-").split())
    week: dict[int, tuple[Span, ...]] = {}
    holidays: bool | None = None
    for part in filter(None, (part.strip() for part in text.split(";"))):
        if part in (_REST, _AS_USUAL):
            holidays = part == _AS_USUAL
            continue
        group = _GROUP.fullmatch(part)
        if group is None:
            raise HoursError(said("hours_not_days", part=part))
        spans = _spans(group["spans"])
        for day in _weekdays(group["days"]):
            if day in week:
                raise HoursError(said("hours_day_twice", part=part))
            week[day] = spans
    if not week:
        raise HoursError(said("hours_no_day"))
    if holidays is None and all(day in WORKDAYS for day in week):
        holidays = False
    return Hours(week, holidays)


def _weekdays(written: str) -> list[int]:
    if written == _DAILY:
        return list(range(7))
    days: list[int] = []
    for part in filter(None, re.split("[、,]", written)):
        found = _RANGE.fullmatch(part)
        if found is None:
            raise HoursError(said("hours_not_weekday", part=part))
        first, last = _DAYS.index(found[1]), _DAYS.index(found[2] or found[1])
        if last < first:
            raise HoursError(said("hours_backwards", part=part))
        days += range(first, last + 1)
    return days


def _spans(written: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    for part in (part.strip() for part in written.split(",")):
        found = _SPAN.fullmatch(part.replace(" ", ""))
        if found is None:
            raise HoursError(said("hours_not_time", part=part))
        hour, minute, end_hour, end_minute = map(int, found.groups())
        begins, ends = 60 * hour + minute, 60 * end_hour + end_minute
        if max(minute, end_minute) > 59 or ends > 24 * 60:
            raise HoursError(said("hours_no_time", part=part))
        if begins >= ends or (spans and begins < spans[-1][1]):
            raise HoursError(said("hours_order", part=part))
        spans.append((begins, ends))
    return tuple(spans)


def at(day: dt.date, minutes: int) -> dt.datetime:
    """Return the moment `minutes` after the beginning of `day`.

    >>> at(dt.date(2026, 12, 31), 24 * 60)
    datetime.datetime(2027, 1, 1, 0, 0)
    """
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
