"""`python -m tests.bench.crash --rounds N [--mode polling|webhook]`: does the bot lose a message when it is killed?"""

from __future__ import annotations

import asyncio
import random
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from bot.delivery.live import open_model
from bot.dialogue.dialogue import Dialogue
from tests import postgres
from tests.conftest import FAQ, ROOT
from tests.crash import crash


@click.command()
@click.option("--rounds", default=30, show_default=True, help="How often the bot is ended at a random moment.")
@click.option("--mode", type=click.Choice(["polling", "webhook"]), default="polling", show_default=True)
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--chats", default=20, show_default=True, help="Residents who write ten messages each in every round.")
@click.option("--latency", default=30.0, show_default=True, help="Milliseconds that Telegram takes to answer.")
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var", help="Folder with the trained model.")
@click.option("--seed", default=1, show_default=True)
def main(rounds: int, mode: str, database: str, chats: int, latency: float, data: Path, seed: int) -> None:
    """Kill the bot at random moments (SIGKILL, every third time SIGTERM) and count what became of the messages."""
    random.seed(seed)
    dialogue = Dialogue(open_model(FAQ, data))
    with ExitStack() as stack:
        own = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = {"DATABASE_URL": stack.enter_context(postgres.server())} if database == "postgresql" else {}
        for part in ("models", "cache"):
            (own / part).symlink_to((data / part).resolve())
        count = asyncio.run(
            crash(dialogue, FAQ, own, rounds=rounds, mode=mode, chats=chats, latency_ms=latency, settings=settings)
        )
    click.echo(f"{mode}, {database}: {count.asked} messages, {count.kills} × SIGKILL, {count.stops} × SIGTERM")
    click.echo(f"never answered      {count.never}")
    click.echo(f"out of order        {count.out_of_order}")
    click.echo(f"answered twice      {count.repeated} in all, at most {count.most_repeated} because of one kill")
    click.echo(f"SIGTERM to the end  {count.slowest_stop:.2f} s at most")


if __name__ == "__main__":
    main()
