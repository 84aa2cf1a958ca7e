"""Measure the bot as a whole: time of one answer in the process, cold start, memory.

Run it with: python -m tests.bench.answering
"""

from __future__ import annotations

import datetime as dt
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from bot.delivery.live import open_model
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.session import Session
from intents.classifier.model import Model
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
    """Ask every title and every check of the knowledge base, several times over."""
    model = open_model(FAQ, data)
    dialogue = Dialogue(model)
    intents = model.faq.intents.values()
    _answer("titles", dialogue, model, [intent.title for intent in intents])
    _answer("checks", dialogue, model, [check for intent in intents for check in intent.checks])
    starts = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        command = [sys.executable, str(ROOT / "run_bot.py"), "ask", "--data", str(data), next(iter(intents)).title]
        done = subprocess.run([sys.executable, "-c", PEAK, *command], capture_output=True, text=True, check=True)
        starts.append((time.perf_counter() - start, int(done.stdout) / 1024))
    click.echo(f"cold start to answer   median {statistics.median(s for s, _ in starts):.2f} s")
    click.echo(f"peak memory            median {statistics.median(m for _, m in starts):.0f} MB")


def _answer(name: str, dialogue: Dialogue, model: Model, messages: list[str]) -> None:
    """Rank and answer each message `ROUNDS` times after a warm-up, and print the times."""
    length = statistics.median(map(len, messages))
    click.echo(f"{len(messages)} {name}, {length:.0f} characters in the median:")
    jobs: dict[str, Callable[[str], object]] = {
        "rank": model.rank,
        "reply": lambda message: dialogue.hear(message, Session(), NOW),
    }
    for job, work in jobs.items():
        seconds = []
        for turn in range(ROUNDS + 1):
            for message in messages:
                start = time.perf_counter()
                work(message)
                if turn:
                    seconds.append(time.perf_counter() - start)
        cuts = statistics.quantiles(seconds, n=100)
        click.echo(f"  {job:6} median {statistics.median(seconds) * 1e3:.2f} ms, p99 {cuts[98] * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
