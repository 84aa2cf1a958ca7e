"""Bring each update to the process that answers its chat: whoever gets it from Telegram hands it over and waits."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.channels.telegram.intake.intake import Intake, last_of
from bot.channels.telegram.intake.webhook import SECRET_HEADER, knows, secret
from bot.channels.telegram.replicas.division import Division
from bot.delivery.operations import listening
from bot.settings import Address
from bot.store.errors import StoreError

PATH = "/handed"

_LARGEST = 16 * 1024 * 1024
"""Bytes of the largest body read: a hundred of Telegram's updates."""

_PATIENCE = aiohttp.ClientTimeout(total=10, connect=1)
"""Seconds for handing over; then Telegram is told to bring it again."""

_UNOWNED = 1.0
"""Seconds to wait for somebody to own a chat that nobody owns, as after a death; then Telegram is told the same."""


class NotTakenError(StoreError):
    """Raised when nobody has kept an update, so that Telegram has to bring it again."""


class Routing:
    """Takes what Telegram sends, by webhook or by polling, as `Intake` does, but for all processes together."""

    def __init__(self, division: Division, intake: Intake, token: str) -> None:
        """Take who owns which chats, the intake of this process, and the token, from which their secret is made."""
        self._division, self._intake = division, intake
        self._secret = secret(f"{token}/replicas")
        self._session: aiohttp.ClientSession | None = None
        self._commits: set[asyncio.Future[None]] = set()

    async def take(self, received: Sequence[object]) -> int | None:
        """Have all of `received` committed by whoever owns their chats; return what `Intake.take` does.

        Raises StoreError: not all are committed, so none may be confirmed.
        """
        await self._owned(received)
        own, others = list[object](), dict[str, list[object]]()
        for raw in received:  # without a pause up to the commit's beginning: who owns what may change in any
            if self._division.holds(raw):
                own.append(raw)
            elif owner := self._division.owner(raw):
                others.setdefault(owner, []).append(raw)
            else:
                raise NotTakenError("nobody answers this chat yet")
        work = [asyncio.ensure_future(self._hand_over(owner, updates)) for owner, updates in others.items()]
        for done in await asyncio.gather(*([self._commit(own)] if own else []), *work, return_exceptions=True):
            if isinstance(done, BaseException):
                raise done
        return last_of(received)

    async def idle(self, patience: float) -> None:
        """Wait until what is being committed here now is, at most for `patience` seconds."""
        if self._commits:
            await asyncio.wait(list(self._commits), timeout=patience)

    def _commit(self, updates: Sequence[object]) -> asyncio.Future[None]:
        """Begin to commit updates of this process's own chats."""
        done = asyncio.ensure_future(self._taken(updates))
        self._commits.add(done)
        done.add_done_callback(self._commits.discard)
        return done

    async def _taken(self, updates: Sequence[object]) -> None:
        await self._intake.take(updates)

    async def _owned(self, received: Sequence[object]) -> None:
        """Wait until somebody owns the chats of `received`, but not for long."""
        end = time.monotonic() + _UNOWNED
        while not all(self._division.holds(raw) or self._division.owner(raw) for raw in received):
            left = end - time.monotonic()
            if left <= 0:
                return
            await self._division.changed(left)

    async def _hand_over(self, owner: str, updates: Sequence[object]) -> None:
        """Return when `owner` has committed `updates`. Raises NotTakenError."""
        if self._session is None:
            raise NotTakenError("this process is not there yet")
        headers = {SECRET_HEADER: self._secret}
        try:
            async with self._session.post(f"http://{owner}{PATH}", json=updates, headers=headers) as response:
                if response.status == 200:
                    return
                raise NotTakenError(f"the replica at {owner} answers {response.status}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NotTakenError(f"the replica at {owner} cannot be reached: {type(error).__name__}") from error

    async def _handed(self, request: web.Request) -> web.Response:
        """Take what another process hands over, or refuse it: it may know less or more of who owns the chats."""
        if not knows(request, self._secret):
            return web.Response(status=403)
        try:
            updates = json.loads(await request.read())
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not isinstance(updates, list) or not all(map(self._division.holds, updates)):
            return web.Response(status=409)
        try:
            await self._commit(updates)
        except StoreError:
            return web.Response(status=503)
        return web.Response()

    @asynccontextmanager
    async def running(self, address: Address) -> AsyncIterator[None]:
        """Be reached by the others at `address`, and reach them, as long as the context lasts.

        Raises OSError if the address is taken.
        """
        page = web.Application(client_max_size=_LARGEST)
        page.router.add_post(PATH, self._handed)
        async with listening(page, address), aiohttp.ClientSession(timeout=_PATIENCE, trust_env=False) as session:
            self._session = session
            try:
                yield
            finally:
                self._session = None
