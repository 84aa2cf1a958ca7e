"""What serving one update has brought about so far; committed together once the reply was accepted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from telegram.error import TelegramError

from bot.channels.telegram.request import uncertain
from bot.dialogue.session import Session


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
    urgent: bool = False
    """Whether somebody may be in danger who would have to wait: the reply keeps no pace."""
    moved_to: int | None = None
    """The chat that the reply went to because the update's own has become it; None: to its own."""
    doubted: dict[tuple[int, str], int] = field(default_factory=dict)
    """How often parts of the reply were sent without knowing whether they have arrived."""

    @property
    def doubts(self) -> int:
        """How often the part was sent that was sent most often in vain, as far as anybody knows."""
        return max((times for part, times in self.doubted.items() if part not in self.accepted), default=0)

    async def once(self, part: tuple[int, str], send: Callable[[], Awaitable[object]]) -> None:
        """Send a part of the reply, known by its position and text, unless an earlier attempt has."""
        if part in self.accepted:
            return
        try:
            await send()
        except TelegramError as error:
            if uncertain(error):
                self.doubted[part] = self.doubted.get(part, 0) + 1
            raise
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
