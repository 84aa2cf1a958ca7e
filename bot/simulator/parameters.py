"""Read the fields of a request and refuse those that a method does not know."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.simulator.refusal import Json, bad


def loads(text: str) -> Any:
    """Read JSON as the standard has it: no NaN, no number beyond all measure. Raises ValueError, RecursionError."""
    return json.loads(text, parse_constant=_finite, parse_float=_finite)


def _finite(written: str) -> float:
    value = float(written)
    if not math.isfinite(value):
        raise ValueError(f"{written[:20]} is not a number of JSON")
    return value


Reader = Callable[[str, Any], Any]


def integer(name: str, value: Any) -> int:
    """Read a whole number."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise bad(f'parameter "{name}" must be an integer')
    try:
        return int(value)
    except ValueError:
        raise bad(f'parameter "{name}" must be an integer') from None


def number(name: str, value: Any) -> float:
    """Read a number."""
    try:
        return _finite(value)
    except (TypeError, ValueError, OverflowError):
        raise bad(f'parameter "{name}" must be a number') from None


def string(name: str, value: Any) -> str:
    """Read a text; Telegram takes numbers for it too."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise bad(f'parameter "{name}" must be a string')
    return str(value)


def boolean(name: str, value: Any) -> bool:
    """Read a truth value in any of Telegram's spellings."""
    if str(value).lower() in ("true", "1", "yes", "t", "y"):
        return True
    if str(value).lower() in ("false", "0", "no", "f", "n", ""):
        return False
    raise bad(f'parameter "{name}" must be true or false')


def array(name: str, value: Any) -> list[Any]:
    """Read a JSON array."""
    value = _parsed(name, value)
    if not isinstance(value, list):
        raise bad(f'parameter "{name}" must be an Array')
    return value


def thing(name: str, value: Any) -> Json:
    """Read a JSON object."""
    value = _parsed(name, value)
    if not isinstance(value, dict):
        raise bad(f'parameter "{name}" must be an Object')
    return value


def upload(name: str, value: Any) -> Json:
    """Read an uploaded file, or the id of one sent before."""
    return value if isinstance(value, dict) else {"file_id": string(name, value)}


def _parsed(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return loads(value)
    except (ValueError, RecursionError):
        raise bad(f'can\'t parse parameter "{name}": it is not JSON') from None


def checked(given: Mapping[str, Any], known: Mapping[str, Reader], required: tuple[str, ...] = ()) -> Json:
    """Return the fields in their types; unknown, missing and malformed ones raise Refusal."""
    fields = {}
    for name, value in given.items():
        reader = known.get(name)
        if reader is None:
            raise bad(f'unknown parameter "{name}"')
        fields[name] = reader(name, value)
    for name in required:
        if name not in fields:
            raise bad(f'parameter "{name}" is required')
    return fields


async def received(request: web.Request) -> Json:
    """Return the fields of a request as they came: query, form, upload or JSON. Raises Refusal."""
    if request.content_type == "application/json":
        try:
            body = await request.json(loads=loads)
        except (ValueError, LookupError, RecursionError):
            raise bad("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad("can't parse JSON object")
        return {**request.query, **body}
    try:
        form = await request.post()
    except (ValueError, LookupError, AssertionError, HttpProcessingError):
        raise bad("can't parse the form") from None
    fields: Json = dict(request.query) if request.query_string else {}
    for name, value in form.items():
        if isinstance(value, web.FileField):
            fields[name] = {"file_name": value.filename, "file_size": len(value.file.read())}
        elif isinstance(value, str):
            fields[name] = value
    return fields
