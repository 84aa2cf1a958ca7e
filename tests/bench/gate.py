"""Measure how much a model loses by chance: the gate's tolerances are the 95 % quantiles printed here.

Run it with: python -m tests.bench.gate [--edits 20]

An edit that concerns one intent should cost the others nothing, yet retraining shifts scores and thresholds a little.
So one random training line of one random intent is left out, a model is trained, and what it loses against the model of
the whole knowledge is counted on the other intents. Putting the line back is as harmless as leaving it out, so each
pair of models counts both ways. The gate looks at all intents at once, so of each edit the intent that lost most counts
(a max-statistic permutation test).
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from faq.knowledge.case import OUT_OF_SCOPE
from faq.knowledge.types import Faq
from faq.load import load
from intents.features.words import Words
from intents.interpret.interpreter import Interpreter
from intents.registry.gate import balances
from intents.training.train import train
from tests.conftest import FAQ, ROOT

SEED = 7


@click.command()
@click.option("--edits", default=20, help="Models to train.")
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
def main(edits: int, data: Path) -> None:
    """Print the distribution of losses by harmless edits."""
    faq = load(FAQ)
    words = Words(faq, data / "cache")
    active = train(faq, words)
    chance = random.Random(SEED)
    losses: dict[str, list[int]] = {"golden questions": [], "worst intent": [], "out of scope": []}
    for number in range(edits):
        edited, concerned = _without_a_line(faq, chance)
        other = train(edited, words)
        for before, after in ((active, other), (other, active)):
            golden, groups = balances(Interpreter(before), Interpreter(after))
            others = [balance.net for label, balance in groups.items() if label not in (concerned, OUT_OF_SCOPE)]
            elsewhere = [outcome for outcome in golden.lost if concerned not in outcome.case.expected]
            losses["golden questions"].append(len(elsewhere))
            losses["worst intent"].append(max(others))
            losses["out of scope"].append(groups[OUT_OF_SCOPE].net)
            row = ", ".join(f"{name} {values[-1]}" for name, values in losses.items())
            click.echo(f"{number + 1:3} {concerned}: {row} {[o.case.question for o in elsewhere]}")
    click.echo(f"{2 * edits} harmless edits:")
    for name, values in losses.items():
        counts = {int(value): values.count(value) for value in sorted(set(values))}
        click.echo(f"{name:16} 95 % of edits lose at most {np.quantile(values, 0.95, method='higher'):.0f}   {counts}")


def _without_a_line(faq: Faq, chance: random.Random) -> tuple[Faq, str]:
    """Return `faq` without one training line, and the intent that lost it."""
    intent = faq.intents[chance.choice(list(faq.intents))]
    line = chance.choice(intent.questions)
    kept = [(q, at) for q, at in zip(intent.questions, faq.written[intent.id].questions, strict=True) if q != line]
    shorter = replace(intent, questions=tuple(question for question, _ in kept))
    where = replace(faq.written[intent.id], questions=tuple(at for _, at in kept))
    intents, written = {**faq.intents, intent.id: shorter}, {**faq.written, intent.id: where}
    return replace(faq, intents=intents, written=written), intent.id


if __name__ == "__main__":
    main()
