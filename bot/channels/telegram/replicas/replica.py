"""One of several processes that serve a bot: its parts serve the chats that are its own, and one of them leads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from pydantic import SecretStr

from bot.channels.telegram.desk.outbox import Outbox
from bot.channels.telegram.intake.intake import Intake
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.replicas.division import Division
from bot.channels.telegram.replicas.routing import Routing
from bot.channels.telegram.replicas.slots import Slots
from bot.channels.telegram.serving import StartError
from bot.delivery.outage import Outage
from bot.settings import Address
from bot.store.errors import StoreError
from bot.store.replicas.locks import Locks
from bot.store.store import Store

log = logging.getLogger(__name__)

_SHARE = 1.0
"""Seconds between two looks at what other processes have changed of tickets, outbox, pause and blocked chats."""

_COMMIT = 2.0
"""Longest time in seconds to wait for commits under way when chats are given back or were lost."""

_ALL = 60
"""Such looks from one at all subscribers to the next; while a broadcast is under way every fifth is."""

Leading = Callable[[], AbstractAsyncContextManager[None]]
"""Opens what only one process may do: polling, admins, bulletins, broadcasts."""


class Replica:
    """One process among the others."""

    def __init__(self, database: SecretStr, address: Address, admins: frozenset[int], store: Store, token: str) -> None:
        """Take where the database is and where this process is reached. Raises StoreError."""
        self._address, self._store, self._token = address, store, token
        self.division = Division(Locks(database.get_secret_value(), str(address)), Slots(admins), self._begin)
        self._away = Outage(log, "what other replicas do is not seen (%s)", "what other replicas do is seen again")
        self._intake: Intake | None = None

    def joined(self, lanes: Lanes, intake: Intake, outbox: Outbox, pace: Pace) -> Routing:
        """Let the parts serve this process's own chats alone; return what is to take updates in the intake's place."""
        self._lanes, self._intake, self._outbox = lanes, intake, outbox
        lanes.mine = intake.mine = outbox.mine = self.division.mine
        lanes.proven = self.division.proven
        pace.sharers = lambda: self.division.members
        self.division.leave = self._leave
        self._routing = Routing(self.division, intake, self._token)
        return self._routing

    @asynccontextmanager
    async def running(self, routing: Routing, leading: Leading) -> AsyncIterator[None]:
        """Take part as long as the context lasts; `leading` is open while this process leads. Raises StartError."""
        self._led = _Led(leading)
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(routing.running(self._address))
            except OSError as error:
                raise StartError(
                    f"REPLICA_LISTEN: {error.strerror}; set it to a free address of this machine"
                ) from error
            await stack.enter_async_context(self.division.running())
            sharing = asyncio.create_task(self._share())
            stack.callback(sharing.cancel)
            yield

    async def _begin(self) -> None:
        """Take up what waits of the chats that are new here. Raises StoreError."""
        if self._intake is None:
            return
        await self._store.reread()
        await self._intake.replay()

    async def _leave(self, patience: float) -> None:
        """End what is under way of chats that are no longer this process's."""
        if not self.division.leads:
            await self._led.end()
        await self._routing.idle(_COMMIT)  # what is committed after the new owner has looked would wait for a minute
        await asyncio.gather(self._lanes.leave(patience), self._outbox.idle(patience))

    async def _share(self) -> None:
        """See again and again what others have changed, and whether this process leads."""
        looks = 0
        while True:
            await asyncio.sleep(_SHARE)
            looks += 1
            under_way = self._store.desk.audience.current is not None
            try:
                await self._store.share(subscribers=looks % (5 if under_way else _ALL) == 0)
                self._away.end()
            except Exception as error:  # noqa: BLE001 - whatever it is, in a second it may be well
                self._away.begin(error if isinstance(error, StoreError) else type(error).__name__)
            if self.division.leads:
                self._led.begin()
            else:
                await self._led.end()


class _Led:
    """What is open while this process leads."""

    def __init__(self, leading: Leading) -> None:
        self._leading = leading
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Open it unless it is open."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._lead())

    async def end(self) -> None:
        """Close it if it is open."""
        task, self._task = self._task, None
        if task:
            task.cancel()
            await asyncio.wait([task])

    async def _lead(self) -> None:
        try:
            async with self._leading():
                log.info("this replica leads")
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            log.info("this replica leads no longer")
            raise
        except Exception as error:  # noqa: BLE001 - it is begun anew in a second
            log.error("%s while leading", type(error).__name__)
