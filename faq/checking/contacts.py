"""The list of offices to call, what is missing or old, as a table for an admin to fill in; its answers taken back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from faq.checking.notices import missing_contacts
from faq.knowledge.types import ANYWHERE, Faq, Office
from faq.reading.schema import did_you_mean
from faq.said import Language, Said, SaidError, listed, said

COLUMNS = ("office", "name", "todo", "phone", "address", "hours", "verified_on")
"""Columns of the table, in order; an admin fills in the last four."""

FILLED = ("phone", "address", "hours")
"""Columns that become keys of the office as they stand."""

LARGEST = 1_000_000
"""Bytes of the largest table that is read."""

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_PLAIN = {"：": ":", "—": "-", "–": "-", "−": "-"}


@dataclass(frozen=True)
class Call:
    """One office to call."""

    office: str
    """Kind and district, as in offices.yaml: `county_bureau.浚县`."""
    name: str
    """What is written over its door."""
    todo: Said
    """What to ask for, or that it was verified too long ago."""
    known: Office
    """What stands in offices.yaml."""


@dataclass(frozen=True)
class Answer:
    """What an admin has found out about an office."""

    office: str
    """Kind and district."""
    found: Mapping[str, str]
    """`phone`, `address`, `hours`, as far as they were filled in."""
    day: dt.date
    """Day of the call."""


def calls(faq: Faq, today: dt.date) -> list[Call]:
    """Return the offices that lack something or were verified too long ago, in the order of offices.yaml."""
    lacking = dict(missing_contacts(faq))
    found = []
    for kind, by_district in faq.offices.items():
        for district, office in by_district.items():
            key, todo = f"{kind}.{district}", []
            if district == ANYWHERE and len(by_district) > 1:
                continue  # nobody can be called in a district that is not known
            if key in lacking:
                todo.append(said("contact_ask", what=listed(said(f"contact_{name}") for name in lacking[key])))
            if office.stale(today):
                todo.append(said("contact_again", day=str(office.verified_on)))
            if todo:
                found.append(Call(key, office.name, listed(todo), office))
    return found


def table(faq: Faq, today: dt.date, language: Language = "zh") -> str:
    """Return the list as CSV: what is known is filled in, the day of the call is not."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow([said(f"column_{name}").say(language) for name in COLUMNS])
    for call in calls(faq, today):
        known = [str(getattr(call.known, name) or "") for name in FILLED]
        rows.writerow([call.office, call.name, call.todo.say(language), *known, ""])
    return written.getvalue()


def answers(content: bytes, faq: Faq, today: dt.date) -> list[Answer]:
    """Return what a filled-in table says; rows without a day of the call, and without anything new, are left out.

    It may come from Excel or WPS: UTF-8 or GBK, commas, semicolons or tabs. Raises `SaidError` for the first mistake.
    """
    if len(content) > LARGEST:
        raise SaidError(said("table_large", most=LARGEST))
    found: dict[str, Answer] = {}
    for number, row in enumerate(_rows(_decoded(content)), 1):
        cells = [*map(_plain, row), *[""] * len(COLUMNS)][: len(COLUMNS)]
        if number == 1 or not any(cells):
            continue  # the heads of the columns
        answer = _answer(number, dict(zip(COLUMNS, cells, strict=True)), faq, today)
        if answer is not None and found.setdefault(answer.office, answer) is not answer:
            raise SaidError(said("table_twice", row=number, office=answer.office))
    return list(found.values())


def taken(offices: str, sources: str, given: Sequence[Answer], faq: Faq) -> tuple[str, str]:
    """Return the texts of offices.yaml and sources.yaml with `given` entered; comments and all else stay as they are.

    Each day of calls becomes a source of its own, which holds the numbers.
    """
    editor = _round_trip()
    document = editor.load(offices)
    keys = {day: _unused(f"calls-{day}", faq) for day in sorted({answer.day for answer in given})}
    facts: dict[dt.date, list[str]] = {day: [] for day in keys}
    for answer in given:
        kind, _, district = answer.office.partition(".")
        entry = document[kind][district]
        for name, value in answer.found.items():
            entry[name] = DoubleQuotedScalarString(value) if name != "address" else value
        entry["verified_on"] = answer.day
        entry["source"] = keys[answer.day]
        told = [f"{said(f'contact_{name}').say()} {entry[name]}" for name in FILLED if entry.get(name)]
        facts[answer.day].append(said("call_fact", name=entry["name"], what="；".join(told)).say())
    written = io.StringIO()
    editor.dump(document, written)
    entries = {
        keys[day]: {
            "title": said("call_title").say(),
            "publisher": said("call_publisher").say(),
            "date": DoubleQuotedScalarString(str(day)),
            "facts": facts[day],
        }
        for day in keys
    }
    return _only_changed(offices, written.getvalue()), sources.rstrip("\n") + "\n\n" + _dumped(entries)


def _answer(number: int, cells: Mapping[str, str], faq: Faq, today: dt.date) -> Answer | None:
    kind, _, district = cells["office"].partition(".")
    office = faq.offices.get(kind, {}).get(district)
    if office is None:
        every = [f"{one}.{where}" for one, by_district in faq.offices.items() for where in by_district]
        hint = did_you_mean(cells["office"], every)
        raise SaidError(said("table_office", row=number, office=cells["office"], hint=hint))
    found = {name: cells[name] for name in FILLED if cells[name]}
    new = any(value != str(getattr(office, name) or "") for name, value in found.items())
    if not cells["verified_on"]:
        if new:
            raise SaidError(said("table_no_day", row=number, office=cells["office"]))
        return None
    day = _day(cells["verified_on"])
    if day is None or day > today:
        raise SaidError(said("table_day", row=number, given=cells["verified_on"]))
    return Answer(cells["office"], found, day) if found else None


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SaidError(said("table_unreadable"))


def _rows(text: str) -> Iterator[list[str]]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise SaidError(said("table_unreadable")) from error


def _plain(cell: str) -> str:
    """Return a cell as the checks want it: half-width digits and signs, no blanks around it."""
    text = re.sub(r"[０-９－：．／]", lambda found: unicodedata.normalize("NFKC", found[0]), cell)
    return " ".join("".join(_PLAIN.get(character, character) for character in text).strip("' ").split())


def _day(written: str) -> dt.date | None:
    found = _DAY.match(written)
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _unused(key: str, faq: Faq) -> str:
    number, name = 1, key
    while name in faq.sources:
        number += 1
        name = f"{key}-{number}"
    return name


def _round_trip() -> YAML:
    """Return a reader and writer of YAML that keeps comments, quotes, order and long lines."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(
        type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    return yaml


def _dumped(entries: Mapping[str, Mapping[str, object]]) -> str:
    written = io.StringIO()
    _round_trip().dump(dict(entries), written)
    return written.getvalue()


def _only_changed(before: str, after: str) -> str:
    """Return `after`, but with the lines of `before` wherever they say the same: blanks between them stay."""
    old, new = before.split("\n"), after.split("\n")
    if len(old) != len(new):
        return after
    return "\n".join(was if _squeezed(was) == _squeezed(now) else now for was, now in zip(old, new, strict=True))


def _squeezed(line: str) -> str:
    return "".join(line.split())
