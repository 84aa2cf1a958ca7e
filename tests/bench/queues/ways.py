"""The ways that are compared: two engines, batches with leases, and chats that each belong to one process.

Run as a program it is one worker: python -m tests.bench.queues.ways WAY URL FILE. It answers whatever waits until it is
killed, each time by a line `chat number` at the end of FILE.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol

import psycopg

AT_ONCE = 16
"""Answers at once of one worker, as CHATS_AT_ONCE."""

LEASE = 3.0
"""Seconds after which the work of a dead worker is taken over."""

_LATENCY = 0.005
"""Seconds that an answer takes."""

Update = tuple[int, int]
"""Chat, and the number of its message."""
Answer = Callable[[int, int], Awaitable[None]]


class Way(Protocol):
    """One way to divide updates."""

    async def install(self, url: str) -> None:
        """Make the tables."""

    async def keep(self, url: str, updates: Sequence[Update]) -> None:
        """Keep `updates` one by one, as they come by webhook."""

    async def work(self, url: str, answer: Answer) -> None:
        """Answer what waits, for ever."""


class Procrastinate:
    """The engine procrastinate: a lock for each chat, one job at a time of each lock."""

    @staticmethod
    def _app(url: str) -> tuple[Any, Any]:
        import procrastinate  # noqa: PLC0415 - an extra

        app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
        return app, app.configure_task("answer")

    async def install(self, url: str) -> None:
        app, _ = self._app(url)
        async with app.open_async():
            await app.schema_manager.apply_schema_async()

    async def keep(self, url: str, updates: Sequence[Update]) -> None:
        app, _ = self._app(url)
        async with app.open_async():
            for chat, number in updates:
                await app.configure_task("answer", lock=str(chat)).defer_async(chat=chat, number=number)

    async def work(self, url: str, answer: Answer) -> None:
        app, _ = self._app(url)

        @app.task(name="answer")  # type: ignore[untyped-decorator]
        async def answered(chat: int, number: int) -> None:
            await answer(chat, number)

        async def revive() -> None:
            while True:
                await asyncio.sleep(1.0)
                for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=LEASE):
                    await app.job_manager.retry_job(job)

        async with app.open_async():
            reviving = asyncio.create_task(revive())
            await app.run_worker_async(
                concurrency=AT_ONCE,
                fetch_job_polling_interval=0.2,
                delete_jobs="successful",
                update_heartbeat_interval=1.0,
                stalled_worker_timeout=LEASE,
                install_signal_handlers=False,
            )
            reviving.cancel()


class PgQueuer:
    """The engine PgQueuer, which knows no order of a key: chats are spread over entrypoints that each run one job."""

    _LANES = 64

    async def install(self, url: str) -> None:
        async with self._queuer(url) as queuer:
            await queuer.qm.queries.install()

    async def keep(self, url: str, updates: Sequence[Update]) -> None:
        async with self._queuer(url) as queuer:
            for chat, number in updates:
                await queuer.qm.queries.enqueue(f"lane{chat % self._LANES}", f"{chat} {number}".encode())

    async def work(self, url: str, answer: Answer) -> None:
        async with self._queuer(url) as queuer:

            async def answered(job: Any) -> None:
                chat, number = job.payload.decode().split()
                await answer(int(chat), int(number))

            for lane in range(self._LANES):
                queuer.entrypoint(f"lane{lane}", concurrency_limit=1)(answered)
            await queuer.run(
                dequeue_timeout=timedelta(seconds=0.2), batch_size=AT_ONCE, heartbeat_timeout=timedelta(seconds=LEASE)
            )

    @staticmethod
    @asynccontextmanager
    async def _queuer(url: str) -> AsyncIterator[Any]:
        import pgqueuer  # noqa: PLC0415 - an extra
        from pgqueuer.db import PsycopgDriver  # noqa: PLC0415

        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            yield pgqueuer.PgQueuer(PsycopgDriver(connection))


_TABLE = """CREATE TABLE waiting (id bigserial PRIMARY KEY, chat bigint NOT NULL, number int NOT NULL, body text,
 until timestamptz, done boolean NOT NULL DEFAULT false);
CREATE INDEX open_ones ON waiting (chat, id) WHERE NOT done"""


async def _keep(url: str, updates: Sequence[Update]) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for chat, number in updates:
            await connection.execute(
                "INSERT INTO waiting (chat, number, body) VALUES (%s, %s, %s)", (chat, number, "x" * 400)
            )


async def _install(url: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(_TABLE)


_DONE = "UPDATE waiting SET done = true, body = NULL, until = NULL WHERE id = ANY(%s)"


class Batches:
    """Batches over a table of our own: the oldest of each chat, FOR UPDATE SKIP LOCKED, with a lease."""

    _CLAIM = """UPDATE waiting SET until = now() + %s * interval '1 second' WHERE id IN (
        SELECT id FROM waiting AS one WHERE NOT done AND (until IS NULL OR until < now()) AND NOT EXISTS (
            SELECT 1 FROM waiting AS older WHERE older.chat = one.chat AND older.id < one.id AND NOT older.done)
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id, chat, number"""

    async def install(self, url: str) -> None:
        await _install(url)

    async def keep(self, url: str, updates: Sequence[Update]) -> None:
        await _keep(url, updates)

    async def work(self, url: str, answer: Answer) -> None:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            while True:
                claimed = await (await connection.execute(self._CLAIM, (LEASE, AT_ONCE))).fetchall()
                if not claimed:
                    await asyncio.sleep(0.05)
                    continue
                await asyncio.gather(*(answer(chat, number) for _, chat, number in claimed))
                await connection.execute(_DONE, ([row[0] for row in claimed],))


class Owned:
    """Each chat belongs to one process, by advisory locks; what waits is in its memory, and outcomes share a commit."""

    _SLOTS = 16

    async def install(self, url: str) -> None:
        await _install(url)

    async def keep(self, url: str, updates: Sequence[Update]) -> None:
        await _keep(url, updates)

    async def work(self, url: str, answer: Answer) -> None:
        self._free, self._answered = asyncio.Semaphore(AT_ONCE), deque[int]()
        self._answer, self._tasks = answer, set[asyncio.Task[None]]()
        async with (
            await psycopg.AsyncConnection.connect(url, autocommit=True, application_name="owner") as locks,
            await psycopg.AsyncConnection.connect(url, autocommit=True) as writing,
        ):
            settling = asyncio.create_task(self._settle(writing))
            held: set[int] = set()
            while not settling.done():
                for slot in await self._gained(locks, held):
                    held.add(slot)
                    await self._replay(locks, slot)
                await asyncio.sleep(0.2)

    async def _gained(self, locks: psycopg.AsyncConnection[Any], held: set[int]) -> list[int]:
        owners = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'owner'"
        row = await (await locks.execute(owners)).fetchone()
        share, gained = -(-self._SLOTS // (row or (1,))[0]), list[int]()
        for slot in set(range(self._SLOTS)) - held:
            if len(held) + len(gained) < share:
                taken = await (await locks.execute("SELECT pg_try_advisory_lock(1, %s)", (slot,))).fetchone()
                gained += [slot] if taken and taken[0] else []
        return gained

    async def _replay(self, connection: psycopg.AsyncConnection[Any], slot: int) -> None:
        wanted = "SELECT id, chat, number FROM waiting WHERE NOT done AND chat %% %s = %s ORDER BY id"
        lanes: dict[int, list[tuple[int, int, int]]] = {}
        for row in await (await connection.execute(wanted, (self._SLOTS, slot))).fetchall():
            lanes.setdefault(row[1], []).append(row)
        for lane in lanes.values():
            task = asyncio.create_task(self._serve(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, lane: Sequence[tuple[int, int, int]]) -> None:
        for key, chat, number in lane:
            async with self._free:
                await self._answer(chat, number)
                self._answered.append(key)

    async def _settle(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            if self._answered:
                batch = [self._answered.popleft() for _ in range(len(self._answered))]
                await connection.execute(_DONE, (batch,))
            else:
                await asyncio.sleep(0.002)


WAYS: dict[str, Callable[[], Way]] = {
    "procrastinate": Procrastinate,
    "pgqueuer": PgQueuer,
    "batches": Batches,
    "owned": Owned,
}


def _worker(way: str, url: str, file: str) -> None:
    answers = os.open(file, os.O_WRONLY | os.O_APPEND)
    logging.disable()

    async def answer(chat: int, number: int) -> None:
        await asyncio.sleep(_LATENCY)
        os.write(answers, b"%d %d\n" % (chat, number))

    asyncio.run(WAYS[way]().work(url, answer))


if __name__ == "__main__":
    _worker(*sys.argv[1:])
