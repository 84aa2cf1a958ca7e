"""The kinds of values that the YAML files hold, with what each may be."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from faq.knowledge.opening.hours import EXAMPLE, HoursError, parse_hours
from faq.knowledge.template import expand
from faq.said import SaidError, said

KEY = r"^[a-z0-9_.-]+$"
"""Names that files refer to each other by."""

DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
"""Year, month or day of a document."""

PHONE = r"^(\d{3,5}|0\d{2,3}-\d{7,8}(-\d{1,4})?|1\d{10}|[48]00-?\d{3}-?\d{4})$"
"""A hotline, a number with its area code, a mobile, a 400 number."""

POSITION = r"^[1-8]?\d\.\d{1,4},1?\d{1,2}\.\d{1,4}$"
"""Latitude and longitude in degrees, of the northern and eastern half of the world: 35.74,114.29."""

URL = r"^https://[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9._~/%?=&-]*)?$"
"""A public page; plain http may be changed on its way."""

STRICT_KEYS = ConfigDict(extra="forbid")
"""Of every type that a YAML file is read into: a key that nobody knows is a mistake."""

TITLE_LENGTH = 20
"""Characters a Telegram button shows on a narrow phone without cutting."""

ANSWER_LENGTH = 3000
"""Characters of an answer; Telegram's 4,096 less sources, office and notice."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH)]
Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=ANSWER_LENGTH)]
Key = Annotated[str, StringConstraints(pattern=KEY)]
Lines = Annotated[tuple[Text, ...], Field(min_length=1)]
Position = Annotated[str, StringConstraints(pattern=POSITION)]
Keys = Annotated[tuple[Key, ...], Field(min_length=1)]


def _expandable(line: str) -> str:
    """Take a line only if its brackets can be expanded; raises TemplateError."""
    expand(line)
    return line


Template = Annotated[Text, AfterValidator(_expandable)]


def _telling(word: str) -> str:
    """Take only a word of two characters or more: one alone stands in too many messages."""
    if len(word) < 2:
        raise SaidError(said("word_short", given=word))
    return word


Word = Annotated[Text, AfterValidator(_telling)]


def _iso_day(given: object) -> object:
    """Take a day only as year-month-day: pydantic alone would read 20270331 as seconds since 1970."""
    if isinstance(given, str) and len(given) == len("2027-03-31"):
        return dt.date.fromisoformat(given)
    if given is None or isinstance(given, dt.date):
        return given
    raise ValueError("not written as year-month-day")


def _issued(given: str) -> str:
    """Take a year, a month or a day only if the calendar has it."""
    year, _, rest = given.partition("-")
    try:
        dt.date.fromisoformat(f"{year}-{rest or '01'}" if "-" in rest else f"{year}-{rest or '01'}-01")
    except ValueError as error:
        raise SaidError(said("no_day", given=given)) from error
    return given


def _listed(given: object) -> object:
    """Take one text as a list of one: so `again` was written before it could have several wordings."""
    return [given] if isinstance(given, str) else given


Wordings = Annotated[tuple[Body, ...], BeforeValidator(_listed)]
IssueDate = Annotated[str, StringConstraints(pattern=DATE), AfterValidator(_issued)]
Day = Annotated[dt.date, BeforeValidator(_iso_day)]


def _readable(hours: str) -> str:
    """Take hours only as `parse_hours` reads them."""
    try:
        parse_hours(hours)
    except HoursError as error:
        raise SaidError(said("hours_form", what=error.said, example=EXAMPLE)) from error
    return hours


OpeningHours = Annotated[Text, AfterValidator(_readable)]
Phone = Annotated[Text, StringConstraints(pattern=PHONE)]
Url = Annotated[Text, StringConstraints(pattern=URL, max_length=200)]
