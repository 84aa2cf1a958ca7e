"""Notice that polling has wedged: no getUpdates that got further for too long, whatever the reason."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

SILENCE = 90.0
"""Seconds without a successful getUpdates after which polling counts as wedged; one long poll takes 10."""


class WedgedError(Exception):
    """Raised when polling has been silent for `SILENCE`; the process should end and be started anew."""


class Heartbeat:
    """Time of the last getUpdates that got further: its updates are committed, or there were none."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, held: Callable[[], bool] = lambda: False) -> None:
        """Begin to count now; `clock` tells seconds, `held` whether the bot itself holds polling back."""
        self._clock = clock
        self._held = held
        self._at = clock()

    def beat(self) -> None:
        """Note a success."""
        self._at = self._clock()

    @property
    def silence(self) -> float:
        """Seconds since the last success, or since the start; they are not counted while polling is held back."""
        if self._held():
            self.beat()
        return self._clock() - self._at

    async def watch(self, every: float = 5.0) -> None:
        """Look every few seconds, for ever. Raises WedgedError."""
        while self.silence < SILENCE:
            await asyncio.sleep(every)
        raise WedgedError(f"no successful getUpdates for {self.silence:.0f} s; ending, to be started anew")
