"""A new version loaded today takes over on its day, and not a day earlier or later."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from bot.dialogue.compose import Composer
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Press
from bot.dialogue.session import Session
from faq.checking.notices import upcoming
from faq.load import load
from intents.features.words import Words
from intents.training.train import train

FIRST = "topics/dibao/amount.yaml"
SECOND = """\
supersedes: dibao.amount
answer: |
  新的一版：每月发多少，请问窗口。
details: null
expires_on: 2027-12-31
review_by: 2027-10-01
"""
THIRD = """\
supersedes: dibao.amount@2027-07-01
answer: |
  最后的一版：请问窗口。
title: 低保金有多少
office: county_bureau
review_by: 2028-10-01
"""


@pytest.fixture
def versions(small_folder: Path) -> Path:
    (small_folder / "topics/dibao/amount@2027-07-01.yaml").write_text(SECOND, encoding="utf-8")
    (small_folder / "topics/dibao/amount@2028-01-01.yaml").write_text(THIRD, encoding="utf-8")
    return small_folder


def days(first: str, last: str) -> list[dt.date]:
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]


def test_each_day_has_one_version_and_each_takes_over_on_its_day(versions: Path) -> None:
    amount = load(versions).intents["dibao.amount"]
    held = {day: amount.on(day) for day in days("2027-06-25", "2028-01-06")}
    assert Counter(version.supersedes for version in held.values()) == {
        None: 6,
        "dibao.amount": 184,
        "dibao.amount@2027-07-01": 6,
    }
    assert all((version.supersedes is None) == (day < dt.date(2027, 7, 1)) for day, version in held.items())
    assert all(version.in_force(day) for day, version in held.items())


def test_a_version_keeps_what_it_does_not_change_and_adds_no_questions(versions: Path) -> None:
    faq = load(versions)
    amount = faq.intents["dibao.amount"]
    second, third = amount.later
    assert (second.title, second.sources, second.office) == (amount.title, amount.sources, amount.office)
    assert (second.details, third.details) == (None, amount.details), "a version is the first file with changes"
    assert (third.title, third.office) == ("低保金有多少", "county_bureau")
    assert second.expires_on == dt.date(2027, 12, 31)
    assert third.expires_on is None, "the end of a version is its own"
    assert second.questions == amount.questions
    assert sum(intent.id == "dibao.amount" for intent in faq.intents.values()) == 1, "trained on once"


@pytest.mark.parametrize(
    ("starts", "ends"), [(None, None), ("2027-02-28", None), (None, "2027-02-28"), ("2027-02-27", "2027-03-01")]
)
def test_figures_are_told_on_the_days_between_and_on_no_other(
    small_folder: Path, starts: str | None, ends: str | None
) -> None:
    path = small_folder / FIRST
    lines = [f"effective_from: {starts}"] * bool(starts) + [f"expires_on: {ends}"] * bool(ends)
    path.write_text(path.read_text("utf-8") + "\n".join(["", *lines, ""]), encoding="utf-8")
    faq = load(small_folder)
    compose, amount = Composer(faq), faq.intents["dibao.amount"]
    for day in days("2027-02-20", "2027-03-10"):
        for hour in (0, 23):
            said = compose.answer(amount.on(day), dt.datetime(day.year, day.month, day.day, hour, 59)).text
            early = starts is not None and day < dt.date.fromisoformat(starts)
            late = ends is not None and day > dt.date.fromisoformat(ends)
            assert ("580 元" in said) is not (early or late), day
            assert said.startswith("这一条政策的期限已经过了") is late, day
            assert (f"从 {starts} 起才施行" in said) is early, day


@pytest.mark.slow
def test_the_bot_tells_the_version_of_the_day_with_its_office(versions: Path, tmp_path: Path) -> None:
    faq = load(versions)
    dialogue = Dialogue(train(faq, Words(faq, tmp_path / "cache")))
    press = Press(Action.ANSWER, "dibao.amount")
    said = {}
    for day in ("2027-06-30", "2027-07-01", "2027-12-31", "2028-01-01"):
        now = dt.datetime.fromisoformat(f"{day}T12:00")
        reply, session = dialogue.press(press, Session(), now)
        said[day] = (reply.offices, "新的一版" in reply.text, "最后的一版" in reply.text, "580 元" in reply.text)
        assert session.intent == "dibao.amount"
    assert said == {
        "2027-06-30": (("township",), False, False, True),
        "2027-07-01": (("township",), True, False, False),
        "2027-12-31": (("township",), True, False, False),
        "2028-01-01": (("county_bureau",), False, True, False),
    }


def test_admins_hear_of_each_boundary_thirty_days_before(versions: Path) -> None:
    faq = load(versions)

    def told(day: dt.date) -> set[str]:
        return {f"{n.file}: {n.text.split()[0]}" for n in upcoming(faq, day) if "amount" in n.file}

    second = "topics/dibao/amount@2027-07-01.yaml"
    assert f"{second}: takes" not in told(dt.date(2027, 5, 31))
    assert all(f"{second}: takes" in told(day) for day in days("2027-06-01", "2027-06-30"))
    assert not any("takes" in line for line in told(dt.date(2027, 7, 1)))
    first_is_over = told(dt.date(2027, 7, 1))
    assert not any(line.startswith(f"{FIRST}:") for line in first_is_over), "nobody is told the first one any more"
    assert not any("expires" in line for day in days("2027-11-01", "2028-01-05") for line in told(day)), (
        "a version with a successor ends without a gap"
    )
