"""Compare the whole bot with an echo bot of the library's own parts, on one server, turn and turn about.

Ours understands each message, keeps it on disk until it is answered, remembers the resident and replies with a sourced
answer; the echo sends the text back and loses what it has when it is killed.

Run it with: python -m tests.bench.delivery [--updates N] [--latency-ms 100] [--json]
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from bot.delivery.live import open_model
from tests.bench.bots import Plan, Server, bot, echo, ours, server
from tests.conftest import FAQ, ROOT

WARM_UP = 200
IDLE = 10.0


@dataclass
class Run:
    """One bot, measured once."""

    updates_per_second: float
    cpu_ms: float
    """Processor time an update."""
    start_s: float
    memory_mb: float
    requests: float
    """Requests an update, getUpdates left out."""
    idle_percent: float | None = None


@click.command()
@click.option("--updates", default=2000, help="Messages a run.")
@click.option("--latency-ms", default=0, help="Time Telegram takes to answer.")
@click.option("--rounds", default=5, help="Runs of each bot; the median is shown.")
@click.option("--json", "as_json", is_flag=True)
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
def main(updates: int, latency_ms: int, rounds: int, as_json: bool, data: Path) -> None:
    """Measure the bots and print their medians and ours over the echo's."""
    model = open_model(FAQ, data)
    questions = [check for intent in model.faq.intents.values() for check in intent.checks]
    plan = [(0.0, 1000 + n % 500, questions[n % len(questions)]) for n in range(updates)]
    found: dict[str, list[Run]] = {}
    with tempfile.TemporaryDirectory() as folder, server() as api:
        own = Path(shutil.copytree(data, Path(folder) / "var", ignore=shutil.ignore_patterns("bot.*")))
        bots = {"whole bot": ours(own), "stock echo": echo()}
        if latency_ms:
            bots["stock echo, 32 at once"] = echo(32)
        for turn in range(rounds):
            for name, command in bots.items():
                slow = name == "stock echo" and latency_ms > 0
                run = measure(command, api, plan[: updates // 20] if slow else plan, latency_ms / 1000, turn == 0)
                found.setdefault(name, []).append(run)
    medians = {name: median(runs) for name, runs in found.items()}
    report(medians, updates, latency_ms, rounds, as_json)


def measure(command: list[str], api: Server, plan: Plan, latency: float, idle: bool) -> Run:
    """Start a bot, let it warm up, hand it the plan at once, and wait for the last answer."""
    with bot(command, api) as running:
        few = plan[: WARM_UP if not latency else len(plan) // 10]
        api.order(plan=few, latency=latency)
        api.wait("answered", len(few))
        time.sleep(0.5)
        cpu = running.cpu
        begun = api.order(plan=plan, latency=latency)["now"]
        state = api.wait("answered", len(plan))
        time.sleep(0.3)
        cpu = running.cpu - cpu
        asked = sum(count for method, count in state["calls"].items() if method != "getUpdates")
        seconds = state["last"] - begun
        run = Run(len(plan) / seconds, cpu / len(plan) * 1000, running.started, running.memory, asked / len(plan))
        if idle:
            cpu = running.cpu
            time.sleep(IDLE)
            run.idle_percent = (running.cpu - cpu) / IDLE * 100
        return run


def median(runs: list[Run]) -> Run:
    """Return the median of each figure."""
    columns = {key: [value for run in runs if (value := asdict(run)[key]) is not None] for key in asdict(runs[0])}
    return Run(**{key: statistics.median(values) for key, values in columns.items()})


def report(medians: dict[str, Run], updates: int, latency_ms: int, rounds: int, as_json: bool) -> None:
    """Print the table."""
    ours_, stock = medians["whole bot"], medians["stock echo"]
    ratio = ours_.updates_per_second / stock.updates_per_second
    if as_json:
        click.echo(json.dumps({"ratio": ratio, **{name: asdict(run) for name, run in medians.items()}}))
        return
    click.echo(f"{updates} updates, Telegram answers after {latency_ms} ms, median of {rounds} runs each")
    click.echo("| bot | updates/s | CPU ms/update | requests/update | start s | memory MB | idle CPU % |")
    click.echo("| --- | --- | --- | --- | --- | --- | --- |")
    for name, run in medians.items():
        click.echo(
            f"| {name} | {run.updates_per_second:.0f} | {run.cpu_ms:.2f} | {run.requests:.2f} | {run.start_s:.2f} |"
            f" {run.memory_mb:.0f} | {run.idle_percent:.1f} |"
        )
    click.echo(f"whole bot / stock echo: {ratio:.2f} x the updates/s, {ours_.cpu_ms / stock.cpu_ms:.2f} x the CPU")


if __name__ == "__main__":
    main()
