"""Share the places of chats that are served at the same time; one whom Telegram keeps waiting gives its place up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

SLOW = 1.0
"""Seconds after which an answer that Telegram has not taken yet gives its place to another chat's."""

WAITING = 200
"""Most answers that have given their place up and still wait for Telegram; further ones keep theirs."""


class Places:
    """The places of chats that are served at the same time."""

    def __init__(self, width: int) -> None:
        """Have `width` of them."""
        self._free = asyncio.Semaphore(width)
        self._waiting = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Callable[[], None]]:
        """Wait for a place and hold it; yield what keeps it to the end, though the answer has taken `SLOW` seconds.

        It is kept as well while too many others have given theirs up.
        """
        await self._free.acquire()
        held = True

        def give_up() -> None:
            nonlocal held
            if self._waiting < WAITING:
                held = False
                self._waiting += 1
                self._free.release()

        timer = asyncio.get_running_loop().call_later(SLOW, give_up)
        try:
            yield timer.cancel
        finally:
            timer.cancel()
            if held:
                self._free.release()
            else:
                self._waiting -= 1
