"""The delivery of an answer over all its attempts: what has arrived, what failed, and how long to wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telegram.error import RetryAfter, TelegramError

from bot.channels.telegram.api import uncertain
from bot.channels.telegram.failures import asked_wait, away
from bot.channels.telegram.intake.incoming import Incoming

TRIES = 3
"""Failures after which an update is set aside."""

_PAUSES = (1.0, 4.0)
"""Seconds before the second and the third try of an update that failed by itself."""

LOSSES = 10
"""Failures to reach Telegram, while others could, after which an update is set aside."""

_LONGEST = 30.0
"""Longest pause in seconds between attempts to reach Telegram."""

AFTER_DOUBT = (5.0, 70.0)
"""Seconds before a part of a reply that may have arrived is sent a second and a third time.

A network that is cut for a minute is outlived by the third.
"""

COPIES = len(AFTER_DOUBT) + 1
"""How often a part of a reply is sent at most while nobody knows whether it has arrived."""

Part = tuple[int, str]
"""A part of an answer, by its position and its text."""


@dataclass
class Delivery:
    """An update under way and how answering it fared."""

    incoming: Incoming
    """What is to be answered."""
    tries: int = 0
    """How often serving it failed by its own fault."""
    urgent: bool = False
    """Whether somebody may be in danger who would have to wait: the reply keeps no pace."""
    served: int = 0
    """How many updates had been answered when this one was last given a chance."""
    attempts: int = 0
    """How often Telegram could not be reached for it in a row."""
    losses: int = 0
    """How often that was so although others got through."""
    accepted: set[Part] = field(default_factory=set)
    """Parts of the answer that Telegram has accepted: a later attempt does not send them again."""
    doubted: dict[Part, int] = field(default_factory=dict)
    """How often parts of the answer were sent without knowing whether they have arrived."""
    sent: list[int] = field(default_factory=list)
    """Numbers of the messages that make up the answer."""
    moved_to: int | None = None
    """The chat that the answer went to because the update's own has become it; None: to its own."""

    alarmed: bool = False
    """Whether staff were told of the danger in it, though the resident could not be answered."""

    @property
    def doubts(self) -> int:
        """How often the part was sent that was sent most often in vain, as far as anybody knows."""
        return max((times for part, times in self.doubted.items() if part not in self.accepted), default=0)

    async def once(self, part: Part, send: Callable[[], Awaitable[None]]) -> None:
        """Send a part of the answer unless an earlier attempt has. Raises TelegramError."""
        if part in self.accepted:
            return
        try:
            await send()
        except TelegramError as error:
            if uncertain(error):
                self.doubted[part] = self.doubted.get(part, 0) + 1
            raise
        self.accepted.add(part)

    def failed(self, error: BaseException, served: int) -> bool:
        """Count the failure of an attempt; return whether there is something to note.

        `served` is how many updates have been answered by now: while nobody's are, no update is to blame.
        """
        if not away(error):
            self.tries += 1
            self.attempts = 0
            return True
        self.attempts += 1
        self.losses += served > self.served and not isinstance(error, RetryAfter)
        self.served = served
        return self.hopeless

    @property
    def hopeless(self) -> bool:
        """Whether to set the update aside."""
        return self.tries >= TRIES or self.losses >= LOSSES or self.unknown

    @property
    def unknown(self) -> bool:
        """Whether a part of the answer was sent as often as it may be, and nobody knows whether it has arrived."""
        return self.doubts >= COPIES

    def pause(self, error: BaseException) -> float:
        """Return the seconds to wait after `error`: as long as Telegram asks, else longer each time."""
        return pause(error, tries=self.tries, attempts=self.attempts, doubts=self.doubts)


def pause(error: BaseException, *, tries: int, attempts: int, doubts: int) -> float:
    """Return the seconds to wait after `error` before a message is sent once more.

    So far it failed `tries` times by its own fault, Telegram could not be reached `attempts` times in a row, and
    `doubts` times nobody knows whether it has arrived; each counts this failure.
    """
    if isinstance(error, RetryAfter):
        return asked_wait(error)
    if uncertain(error) and doubts:
        return AFTER_DOUBT[min(doubts, len(AFTER_DOUBT)) - 1]
    if away(error):
        return float(min(_LONGEST, 0.5 * 2 ** min(attempts - 1, 10)))
    return _PAUSES[min(tries, len(_PAUSES)) - 1]
