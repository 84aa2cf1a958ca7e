"""Opening hours are read strictly, and holidays, make-up workdays, lunch and midnight are taken into account."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.dialogue.opening_said import opening_said
from faq.knowledge.opening.hours import EXAMPLE, HoursError, parse_hours
from faq.knowledge.opening.moments import Moment, opening
from faq.knowledge.types import Faq

OFFICE = EXAMPLE
DAILY = "每天 6:30-9:00, 11:00-13:30"


def when(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("written", "week"),
    [
        ("周一至周五 8:30-12:00, 14:30-18:00", dict.fromkeys(range(5), ((510, 720), (870, 1080)))),
        (
            "周一到周五　８：３０—１２：００，１４：３０—１８：００",
            dict.fromkeys(range(5), ((510, 720), (870, 1080))),
        ),
        ("周一、周三 9:00-11:30", {0: ((540, 690),), 2: ((540, 690),)}),
        ("周一至周五 9:00-17:00；周六 9:00-12:00", {**dict.fromkeys(range(5), ((540, 1020),)), 5: ((540, 720),)}),
        ("每天 0:00-24:00", dict.fromkeys(range(7), ((0, 1440),))),
    ],
)
def test_hours_are_read_as_written(written: str, week: dict[int, tuple[tuple[int, int], ...]]) -> None:
    assert dict(parse_hours(written).week) == week


@pytest.mark.parametrize(
    "written",
    [
        "",
        "上午八点半",
        "8:30-12:00",
        "周一至周五",
        "周一至周五 8:30",
        "周一至周五 8点-12点",
        "周一至周五 12:00-8:30",
        "周一至周五 8:30-12:00, 11:00-18:00",
        "周一至周五 8:30-25:00",
        "周一至周五 8:70-12:00",
        "周五至周一 8:30-12:00",
        "周一至周八 8:30-12:00",
        "周一至周五 8:30-12:00；周三 9:00-10:00",
        "周一至周五 8:30-12:00 请预约",
        "节假日休息",
    ],
)
def test_other_writings_are_refused(written: str) -> None:
    with pytest.raises(HoursError):
        parse_hours(written)


@pytest.mark.parametrize(
    ("now", "moment", "changes"),
    [
        ("2026-11-24 08:29", Moment.BEFORE, "2026-11-24 08:30"),
        ("2026-11-24 08:30", Moment.OPEN, "2026-11-24 12:00"),
        ("2026-11-24 11:59", Moment.OPEN, "2026-11-24 12:00"),
        ("2026-11-24 12:00", Moment.BREAK, "2026-11-24 14:30"),
        ("2026-11-24 18:00", Moment.AFTER, "2026-11-25 08:30"),
        ("2026-11-27 18:00", Moment.AFTER, "2026-11-30 08:30"),  # Friday evening
        ("2026-11-28 10:00", Moment.DAY_OFF, "2026-11-30 08:30"),  # Saturday
        ("2026-11-30 00:00", Moment.BEFORE, "2026-11-30 08:30"),
        ("2026-09-20 10:00", Moment.OPEN, "2026-09-20 12:00"),  # a Sunday that is worked
        ("2026-10-10 15:00", Moment.OPEN, "2026-10-10 18:00"),  # a Saturday that is worked
        ("2026-09-30 18:00", Moment.AFTER, "2026-10-08 08:30"),  # the eve of the National Day holiday
        ("2026-10-07 10:00", Moment.DAY_OFF, "2026-10-08 08:30"),
        ("2026-02-14 17:00", Moment.OPEN, "2026-02-14 18:00"),  # a Saturday worked for the Spring Festival
        ("2026-02-16 10:00", Moment.DAY_OFF, "2026-02-24 08:30"),
        ("2025-12-31 18:30", Moment.AFTER, "2026-01-04 08:30"),  # over the end of a year, to a Sunday that is worked
    ],
)
def test_an_office_keeps_public_holidays_and_make_up_workdays(now: str, moment: Moment, changes: str) -> None:
    found = opening(parse_hours(OFFICE), when(now))
    assert (found.moment, found.changes, found.sure) == (moment, when(changes), True)


def test_a_counter_open_at_weekends_is_sure_of_its_holidays_only_if_it_says_so() -> None:
    holiday, plain = when("2026-10-01 12:00"), when("2026-11-24 12:00")
    assert not opening(parse_hours(DAILY), holiday).sure
    assert opening(parse_hours(DAILY), plain).sure
    as_usual = opening(parse_hours(f"{DAILY}；节假日照常"), holiday)
    assert (as_usual.moment, as_usual.sure) == (Moment.OPEN, True)
    closed = opening(parse_hours(f"{DAILY}；节假日休息"), holiday)
    assert (closed.moment, closed.changes) == (Moment.DAY_OFF, when("2026-10-08 06:30"))


def test_a_make_up_day_is_unsure_where_weekdays_differ() -> None:
    differing = parse_hours("周一 9:00-12:00；周二至周五 9:00-17:00")
    assert not opening(differing, when("2026-10-10 10:00")).sure


@pytest.mark.parametrize(
    ("hours", "now", "said"),
    [
        (OFFICE, "2026-11-27 18:05", "现在已下班，周一 8:30 开门。"),
        (OFFICE, "2026-11-24 18:05", "现在已下班，明天 8:30 开门。"),
        (OFFICE, "2026-11-24 12:10", "现在是午休，今天 14:30 开门。"),
        (OFFICE, "2026-11-24 07:10", "现在还没上班，今天 8:30 开门。"),
        (OFFICE, "2026-11-24 09:10", "现在开着门，今天 12:00 关门。"),
        (OFFICE, "2026-11-29 09:10", "今天不上班，明天 8:30 开门。"),
        (OFFICE, "2026-09-30 18:05", "现在已下班，10-08 8:30 开门。"),
        ("每天 0:00-24:00；节假日照常", "2026-11-24 23:59", "现在开着门，今天 24:00 关门。"),
        ("周一 8:00-8:01；节假日休息", "2026-11-30 08:01", "现在已下班，12-07 8:00 开门。"),
    ],
)
def test_what_a_resident_is_told(faq: Faq, hours: str, now: str, said: str) -> None:
    assert opening_said(faq.phrases, hours, when(now)) == said
