"""Measure the bot as a whole: time of one answer in the process, cold start, memory.

Run it with: python -m tests.bench.answering
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import click

from bot.dialogue import Dialogue
from bot.live import open_model
from bot.session import Session
from tests.conftest import FAQ, ROOT

ROUNDS = 5
NOW = dt.datetime(2026, 12, 1, 10)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
def main(data: Path) -> None:
    """Ask every check of the knowledge base, several times over."""
    model = open_model(FAQ, data)
    dialogue = Dialogue(model)
    messages = [check for intent in model.faq.intents.values() for check in intent.checks]
    for message in messages:
        dialogue.hear(message, Session(), NOW)
    heard, ranked = [], []
    for _ in range(ROUNDS):
        for message in messages:
            start = time.perf_counter()
            model.rank(message)
            middle = time.perf_counter()
            dialogue.hear(message, Session(), NOW)
            ranked.append(middle - start)
            heard.append(time.perf_counter() - middle)
    for name, seconds in (("rank one message", ranked), ("reply to one message", heard)):
        cuts = statistics.quantiles(seconds, n=100)
        click.echo(f"{name:22} median {statistics.median(seconds) * 1e3:.3f} ms, p99 {cuts[98] * 1e3:.3f} ms")
    starts = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        command = [sys.executable, str(ROOT / "run_bot.py"), "ask", "--data", str(data), messages[0]]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        starts.append((time.perf_counter() - start, usage.ru_maxrss / 1024))
    click.echo(f"cold start to answer   median {statistics.median(s for s, _ in starts):.2f} s")
    click.echo(f"peak memory            median {statistics.median(m for _, m in starts):.0f} MB")


if __name__ == "__main__":
    main()
