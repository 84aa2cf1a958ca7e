"""`python -m tests.bench.cluster`: what replicas bring, and what a kill or a lost database costs."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from bot.delivery.live import open_model
from bot.dialogue.dialogue import Dialogue
from bot.simulator.server import serving
from bot.simulator.simulator import Simulator
from tests import postgres
from tests.cluster import Cluster, cluster, obstacle, trained
from tests.conftest import FAQ, ROOT
from tests.crash import PATIENCE, Residents

_CHATS = 20
"""Residents who write ten messages each in a round."""


@dataclass
class Count:
    """What became of the messages."""

    asked: int
    never: int
    repeated: int
    out_of_order: int
    slowest: float
    """Seconds from the harm of a round to its last answer, at most."""


Harm = Callable[[Cluster], Awaitable[None]]


async def kill(running: Cluster) -> None:
    """Kill a replica at a random moment; another one starts in its place."""
    await asyncio.sleep(random.uniform(0.0, 1.5))
    number = random.choice(list(running.processes))
    await running.end(number, signal.SIGKILL)
    await running.start(number)


async def restart_database(running: Cluster) -> None:
    """Let PostgreSQL crash and start again."""
    await asyncio.sleep(random.uniform(0.0, 1.5))
    await asyncio.to_thread(postgres.stop, running.database)
    await asyncio.sleep(0.5)
    await asyncio.to_thread(postgres.start, running.database)


async def upgrade(running: Cluster) -> None:
    """Stop a replica in order, as in a rolling upgrade, and start it anew; a round ends when it is ready."""
    await asyncio.sleep(random.uniform(0.0, 1.5))
    number = next(iter(running.processes))  # started anew it stands last, so that each has its turn
    await running.end(number)
    await running.start(number)


_HARMS: dict[str, tuple[Harm, int]] = {"kill": (kill, 1), "database": (restart_database, 5), "upgrade": (upgrade, 3)}
"""What is done to the replicas, and how many kills there are to one of it."""


async def survive(api: Simulator, dialogue: Dialogue, running: Cluster, harm: Harm, rounds: int) -> Count:
    """Let residents write while `harm` is done, `rounds` times; count what became of the messages."""
    residents, slowest = Residents(api, dialogue), 0.0
    while not api.sent.empty():
        api.sent.get_nowait()
    for number in range(rounds):
        residents.write(_CHATS)
        await harm(running)
        began = last = time.monotonic()
        while residents.open and time.monotonic() < last + PATIENCE:
            await asyncio.sleep(0.05)
            if not api.sent.empty():
                last = time.monotonic()
            residents.read(number)
        slowest = max(slowest, time.monotonic() - began)
        for replica in running.processes:
            await running.ready(replica)
    await asyncio.sleep(1.0)
    residents.read(rounds)
    return Count(residents.asked, residents.open, residents.repeated.total(), residents.out_of_order, slowest)


async def speed(api: Simulator, dialogue: Dialogue, chats: int) -> float:
    """Return how many messages of `chats` residents, ten each, are answered a second."""
    residents = Residents(api, dialogue)
    residents.write(chats)
    began = time.monotonic()
    while residents.open:
        await asyncio.sleep(0.02)
        residents.read(0)
    return residents.asked / (time.monotonic() - began)


@asynccontextmanager
async def _running(data: Path, count: int, latency_ms: float) -> AsyncIterator[tuple[Simulator, Cluster]]:
    async with serving() as api:
        api.webhook.pauses = 0.2
        api.switch(latency_ms=latency_ms)
        async with cluster(api, FAQ, data, count) as running:
            yield api, running


async def _measure(data: Path, replicas: int, rounds: int, latency_ms: float, harms: tuple[str, ...]) -> None:
    dialogue = Dialogue(open_model(FAQ, data))
    with trained(data) as own:
        for count in [] if harms else range(1, replicas + 1):
            async with _running(own, count, latency_ms) as (api, _):
                await speed(api, dialogue, 20)
                click.echo(f"{count} replicas: {await speed(api, dialogue, 100):.0f} updates/s")
        click.echo("| harm | messages | never answered | out of order | answered twice | slowest |")
        click.echo("| --- | --- | --- | --- | --- | --- |")
        async with _running(own, replicas, latency_ms) as (api, running):
            for name in harms or _HARMS:
                harm, part = _HARMS[name]
                times = max(1, rounds // part)
                found = await survive(api, dialogue, running, harm, times)
                click.echo(
                    f"| {times} × {name} | {found.asked} | {found.never} | {found.out_of_order} |"
                    f" {found.repeated} | {found.slowest:.1f} s |"
                )


@click.command()
@click.option("--replicas", default=3, show_default=True)
@click.option("--rounds", default=30, show_default=True, help="How often a replica is killed at a random moment.")
@click.option("--latency", default=30.0, show_default=True, help="Milliseconds that Telegram takes to answer.")
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var", help="Folder with the trained model.")
@click.option("--seed", default=1, show_default=True)
@click.option("--harm", "harms", multiple=True, type=click.Choice(list(_HARMS)), help="Only this, and no speed.")
def main(replicas: int, rounds: int, latency: float, data: Path, seed: int, harms: tuple[str, ...]) -> None:
    """Measure 1 to `replicas` replicas, then harm them."""
    if reason := obstacle():
        raise click.ClickException(reason)
    random.seed(seed)
    asyncio.run(_measure(data, replicas, rounds, latency, harms))


if __name__ == "__main__":
    main()
