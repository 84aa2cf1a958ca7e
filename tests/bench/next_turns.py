"""Measure how often the likeliest next turn, or detail of an answer, is right, by weights from others of them.

Run it with: python -m tests.bench.next_turns [--folds N]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from bot.delivery.live import open_model
from intents.classifier import asked_point
from intents.classifier.logit import Logit
from intents.classifier.next_turn import PRIOR, Kind
from intents.training.asked_point import PULL, WORDS_PULL, choices_of
from intents.training.logit import Choice, learned
from intents.training.next_turn import turns_of
from tests.conftest import FAQ, ROOT


def crossed(
    choices: Sequence[Choice], folds: int, teach: Callable[[Sequence[Choice]], Logit]
) -> Iterator[tuple[Choice, bool]]:
    """Yield each of `choices` with whether its likeliest candidate is right, by what the other folds `teach`."""
    for fold in range(folds):
        logit = teach([choice for choice in choices if choice.group % folds != fold])
        for choice in choices:
            if choice.group % folds == fold:
                shares = logit.shares(choice.candidates, choice.features)
                best = max(shares, key=shares.__getitem__)
                yield choice, choice.right[[one.key for one in choice.candidates].index(best)]


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var", help="Where the trained model is.")
@click.option("--folds", default=5, show_default=True, help="Parts of the conversations, and of the intents.")
def main(data: Path, folds: int) -> None:
    """Print the shares of right turns of each file of lessons, and of right details."""
    model = open_model(FAQ, data)
    found: defaultdict[str, list[bool]] = defaultdict(list)
    turns, asked = turns_of(model, list(enumerate(model.faq.lessons))), list(choices_of(model))
    for turn, right in crossed(turns, folds, lambda some: learned(some, model.weights, tuple(Kind), PRIOR)):
        found[model.faq.lessons[turn.group].about].append(right)
        found["all next turns"].append(right)
    teach = lambda some: learned(some, model.weights, asked_point.KINDS, asked_point.PRIOR, PULL, WORDS_PULL)  # noqa: E731
    for choice, right in crossed(asked, folds, teach):
        found["details that the answer does not say" if choice.right[-1] else "details that it says"].append(right)
    for about, rights in found.items():
        click.echo(f"{sum(rights) / len(rights):7.1%} of {len(rights):5}  {about}")


if __name__ == "__main__":
    main()
