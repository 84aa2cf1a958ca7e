"""Take files away from under a running bot, and look for what it should have forgotten."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path

import psycopg

from tests import postgres
from tests.bench.hostile import letters
from tests.bench.hostile.forks import forking
from tests.bench.hostile.ground import Bot, Ground
from tests.bench.hostile.telegram import TOKEN

_NOTICED = 75.0
"""Seconds in which the loss of the database must be noticed."""
_FORGOTTEN = 100.0
"""Seconds in which an answered message must be gone from all tables."""
DATABASE = "bot.sqlite3"
IN_FLIGHT = "bot.in-flight"

Fault = Callable[[Path], object]


def _lost() -> dict[str, Fault]:
    """Return ways to lose the database."""

    def all_three(data: Path) -> None:
        for file in data.glob(f"{DATABASE}*"):
            file.unlink()

    def replaced(data: Path) -> None:
        (data / "other").write_bytes(b"")
        (data / "other").replace(data / DATABASE)

    return {
        "deleted": lambda data: (data / DATABASE).unlink(),
        "its WAL deleted": lambda data: (data / f"{DATABASE}-wal").unlink(),
        "deleted with its WAL": all_three,
        "replaced by an empty file": replaced,
        "moved away": lambda data: (data / DATABASE).rename(data / "moved"),
        "truncated": lambda data: os.truncate(data / DATABASE, 0),
        "overwritten": lambda data: (data / DATABASE).write_bytes(os.urandom(8192)),
    }


async def databases(ground: Ground) -> None:
    """Lose the database in all ways, each from under a bot of its own."""
    ways = list(_lost().items())[: 2 if ground.quick else None]
    for some in (ways[:4], ways[4:]):
        await asyncio.gather(*(_lose(ground, name, lose) for name, lose in some))
    await _in_flight(ground)
    await _broken(ground)


async def _lose(ground: Ground, name: str, lose: Fault) -> None:
    async with ground.running(f"database-{name.replace(' ', '-')}", small=True) as bot:
        await bot.helped(30)
        before = bot.log_size
        lose(bot.data)
        loop = asyncio.get_running_loop()
        began, noticed = loop.time(), False
        while not noticed and loop.time() - began < _NOTICED:
            await asyncio.sleep(2)
            bot.api.arrive(letters.text(letters.chat(), "/help"))
            status, _ = await bot.page("/readyz")
            logged = bot.log.encode()[before:].decode(errors="replace")
            noticed = (status == 503 or bool(bot.ends)) and any(w in logged for w in ("ERROR", "WARNING", "rror:"))
        waited = loop.time() - began
        fault = "" if noticed else f"database {name} while it runs: nobody is told within {_NOTICED:.0f} s"
        ground.tally.note(14, fault, figure=waited, unit="s")
        if "Traceback" in bot.log:
            ground.tally.note(14, f"database {name}: a traceback")


async def _in_flight(ground: Ground) -> None:
    """Truncate, delete and replace the file of the update in flight."""

    def folder(data: Path) -> None:
        (data / IN_FLIGHT).unlink()
        (data / IN_FLIGHT).mkdir()

    ways: dict[str, Fault] = {
        "truncated": lambda data: os.truncate(data / IN_FLIGHT, 0),
        "cut to three bytes": lambda data: os.truncate(data / IN_FLIGHT, 3),
        "deleted": lambda data: (data / IN_FLIGHT).unlink(),
        "replaced by a folder": folder,
    }
    for name, spoil in list(ways.items())[: 1 if ground.quick else None]:
        async with ground.running(f"in-flight-{name.replace(' ', '-')}", small=True) as bot:
            await bot.helped(30)
            spoil(bot.data)
            waits = [await bot.helped(15) for _ in range(3)]
            fault = (
                f"ends with exit code {bot.ends[0]}" if bot.ends else "nobody is answered" if max(waits) > 15 else ""
            )
            ground.tally.note(14, fault and f"{IN_FLIGHT} {name}: the bot {fault}")


async def _broken(ground: Ground) -> None:
    """Start on databases that are none: one sentence, with what to do."""
    made: dict[str, bytes] = {
        "of noise": os.urandom(20_000),
        "of half a head": b"SQLite format 3\x00" + bytes(50),
        "of a head and noise": b"SQLite format 3\x00\x10\x00\x01\x01\x00\x40\x20\x20" + os.urandom(9000),
        "of text": "不是数据库\n".encode() * 400,
    }
    async with forking(ground.python, ground.root, ground.temp, "broken") as forks:
        for name, content in made.items():
            data = ground.temp / f"broken-{name.replace(' ', '-')}"
            data.mkdir()
            (data / DATABASE).write_bytes(content)
            env = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_BASE_URL": "http://127.0.0.1:1", "ADMIN_PORT": "off"}
            done = await forks.run("--data", str(data), "--faq", str(ground.small / "faq"), env=env, seconds=20)
            fault = done.broken
            if not fault and (done.code != 1 or DATABASE not in done.said):
                fault = f"exit code {done.code}, {done.said.strip()[-80:]!r}"
            advice = ("restore", "move", "备份", "恢复", "移走", "挪")
            if not fault and not any(word in done.said for word in advice):
                fault = f"no advice: {done.said.strip()[-90:]!r}"
            ground.tally.note(14, fault and f"database {name} at the start: {fault}")


async def forgotten(ground: Ground) -> None:
    """Write messages, wait until they are answered, and look for them in all files."""
    await asyncio.gather(_sqlite(ground), _postgresql(ground))


async def _sqlite(ground: Ground) -> None:
    async with ground.running("forgotten", small=True) as bot:
        mark = await _marked(bot, ground.rng)
        found = await _gone(bot.data, mark)
        ground.tally.note(13, found and f"SQLite, {_FORGOTTEN:.0f} s after the answers: {found}")


async def _postgresql(ground: Ground) -> None:
    if obstacle := postgres.obstacle():
        ground.tally.skip(13, obstacle)
        return
    with postgres.server() as url:
        home = Path(url.rpartition("=")[2]) / "db" / "base"
        async with ground.running("forgotten-postgresql", small=True, DATABASE_URL=url) as bot:
            mark = await _marked(bot, ground.rng)
            await asyncio.sleep(_FORGOTTEN)
            with psycopg.connect(url, autocommit=True) as server:
                server.execute("CHECKPOINT")  # the tables' files show it only now
            found = await _gone(home, mark, 0.1)
            ground.tally.note(13, found and f"PostgreSQL's tables, {_FORGOTTEN:.0f} s after the answers: {found}")


async def _marked(bot: Bot, rng: random.Random) -> bytes:
    mark = "".join(rng.choices("bcdfghjkmnpqrstvwxz", k=14))
    for _ in range(30):
        resident = letters.chat()
        bot.api.arrive(letters.text(resident, f"{mark} 低保怎么申请"))
        await bot.api.reply(resident, 30)
    return mark.encode()


async def _gone(folder: Path, mark: bytes, seconds: float = _FORGOTTEN) -> str:
    """Return where `mark` still stands after `seconds`, or nothing as soon as it stands nowhere."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        files = [file for file in folder.rglob("*") if file.is_file()]
        found = {file.name: file.read_bytes().count(mark) for file in files if file.exists()}
        found = {name: count for name, count in found.items() if count}
        if not found or asyncio.get_running_loop().time() > end:
            return f"{sum(found.values())} times in {', '.join(sorted(found))}" if found else ""
        await asyncio.sleep(3)
