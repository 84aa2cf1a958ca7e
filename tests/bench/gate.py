"""Measure the gate: whether it lets honest edits pass and stops harmful ones, and how much a model loses by chance.

Run it with: python -m tests.bench.gate [--chance 20]

Without an option the edits of tests.bench.edits are made, each on a copy of the knowledge base, checked, trained on and
put through the gate against the model of the knowledge base as it stands. `check` is told that every loss of lines is
wanted (`check --accept`), so that the gate is asked about those too.

`--chance` measures the tolerances, which are the 95 % quantiles printed then.

An edit that concerns one intent should cost the others nothing, yet retraining shifts scores and thresholds a little.
So one random training line of one random intent is left out, a model is trained, and what it loses against the model of
the whole knowledge is counted on the other intents. Putting the line back is as harmless as leaving it out, so each
pair of models counts both ways. The gate looks at all intents at once, so of each edit the intent that lost most counts
(a max-statistic permutation test).
"""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np

from bot.delivery.rehearsal import rehearse
from faq.checking.losses import Published, losses
from faq.knowledge.case import OUT_OF_SCOPE
from faq.knowledge.types import Faq
from faq.load import FaqError, load
from faq.reading.folder import open_folder
from intents.classifier.model import Model
from intents.features.words import Words
from intents.interpret.interpreter import Interpreter
from intents.registry.gate import balances, compare, slipped
from intents.training.train import train
from tests.bench.edits import EDITS, Edit
from tests.conftest import FAQ, ROOT, copy_of_faq

SEED = 7


@click.command()
@click.option("--chance", default=0, help="Measure the tolerances with so many models.")
@click.option("--only", default="", help="Edits whose names hold this word.")
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
def main(chance: int, only: str, data: Path) -> None:
    """Print what the gate does with each edit, or the distribution of losses by harmless edits."""
    faq = load(FAQ)
    words = Words(faq, data / "cache")
    active = train(faq, words)
    if chance:
        _losses_by_chance(faq, words, active, chance)
        return
    click.echo("| edit | wanted | check | gate | golden lost (near) | intents and out of scope lost | of the edit |")
    click.echo("| --- | --- | --- | --- | --- | --- | --- |")
    wrong = 0
    for edit in (edit for edit in EDITS if only in edit.name):
        row = _judged(edit, Interpreter(active), data / "cache")
        wrong += row.refused is edit.honest
        click.echo(f"| {edit.name} | {'pass' if edit.honest else 'refuse'} | {row.check} | {row.gate} |")
    click.echo(f"{wrong} judged wrongly")


@dataclass(frozen=True)
class _Row:
    """What became of an edit."""

    check: str
    """`ok`, or what `check` says."""
    gate: str
    """The verdict, in the columns of the table."""
    refused: bool
    """Whether it was not published: by `check`, or by the gate."""


def _judged(edit: Edit, active: Interpreter, cache: Path) -> _Row:
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_of_faq(Path(folder) / "faq")
        edit.make(copy)
        published = Published(FAQ, cache.parent)
        lost = [*losses(open_folder(copy), published)]
        asked = f"asks: {lost[0].lost} of {lost[0].before} lines lost" if lost else "ok"
        try:
            faq = load(copy, published=replace(published, released=frozenset(loss.digest for loss in lost)))
        except FaqError as error:
            return _Row(error.mistakes[0].said.key, "not asked | | | ", refused=True)
        candidate = train(faq, Words(faq, cache))
        verdict = compare(active, Interpreter(candidate), "now")
        verdict = replace(verdict, slips=slipped(active.model, candidate, rehearse))
        near = sum(flip.near for flip in verdict.flips)
        drops = ", ".join(f"{drop.label} {len(drop.lost)}−{drop.won}" for drop in verdict.drops[:3])
        talks = f", {len(verdict.slips)} lines of conversations" if verdict.slips else ""
        own = "" if verdict.passed else " | yes" if verdict.own else " | no"
        said = "passed" if verdict.passed else "REFUSED"
        gate = f"{said} | {len(verdict.flips)} ({near}) | {drops}{talks}{own or ' | '}"
        return _Row(asked, gate, refused=not verdict.passed)


def _losses_by_chance(faq: Faq, words: Words, active: Model, edits: int) -> None:
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
