"""Tell open pages what has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from bot.simulator.record import Call
from bot.simulator.refusal import Json

BEHIND = 2_000
"""Events that a page may lag behind before it has to load everything anew."""


class Feed:
    """Passes events to all pages that listen; costs nothing while none does."""

    def __init__(self) -> None:
        """Start with no page."""
        self._pages: set[asyncio.Queue[Json | None]] = set()

    def tell(self, event: str, content: Json) -> None:
        """Pass an event on; a page that lags too far behind is sent away with None, and comes again."""
        for page in list(self._pages):
            if page.qsize() >= BEHIND:
                self._pages.discard(page)
                page.put_nowait(None)
            else:
                page.put_nowait({"event": event, **content})

    def call(self, call: Call) -> None:
        """Pass a request of the bot on."""
        if self._pages and call.method != "getUpdates":
            self.tell("call", {"call": asdict(call)})

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Json | None]]:
        """Yield a queue of events for one page."""
        page: asyncio.Queue[Json | None] = asyncio.Queue()
        self._pages.add(page)
        try:
            yield page
        finally:
            self._pages.discard(page)

    def close(self) -> None:
        """Send all pages away."""
        for page in list(self._pages):
            page.put_nowait(None)
        self._pages.clear()
