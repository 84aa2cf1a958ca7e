"""Measure the bot as a whole: time of one answer in the process, cold start, memory.

Run it with: python -m tests.bench.answering
"""

from __future__ import annotations

import datetime as dt
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
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Program that prints the peak memory of another in KiB; it is small itself, for a child begins with its size."""
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
        done = subprocess.run([sys.executable, "-c", PEAK, *command], capture_output=True, text=True, check=True)
        starts.append((time.perf_counter() - start, int(done.stdout) / 1024))
    click.echo(f"cold start to answer   median {statistics.median(s for s, _ in starts):.2f} s")
    click.echo(f"peak memory            median {statistics.median(m for _, m in starts):.0f} MB")


if __name__ == "__main__":
    main()
