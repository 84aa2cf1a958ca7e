"""Deliver updates to the bot's webhook: in order within a chat, again and again until it takes them."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.simulator.refusal import Json, bad
from bot.simulator.updates import Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
CONNECTIONS = 40
"""Deliveries at once if the bot does not say."""

LONGEST_PAUSE = 60.0
"""Most seconds between two attempts."""

_PATIENCE = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True)
class Target:
    """Where and how updates are delivered."""

    url: str
    """Address of the bot, on this machine."""
    secret: str = ""
    """Sent in a header with each update; empty: none."""
    connections: int = CONNECTIONS
    """Most deliveries at once."""


class Webhook:
    """Delivers while a target is set; one update in flight per chat."""

    def __init__(self, updates: Updates) -> None:
        """Take the queue."""
        self._updates = updates
        self.pauses = 1.0
        """Factor on the pauses between attempts; 1: as Telegram waits. Tests shorten it."""
        self.reachable: Callable[[], bool] = lambda: True
        """Whether the network is there; while it is not, attempts fail."""
        self.target: Target | None = None
        """Where updates go; None: nowhere, the bot polls."""
        self.last_error = ""
        """What came of the last failed attempt; empty: none failed yet."""
        self._lanes: dict[int, deque[tuple[int, Json]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(0)
        self._session: aiohttp.ClientSession | None = None

    def set(self, target: Target) -> None:
        """Deliver to `target` from now on, beginning with all that waits. Raises Refusal."""
        _check_local(target.url)
        self.remove()
        self.target, self._free = target, asyncio.Semaphore(target.connections)
        self._updates.webhook = self._offer
        self._updates.end_poll()
        for number, update in list(self._updates):
            self._offer(number, update)

    def remove(self) -> None:
        """Stop delivering; what was not taken waits for a poll."""
        self.target = self._updates.webhook = None
        self._lanes.clear()
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        """Stop delivering and close connections."""
        self.remove()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _offer(self, number: int, update: Json) -> None:
        if self.target is None:
            return
        chat = chat_of(update)
        if chat in self._lanes:
            self._lanes[chat].append((number, update))
            return
        self._lanes[chat] = deque([(number, update)])
        task = asyncio.get_running_loop().create_task(self._deliver(chat, self.target))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, chat: int, target: Target) -> None:
        """Deliver what waits of a chat, one after the other; between two attempts it holds no connection."""
        lane, free = self._lanes[chat], self._free
        while lane:
            number, update = lane[0]
            attempt = 0
            while number in self._updates:
                async with free:
                    pause = await self._attempt(target, update)
                if pause is None:
                    break
                attempt += 1
                waits = pause or (0.0 if attempt == 1 else min(2.0 ** (attempt - 1), LONGEST_PAUSE))
                await asyncio.sleep(waits * self.pauses)
            self._updates.done(number)
            lane.popleft()
        del self._lanes[chat]

    async def _attempt(self, target: Target, update: Json) -> float | None:
        """Return None if the bot took `update`, else the seconds that it asks to wait (0: it does not say)."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=_PATIENCE)
        if not self.reachable():
            self.last_error = "Connection failed: network gone"
            return 0.0
        headers = {SECRET_HEADER: target.secret} if target.secret else {}
        try:
            async with self._session.post(target.url, json=update, headers=headers) as answer:
                if answer.ok and answer.status < 300:
                    return None
                self.last_error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                asked = answer.headers.get("Retry-After", "")
                return min(float(asked), 3600.0) if asked.isdigit() else 0.0
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.last_error = f"Connection failed: {type(error).__name__}"
            return 0.0


def chat_of(update: Json) -> int:
    """Return the chat whose order an update belongs to; 0 for updates of no chat."""
    for content in update.values():
        if isinstance(content, dict):
            with contextlib.suppress(AttributeError, TypeError, ValueError):  # any update may be sent, as it is
                message = content.get("message", content)
                return int(message.get("chat", content.get("from", {})).get("id", 0))
    return 0


def _check_local(url: str) -> None:
    """Refuse an address that would leave the machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise bad("bad webhook: invalid URL") from None
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if parts.scheme not in ("http", "https") or not local:
        raise bad("bad webhook: this server delivers to this machine only, give a URL of 127.0.0.1 or localhost")
