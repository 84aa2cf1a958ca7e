"""`python -m tests.bench.queues`: updates/s, order, duplicates after kill -9 and writes of each way to divide updates.

The engines are installed by requirements-bench.txt.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import psycopg

from tests import postgres
from tests.bench.queues.ways import WAYS, Update
from tests.conftest import ROOT

_CHATS = 200


@dataclass
class Found:
    """What one way has come to."""

    seconds: float
    never: int
    repeated: int
    out_of_order: int


@click.command()
@click.option("--updates", default=2000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--kills", default=6, show_default=True, help="How often a worker is killed at random in the second run.")
@click.option("--way", "ways", multiple=True, type=click.Choice(list(WAYS)), help="Only these ways.")
def main(updates: int, workers: int, kills: int, ways: tuple[str, ...]) -> None:
    """Let workers answer what waits, without and with kills, and count."""
    click.echo(f"{updates} updates of {_CHATS} chats, {workers} workers; {kills} × SIGKILL in a second run")
    click.echo(
        "| way | kept ms each | updates/s | commits | rows written | log bytes | with kills: never, twice, order |"
    )
    click.echo("| --- | --- | --- | --- | --- | --- | --- |")
    plan = [(chat, number) for number in range(updates // _CHATS) for chat in range(1, _CHATS + 1)]
    for way in ways or WAYS:
        with postgres.server() as url:
            asyncio.run(WAYS[way]().install(url))
            before, began = _written(url), time.monotonic()
            asyncio.run(WAYS[way]().keep(url, plan))
            kept = (time.monotonic() - began) / len(plan) * 1000
            quiet = _run(way, url, plan, workers, 0)
            commits, rows, size = (n / len(plan) for n in map(int.__sub__, _written(url), before))
            asyncio.run(WAYS[way]().keep(url, [(chat + _CHATS, number) for chat, number in plan]))
            harsh = _run(way, url, [(chat + _CHATS, number) for chat, number in plan], workers, kills)
        click.echo(
            f"| {way} | {kept:.2f} | {len(plan) / quiet.seconds:.0f} | {commits:.2f} | {rows:.2f} | {size:.0f} |"
            f" {quiet.never + harsh.never}, {harsh.repeated}, {quiet.out_of_order + harsh.out_of_order} |"
        )


def _run(way: str, url: str, plan: list[Update], workers: int, kills: int) -> Found:
    """Let `workers` answer `plan`, which is kept already, while they are killed and started again `kills` times."""
    with tempfile.NamedTemporaryFile() as file, contextlib.ExitStack() as stack:
        answers = Path(file.name)
        command = [sys.executable, "-m", "tests.bench.queues.ways", way, url, file.name]
        running = [stack.enter_context(_process(command)) for _ in range(workers)]
        first, last, size, killed = 0.0, time.monotonic(), 0, 0
        while time.monotonic() < last + 20 or not size:
            time.sleep(0.01)
            now, given = time.monotonic(), answers.stat().st_size
            if given != size:
                first, last, size = first or now, now, given
                done = len(set(answers.read_bytes().splitlines()))
                if done == len(plan):
                    break
                if killed < kills and done > len(plan) * (killed + random.random()) / (kills + 1):
                    killed += 1
                    victim = running.pop(0)
                    victim.kill()
                    victim.wait()
                    running.append(stack.enter_context(_process(command)))
        time.sleep(0.5)
        return _judged(answers.read_text().splitlines(), plan, last - first)


def _judged(answers: list[str], plan: list[Update], seconds: float) -> Found:
    newest: dict[int, int] = {}
    seen: set[Update] = set()
    found = Found(seconds, 0, 0, 0)
    for line in answers:
        chat, number = map(int, line.split())
        found.repeated += (chat, number) in seen
        found.out_of_order += number < newest.get(chat, -1)
        newest[chat] = max(number, newest.get(chat, -1))
        seen.add((chat, number))
    found.never = len(set(plan) - seen)
    return found


@contextlib.contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _written(url: str) -> tuple[int, int, int]:
    """Return commits, rows written and bytes of the server's log so far."""
    asked = (
        "SELECT xact_commit, tup_inserted + tup_updated + tup_deleted, pg_current_wal_lsn() - '0/0'"
        " FROM pg_stat_database WHERE datname = current_database()"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        time.sleep(1.5)  # the server's counters lag behind
        row = connection.execute(asked).fetchone()
    assert row
    return int(row[0]), int(row[1]), int(row[2])


if __name__ == "__main__":
    main()
