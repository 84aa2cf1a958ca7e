"""Ask whether thresholds keep their budgets on questions that they were not chosen on.

Questions that the classifier has not seen are split in parts; thresholds are chosen on all but one and tried on that.
Run it with: python -m tests.bench.budget
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from faq.load import load
from intents.features.words import Words
from intents.training.calibrate import Unseen, calibrate, choose_thresholds, risk_of
from intents.training.examples import examples
from intents.training.learn import Lesson, learn
from intents.training.processes import processes
from intents.training.train import chatting, labels, pointing, unseen
from tests.conftest import FAQ, ROOT

PARTS = 5
SEED = 1


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
def main(data: Path) -> None:
    """Print what the thresholds promised and what they kept, part by part."""
    faq = load(FAQ)
    words = Words(faq, data / "cache")
    asked = examples(faq)
    names = labels(faq)
    targets = np.array([names.index(label) for label in asked.labels])
    with processes(len(targets) * len(names)) as spread:
        features = [words.features(question) for question in asked.questions]
        weights, scored, scores = learn(Lesson(features, targets, names, asked.groups), spread)
    whole = unseen(faq, words, weights, scores, targets[scored])
    checks = len(whole.targets) - len(scored)
    # wordings of one line stay together; each check is a line of its own
    groups = np.concatenate([np.arange(checks) + max(asked.groups) + 1, np.array(asked.groups)[scored]])
    parts = np.random.default_rng(SEED).integers(0, PARTS, groups.max() + 1)[groups]
    harmless, points = (chatting(faq), pointing(faq)), []
    for part in range(PARTS):
        chosen_on, tried_on = _of(whole, parts != part), _of(whole, parts == part)
        calibration = calibrate(chosen_on)
        thresholds = choose_thresholds(chosen_on, calibration.probabilities(chosen_on.scores), *harmless)
        tried = risk_of(tried_on, calibration.probabilities(tried_on.scores), *harmless).at(thresholds.accept)
        points.append(tried)
        click.echo(
            _line(f"part {part + 1}, from {thresholds.accept:.3f} on", tried.coverage, tried.risk, tried.oos_answered)
        )
    click.echo(_line("mean", *np.mean([(p.coverage, p.risk, p.oos_answered) for p in points], axis=0)))
    click.echo("budgets: wrong policy 3 %, out of scope 4 %")


def _of(whole: Unseen, rows: np.ndarray) -> Unseen:
    return replace(whole, scores=whole.scores[rows], targets=whole.targets[rows], weights=whole.weights[rows])


def _line(name: str, coverage: float, risk: float, oos: float) -> str:
    return f"{name:24} answered {coverage:6.1%}   wrong policy {risk:5.2%}   out of scope answered {oos:5.2%}"


if __name__ == "__main__":
    main()
