"""How busy the machine is: waiting times are judged by it."""

from __future__ import annotations

import asyncio
import time
from collections import deque


class Strain:
    """The last half minute of a machine: how many times longer work takes than on a core of its own."""

    def __init__(self) -> None:
        self._samples: deque[float] = deque([1.0], maxlen=30)

    async def watch(self) -> None:
        """Work for ten milliseconds each second, for ever, and note how long that took."""
        while True:
            await asyncio.sleep(1)
            wall, used = time.perf_counter(), time.thread_time()
            while time.thread_time() - used < 0.01:
                pass
            self._samples.append((time.perf_counter() - wall) / 0.01)

    def __call__(self) -> float:
        """Return the mean, at least 1."""
        return max(1.0, sum(self._samples) / len(self._samples))
