"""Change the folder of a running bot: a fault must be noticed and survived, a mended folder taken over."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.hostile.ground import Bot, Ground
from tests.bench.hostile.spoilt import SHARED, write

_NOTICED = 25.0
"""Seconds in which a change must be noticed, times the strain."""
_TAKEN = 60.0
"""Seconds in which a mended folder must be taken over, times the strain: a small model is trained meanwhile."""

Step = Callable[[Path], object]


@dataclass(frozen=True)
class Change:
    """Something done to the folder, and how it is undone."""

    item: int
    """Kind of fault."""
    name: str
    """What is done."""
    make: Step
    """Does it."""
    undo: Step
    """Undoes it."""
    wrong: bool = True
    """Whether the folder is wrong then, so that the bot must say so."""


def _moved(rng: random.Random) -> Iterator[Change]:
    """Yield changes that touch no file's content."""
    for there in ("topics/dibao", "topics/chat", "topics"):
        away = f"moved-{rng.randint(1, 99)}"

        def out(folder: Path, there: str = there, away: str = away) -> None:
            (folder / there).rename(folder.parent / away)

        def back(folder: Path, there: str = there, away: str = away) -> None:
            (folder.parent / away).rename(folder / there)

        yield Change(9, f"{there} is moved out", out, back)

    def renamed(folder: Path) -> None:
        (folder / "topics/chat").rename(folder / "topics/chatter")

    def named_back(folder: Path) -> None:
        (folder / "topics/chatter").rename(folder / "topics/chat")

    yield Change(9, "topics/chat is renamed", renamed, named_back)

    def moved_in(folder: Path) -> None:
        shutil.copytree(folder / "topics/chat", folder.parent / "coming")
        (folder.parent / "coming").rename(folder / "topics/another")

    yield Change(9, "a folder is moved in", moved_in, lambda folder: shutil.rmtree(folder / "topics/another"))


def _linked(rng: random.Random) -> Iterator[Change]:
    """Yield swaps of links."""
    for name in rng.sample(SHARED, 3):
        elsewhere = f"elsewhere-{name}"

        def swap(folder: Path, name: str = name, elsewhere: str = elsewhere) -> None:
            (folder.parent / elsewhere).write_text("x: [\n", encoding="utf-8")
            link = folder.parent / f"{elsewhere}.link"
            link.symlink_to(folder.parent / elsewhere)
            shutil.copy(folder / f"{name}.yaml", folder.parent / f"{elsewhere}.kept")
            link.replace(folder / f"{name}.yaml")

        def restore(folder: Path, name: str = name, elsewhere: str = elsewhere) -> None:
            (folder.parent / f"{elsewhere}.kept").replace(folder / f"{name}.yaml")

        yield Change(9, f"{name}.yaml becomes a link to a broken file", swap, restore)


def _written(rng: random.Random) -> Iterator[Change]:
    """Yield files written, of which some kill."""
    bombs = {
        "deep brackets": "a: " + "[" * 100_000 + "]" * 100_000,
        "open brackets": "a: " + "[" * 200_000,
        "deep braces": "a: " + "{a: " * 60_000,
        "dashes": "- " * 90_000,
        "half a file": "title: x\nquestions:\n  - [",
        "line separators": "title: x\nquestions:\n  - a\u2028b\ndetails: 一\n  二\n",
        "carriage returns": "title: x\rquestions:\r  - 食堂\rdetails: 一\r  二",
        "a tag": "title: !!binary aGk=\n",
        "many questions": "title: x\nquestions:\n" + "  - 低保怎么办\n" * 150_000,
        "a template": "title: x\nquestions:\n  - " + "(一|二)" * 60 + "\n",
        "conflict": "<<<<<<< HEAD\ntitle: x\n=======\ntitle: y\n>>>>>>> b\n",
    }
    for name, text in bombs.items():
        file = f"topics/dibao/bomb{rng.randint(1, 99)}.yaml"
        yield Change(8, name, write(file, text), lambda folder, file=file: (folder / file).unlink())  # type: ignore[misc]
    kept: dict[str, bytes] = {}
    for name in rng.sample(SHARED, 2):

        def spoil(folder: Path, name: str = name) -> None:
            file = folder / f"{name}.yaml"
            kept[name] = file.read_bytes()
            file.write_bytes(b"a: " + b"[" * 150_000)

        def mend(folder: Path, name: str = name) -> None:
            (folder / f"{name}.yaml").write_bytes(kept[name])

        yield Change(8, f"brackets for {name}.yaml", spoil, mend)
    for left in (
        "topics/dibao/._apply.yaml",
        "topics/chat/~$greeting.yaml",
        ".#offices.yaml",
        "topics/dibao/.x/a.yaml",
    ):
        undo: Step = lambda folder, left=left: (folder / left).unlink()  # type: ignore[misc] # noqa: E731
        yield Change(11, f"{left} is left behind", write(left, b"\x00\x05\x16\x07"), undo, wrong=False)


def _special(rng: random.Random) -> Iterator[Change]:
    """Yield files that are none."""
    file = "topics/dibao/pipe.yaml"
    gone: Step = lambda folder: (folder / file).unlink()  # noqa: E731
    yield Change(8, "a FIFO", lambda folder: os.mkfifo(folder / file), gone)
    for target in ("/dev/zero", "/dev/urandom", "pipe.yaml", "/etc/passwd"):
        yield Change(8, f"a link to {target}", lambda folder, to=target: (folder / file).symlink_to(to), gone)  # type: ignore[misc]
    yield Change(8, "a folder named like a file", lambda f: (f / file).mkdir(), lambda f: (f / file).rmdir())


async def reloads(ground: Ground) -> None:
    """Try all changes on one running bot, started anew when it dies."""
    async with ground.running("reload", small=True) as bot:
        changes = [*_moved(ground.rng), *_linked(ground.rng), *_written(ground.rng), *_special(ground.rng)]
        changes = [change for change in changes if ground.tally.wants(change.item)]
        if ground.quick:
            changes = [next(c for c in changes if c.item == item) for item in (8, 9, 11) if ground.tally.wants(item)]
        for number, change in enumerate(changes):
            began = time.monotonic()
            fault = await _change(bot, change, number)
            ground.tally.note(
                change.item,
                fault and f"{change.name} while it runs: {fault}",
                figure=time.monotonic() - began,
                unit="s",
            )
            if not bot.faq.exists() or fault:
                await _whole(ground, bot)


async def _change(bot: Bot, change: Change, number: int) -> str:
    """Change, wait until it is noticed, undo it with a new phrase, and wait until that is told."""
    ends, log, refused = len(bot.ends), bot.log_size, await bot.metric("bot_faq_reloads_total")
    change.make(bot.faq)
    end = time.monotonic() + (_NOTICED * bot.ground.strain() if change.wrong else 5.0)
    noticed = False
    while time.monotonic() < end and not noticed and len(bot.ends) == ends:
        await asyncio.sleep(0.3)
        noticed = await bot.metric("bot_faq_reloads_total") > refused or "ERROR" in bot.log[log:]
    fault = ""
    if len(bot.ends) > ends:
        fault = f"the bot ended with exit code {bot.ends[-1]}"
    elif change.wrong and not noticed:
        fault = f"not noticed within {_NOTICED:.0f} s"
    elif not change.wrong and "not taken over" in bot.log[log:]:
        fault = "the folder is refused"
    if await bot.helped(20) > 20:
        fault = fault or "nobody is answered"
    change.undo(bot.faq)
    if not fault and not await _taken(bot, "再看一遍" + "".join(chr(ord("a") + int(digit)) for digit in str(number))):
        fault = "the mended folder is not taken over"
    return fault


async def _taken(bot: Bot, mark: str) -> bool:
    """Write `mark` into the help, and tell whether a resident reads it in time."""
    file = bot.faq / "phrases.yaml"
    text = file.read_text("utf-8")
    begin = text.index("help: |") + len("help: |\n")
    indent = "  "
    file.write_text(f"{text[:begin]}{indent}{mark}\n{text[begin:].lstrip(chr(10))}", encoding="utf-8")
    end = time.monotonic() + _TAKEN * bot.ground.strain()
    while time.monotonic() < end:
        await asyncio.sleep(1)
        await bot.helped(5)
        if mark in "".join(sent.text for said in bot.api.sent.values() for sent in said[-1:]):
            file.write_text(text, encoding="utf-8")
            return True
    file.write_text(text, encoding="utf-8")
    return False


async def _whole(ground: Ground, bot: Bot) -> None:
    """Put the whole folder back, and wait until the bot serves."""
    for name in bot.faq.iterdir():
        shutil.rmtree(name) if name.is_dir() and not name.is_symlink() else name.unlink()
    shutil.copytree(ground.small / "faq", bot.faq, dirs_exist_ok=True)
    for _ in range(12):
        if await bot.helped(10) < 10:
            break
    await asyncio.sleep(3)
