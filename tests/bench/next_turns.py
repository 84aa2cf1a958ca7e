"""Measure how often the likeliest next turn is right, in each file of lessons, by weights from other conversations.

Run it with: python -m tests.bench.next_turns [--folds N]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bot.delivery.live import open_model
from intents.classifier.model import Model
from intents.classifier.next_turn import PRIOR, Kind
from intents.training.logit import Choice, learned
from intents.training.next_turn import turns_of
from tests.conftest import FAQ, ROOT


def crossed(turns: Sequence[Choice], model: Model, folds: int) -> Iterator[tuple[Choice, bool]]:
    """Yield each of `turns` with whether its likeliest candidate is right, by weights that saw none of its fold."""
    for fold in range(folds):
        weights = learned([turn for turn in turns if turn.group % folds != fold], model.weights, tuple(Kind), PRIOR)
        for turn in turns:
            if turn.group % folds == fold:
                shares = weights.shares(turn.candidates, turn.features)
                best = max(shares, key=shares.__getitem__)
                yield turn, turn.right[[one.key for one in turn.candidates].index(best)]


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var", help="Where the trained model is.")
@click.option("--folds", default=5, show_default=True, help="Parts of the conversations.")
def main(data: Path, folds: int) -> None:
    """Print the share of right turns."""
    model = open_model(FAQ, data)
    found: defaultdict[str, list[bool]] = defaultdict(list)
    for turn, right in crossed(list(turns_of(model)), model, folds):
        found[model.faq.lessons[turn.group].about].append(right)
    for about, rights in found.items():
        click.echo(f"{sum(rights) / len(rights):7.1%} of {len(rights):5}  {about}")
    every = [right for rights in found.values() for right in rights]
    click.echo(f"{sum(every) / len(every):7.1%} of {len(every):5}  all")


if __name__ == "__main__":
    main()
