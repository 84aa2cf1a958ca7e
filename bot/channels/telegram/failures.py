"""Tell whose fault a failed attempt is, and how long to wait before the next."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

from telegram import Update
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter

from bot.channels.telegram.request import uncertain
from bot.channels.telegram.turn import Turn

TRIES = 3
"""Failures after which an update is set aside."""

PAUSES = (1.0, 4.0)
"""Seconds before the second and the third try of an update that failed by itself."""

LOSSES = 10
"""Failures to reach Telegram, while others could, after which an update is set aside."""

LONGEST = 30.0
"""Longest pause in seconds between attempts to reach Telegram."""

AFTER_DOUBT = (5.0, 15.0)
"""Seconds before a part of a reply that may have arrived is sent a second and a third time."""

COPIES = len(AFTER_DOUBT) + 1
"""How often a part of a reply is sent at most while nobody knows whether it has arrived."""

LONGEST_ASKED = 600.0
"""Most seconds to wait at a time where Telegram asks for longer, then it is asked again."""


def away(error: BaseException | None) -> bool:
    """Tell whether Telegram could not be reached or would not serve the bot: no fault of the update.

    A BadRequest is a NetworkError to the library and none to us.
    """
    if isinstance(error, BadRequest):
        return False
    return isinstance(error, NetworkError | RetryAfter | Conflict | InvalidToken)


@dataclass
class Case:
    """An update under way and how it fared."""

    update: Update
    """What is to be answered."""
    tries: int = 0
    """How often serving it failed by its own fault."""
    turn: Turn = field(default_factory=Turn)
    """What serving it has brought about."""
    served: int = 0
    """How many updates had been answered when this one was last given a chance."""
    attempts: int = 0
    """How often Telegram could not be reached for it in a row."""
    losses: int = 0
    """How often that was so although others got through."""

    def blame(self, served: int) -> bool:
        """Count the failure of an attempt; return whether there is something to note.

        `served` is how many updates have been answered by now: while nobody's are, no update is to blame.
        """
        error = self.turn.error
        if not away(error):
            self.tries += 1
            self.attempts = 0
            return True
        self.attempts += 1
        self.losses += served > self.served and not isinstance(error, RetryAfter)
        self.served = served
        return self.hopeless()

    def hopeless(self) -> bool:
        """Tell whether to set the update aside."""
        return self.tries >= TRIES or self.losses >= LOSSES or self.unknown

    @property
    def unknown(self) -> bool:
        """Whether a part of the reply was sent as often as it may be, and nobody knows whether it has arrived."""
        return self.turn.doubts >= COPIES

    def pause(self) -> float:
        """Return the seconds to wait before the next attempt: as long as Telegram asks, else longer each time."""
        error = self.turn.error
        if isinstance(error, RetryAfter):
            return asked_wait(error)
        if uncertain(error) and self.turn.doubts:
            return AFTER_DOUBT[min(self.turn.doubts, len(AFTER_DOUBT)) - 1]
        if away(error):
            return float(min(LONGEST, 0.5 * 2 ** min(self.attempts - 1, 10)))
        return PAUSES[min(self.tries, len(PAUSES)) - 1]


def asked_wait(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait, `LONGEST_ASKED` at most."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the library is about to change its type: both are read
        asked = error.retry_after
    return min(float(asked) if isinstance(asked, int | float) else asked.total_seconds(), LONGEST_ASKED)
