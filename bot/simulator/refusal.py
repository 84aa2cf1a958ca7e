"""The one way in which the server says no, worded as Telegram words it."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""An object of the Bot API as it travels: keys and values are Telegram's."""


class Refusal(Exception):  # noqa: N818 - an answer of the protocol, not a fault of ours
    """Raised to answer a request of the bot with ok=false."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        """Take Telegram's error code, its words, and for 429 the seconds to wait."""
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.fields: Json = {}
        super().__init__(description)

    @property
    def body(self) -> Json:
        """The answer's JSON."""
        parameters = {} if self.retry_after is None else {"parameters": {"retry_after": self.retry_after}}
        return {"ok": False, "error_code": self.code, "description": self.description, **parameters}


def bad(why: str) -> Refusal:
    """Return the refusal of a request that is wrong in itself."""
    return Refusal(400, f"Bad Request: {why}")


def forbidden(why: str) -> Refusal:
    """Return the refusal of a request that the resident or the group does not allow."""
    return Refusal(403, f"Forbidden: {why}")


def conflict(why: str) -> Refusal:
    """Return the refusal of one of two consumers of the same updates."""
    return Refusal(409, f"Conflict: {why}")
