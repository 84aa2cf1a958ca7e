"""Run it with: python -m tests.bench.hostile [--only 1,4] [--seed N] [--quick] [--root DIR]."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click

from tests.bench.hostile import (
    commands,
    days,
    folders,
    machine,
    messages,
    odd,
    passwords,
    people,
    refusals,
    reload,
    simulated,
)
from tests.bench.hostile.ground import Ground
from tests.bench.hostile.tally import Tally
from tests.conftest import ROOT

SEED = 20261129


@dataclass(frozen=True)
class Part:
    """One part of the run."""

    name: str
    """Its name."""
    items: tuple[int, ...]
    """Kinds of faults that it tries."""
    run: Callable[[Ground], Awaitable[None]]
    """Tries them."""


LANES: tuple[tuple[Part, ...], ...] = (
    (
        Part("answers", (7,), refusals.odd_answers),
        Part("starts", (7,), refusals.starts),
        Part("floods", (4,), people.floods),
        Part("databases", (14,), machine.databases),
        Part("forgotten text", (13,), machine.forgotten),
    ),
    (
        Part("texts", (1, 2, 3), messages.texts),
        Part("captions", (5,), people.captions),
        Part("groups", (17,), people.groups),
        Part("odd updates", (6,), odd.polled),
        Part("webhook", (6, 18), odd.hooked),
        Part("buttons", (6,), people.buttons),
        Part("holidays", (15,), days.holidays),
        Part("simulator", (18,), simulated.simulator),
    ),
    (
        Part("folders", (8, 10, 11, 19), folders.checked),
        Part("wrong use", (16,), commands.uses),
        Part("passwords", (12,), passwords.secrets),
        Part("reload", (8, 9, 11), reload.reloads),
    ),
)
"""What is tried, side by side: the first lane mostly waits."""


@click.command()
@click.option("--only", default="", help="Numbers of kinds, with commas.")
@click.option("--seed", default=SEED, help="Another seed tries other things.")
@click.option("--quick", is_flag=True, help="A tenth of it, in two minutes.")
@click.option("--verbose", is_flag=True, help="List everything that failed.")
@click.option("--root", type=click.Path(path_type=Path, exists=True), default=ROOT, help="The checkout to try.")
def main(only: str, seed: int, quick: bool, verbose: bool, root: Path) -> None:
    """Try to hurt the bot of a checkout; print what did, and exit with 1 if anything did."""
    tally = Tally(frozenset(int(item) for item in only.split(",") if item))
    with tempfile.TemporaryDirectory(prefix="hostile", ignore_cleanup_errors=True) as temp:
        Path(temp).chmod(0o755)
        asyncio.run(_run(Ground(root.resolve(), Path(temp), tally, random.Random(seed), quick), seed))
    for item, row in sorted(tally.rows.items()):
        for fault in row.failures if verbose else ():
            click.echo(f"{item:4}  {fault}")
    click.echo(tally.table())
    sys.exit(tally.failed)


async def _run(ground: Ground, seed: int) -> None:
    began = time.monotonic()
    if running := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(
            signal.SIGTERM, running.cancel
        )  # the bots must not be left behind
    watching = asyncio.create_task(ground.strain.watch())
    await ground.prepare()
    click.echo(f"prepared in {time.monotonic() - began:.0f} s")
    try:
        await asyncio.gather(*(_lane(ground, seed, lane) for lane in LANES))
    finally:
        watching.cancel()


async def _lane(ground: Ground, seed: int, lane: tuple[Part, ...]) -> None:
    """Try the parts of `lane`; chance is each part's own, so that it tries the same whatever runs beside it."""
    for part in lane:
        if ground.tally.wants(*part.items):
            began = time.monotonic()
            try:
                await part.run(replace(ground, rng=random.Random(f"{seed} {part.name}")))
            except (TimeoutError, RuntimeError, OSError) as error:  # such as a bot that does not start any more
                ground.tally.note(part.items[0], f"{part.name} ended: {type(error).__name__} {str(error)[-300:]}")
            click.echo(f"{part.name}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
