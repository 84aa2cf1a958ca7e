"""Two processes never take the same chat for their own, whatever happens between them and the database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from bot.channels.telegram.replicas import division
from bot.channels.telegram.replicas.division import Division
from bot.channels.telegram.replicas.slots import Slots
from bot.store.errors import StoreError
from bot.store.replicas.locks import SLOTS, Locks
from tests import postgres
from tests.running import until

pytestmark = pytest.mark.slow

CHATS = range(SLOTS)
"""A chat of each slot; 0 is the leader's."""


@pytest.fixture
def server() -> Iterator[str]:
    if reason := postgres.obstacle():
        pytest.skip(reason)
    with postgres.server() as url:
        yield url


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"BEAT": 0.1, "LEASE": 1.0, "QUIET": 1.3, "_ASIDE": 0.3, "_LOST": 0.2}.items():
        monkeypatch.setattr(division, name, seconds)


class Watch:
    """Looks all the time who takes which chats for his own."""

    def __init__(self, *members: Division) -> None:
        self.members, self.twice = members, set[int]()

    async def run(self) -> None:
        while True:
            for chat in CHATS:
                if sum(one.mine(chat) and one.holds(_update(chat)) for one in self.members) > 1:
                    self.twice.add(chat)
            await asyncio.sleep(0.005)

    def count(self) -> list[int]:
        """Return how many chats each has for certain."""
        return [sum(one.holds(_update(chat)) for chat in CHATS) for one in self.members]


def _update(chat: int) -> dict[str, object]:
    return {"message": {"chat": {"id": chat}}}


async def test_chats_are_shared_handed_over_and_never_taken_twice(server: str) -> None:
    begun = [0, 0]

    def member(number: int) -> Division:
        async def begin() -> None:
            begun[number] += 1
            if begun[number] == 1:
                raise StoreError("the first time it cannot be read what waits")

        return Division(Locks(server, f"127.0.0.1:{number + 1}"), Slots(frozenset()), begin)

    first, second = members = [member(0), member(1)]
    watch = Watch(*members)
    watching = asyncio.create_task(watch.run())
    async with AsyncExitStack() as one, AsyncExitStack() as other:
        await one.enter_async_context(first.running())
        await until(lambda: watch.count() == [SLOTS, 0], 20)
        assert first.leads
        assert begun[0] > 1
        await other.enter_async_context(second.running())
        await until(lambda: watch.count() in ([33, 31], [32, 32]), 20)
        assert (first.leads, second.leads) == (True, False)
        mine = next(chat for chat in CHATS if second.mine(chat))
        assert first.owner(_update(mine)) == "127.0.0.1:2"
        assert second.owner(_update(mine)) is None
        await asyncio.to_thread(postgres.stop, server)
        await until(lambda: watch.count() == [0, 0], 20)
        assert await first.trouble()
        await asyncio.to_thread(postgres.start, server)
        await until(lambda: sum(watch.count()) == SLOTS, 20)
        assert first.leads != second.leads
        await one.aclose()
        await until(lambda: watch.count() == [0, SLOTS], 20)
        assert second.leads
        assert await second.trouble() is None
    watching.cancel()
    assert watch.twice == set()
    assert watch.count() == [0, 0]


async def test_who_cannot_ask_the_database_stops_before_another_begins(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def begin() -> None:
        return

    locks = Locks(server, "127.0.0.1:1")
    alone = Division(locks, Slots(frozenset()), begin)
    async with alone.running():
        await until(lambda: alone.holds(_update(5)), 20)
        asked = locks.look
        hang = asyncio.Event()
        loop = asyncio.get_running_loop()

        def look() -> object:
            asyncio.run_coroutine_threadsafe(hang.wait(), loop).result()
            return asked()

        monkeypatch.setattr(locks, "look", look)
        await until(lambda: not alone.holds(_update(5)), division.LEASE + 0.5)
        assert alone.mine(5), "it is not lost, only not certain: what waits stays where it is"
        waiting = asyncio.create_task(alone.proven())
        await asyncio.sleep(0.1)
        assert not waiting.done()
        monkeypatch.setattr(locks, "look", asked)
        hang.set()
        await asyncio.wait_for(waiting, 5)
        assert alone.holds(_update(5))
