"""Let `check` read spoilt folders of knowledge, each in a child process."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

from tests.bench.hostile.forks import Done, Forks, forking
from tests.bench.hostile.ground import Ground
from tests.bench.hostile.mistakes import mistakes
from tests.bench.hostile.spoilt import Spoilt, deadly, hidden, separated

LIMIT = 10.0
"""Seconds in which `check` must end."""
_REMINDER = r"warning|提醒|--contacts"
"""What lines that are no mistakes hold."""
LINES = 34
"""Lines that it may print: 30, and how many there are."""


async def checked(ground: Ground) -> None:
    """Try a thousand folders, two at a time."""
    number = ground.count(1000)
    kinds = (deadly, separated, hidden, mistakes)
    every = [kinds[turn % len(kinds)](ground.rng, ground.small / "faq") for turn in range(number)]
    every = [one for one in every if ground.tally.wants(one.item)]
    waiting = iter(every)
    calm = await _calm(ground)

    async def work(name: str) -> None:
        async with forking(ground.python, ground.root, ground.temp, name) as forks:
            for one in waiting:
                await _one(ground, forks, one, ground.temp / f"folder-{name}", calm)

    await asyncio.gather(work("a"), work("b"))


async def _calm(ground: Ground) -> float:
    """Return the seconds that a check of the whole folder takes: above a second the machine is busy."""
    async with forking(ground.python, ground.root, ground.temp, "calm") as forks:
        done = await forks.run(*_command(ground, ground.small / "faq"), seconds=60)
        if done.code:
            ground.tally.note(19, f"the whole folder is refused: {done.said[:200]}")
        return max(1.0, done.seconds)


def _command(ground: Ground, folder: Path) -> tuple[str, ...]:
    return ("check", "--faq", str(folder), "--data", str(ground.small / "var"))


async def _one(ground: Ground, forks: Forks, one: Spoilt, folder: Path, calm: float) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ground.small / "faq", folder)
    one.make(folder)
    done = await forks.run(*_command(ground, folder), seconds=LIMIT * max(calm, ground.strain()))
    ground.tally.note(one.item, _fault(one, done, folder), figure=done.seconds, unit="s")
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _fault(one: Spoilt, done: Done, folder: Path) -> str:
    """Return what is wrong with how `check` took it."""
    said = [line for line in done.said.splitlines() if not re.search(_REMINDER, line)]
    first = said[0] if said else ""
    if done.broken:
        return f"{one.name}: {done.broken}"
    if not one.file:
        return f"{one.name}: refused: {first[-70:]}" if done.code else ""
    if not done.code and not (one.item == 11 and one.file in done.said):  # to remind of a wrong name is enough
        return f"{one.name}: nothing is said"
    if one.file not in done.said:
        return f"{one.name}: the file is not named: {first[-70:]}"
    if one.item == 19 and len(said) > LINES:
        return f"{one.name}: {len(said)} lines"
    found = re.search(re.escape(one.file) + r":(\d+)", first)
    if one.line and not (found and abs(int(found[1]) - one.line) <= 1):
        return f"{one.name}, line {one.line}: {first.removeprefix(str(folder))[:80]}"
    if one.cause and not re.search(one.cause, first.partition(": ")[2], re.IGNORECASE):
        return f"{one.name}: the cause is not named: {first.removeprefix(str(folder))[:90]}"
    return ""
