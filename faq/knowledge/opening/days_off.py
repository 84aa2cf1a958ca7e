"""Which days public offices take off: by law in every year, and by the government's plan where it is known."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

import chinese_calendar

SINCE = 2025
"""First year of the rule in force: 国务院令第795号, 全国年节及纪念日放假办法. Earlier rules took fewer days."""

_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Month and day of what is off by law on the same days of every year."""
_NEW_YEAR = range(-1, 3)
"""Days of 春节, counted from the first of the lunar year: from its eve to the third."""
_FULL_MOON = ((5, 5), (8, 15))
"""Month and day of the lunar year of 端午 and 中秋."""

BRIDGED, WORKED = dt.timedelta(days=4), dt.timedelta(days=10)
"""How far from a day off by law plans have taken days off, and have had weekends worked, at the most since 2014.

The Spring Festival of 2020, which was made longer because of an epidemic, is left aside.
"""


@functools.lru_cache(maxsize=8)
def by_law(year: int) -> frozenset[dt.date]:
    """Return the days of `year` that are off by law; none before `SINCE`.

    >>> sorted(map(str, by_law(2028)))[:3]
    ['2028-01-01', '2028-01-25', '2028-01-26']
    """
    if year < SINCE:
        return frozenset()
    from lunar_python import Solar  # noqa: PLC0415 - 25 ms of each start, needed only for years without a plan

    new_year = _lunar(year, 1, 1)
    days = {dt.date(year, month, day) for month, day in _FIXED}
    days |= {new_year + dt.timedelta(days=days) for days in _NEW_YEAR}
    days |= {_lunar(year, month, day) for month, day in _FULL_MOON}
    return frozenset({*days, _date(Solar.fromYmd(year, 4, 1).getLunar().getNextJie(True).getSolar())})  # 清明


def is_off_by_law(day: dt.date) -> bool:
    """Tell whether `day` is off by law, whatever is planned around it."""
    return day in by_law(day.year)


def is_planned(year: int) -> bool:
    """Tell whether the government's plan for `year` is known, with its bridging days and make-up workdays."""
    try:
        chinese_calendar.is_holiday(dt.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def is_holiday(day: dt.date) -> bool:
    """Tell whether a `day` of a planned year is taken off for a public holiday."""
    off, name = chinese_calendar.get_holiday_detail(day)
    return bool(off and (name is not None or day.weekday() in range(5)))


def is_workday(day: dt.date) -> bool:
    """Tell whether a `day` of a planned year is worked."""
    return bool(chinese_calendar.is_workday(day))


def may_change(day: dt.date) -> bool:
    """Tell whether the plan for a year that is not planned yet may take `day` off, or have it worked."""
    reach = WORKED if day.weekday() not in range(5) else BRIDGED
    around = by_law(day.year) | by_law((day - reach).year) | by_law((day + reach).year)
    return any(abs(day - off) <= reach for off in around)


def _lunar(year: int, month: int, day: int) -> dt.date:
    from lunar_python import Lunar  # noqa: PLC0415

    return _date(Lunar.fromYmd(year, month, day).getSolar())


def _date(solar: Any) -> dt.date:
    return dt.date(solar.getYear(), solar.getMonth(), solar.getDay())
