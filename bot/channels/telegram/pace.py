"""Write to each chat no faster than Telegram allows; a refusal of one chat holds back no other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from aiolimiter import AsyncLimiter
from cachetools import TTLCache

_PRIVATE = (20, 20.0)
"""Messages and seconds in a private chat: one a second with short bursts (Telegram's FAQ for bots)."""
_GROUP = (20, 60.0)
"""Messages and seconds in a group (the same)."""
_ALL = (15, 1.0)
"""Messages and seconds in all chats together from which on those that can wait do: half of what Telegram's FAQ allows a
bot, so that replies find room at once."""
_CHATS = 100_000
"""Most chats whose pace is known at once."""


class _ChatLimit:
    """The rate limit of one chat."""

    def __init__(self, messages: int, seconds: float) -> None:
        self._limiter = AsyncLimiter(messages, seconds)
        self._apart = seconds / messages
        self._closed_until = 0.0

    @property
    def closed(self) -> float:
        """Seconds until its refusal is over; 0 or less: it is."""
        return self._closed_until - asyncio.get_running_loop().time()

    def wait(self) -> float:
        """Return for how many seconds one need not ask again whether it is this chat's turn; 0: it is."""
        return max(self.closed, 0.0 if self._limiter.has_capacity() else self._apart)

    async def enter(self, *, urgent: bool) -> None:
        """Wait for this chat's turn, which it always is if `urgent`, and until its refusal is over."""
        if not urgent or self._limiter.has_capacity():
            await self._limiter.acquire()
        while (left := self.closed) > 0:
            await asyncio.sleep(left)

    def close(self, seconds: float) -> None:
        """Keep everybody out for `seconds`."""
        self._closed_until = max(self._closed_until, asyncio.get_running_loop().time() + seconds)


class Pace:
    """The rate limits of all chats."""

    def __init__(self) -> None:
        """Begin with none used."""
        self._limits: TTLCache[object, _ChatLimit] = TTLCache(_CHATS, 2 * _GROUP[1])
        self._latest: deque[float] = deque(maxlen=_ALL[0])
        self.sharers: Callable[[], int] = lambda: 1
        """How many processes write for the same token: each takes that part of what is allowed to all."""

    def wait(self, chat: object) -> float:
        """Return for how many seconds it need not be asked again whether `chat` may be written to; 0: it may."""
        return limit.wait() if (limit := self._limits.get(chat)) else 0.0

    async def enter(self, chat: object, *, urgent: bool = False) -> None:
        """Wait until `chat` may be written to."""
        await self._limit(chat).enter(urgent=urgent)
        self._latest.append(asyncio.get_running_loop().time())

    def spare(self) -> float:
        """Return for how many seconds a message that can wait is to wait for all those that cannot; 0: it need not."""
        most = max(1, _ALL[0] // self.sharers())
        if len(self._latest) < most:
            return 0.0
        return max(0.0, self._latest[-most] + _ALL[1] - asyncio.get_running_loop().time())

    def close(self, chat: object, seconds: float) -> None:
        """Write nothing to `chat` for `seconds`: Telegram has refused it (429)."""
        self._limit(chat).close(seconds)

    def _limit(self, chat: object) -> _ChatLimit:
        limit = self._limits.get(chat) or _ChatLimit(*(_GROUP if str(chat).startswith(("-", "@")) else _PRIVATE))
        self._limits[chat] = limit  # put in anew, for its time counts from here
        return limit
