"""Does one resident's flood slow the answers to the others? One bot, turn and turn about without and with a flood.

Run it with: python -m tests.bench.flood [--seconds S] [--rate R] [--flood F] [--json]
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import click

from bot.delivery.live import open_model
from tests.bench.bots import Plan, Server, bot, ours, server
from tests.conftest import FAQ, ROOT

FLOODER = 1


@click.command()
@click.option("--seconds", default=10, help="Length of one turn.")
@click.option("--rate", default=20, help="Messages a second of all the others together.")
@click.option("--flood", default=100, help="Messages a second of the one who floods.")
@click.option("--rounds", default=3, help="Turns of each kind; the median is shown.")
@click.option("--limit", default=20, help="FLOOD_PER_MINUTE of the bot; 0 shows what happens without the gate.")
@click.option("--json", "as_json", is_flag=True)
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
def main(*, seconds: int, rate: int, flood: int, rounds: int, limit: int, as_json: bool, data: Path) -> None:
    """Print the others' 95th percentile of the time from arrival to answer, without and with the flood."""
    model = open_model(FAQ, data)
    questions = [check for intent in model.faq.intents.values() for check in intent.checks]
    calm = [(n / rate, 1000 + n, questions[n % len(questions)]) for n in range(seconds * rate)]
    mad = [(n / flood, FLOODER, questions[n % len(questions)]) for n in range(seconds * flood)]
    found: dict[str, list[float]] = {"without": [], "with": []}
    answered = 0
    with tempfile.TemporaryDirectory() as folder, server() as api:
        own = Path(shutil.copytree(data, Path(folder) / "var", ignore=shutil.ignore_patterns("bot.*")))
        with bot(ours(own), api, FLOOD_PER_MINUTE=str(limit)):
            turn(api, calm, len(calm))
            for _ in range(rounds):
                found["without"].append(turn(api, calm, len(calm))[0])
                p95, answers = turn(api, [*calm, *mad], len(calm))
                found["with"].append(p95)
                answered += answers
    medians = {name: statistics.median(values) * 1000 for name, values in found.items()}
    if as_json:
        click.echo(json.dumps({"p95_ms": medians, "flooder_answered": answered}))
        return
    click.echo(f"{rate} messages/s of others, {flood}/s of one; p95 of the others, median of {rounds} turns each:")
    click.echo(f"  without the flood {medians['without']:.0f} ms, with it {medians['with']:.0f} ms")
    click.echo(f"  the one who floods was sent {answered} messages for his {rounds * len(mad)}")


def turn(api: Server, plan: Plan, others: int) -> tuple[float, int]:
    """Carry out `plan`; return the others' p95 in seconds and how many messages the flooder was sent."""
    api.order(plan=plan, latency=0.05)
    time.sleep(plan[others - 1][0])
    end = time.monotonic() + 60
    while time.monotonic() < end:
        latencies = api.order(latencies=True)["latencies"]
        calm = [seconds for user, seconds in latencies if user != FLOODER]
        if len(calm) >= others:
            return statistics.quantiles(calm, n=20)[-1], len(latencies) - len(calm)
        time.sleep(0.2)
    raise TimeoutError(f"{len(calm)} of {others} were answered")


if __name__ == "__main__":
    main()
