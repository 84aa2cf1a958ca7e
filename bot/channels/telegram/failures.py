"""What a refusal means, whose fault a failed attempt is, and for how long Telegram asks to be left alone."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, TypeGuard

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

LONGEST_ASKED = 600.0
"""Most seconds to wait at a time where Telegram asks for longer, then it is asked again."""

_LONGEST_BELIEVED = 86_400
"""Most seconds of a 429 that are believed."""

_KINDS: Mapping[int, type[TelegramError]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
    413: BadRequest,  # else it would be sent again and again
}
"""What a refusal with this status is; with any other it is the server's or the network's trouble."""


def refusal(status: int, reason: str, answer: Mapping[str, Any]) -> TelegramError:
    """Return the error that a Bot API server's refusal stands for."""
    told = answer.get("parameters")
    told = told if isinstance(told, dict) else {}
    wait, moved = told.get("retry_after"), told.get("migrate_to_chat_id")
    if whole(moved) and moved < 0:
        return ChatMigrated(moved)
    if whole(wait) and wait > 0:
        return RetryAfter(min(wait, _LONGEST_BELIEVED))
    said = answer.get("description")
    return _KINDS.get(status, NetworkError)(said if isinstance(said, str) and said else f"{reason} ({status})")


def whole(value: object) -> TypeGuard[int]:
    """Tell whether a value of JSON is a whole number: true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def away(error: BaseException | None) -> bool:
    """Tell whether Telegram could not be reached or would not serve the bot: no fault of the update.

    A BadRequest is a NetworkError to the library and none to us.
    """
    if isinstance(error, BadRequest):
        return False
    return isinstance(error, NetworkError | RetryAfter | Conflict | InvalidToken)


def asked_wait(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait, `LONGEST_ASKED` at most."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the library is about to change its type: both are read
        asked = error.retry_after
    return min(float(asked) if isinstance(asked, int | float) else asked.total_seconds(), LONGEST_ASKED)
