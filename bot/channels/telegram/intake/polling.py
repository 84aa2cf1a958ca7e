"""Fetch updates by long polling; Telegram is told that it may forget them only after they are safe."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from telegram.error import Conflict, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channels.telegram.api import Api
from bot.channels.telegram.failures import asked_wait
from bot.channels.telegram.intake.backlog import Backlog
from bot.channels.telegram.intake.incoming import UPDATES
from bot.delivery.outage import Outage

log = logging.getLogger(__name__)

WAIT = 10
"""Seconds that Telegram may take until there is an update."""

AGAIN = 1.0
"""Seconds before the next getUpdates when one brought the same updates as the one before."""

FAREWELL = 0.3
"""Longest time in seconds to confirm the last updates at a stop; unconfirmed ones come again and are known then."""

_FIRST, _LONGEST, _GROWTH = 1.0, 30.0, 1.5
"""Seconds after the first failure in a row, at most, and how much longer each time."""


class Polling:
    """Asks for updates again and again, whatever happens."""

    def __init__(
        self,
        api: Api,
        take: Callable[[Sequence[object]], Awaitable[int | None]],
        backlog: Backlog,
        heard: Callable[[], None],
        kinds: Sequence[str] = UPDATES,
    ) -> None:
        """Fetch updates of `kinds` from `api` while `backlog` has room; `take` commits them as Intake.take does.

        `heard` is called whenever that got further.
        """
        self._kinds = list(kinds)
        self._api = api
        self._take = take
        self._backlog = backlog
        self._heard = heard
        self.confirmed: int | None = None
        """Number of the last update that Telegram may forget; None: it may forget none yet."""
        self._last: object = None
        self._outage = Outage(log, "updates cannot be fetched (%s); trying again", "updates can be fetched again")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Poll as long as the context lasts, from its beginning without a webhook; what waits at Telegram is kept."""
        await self._again_and_again(self._without_webhook, once=True)
        task = asyncio.create_task(self._again_and_again(self.fetch))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            await self._farewell()

    async def fetch(self) -> None:
        """Fetch and commit once. Raises TelegramError, StoreError."""
        await self._backlog.room()
        received = await self._ask(WAIT)
        if not isinstance(received, list):
            raise NetworkError("the answer is no list of updates")
        if received and received == self._last:  # they cannot be confirmed, or the server forgets that they were
            await asyncio.sleep(AGAIN)
            return
        confirmed = await self._take(received)
        if confirmed is not None:
            self.confirmed = confirmed
        self._last = received
        self._heard()

    async def _again_and_again(self, work: Callable[[], Awaitable[None]], *, once: bool = False) -> None:
        """Do `work` for ever, or until it was done `once`; after a failure not at once."""
        pause = 0.0
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is asked again
                self._outage.begin(_named(error))
                grown = min(_LONGEST, pause * _GROWTH) if pause else _FIRST
                pause = 0.0 if isinstance(error, TimedOut) else grown
                await asyncio.sleep(asked_wait(error) if isinstance(error, RetryAfter) else pause)
            else:
                pause = 0.0
                self._outage.end()
                if once:
                    return

    async def _without_webhook(self) -> None:
        await self._api.call("deleteWebhook", {"drop_pending_updates": False})

    async def _ask(self, wait: int, limit: int | None = None) -> object:
        offset = None if self.confirmed is None else self.confirmed + 1
        asked = {"offset": offset, "limit": limit, "timeout": wait, "allowed_updates": self._kinds}
        return await self._api.call("getUpdates", asked, wait=wait)

    async def _farewell(self) -> None:
        """Confirm the last updates, but do not let it hold the stop up; one that comes now is not confirmed."""
        if self.confirmed is None:
            return
        try:
            async with asyncio.timeout(FAREWELL):
                await self._ask(0, limit=1)
        except (TimeoutError, TelegramError):
            return


def _named(error: Exception) -> str:
    if isinstance(error, Conflict):
        return "another program polls with this token; stop it, or give this bot a token of its own"
    return type(error).__name__
