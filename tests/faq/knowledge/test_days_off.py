"""Days off by law are closed in every year, planned or not; what only a plan can say is said to be unknown."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import chinese_calendar
import pytest

from bot.dialogue.opening_said import opening_said
from faq.checking.notices import upcoming
from faq.knowledge.opening.days_off import SINCE, by_law, is_planned, may_change
from faq.knowledge.opening.hours import EXAMPLE, parse_hours
from faq.knowledge.opening.moments import Doubt, Moment, opening
from faq.knowledge.types import Faq
from tests.faq.knowledge.test_hours import when

DAILY = "每天 6:30-9:00, 11:00-13:30"
LUNAR = {
    2025: ("01-28", "04-04", "05-31", "10-06"),
    2026: ("02-16", "04-05", "06-19", "09-25"),
    2027: ("02-05", "04-05", "06-09", "09-15"),
    2028: ("01-25", "04-04", "05-28", "10-03"),
    2029: ("02-12", "04-04", "06-16", "09-22"),
    2030: ("02-02", "04-05", "06-05", "09-12"),
    2033: ("01-30", "04-04", "06-01", "09-08"),  # lunar calendars made by rules of thumb go wrong in this year
}
"""Eve of the lunar new year, 清明, 端午 and 中秋, as the observatory's almanac has them."""


@pytest.mark.parametrize("year", LUNAR)
def test_the_days_of_the_rule_in_force(year: int) -> None:
    eve, *others = (dt.date.fromisoformat(f"{year}-{day}") for day in LUNAR[year])
    festival = {eve + dt.timedelta(days=day) for day in range(4)}
    fixed = {dt.date(year, *day) for day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))}
    assert by_law(year) == {*festival, *others, *fixed}


@pytest.mark.parametrize("year", range(SINCE, 2101))
def test_a_day_off_by_law_is_closed_in_every_year(year: int) -> None:
    days = by_law(year)
    assert 11 <= len(days) <= 13, "two of thirteen may fall on others"
    for day in days:
        found = opening(parse_hours(EXAMPLE), dt.datetime.combine(day, dt.time(10)))
        assert found.moment == Moment.DAY_OFF, day
        assert found.changes is not None
        assert found.changes.date() not in days, day


def test_weekends_and_ordinary_days_of_a_year_that_is_not_planned_are_sure() -> None:
    saturday, tuesday = when("2031-03-08 10:00"), when("2031-03-11 10:00")
    assert (opening(parse_hours(EXAMPLE), saturday).moment, opening(parse_hours(EXAMPLE), tuesday).moment) == (
        Moment.DAY_OFF,
        Moment.OPEN,
    )
    assert opening(parse_hours(EXAMPLE), saturday).sure
    assert opening(parse_hours(EXAMPLE), tuesday).sure


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2039-10-03 10:00", "今天不上班，明天 8:30 开门。节前节后怎么调休我还不知道，去之前先打电话问一问。"),
        ("2039-09-24 10:00", "今天不上班，周一 8:30 开门。节前节后怎么调休我还不知道，去之前先打电话问一问。"),
        ("2039-10-06 10:00", "节前节后怎么调休我还不知道，去之前先打电话问一问。"),
        ("2039-03-08 10:00", "现在开着门，今天 12:00 关门。"),
    ],
)
def test_near_a_holiday_that_is_not_planned_this_is_said_and_else_nothing(faq: Faq, now: str, said: str) -> None:
    assert opening_said(faq.phrases, EXAMPLE, when(now)) == said


def test_the_first_days_of_a_year_that_is_not_planned(faq: Faq) -> None:
    last = max(year for year in range(2024, 2100) if is_planned(year))
    eve, new_year = dt.datetime(last, 12, 31, 19), dt.datetime(last + 1, 1, 1, 10)
    assert opening(parse_hours(EXAMPLE), new_year).moment == Moment.DAY_OFF
    for now in (eve, new_year):
        found = opening(parse_hours(EXAMPLE), now)
        assert found.changes is not None
        assert found.changes.date() > new_year.date()
        assert found.doubt == Doubt.PLAN
    daily = opening(parse_hours(DAILY), new_year.replace(hour=12))
    assert (daily.moment, daily.doubt) == (Moment.OPEN, Doubt.PRACTICE)
    assert opening(parse_hours(f"{DAILY}；节假日照常"), new_year.replace(hour=12)).sure
    assert opening(parse_hours(f"{DAILY}；节假日休息"), new_year.replace(hour=12)).moment == Moment.DAY_OFF


@pytest.mark.parametrize("year", range(SINCE, 2027))
def test_plans_change_no_day_that_is_not_said_to_be_unknown_before(year: int) -> None:
    for day in (dt.date(year, 1, 1) + dt.timedelta(days=days) for days in range(365)):
        changed = day not in by_law(year) and chinese_calendar.is_workday(day) != (day.weekday() < 5)
        assert not changed or may_change(day), day


def test_admins_are_told_a_month_before_a_year_that_is_not_planned(faq: Faq) -> None:
    last = max(year for year in range(2024, 2100) if is_planned(year))
    (kind, by_district), *_ = faq.offices.items()
    opened = {district: replace(office, hours=EXAMPLE) for district, office in by_district.items()}
    known = replace(faq, offices={**faq.offices, kind: opened})

    def told(today: dt.date) -> list[str]:
        return [notice.text for notice in upcoming(known, today) if "make-up workdays" in notice.text]

    assert told(dt.date(last, 11, 20)) == []
    assert len(told(dt.date(last, 12, 15))) == 1
    assert len(told(dt.date(last + 1, 2, 1))) == 1
