"""Check one file's values against its type and say every mistake in an admin's terms."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from faq.knowledge.fields import DATE, KEY, PHONE, POSITION, URL
from faq.reading.writing import narrow, phone_form, remarked, wide_bracket, wide_comma
from faq.reading.yaml_reader import Document, Mistake, Place, Value
from faq.said import Said, SaidError, said

T = TypeVar("T")

_FORMS = {KEY: "bad_key", DATE: "bad_issue_date", URL: "bad_url", POSITION: "bad_position"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_UNKNOWN_KEY = ("unexpected_keyword_argument", "extra_forbidden")
_MISSING_KEY = ("missing", "missing_argument")


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Return what checks against a type of ours; to make it takes as long as to read a file."""
    return TypeAdapter(kind)


class Schema(Generic[T]):
    """A type that files are checked against."""

    def __init__(self, kind: type[T]) -> None:
        """Take the type; generic aliases like `dict[str, Source]` are welcome."""
        self._adapter: TypeAdapter[T] = _adapter(cast("Any", kind))

    def problems(self, value: Value) -> list[ErrorDetails]:
        """Return what keeps `value` from being of the type."""
        try:
            self._adapter.validate_python(value)
        except ValidationError as error:
            return error.errors()
        return []

    def check(self, value: Value, document: Document, known_keys: Iterable[str] = ()) -> T | None:
        """Return `value` as the type, or None after adding each mistake to `document`.

        `known_keys` are offered as "did you mean" for a key that is not known.
        """
        try:
            return self._adapter.validate_python(value)
        except ValidationError as error:
            for problem in _causes(error.errors()):
                document.mistakes.append(_mistake(problem, document, list(known_keys)))
            return None


def unknown(problem: ErrorDetails) -> bool:
    """Tell whether the problem is a key that the type does not have."""
    return problem["type"] in _UNKNOWN_KEY


def missing(problem: ErrorDetails) -> bool:
    """Tell whether the problem is that a key of the type is not there."""
    return problem["type"] in _MISSING_KEY


def _causes(problems: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list is too short where one of its items is wrong, which is why it is short."""
    places = [problem["loc"] for problem in problems]
    return [
        problem
        for problem in problems
        if problem["type"] != "too_short"
        or not any(place[: len(problem["loc"])] == problem["loc"] != place for place in places)
    ]


def did_you_mean(given: str, known: Iterable[str]) -> Said | str:
    """Return `; did you mean 'x'?` for the nearest known word, or nothing.

    >>> str(did_you_mean('townships', ['township', 'school']))
    "; did you mean 'township'?"
    """
    near = difflib.get_close_matches(given, list(known), n=1, cutoff=0.6)
    return said("did_you_mean", near=near[0]) if near else ""


def _mistake(problem: ErrorDetails, document: Document, known_keys: list[str]) -> Mistake:
    place: Place = tuple(step for step in problem["loc"] if step != "[key]")
    kind = problem["type"]
    if unknown(problem):
        key = str(place[-1])
        return document.mistake(place, "unknown_key", key=key, hint=did_you_mean(key, known_keys))
    if missing(problem):
        key = str(place[-1])
        for number, text in enumerate(document.text if len(place) == 1 else [], 1):
            if text.startswith(" ") and text.lstrip().startswith(f"{key}:"):
                return Mistake(document.path, number, said("key_indented", key=key))
        return document.mistake(place[:-1], "missing_key", key=key)
    line = document.line(place) - 1
    written = document.text[line] if problem["input"] is None and line < len(document.text) else ""
    what = remarked(written) or _what(kind, problem, document.written.get(place))
    return document.mistake(place, "value", where=_path(place), what=what)


def _path(place: Place) -> Said | str:
    """Return the keys that lead to a value, positions counted from 1."""
    path: Said | str = ""
    for step in place:
        name = str(step + 1 if isinstance(step, int) else step)
        path = said("at_key", before=path, name=name) if path else name
    return path or said("the_file")


def _what(  # noqa: C901, PLR0911 - one line a kind of mistake
    kind: str, problem: ErrorDetails, written: str | None
) -> Said:
    """Say what is wrong with a value and what to do; `written` is set where YAML read it as not being text."""
    given, limits = problem["input"], problem.get("ctx", {})
    error = limits.get("error")
    if isinstance(error, SaidError):
        return error.said
    if kind == "string_type" and written is not None:
        return said("not_text_but", written=written, kind=_name(given))
    if given is None or kind == "string_too_short":
        return said("value_empty")
    if kind == "string_too_long":
        return said("too_long", count=len(str(given)), most=str(limits.get("max_length")))
    if kind == "too_short":
        return said("empty_list", least=str(limits.get("min_length")))
    if kind == "string_pattern_mismatch":
        return _form(str(given), str(limits.get("pattern")))
    if kind in ("tuple_type", "list_type"):
        return wide_bracket(str(problem["loc"][-1]), given) or said("must_list", kind=_name(given))
    if kind in ("mapping_type", "dict_type", "dataclass_type", "is_instance_of"):
        return said("must_keys", kind=_name(given))
    if (kind == "value_error" and "date" in repr(problem.get("ctx", "")) + problem["msg"]) or _is_day(kind, problem):
        plain = narrow(str(written or given))
        if plain != str(written or given) and _DAY.fullmatch(plain):
            return said("wide_form", given=str(written or given), better=plain)
        return said("no_day", given=str(written or given))
    if kind == "string_type":
        return said("must_text", kind=_name(given))
    wrong = "must_yes_no" if kind.startswith("bool") else "other_value"
    return said(wrong, msg=problem["msg"].removeprefix("Value error, "), given=written or repr(given))


def _form(given: str, pattern: str) -> Said:
    """Say how a value must be written that has another form."""
    plain = narrow(given)
    if plain != given and re.match(pattern, plain):
        return said("wide_form", given=given, better=plain)
    if pattern == KEY and (comma := wide_comma(given)):
        return comma
    if pattern == PHONE:
        return phone_form(given)
    return said(_FORMS.get(pattern, "bad_form"), given=given)


def _is_day(kind: str, problem: ErrorDetails) -> bool:
    days = ("year-month-day", "isoformat", "month must", "day is out of range")
    return kind.startswith("date") or any(hint in problem["msg"] for hint in days)


def _name(value: object) -> Said:
    kinds = {bool: "bool", int: "number", float: "number", list: "list", dict: "group", str: "text"}
    return said(f"kind_{kinds.get(type(value), 'empty' if value is None else 'other')}")
