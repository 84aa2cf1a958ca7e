"""Find personal data and secrets in what admins write, which everybody would read or the model would learn.

Stricter than the redactor of residents' messages: there a doubtful number goes, here a doubtful number may stay, for an
admin is stopped by each one found.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator

from stdnum import luhn

from faq.figures.numerals import NUMERALS
from faq.knowledge.personal import Personal
from faq.knowledge.text import any_of
from faq.reading.suspects import suspects
from faq.said import Said, said

_TOKEN = re.compile(r"(?<![A-Za-z0-9])(\d{6,12})\s?[:：]\s?([A-Za-z0-9_-]{30,50})(?![A-Za-z0-9_-])")
_URL_PASSWORD = re.compile(r"\b[a-z]{2,12}://[^\s:/@]{1,40}:[^\s/]{1,80}@", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\d.])\+?\d(?:[ -]?\d){9,21}(?:[ -]?[xX](?![a-zA-Z]))?(?![\d])")
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_EMAIL = re.compile(r"[\w.+-]{1,40}@[\w-]{1,40}(?:\.[\w-]{2,20}){1,3}", re.ASCII)
_SHOWN = 3
"""Characters of a number that are shown at either end: enough to find it, too little to use it."""

_EARLIEST = 1900


def secrets(text: str) -> Iterator[tuple[int, Said]]:
    """Yield where a bot token or a password stands in `text`, and what to do; the secret itself is not repeated."""
    if found := _TOKEN.search(text):
        yield found.start(), said("secret_token", given=f"{found[1][:_SHOWN]}…:{found[2][:2]}…")
    if found := _password().search(text) or _URL_PASSWORD.search(text):
        yield found.start(), said("secret_password", given=f"{found[0][:_SHOWN]}…")


@functools.cache
def _password() -> re.Pattern[str]:
    words = "|".join(map(re.escape, suspects().passwords))
    return re.compile(
        rf"(?:{words})\s?(?:是|为|=|:|：)\s?[\"'“]?(?=\S{{0,40}}\d)[\w@#$%^&*.!+-]{{6,40}}", re.IGNORECASE
    )


class Disclosed:
    """Knows how personal data is written in one knowledge base."""

    def __init__(self, personal: Personal) -> None:
        """Prepare the patterns."""
        stop = any_of([*personal.after_name, *personal.titles])
        given = rf"(?!{stop})[\u4e00-\u9fff](?!{stop})[\u4e00-\u9fff]?"
        naming = [word for word in personal.naming if len(word) > 1]
        never = any_of(personal.never_names)
        self._name = re.compile(
            rf"(?:{any_of(naming)})[\s:：,]{{0,3}}(?P<name>(?!{never})(?:{any_of(personal.surnames)}){given})"
        )
        self._plate = re.compile(
            rf"[{personal.plates}]\s?[A-Za-z][ ·]?(?=[A-Za-z0-9]{{0,5}}\d)[A-Za-z0-9]{{5,6}}(?![A-Za-z0-9])"
        )
        self._account = re.compile(
            rf"(?:{any_of(personal.accounts)})[\s:：]{{0,3}}(?P<id>[A-Za-z0-9][\w-]{{5,30}})", re.ASCII | re.IGNORECASE
        )
        count, door = rf"(?:\d{{1,4}}|[{''.join(sorted(NUMERALS))}]{{1,4}})", any_of(suspects().door_units)
        self._home = re.compile(rf"(?:{count}\s?(?:{door})[\s,-]?){{2,4}}(?:\d{{1,4}})?")

    def find(self, text: str) -> Iterator[tuple[int, Said]]:
        """Yield where personal data stands in `text`, and which."""
        if not text.isascii() and len(text) > _SHOWN:
            if found := self._name.search(text):
                yield found.start("name"), said("personal_name", given=found["name"][0] + "…")
            if found := self._home.search(text):
                yield found.start(), said("personal_address", given=found[0])
            if found := self._plate.search(text):
                yield found.start(), said("personal_plate", given=_masked(found[0]))
        if found := self._account.search(text):
            yield found.start(), said("personal_account", given=_masked(found["id"]))
        if "@" in text and (found := _EMAIL.search(text)):
            yield found.start(), said("personal_email", given=_masked(found[0]))
        for number in _NUMBER.finditer(text):
            if kind := _kind(re.sub(r"[ +-]", "", number[0])):
                yield number.start(), said(kind, given=_masked(number[0]))


def _kind(digits: str) -> str:
    """Return which personal number this is, '' if none."""
    if _MOBILE.fullmatch(digits):
        return "personal_phone"
    if re.fullmatch(r"\d{17}[\dxX]", digits) and _born(digits[6:14]):
        return "personal_identity"
    if re.fullmatch(r"\d{15}", digits) and _born(f"19{digits[6:12]}"):
        return "personal_identity"
    return "personal_card" if re.fullmatch(r"\d{16,19}", digits) and luhn.is_valid(digits) else ""


def _born(day: str) -> bool:
    try:
        return dt.datetime.strptime(day, "%Y%m%d").year >= _EARLIEST  # noqa: DTZ007 - a day without a time
    except ValueError:
        return False


def _masked(written: str) -> str:
    return f"{written[:_SHOWN]}…{written[-2:]}" if len(written) > 2 * _SHOWN else written
