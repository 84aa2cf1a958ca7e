"""What one update costs: processor time, memory, transactions and bytes, on SQLite and on PostgreSQL.

The figures of docs/scaling.md. Run it with: python -m tests.bench.cost [--updates N] [--rate R] [--data DIR]
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click
import psycopg

from bot.delivery.live import open_model
from bot.store.database import FILE
from tests import postgres
from tests.bench.bots import Bot, Plan, Server, bot, ours, server
from tests.conftest import FAQ, ROOT

WARM_UP = 200
SETTLED = 2.0
"""Seconds after the last answer in which its outcome is written."""


@dataclass(frozen=True)
class Cost:
    """What one update has cost, on the average."""

    cpu_ms: float
    """Processor time of the bot; a PostgreSQL server's own is not in it."""
    transactions: float | None
    """Transactions of the database that wrote; None: SQLite does not count them."""
    written: float
    """Bytes written: by the bot's process to files, or to PostgreSQL's log of changes."""
    kept: float
    """Bytes by which the database grew."""
    network: float
    """Bytes to and from Telegram, headers too, TLS not; polls of other moments than an update's are in it."""


@dataclass(frozen=True)
class State:
    """Counters at one moment."""

    cpu: float
    transactions: int | None
    written: int
    size: int
    network: int


class Sqlite:
    """SQLite in the bot's data folder."""

    name = "SQLite"
    settings: dict[str, str] = {}

    def __init__(self, data: Path) -> None:
        self._file = data / FILE

    def counters(self, running: Bot) -> tuple[int | None, int, int]:
        """Return transactions, bytes written and bytes kept."""
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as connection:
            (size,) = connection.execute(
                "SELECT (page_count - freelist_count) * page_size"
                " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
            ).fetchone()
        return None, running.written, int(size)


class Postgresql:
    """A PostgreSQL server of the benchmark's own."""

    name = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self._url = url
        self.settings = {"DATABASE_URL": url}

    def counters(self, _running: Bot) -> tuple[int | None, int, int]:
        """Return transactions, bytes written and bytes kept."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            found = connection.execute(
                "SELECT pg_stat_get_db_xact_commit(oid), pg_current_wal_lsn() - '0/0', pg_database_size(oid)"
                " FROM pg_database WHERE datname = current_database()"
            ).fetchone()
        assert found
        return int(found[0]), int(found[1]), int(found[2])


@click.command()
@click.option("--updates", default=2000, help="Messages a run.")
@click.option("--rate", default=20.0, help="Messages a second; 0: all at once.")
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
def main(updates: int, rate: float, data: Path) -> None:
    """Measure and print a table, a row for each database."""
    model = open_model(FAQ, data)
    questions = [check for intent in model.faq.intents.values() for check in intent.checks]
    plan = [(n / rate if rate else 0.0, 1000 + n % 500, questions[n % len(questions)]) for n in range(updates)]
    click.echo(f"{updates} messages of 500 residents, " + (f"{rate:g} a second" if rate else "all at once"))
    click.echo("| database | CPU ms | transactions | bytes written | bytes kept | bytes of network |")
    click.echo("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, server() as api:
        for kind in (Sqlite.name, Postgresql.name):
            own = Path(
                shutil.copytree(data, Path(folder) / kind, ignore=shutil.ignore_patterns("bot.*"), symlinks=True)
            )
            with _database(kind, own) as database:
                if database is None:
                    click.echo(f"| {kind} | {postgres.obstacle()} | | | | |")
                    continue
                cost = measure(database, own, api, plan)
                commits = "" if cost.transactions is None else f"{cost.transactions:.1f}"
                click.echo(
                    f"| {kind} | {cost.cpu_ms:.2f} | {commits} | {cost.written:,.0f} | {cost.kept:,.0f} |"
                    f" {cost.network:,.0f} |"
                )


@contextlib.contextmanager
def _database(kind: str, data: Path) -> Iterator[Sqlite | Postgresql | None]:
    if kind == Sqlite.name:
        yield Sqlite(data)
    elif postgres.obstacle():
        yield None
    else:
        with postgres.server() as url:
            yield Postgresql(url)


def measure(database: Sqlite | Postgresql, data: Path, api: Server, plan: Plan) -> Cost:
    """Run the bot, let it warm up, hand it the plan, and compare the counters before and after."""
    with bot(ours(data), api, FLOOD_PER_MINUTE="0", **database.settings) as running:
        few = [(0.0, user, text) for _, user, text in plan[:WARM_UP]]
        api.order(plan=few, latency=0.0)
        api.wait("answered", len(few))
        time.sleep(SETTLED)
        before = _state(database, running, api)
        api.order(plan=plan, latency=0.0)
        api.wait("answered", len(plan), plan[-1][0] + 120.0)
        time.sleep(SETTLED)
        after = _state(database, running, api)
    count = len(plan)
    commits = None
    if after.transactions is not None and before.transactions is not None:
        commits = (after.transactions - before.transactions) / count
    return Cost(
        (after.cpu - before.cpu) / count * 1000,
        commits,
        (after.written - before.written) / count,
        (after.size - before.size) / count,
        (after.network - before.network) / count,
    )


def _state(database: Sqlite | Postgresql, running: Bot, api: Server) -> State:
    transactions, written, size = database.counters(running)
    return State(running.cpu, transactions, written, size, api.order()["bytes"])


if __name__ == "__main__":
    main()
