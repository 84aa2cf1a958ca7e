"""Let the simulator's methods be called from any thread."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar


class Looped(Protocol):
    """Something that lives in the thread of a loop."""

    loop: asyncio.AbstractEventLoop | None
    """The loop; None: not started, so any thread may call."""
    thread: int
    """Identity of the loop's thread."""


_S = TypeVar("_S", bound=Looped)
_P = ParamSpec("_P")
_R = TypeVar("_R")


def in_its_thread(act: Callable[Concatenate[_S, _P], _R]) -> Callable[Concatenate[_S, _P], _R]:
    """Return `act` such that it runs in the thread of its object's loop, whoever calls; the caller waits."""

    @functools.wraps(act)
    def call(self: _S, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        if self.loop is None or self.thread == threading.get_ident():
            return act(self, *args, **kwargs)

        async def there() -> _R:
            return act(self, *args, **kwargs)

        return asyncio.run_coroutine_threadsafe(there(), self.loop).result()

    return call
