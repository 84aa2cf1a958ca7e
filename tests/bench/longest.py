"""Measure how long the longest and oddest messages take: 4,096 characters of every sort, each said once.

Run it with: python -m tests.bench.longest
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import click

from bot.dialogue import Dialogue
from bot.live import open_model
from bot.session import Session
from tests.bench.understanding import NOW
from tests.conftest import FAQ, ROOT

LONGEST = 4096
"""Characters of the longest message Telegram delivers."""
ROUNDS = 5
PIECES = {
    "story": "俺今年七十三了，老伴走得早，一个儿在外头打工也不咋往家拿钱。低保怎么申请？要带啥材料？",
    "no punctuation": "低保怎么申请多少钱几天批",
    "asking words": "吗呢啥咋",
    "list": "1、低保怎么办2、",
    "subjects": "低保、特困和临时救助",
    "look-alikes": "不想活动了，想死你了",
    "pinyin": "di bao zen me ",
    "mixed scripts": "低保abc怎麼1234申請？😀\n",
    "one character": "低",
    "punctuation": "？。！",
    "emoji": "😀",
}


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
def main(data: Path) -> None:
    """Say each message `ROUNDS` times, never twice the same, and print median and worst in CPU milliseconds."""
    dialogue = Dialogue(open_model(FAQ, data))
    pieces = {**PIECES, "rare characters": "".join(map(chr, range(0x4E00, 0x4E00 + LONGEST)))}
    for name, piece in pieces.items():
        times = []
        for turn in range(ROUNDS):
            message = (str(turn) + piece * LONGEST)[:LONGEST]
            start = time.process_time()
            dialogue.hear(message, Session(), NOW)
            times.append((time.process_time() - start) * 1e3)
        click.echo(f"{name:16} median {statistics.median(times):6.1f} ms   worst {max(times):6.1f} ms")


if __name__ == "__main__":
    main()
