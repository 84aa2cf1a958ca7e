"""Ask Telegram no faster than it allows: replies and broadcasts have budgets of their own, and each chat its lane."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from enum import Enum, auto
from typing import Any, TypeAlias

from aiolimiter import AsyncLimiter
from cachetools import TTLCache
from telegram._utils.types import JSONDict
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.channels.telegram.failures import asked_wait
from bot.channels.telegram.turn import turn

Answer: TypeAlias = bool | JSONDict | list[JSONDict]

_PRIVATE = (20, 20.0)
"""Messages and seconds in a private chat: one a second with short bursts (Telegram's FAQ for bots)."""
_GROUP = (20, 60.0)
"""Messages and seconds in a group (the same)."""
_BROADCAST = 25
"""Broadcast messages a second; Telegram allows about 30 bulk notifications, and replies are not counted as such."""
_FREE = frozenset({"sendChatAction", "getChat", "getChatMember"})
"""Methods with a chat that are no messages."""
_CHATS = 100_000
"""Most lanes kept at once."""


class Budget(Enum):
    """What a message is sent from; given to any method of the bot as `rate_limit_args`."""

    REPLY = auto()
    """An answer to a resident: held back by its own chat's lane alone."""
    BROADCAST = auto()
    """One of many: also held back by all other broadcasts, never by replies."""


class _Lane:
    """The pace of one chat."""

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


class Pace(BaseRateLimiter[Budget]):
    """Holds messages back; a refusal of one chat (429) closes that chat's lane and no other."""

    def __init__(self, failed: Callable[[str, Exception], None] | None = None) -> None:
        """Take what is told the method and the error of each failed request."""
        self._failed = failed
        self._broadcasts = AsyncLimiter(1, 1 / _BROADCAST)
        self._lanes: TTLCache[int | str, _Lane] = TTLCache(_CHATS, 2 * _GROUP[1])

    async def initialize(self) -> None:
        """Do nothing."""

    async def shutdown(self) -> None:
        """Do nothing."""

    def wait(self, chat: int) -> float:
        """Return for how many seconds it need not be asked again whether `chat` may be written to; 0: it may."""
        return lane.wait() if (lane := self._lanes.get(chat)) else 0.0

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Budget | None,
    ) -> Answer:
        """Call `callback` when it is its turn, and return what it returns; its errors are passed on."""
        chat = data.get("chat_id")
        lane = None if chat is None or endpoint in _FREE else self._lane(chat)
        if rate_limit_args is Budget.BROADCAST:
            await self._broadcasts.acquire()
        if lane:
            await lane.enter(urgent=turn().urgent)
        try:
            return await callback(*args, **kwargs)
        except Exception as error:
            if isinstance(error, RetryAfter) and lane:
                lane.close(asked_wait(error))
            if self._failed:
                self._failed(endpoint, error)
            raise

    def _lane(self, chat: int | str) -> _Lane:
        lane = self._lanes.get(chat) or _Lane(*(_GROUP if str(chat).startswith(("-", "@")) else _PRIVATE))
        self._lanes[chat] = lane  # put in anew, for its time counts from here
        return lane
