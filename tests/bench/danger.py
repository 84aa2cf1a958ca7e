"""Measure how well danger is heard in bad writing, and how often what is harmless raises the alarm.

Every line of tests/data/*distress.tsv is put to the bot as it stands and in each kind of noise
(intents/evaluation/perturb.py), and so is every check of an intent, as an ordinary question. Lines that
emergencies.yaml holds too are passed over: they are memorised.

At the end it counts who is known to be at risk, of the lines of tests/data/at_risk.tsv.

Run it with: python -m tests.bench.danger [--show KIND]
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bot.delivery.live import open_model
from faq.knowledge.template import expand
from faq.knowledge.text import bare
from faq.knowledge.types import CRISIS, Faq
from intents.classifier.at_risk import ANOTHER, WRITER
from intents.distress.danger import Danger
from intents.evaluation.perturb import Kind, Perturber
from intents.interpret.interpreter import Interpreter
from tests.bench.understanding import CALM, ORDINARY, rows
from tests.conftest import FAQ, ROOT

SETS = {
    "development": ("dev_distress",),
    "measured": ("distress", "fresh_distress"),
    "told without its words": ("implied_danger",),
}
"""Files of tests/data; those of the first set may be looked at and tuned to, the others are only measured."""

VARIANTS = 2
"""Variants of each line in each kind of noise."""

CLEAN, NOISY = "as it stands", "all in noise"

HEADER = "kind            danger heard      kind fits         look-alikes alarm ordinary alarm"


@dataclass(frozen=True)
class Heard:
    """A line, or a variant of it, and what the bot makes of it."""

    noise: str
    """Name of the kind of noise, or `CLEAN`."""
    expected: str
    """Kinds of emergencies that fit, or "emergency" for any, or CALM (only sounds like danger), or ORDINARY."""
    said: str
    """What is put to the bot."""
    danger: Danger | None
    """What it hears."""

    @property
    def real(self) -> bool:
        """Whether somebody is in danger."""
        return self.expected not in (CALM, ORDINARY)

    @property
    def fits(self) -> bool | None:
        """Whether the kind is right; None if that is not known."""
        known = self.real and self.danger and self.expected != "emergency"
        return self.danger.kind in self.expected.split("|") if self.danger and known else None


def lines(faq: Faq, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return what is expected and what is said, of each line of the files that is not trained on."""
    kinds = faq.emergencies.values()
    known = {bare(said) for kind in kinds for line in (*kind.told, *kind.harmless) for said in expand(line)}
    return [(expected, said) for name in names for expected, said in rows(name) if bare(said) not in known]


def questions(faq: Faq) -> list[tuple[str, str]]:
    """Return the checks of all intents but that of danger, as ordinary messages."""
    return [(ORDINARY, check.question) for check in faq.checks() if CRISIS not in check.expected]


def hear(
    interpreter: Interpreter,
    perturber: Perturber,
    asked: Iterable[tuple[str, str]],
    kinds: Iterable[Kind] = tuple(Kind),
) -> list[Heard]:
    """Return what is heard in each line as it stands and in every one of `kinds` that changes it."""
    found = []
    for expected, line in asked:
        found.append(Heard(CLEAN, expected, line, interpreter.danger(line)))
        for kind in kinds:
            variants = perturber.variants(line, kind, VARIANTS)
            found += [Heard(kind.value, expected, said, interpreter.danger(said)) for said in variants]
    return found


def share(which: Sequence[bool]) -> str:
    """Return the share that is true, in percent, and of how many."""
    return f"{sum(which) / len(which):6.1%} of {len(which):5}" if which else f"{'-':>15}"


def row(noise: str, heard: Iterable[Heard]) -> str:
    """Return what is heard in one kind of noise, or in all of them."""
    of = [h for h in heard if h.noise == noise or (noise == NOISY and h.noise != CLEAN)]
    columns = [[h.danger is not None for h in of if h.real], [h.fits for h in of if h.fits is not None]]
    columns += [[h.danger is not None for h in of if h.expected == kind] for kind in (CALM, ORDINARY)]
    return f"{noise:14} {'   '.join(map(share, columns))}"


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
@click.option("--show", type=click.Choice([CLEAN, *(kind.value for kind in Kind)]), help="List the mistakes there.")
def main(data: Path, show: str | None) -> None:
    """Print for each set and kind of noise how much danger is heard, and what is harmless and raises the alarm.

    `--show` lists mistakes of the development set only.
    """
    model = open_model(FAQ, data)
    interpreter, perturber = Interpreter(model), Perturber(model.faq, data / "cache")
    for name, files in SETS.items():
        asked = [*lines(model.faq, files), *(questions(model.faq) if name == "development" else ())]
        heard = hear(interpreter, perturber, asked)
        click.echo(f"\n{name}: {', '.join(files)}\n{HEADER}")
        for noise in (CLEAN, *(kind.value for kind in Kind), NOISY):
            click.echo(row(noise, heard))
        for h in heard if name == "development" else ():
            if h.noise == show and h.real != (h.danger is not None):
                click.echo(f"   {h.expected}\t{h.said}")
    for whose in (WRITER, ANOTHER):
        known = [interpreter.at_risk.another(said) == (whose == ANOTHER) for at, said in rows("at_risk") if at == whose]
        click.echo(f"at risk: {whose}, known as such {share(known)}")
    started = time.perf_counter()
    for h in heard:
        interpreter.danger(h.said)
    click.echo(f"\n{(time.perf_counter() - started) / len(heard) * 1e6:.0f} microseconds a message")


if __name__ == "__main__":
    main()
