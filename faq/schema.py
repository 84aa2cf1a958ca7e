"""Check one file's values against its type and say every mistake in an admin's terms."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from faq.forms import DATE, KEY, PHONE
from faq.yaml_reader import Document, Mistake, Place, Value

T = TypeVar("T")

_FORMS = {
    KEY: "use a-z, 0-9, '_', '.' and '-' only",
    PHONE: "write it with the area code, as 0392-1234567",
    DATE: 'write year, month or day as "2026", "2026-01" or "2026-01-29"',
}

_UNKNOWN_KEY = ("unexpected_keyword_argument", "extra_forbidden")
_MISSING_KEY = ("missing", "missing_argument")


class Schema(Generic[T]):
    """A type that files are checked against."""

    def __init__(self, kind: type[T]) -> None:
        """Take the type; generic aliases like `dict[str, Source]` are welcome."""
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def check(self, value: Value, document: Document, known_keys: Iterable[str] = ()) -> T | None:
        """Return `value` as the type, or None after adding each mistake to `document`.

        `known_keys` are offered as "did you mean" for a key that is not known.
        """
        try:
            return self._adapter.validate_python(value)
        except ValidationError as error:
            for problem in error.errors():
                document.mistakes.append(_mistake(problem, document, list(known_keys)))
            return None


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known word, or nothing.

    >>> did_you_mean('townships', ['township', 'school'])
    "; did you mean 'township'?"
    """
    near = difflib.get_close_matches(given, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def _mistake(problem: ErrorDetails, document: Document, known_keys: list[str]) -> Mistake:
    place: Place = tuple(step for step in problem["loc"] if step != "[key]")
    name = " → ".join(str(step + 1 if isinstance(step, int) else step) for step in place) or "the file"
    kind = problem["type"]
    if kind in _UNKNOWN_KEY:
        return document.mistake(place, f"unknown key '{place[-1]}'{did_you_mean(str(place[-1]), known_keys)}")
    if kind in _MISSING_KEY:
        return document.mistake(place[:-1], f"missing key '{place[-1]}'; add it")
    return document.mistake(place, f"{name}: {_what(kind, problem, document.written.get(place))}")


def _what(  # noqa: PLR0911 - one line a kind of mistake
    kind: str, problem: ErrorDetails, written: str | None
) -> str:
    """Say what is wrong with a value and what to do; `written` is set where YAML read it as not being text."""
    given, limits = problem["input"], problem.get("ctx", {})
    if kind == "string_type" and written is not None:
        return f'must be text, but {written} is read as a {_name(given)}; put it in quotes: "{written}"'
    if given is None or kind == "string_too_short":
        return "is empty; fill it in or remove the key"
    if kind == "string_too_long":
        return f"has {len(str(given))} characters, at most {limits.get('max_length')} are shown; shorten it"
    if kind == "too_short":
        return f"is an empty list; give at least {limits.get('min_length')}"
    if kind == "string_pattern_mismatch":
        return f"'{given}' has characters that are not allowed here; {_FORMS.get(str(limits.get('pattern')), '')}"
    if kind in ("tuple_type", "list_type"):
        return f"must be a list (each line begins with '- '), but is {_name(given)}"
    if kind in ("mapping_type", "dict_type", "dataclass_type", "is_instance_of"):
        return f"must be keys with values (key: value), but is {_name(given)}"
    if (kind == "value_error" and "date" in repr(problem.get("ctx", "")) + problem["msg"]) or _is_day(kind, problem):
        return f"'{written or given}' is not a day of the calendar; write it as 2027-03-31"
    if kind == "string_type":
        return f"must be text, but is {_name(given)}; check the indent and the quotes"
    return f"{problem['msg'].removeprefix('Value error, ')} (given: {written or given!r})"


def _is_day(kind: str, problem: ErrorDetails) -> bool:
    days = ("year-month-day", "isoformat", "month must", "day is out of range")
    return kind.startswith("date") or any(hint in problem["msg"] for hint in days)


def _name(value: object) -> str:
    names = {bool: "yes/no value", int: "number", float: "number", list: "list", dict: "group of keys", str: "text"}
    return names.get(type(value), "empty value" if value is None else type(value).__name__)
