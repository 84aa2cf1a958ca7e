"""Run it with: python -m tests.bench.hostile [--only 1,4] [--seed N] [--quick] [--root DIR]."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from tests.bench.hostile import messages
from tests.bench.hostile.ground import Ground
from tests.bench.hostile.tally import Tally
from tests.conftest import ROOT

SEED = 20261129

Part = Callable[[Ground], Awaitable[None]]
PARTS: tuple[tuple[str, tuple[int, ...], Part], ...] = (
    ("texts", (1, 2, 3), messages.texts),
)


@click.command()
@click.option("--only", default="", help="Numbers of kinds, with commas.")
@click.option("--seed", default=SEED, help="Another seed tries other things.")
@click.option("--quick", is_flag=True, help="A tenth of it, in two minutes.")
@click.option("--root", type=click.Path(path_type=Path, exists=True), default=ROOT, help="The checkout to try.")
def main(only: str, seed: int, quick: bool, root: Path) -> None:
    """Try to hurt the bot of a checkout; print what did, and exit with 1 if anything did."""
    tally = Tally(frozenset(int(item) for item in only.split(",") if item))
    with tempfile.TemporaryDirectory(prefix="hostile", ignore_cleanup_errors=True) as temp:
        Path(temp).chmod(0o755)
        asyncio.run(_run(Ground(root.resolve(), Path(temp), tally, random.Random(seed), quick)))
    click.echo(tally.table())
    sys.exit(tally.failed)


async def _run(ground: Ground) -> None:
    began = time.monotonic()
    await ground.prepare()
    click.echo(f"prepared in {time.monotonic() - began:.0f} s")
    for name, items, part in PARTS:
        if ground.tally.wants(*items):
            began = time.monotonic()
            await part(ground)
            click.echo(f"{name}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
