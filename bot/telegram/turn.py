"""What serving one update has brought about so far; committed together once the reply was accepted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.session import Session


@dataclass
class Turn:
    """The serving of one update, over all attempts."""

    remembered: dict[str, Session] = field(default_factory=dict)
    """New sessions by the resident's pseudonym."""
    forgotten: tuple[str, ...] = ()
    """Pseudonyms of residents to forget."""
    accepted: set[tuple[int, str]] = field(default_factory=set)
    """Parts of the reply that Telegram has accepted: a later attempt does not send them again."""
    error: BaseException | None = None
    """Why the last attempt failed; None: it succeeded."""

    async def once(self, part: tuple[int, str], send: Callable[[], Awaitable[object]]) -> None:
        """Send a part of the reply, known by its position and text, unless an earlier attempt has."""
        if part not in self.accepted:
            await send()
            self.accepted.add(part)


_current: ContextVar[Turn] = ContextVar("turn")


def turn() -> Turn:
    """Return the turn that the running task serves; outside of one, a turn of which nothing is kept."""
    return _current.get(None) or Turn()


def begin(served: Turn) -> None:
    """Make `served` the turn of the running task, for one more attempt."""
    served.error = None
    served.remembered, served.forgotten = {}, ()
    _current.set(served)
