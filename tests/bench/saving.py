"""Measure how long residents wait for what an admin saves: from a saved telephone number to the reply that has it.

Run it with: python -m tests.bench.saving [--rounds 5] [--training]

The whole bot runs as a process on a copy of the knowledge base, and is asked over HTTP again and again.
`--training` saves a question first, so that the number is saved while the bot trains on it.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import click

from bot.simulator.server import serving
from bot.simulator.simulator import Simulator
from tests.conftest import ROOT, copy_of_faq
from tests.running import running

ASKED = "低保怎么申请"
OFFICE = re.compile(r"(?<=^township:\n  anywhere: ).*$", re.MULTILINE)
LIMIT = 60.0


def numbers(rounds: int) -> list[str]:
    """Return made-up telephone numbers."""
    return [f"0392-33{10000 + 1111 * number}"[:12] for number in range(rounds)]


def prepare(folder: Path, told: list[str]) -> None:
    """Make a copy of the knowledge base in which a source states the numbers, as `check` demands."""
    copy_of_faq(folder)
    facts = "".join(f"    - 举例：窗口的电话是 {number}\n" for number in told)
    with (folder / "sources.yaml").open("a", encoding="utf-8") as sources:
        sources.write(f"\nbench:\n  title: 举例\n  publisher: 举例\n  date: null\n  facts:\n{facts}")


def save(folder: Path, number: str) -> None:
    """Give the office under the answer a telephone number."""
    path = folder / "offices.yaml"
    entry = (
        f'{{name: 街道办事处, phone: "{number}", address: null, hours: null, source: bench,'
        f" verified_on: {dt.date.today()}}}"
    )
    path.write_text(OFFICE.sub(entry, path.read_text("utf-8")), encoding="utf-8")


async def answered(api: Simulator, number: str) -> float:
    """Ask until the reply has `number`; return the seconds that took."""
    began = time.monotonic()
    digits = number.replace("-", "")[1:]  # the reply shows it as it is dialled from anywhere: +86 392 …
    while digits not in re.sub(r"\D", "", await _reply(api)):
        if time.monotonic() - began > LIMIT:
            raise TimeoutError(f"{number} is not told after {LIMIT:.0f} s")
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def _reply(api: Simulator) -> str:
    """Return what the bot says to somebody new, in however many messages."""
    api.says(ASKED, next(_somebody))
    said = [str((await api.reply(LIMIT))["text"])]
    with contextlib.suppress(TimeoutError):
        while True:
            said.append(str((await api.reply(0.15)).get("text")))
    return "\n".join(said)


_somebody = iter(range(1000, 1_000_000))


async def measure(rounds: int, data: Path, *, training: bool) -> list[float]:
    """Return the seconds of each round."""
    told = numbers(rounds)
    with tempfile.TemporaryDirectory() as folder:
        faq, own = Path(folder) / "faq", Path(folder) / "var"
        prepare(faq, told)
        for name in ("models", "cache"):
            shutil.copytree(data / name, own / name)
        seconds = []
        async with serving() as api, running(api, own, faq, FLOOD_PER_MINUTE="0"):
            await _reply(api)
            await asyncio.sleep(5)  # until the bot has read what it is given
            for number in told:
                if training:
                    apply = faq / "topics" / "dibao" / "apply.yaml"
                    question = f"questions:\n  - 俺想问问低保咋往上报第{number[-4:]}回\n"
                    apply.write_text(apply.read_text("utf-8").replace("questions:\n", question, 1), encoding="utf-8")
                    await asyncio.sleep(12)
                save(faq, number)
                seconds.append(await answered(api, number))
                await asyncio.sleep(10)  # until all is checked and published
        return seconds


@click.command()
@click.option("--rounds", default=5, help="Numbers saved, one after the other.")
@click.option("--training", is_flag=True, help="Save each while the bot trains on a question saved before.")
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var", help="Folder with a model of faq/.")
def main(rounds: int, training: bool, data: Path) -> None:
    """Print the seconds from saving a number to the first reply that has it."""
    seconds = asyncio.run(measure(rounds, data, training=training))
    print(f"saved → told: median {statistics.median(seconds):.2f} s of {sorted(round(one, 2) for one in seconds)}")


if __name__ == "__main__":
    main()
