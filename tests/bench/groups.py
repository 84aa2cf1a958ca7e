"""Measure how well the desk groups unanswered questions: 200 of 40 matters, and what more of them cost.

Run it with: python -m tests.bench.groups [--many 20000]

Purity: questions that stand in a group most of which asks the same. Completeness: questions that stand in the largest
group of their matter. Of the first twenty matters everything may be tuned; the others only judge.
"""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain
from pathlib import Path

import click

from bot.desk.groups import Board
from bot.dialogue.desk.questions import Questions
from bot.dialogue.dialogue import Dialogue
from bot.store.desk.records import Question, Why
from intents.registry.registry import Registry
from tests.conftest import ROOT

WRITTEN = ROOT / "tests" / "data" / "unanswered_groups.tsv"

TUNED = 20
"""Matters, the first of the file, that may be looked at to tune."""

ORDERS = 5
"""Orders in which the questions come in; which comes first must not decide too much."""


def matters() -> dict[str, list[str]]:
    """Return the questions of each matter."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in WRITTEN.read_text("utf-8").splitlines()[1:]:
        matter, _, question = line.partition("\t")
        found[matter].append(question)
    return found


def board(questions: Questions) -> Board:
    return Board(questions.vector, lambda feature: sha256(feature.encode()).hexdigest()[:16])


def asked(texts: Sequence[str]) -> list[Question]:
    return [Question(number, text, Why.FALLBACK, "2026-11-30", ()) for number, text in enumerate(texts, 1)]


def judged(groups: Sequence[Sequence[str]], matter_of: dict[str, str]) -> tuple[float, float, int]:
    """Return purity and completeness of groups, from 0 to 1, and how many groups there are."""
    counted = [Counter(matter_of[text] for text in group) for group in groups]
    largest = Counter[str]()
    for counts in counted:
        largest |= counts
    every = sum(map(len, groups))
    return sum(max(counts.values()) for counts in counted) / every, largest.total() / every, len(groups)


def orders(found: dict[str, list[str]], questions: Questions) -> Iterator[tuple[float, float, int]]:
    """Yield the figures of each order in which the questions may come in."""
    matter_of = {text: matter for matter, texts in found.items() for text in texts}
    for seed in range(ORDERS):
        texts = list(matter_of)
        random.Random(seed).shuffle(texts)
        yield judged([group.wordings for group in board(questions).groups(asked(texts))], matter_of)


def told(name: str, found: dict[str, list[str]], questions: Questions) -> None:
    purity, completeness, count = (sum(values) / ORDERS for values in zip(*orders(found, questions), strict=True))
    click.echo(f"| {name} | {sum(map(len, found.values()))} | {purity:.1%} | {completeness:.1%} | {count:.1f} |")


def many(questions: Questions, most: int) -> None:
    """Print what a question costs when there are more and more of them, half of them of new words."""
    texts = list(chain.from_iterable(matters().values()))
    rng = random.Random(1)
    made = [_mixed(rng.choice(texts), rng.choice(texts), rng) for _ in range(most)]
    click.echo("| questions | groups | seconds | milliseconds a question of the last |")
    some, began, before = board(questions), time.process_time(), 0.0
    step = max(1, most // 8)
    for number in range(step, most + 1, step):
        few = made[number - step : number]
        groups = some.groups(asked(made[:number]))
        now = time.process_time() - began
        click.echo(f"| {number} | {len(groups)} | {now:.1f} | {(now - before) / len(few) * 1000:.2f} |")
        before = now


def _mixed(one: str, other: str, rng: random.Random) -> str:
    """Return the beginning of a question with the end of another, half of them turned round."""
    signs = [*one[: len(one) // 2 + 1], *other[len(other) // 2 :]]
    place = rng.randrange(len(signs))
    return "".join([*signs[place:], *signs[:place]]) if place % 2 else "".join(signs)


@click.command()
@click.option("--many", "most", default=0, help="Measure the time of so many questions instead.")
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
def main(most: int, data: Path) -> None:
    """Print the figures."""
    questions = Dialogue(Registry(data).open()).questions
    if most:
        many(questions, most)
        return
    found = matters()
    names = list(found)
    click.echo("| | questions | purity | completeness | groups |\n| --- | --- | --- | --- | --- |")
    told("20 matters to tune", {name: found[name] for name in names[:TUNED]}, questions)
    told("20 matters to judge", {name: found[name] for name in names[TUNED:]}, questions)
    told("all 40", found, questions)


if __name__ == "__main__":
    main()
