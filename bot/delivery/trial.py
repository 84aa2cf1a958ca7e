"""Say what an edit would change before it is published: the same questions put to the model in use and to one with it.

Run as a process of its own, which trains if the edit needs it; nothing is published.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from faq.acceptance import accepted
from faq.knowledge.case import Case
from faq.knowledge.text import bare
from faq.load import load
from intents.classifier.model import Model
from intents.classifier.training_text import training_fingerprint, training_text
from intents.evaluation.evaluate import Outcome, evaluate
from intents.features.words import Words
from intents.interpret.interpreter import Interpreter
from intents.registry.registry import Registry
from intents.training.train import train

MOST = 200
"""Flips reported at most; how many more there are is counted."""

QUESTIONS = 2_000
"""Questions of residents that are asked, at most."""


@dataclass(frozen=True)
class Flip:
    """A question of which something else comes with the edit."""

    question: str
    """The question."""
    kind: str
    """Where it is from: golden, check or unanswered."""
    before: str
    """What comes of it now: answer, clarify, fallback or emergency."""
    answers: tuple[str, ...]
    """Ids of the intents answered now, or offered."""
    after: str
    """What would come of it."""
    then: tuple[str, ...]
    """Ids of the intents that would be answered, or offered."""
    right: tuple[bool, bool] | None
    """Whether it is right now, and would be; None: nobody has said what is right."""


@dataclass(frozen=True)
class Report:
    """What the edit would change."""

    trained: bool
    """Whether a model was trained for it; False: the edit only tells otherwise, so no question is taken otherwise."""
    asked: int
    """Questions asked."""
    flips: tuple[Flip, ...]
    """Those of which something else comes, what gets worse first."""
    more: int = 0
    """Flips left out."""


def compared(active: Model, candidate: Model, unanswered: Sequence[str]) -> Report:
    """Return which questions come out otherwise with `candidate` than with `active`."""
    cases = list(_cases(candidate, unanswered))
    before = evaluate(Interpreter(active), [case for case, _ in cases])
    after = evaluate(Interpreter(candidate), [case for case, _ in cases])
    flips = []
    for (case, kind), old, new in zip(cases, before.outcomes, after.outcomes, strict=True):
        was, now = _came(old), _came(new)
        if was != now:
            right = None if kind == "unanswered" else (before.fine(old), after.fine(new))
            flips.append(Flip(case.question, kind, *was, *now, right))
    flips.sort(key=lambda flip: _ORDER[flip.right])
    return Report(True, len(cases), tuple(flips[:MOST]), max(0, len(flips) - MOST))


_ORDER = {(True, False): 0, None: 1, (False, True): 2, (False, False): 3, (True, True): 4}


def _cases(candidate: Model, unanswered: Sequence[str]) -> Iterator[tuple[Case, str]]:
    seen = set()
    asked = [(Case(text, frozenset()), "unanswered") for text in unanswered[:QUESTIONS]]
    golden = [(case, "golden") for case in candidate.faq.golden]
    for case, kind in (*golden, *((case, "check") for case in candidate.faq.checks()), *asked):
        if bare(case.question) not in seen:
            seen.add(bare(case.question))
            yield case, kind


def _came(outcome: Outcome) -> tuple[str, tuple[str, ...]]:
    if outcome.meaning.danger:
        return "emergency", ()
    if outcome.answered:
        return "answer", outcome.answered
    return ("clarify", tuple(sorted(outcome.offered))) if outcome.offered else ("fallback", ())


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
def main(folder: Path, data: Path) -> None:
    """Print the report as JSON."""
    with contextlib.suppress(OSError):  # a sandbox may forbid it, and the trial is wanted all the same
        os.nice(5)  # residents are served meanwhile
    registry, cache = Registry(data), data / "cache"
    active, faq = registry.open(), load(folder, accepted(cache), registry.published())
    if training_fingerprint(faq) == training_fingerprint(active.faq):
        report = Report(False, 0, ())
    else:
        unanswered = json.loads(sys.stdin.read())
        report = compared(active, train(faq, Words(training_text(faq), cache)), unanswered)
    click.echo(json.dumps(asdict(report), ensure_ascii=False))


if __name__ == "__main__":
    main()
