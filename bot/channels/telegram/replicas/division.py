"""Divide the chats among the processes that are alive, and hand them over so that no two ever answer the same one."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.channels.telegram.replicas.slots import Slots
from bot.delivery.outage import Outage
from bot.store.errors import StoreError
from bot.store.replicas.locks import LEADER, SLOTS, Found, Locks

log = logging.getLogger(__name__)

T = TypeVar("T")

BEAT = 0.5
"""Seconds between two looks at who is there."""

LEASE = 3.0
"""Seconds after the last look for which this process takes its chats for its own; a lost line costs it them sooner."""

QUIET = 3.5
"""Seconds between taking a slot and answering its chats. More than `LEASE`: whoever had it has stopped by then."""

_GIVEN, _LOST = 0.4, 2.0
"""Seconds that answers under way may take when their slots are given back, and when they were lost with the line."""

_ASIDE = 1.0
"""Seconds after joining in which nothing is taken: of several that start together none takes all."""


class Division:
    """The slots of this process. All but `of`, `mine`, `proven` and `owner` is for the loop that it runs."""

    def __init__(self, locks: Locks, slots: Slots, begin: Callable[[], Awaitable[None]]) -> None:
        """Take the locks, and how chats are divided.

        `begin` is awaited when there are new slots: it takes up what waits of them. Until then nobody serves them.
        """
        self._locks, self._slots, self._begin = locks, slots, begin
        self.leave: Callable[[float], Awaitable[None]] = _nothing
        """Awaited when slots were lost or are to be given back, with seconds: what is no longer `mine` is to end."""
        self._thread = ThreadPoolExecutor(1, "locks")
        self._since: dict[int, float] = {}  # when each slot was taken
        self._serving: set[int] = set()
        self._opening: frozenset[int] = frozenset()
        self._owners: dict[int, str] = {}
        self._joined = self._proven_at = -LEASE
        self._changed = asyncio.Event()
        self.members = 1
        """Processes that are there, this one included."""
        self._outage = Outage(
            log,
            "no chat is answered here: who answers which cannot be asked (%s)",
            "who answers which chats can be asked again",
        )

    @property
    def leads(self) -> bool:
        """Whether this process does what only one may do."""
        return LEADER in self._serving

    def mine(self, chat: int) -> bool:
        """Tell whether `chat` is this process's, as far as it knows."""
        slot = self._slots.of(chat)
        return slot in self._serving or slot in self._opening

    def holds(self, raw: object) -> bool:
        """Tell whether an update as Telegram sends it is for this process to take, now."""
        return self._slots.of_update(raw) in self._serving and not self._expired

    def owner(self, raw: object) -> str | None:
        """Return the address of the process to which an update belongs; None: not known yet, or it is this one."""
        slot = self._slots.of_update(raw)
        return None if slot in self._since else self._owners.get(slot)

    @property
    def _expired(self) -> bool:
        return time.monotonic() > self._proven_at + LEASE

    async def proven(self) -> None:
        """Wait while it is not certain that what was this process's still is."""
        while self._expired and self._since:
            await asyncio.sleep(BEAT / 5)

    async def changed(self, seconds: float) -> None:
        """Wait for a change of who owns what, at most for `seconds`."""
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return

    async def trouble(self) -> str | None:
        """Return why this process answers nobody; None: it does."""
        if self._expired:
            return "the database cannot be asked which chats are this replica's"
        return None if self._serving else "no chats are this replica's yet"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take part as long as the context lasts; at its end everything is given back."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            self._forget(set(self._since))
            await self.leave(_GIVEN)
            self._thread.submit(self._locks.close)
            self._thread.shutdown(wait=False)

    async def _run(self) -> None:
        while True:
            began = time.monotonic()
            try:
                await self._beat(began)
                self._outage.end()
            except StoreError as error:
                self._outage.begin(error)
                await self._lost()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next beat may be well
                log.error("%s while dividing chats", type(error).__name__)
                await self._lost()
            await asyncio.sleep(max(0.0, began + BEAT - time.monotonic()))

    async def _beat(self, now: float) -> None:
        """Look who is there, take and give back what makes the shares even, and begin what is quiet. See `Locks`."""
        found = await self._call(self._locks.look)
        if missing := self._since.keys() - found.mine:
            log.error("%d slots were lost", len(missing))
            self._forget(missing)
            await self.leave(_LOST)
        if not self._since.keys() >= found.mine:  # of a beat that failed in between
            await self._call(lambda: self._locks.give(found.mine - self._since.keys()))
        if self._joined < 0:
            self._joined = now
        self._proven_at = now
        self._see(found)
        residents, share = [slot for slot in self._since if slot != LEADER], -(-SLOTS // max(1, found.members))
        if len(residents) > share:
            await self._give(residents[share:])
        elif now > self._joined + _ASIDE:
            free = [slot for slot in range(SLOTS) if slot not in found.owners][: share - len(residents)]
            await self._take(free if LEADER in found.owners else [*free, LEADER])
        await self._open(now)

    def _see(self, found: Found) -> None:
        if (found.owners, found.members) != (self._owners, self.members):
            self._owners, self.members = found.owners, found.members
            self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _take(self, free: Collection[int]) -> None:
        if not free:
            return
        taken = await self._call(lambda: self._locks.take(free))
        self._since |= dict.fromkeys(taken, time.monotonic())
        if taken:
            log.info("chats: %d more of %d slots are this replica's%s", len(taken), SLOTS + 1, _leading(taken))

    async def _give(self, slots: Collection[int]) -> None:
        """Give slots back once nothing of theirs is under way."""
        self._forget(slots)
        await self.leave(_GIVEN)
        await self._call(lambda: self._locks.give(slots))
        log.info("chats: %d of %d slots were given back%s", len(slots), SLOTS + 1, _leading(slots))

    async def _open(self, now: float) -> None:
        """Serve what was taken long enough ago."""
        quiet = frozenset(slot for slot, at in self._since.items() if now > at + QUIET) - self._serving
        if not quiet:
            return
        self._opening = quiet
        try:
            await self._begin()
            self._serving |= quiet
        except StoreError:  # the store has said so; at the next beat it is tried again
            return
        finally:
            self._opening = frozenset()
        self._tell()

    async def _lost(self) -> None:
        """Stop what is under way: with the line the slots were lost."""
        self._joined = -LEASE
        self._owners = {}
        if self._since:
            self._forget(set(self._since))
            await self.leave(_LOST)

    def _forget(self, slots: Collection[int]) -> None:
        for slot in list(slots):
            self._since.pop(slot, None)
            self._serving.discard(slot)

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


async def _nothing(_: float) -> None:
    return


def _leading(slots: Collection[int]) -> str:
    return "; it leads" if LEADER in slots else ""
