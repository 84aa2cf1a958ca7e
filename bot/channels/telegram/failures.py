"""Tell whose fault a failed attempt is, and for how long Telegram asks to be left alone."""

from __future__ import annotations

import warnings

from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter

LONGEST_ASKED = 600.0
"""Most seconds to wait at a time where Telegram asks for longer, then it is asked again."""


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
