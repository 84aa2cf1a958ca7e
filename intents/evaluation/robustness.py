"""Measure whether a model still helps when a question is written badly: a metamorphic test over all kinds of noise."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from faq.knowledge.case import OUT_OF_SCOPE, Case
from faq.knowledge.types import Faq
from intents.classifier.model import Model
from intents.evaluation.evaluate import Outcome, evaluate
from intents.evaluation.perturb import Kind, Perturber
from intents.interpret.interpreter import Interpreter

VARIANTS = 2
"""Variants of each question and kind of noise."""


@dataclass
class Tally:
    """What became of variants."""

    variants: int = 0
    """Variants asked; each of a question that is answered right, or offered, as it stands."""
    kept: int = 0
    """Variants whose right intent is still answered or offered."""
    at_once: int = 0
    """Variants whose right intent is still answered at once."""
    wrong: int = 0
    """Variants that are answered with a wrong policy."""

    @property
    def share(self) -> float:
        """Share kept, in [0, 1]; 1 where nothing was asked."""
        return self.kept / self.variants if self.variants else 1.0

    def as_json(self) -> dict[str, float]:
        """Return counts and share as plain values."""
        counts = {"variants": self.variants, "kept": self.kept, "at_once": self.at_once, "wrong": self.wrong}
        return {**counts, "robustness": round(self.share, 4)}


@dataclass(frozen=True)
class Lost:
    """A variant that no longer reaches its intent."""

    case: Case
    """The question as it stands."""
    kind: Kind
    """What was done to it."""
    outcome: Outcome
    """The variant and what the model does with it."""


@dataclass
class Robustness:
    """How much of what a model understands it still understands under noise."""

    kinds: dict[Kind, Tally] = field(default_factory=lambda: defaultdict(Tally))
    """By kind of noise."""
    intents: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    """By intent."""
    lost: list[Lost] = field(default_factory=list)
    """Every variant that was not kept."""

    @property
    def share(self) -> float:
        """Mean over the kinds: a kind that changes few questions counts as much as any other."""
        asked = [tally.share for tally in self.kinds.values() if tally.variants]
        return sum(asked) / len(asked) if asked else 1.0

    def as_json(self) -> dict[str, object]:
        """Return the figures by kind and by intent as plain values."""
        return {
            "robustness": round(self.share, 4),
            "kinds": {kind.value: tally.as_json() for kind, tally in self.kinds.items()},
            "intents": {intent: tally.as_json() for intent, tally in self.intents.items()},
        }


def measure(
    interpreter: Interpreter, cases: Sequence[Case], perturber: Perturber, *, count: int = VARIANTS
) -> Robustness:
    """Return how a model stands `count` variants a kind of those `cases` in scope that it understands as they stand.

    A bar shows progress.
    """
    understood = [outcome.case for outcome in evaluate(interpreter, cases).outcomes if _reached(outcome)]
    variants: list[tuple[Case, Kind, str]] = []
    with click.progressbar(understood, label="perturbing", file=sys.stderr) as bar:
        for case in bar:
            variants += [(case, kind, v) for kind in Kind for v in perturber.variants(case.question, kind, count)]
    with click.progressbar(variants, label="asking", file=sys.stderr) as bar:
        evaluation = evaluate(interpreter, (Case(variant, case.expected, case.where) for case, _, variant in bar))
    robustness = Robustness()
    for (case, kind, _), outcome in zip(variants, evaluation.outcomes, strict=True):
        kept = _reached(outcome)
        for tally in (robustness.kinds[kind], robustness.intents["|".join(sorted(case.expected))]):
            tally.variants += 1
            tally.kept += kept
            tally.at_once += outcome.right
            tally.wrong += not outcome.right and evaluation.states_policy(outcome)
        if not kept:
            robustness.lost.append(Lost(case, kind, outcome))
    return robustness


def _reached(outcome: Outcome) -> bool:
    return outcome.case.in_scope and bool(outcome.case.expected & {*outcome.answered, *outcome.offered})


def questions(faq: Faq) -> list[Case]:
    """Return a wording of each training line of each intent; they are memorised, so they overstate robustness."""
    lines = {str(o): o for o in reversed(list(faq.trained_on())) if o.label != OUT_OF_SCOPE}
    return [Case(o.question, frozenset({o.label}), where) for where, o in reversed(lines.items())]


def measure_all(model: Model, cases: Sequence[Case], cache: Path) -> dict[str, Robustness]:
    """Return robustness on held-out `cases`, the main figure, and on the training questions, a variant a kind."""
    perturber, interpreter = Perturber(model.faq, cache), Interpreter(model)
    return {
        "held out": measure(interpreter, cases, perturber),
        "training": measure(interpreter, questions(model.faq), perturber, count=1),
    }
