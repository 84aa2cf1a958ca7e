"""The report as one HTML page in Chinese, for admins; its words stand in page.html beside this module."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jinja2

from faq.knowledge.case import Case
from faq.knowledge.types import Faq
from intents.classifier.model import Model
from intents.evaluation import charts
from intents.evaluation.evaluate import RISK, Evaluation, Outcome, evaluate, held_out
from intents.evaluation.explain import Explanation, Near, Neighbours, explain
from intents.evaluation.perturb import Perturber
from intents.evaluation.robustness import Lost, Robustness, measure
from intents.interpret.interpreter import Interpreter
from intents.registry.registry import Registry

_EXPLAINED = 30
"""Wrong rankings that are explained word by word."""

_NEIGHBOURS = 12
"""Intents of the plot of confusions."""

_NOISY = 3
"""Examples shown of each kind of noise."""


@dataclass(frozen=True)
class Explained:
    """A question that went wrong, and why."""

    outcome: Outcome
    """The question and what the model does with it."""
    why: Explanation | None
    """What each feature added; None: nothing in it is known."""
    near: list[Near]
    """The nearest training questions."""


@dataclass(frozen=True)
class Stolen:
    """Questions of one intent that another takes."""

    expected: str
    """Id of the intent that is right."""
    taken_by: str
    """Id of the intent that ranks first instead."""
    questions: list[Explained]
    """The questions."""


@dataclass(frozen=True)
class Row:
    """An intent's figures on its checks."""

    intent: str
    """Id."""
    right: int
    """Checks answered right at once."""
    unsure: int
    """Checks that were asked back or declined."""
    cases: int
    """Checks."""

    @property
    def share(self) -> float:
        """Share answered right at once, in [0, 1]."""
        return self.right / self.cases


def write_page(path: Path, model: Model, registry: Registry) -> None:
    """Measure `model` on the held-out questions, as they stand and under noise, and write the page to `path`."""
    cases = held_out(model.faq)
    interpreter = Interpreter(model)
    evaluation = evaluate(interpreter, cases)
    robustness = measure(interpreter, cases, Perturber(model.faq, registry.folder.parent / "cache"))
    path.write_text(render(model, registry, evaluation, robustness), encoding="utf-8")


def render(model: Model, registry: Registry, evaluation: Evaluation, robustness: Robustness) -> str:
    """Return the page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    version = registry.active() or ""
    refusal = registry.last_refusal()
    stolen = _stolen(model, evaluation)
    return environment.get_template("page.html").render(
        faq=model.faq,
        folder=model.faq.folder,
        version=version,
        publication=registry.publication(version) if version else None,
        refusal=refusal,
        figures=evaluation.figures(),
        risk=RISK,
        thresholds=model.thresholds,
        stolen=stolen,
        unsure=[o for o in evaluation.outcomes if o.case.in_scope and not o.answered],
        answered_outside=[o for o in evaluation.outcomes if not o.case.in_scope and evaluation.states_policy(o)],
        rows=_rows(evaluation),
        matrix=_matrix(model.faq, evaluation),
        robustness=robustness,
        lost=_examples(robustness.lost),
        curve=evaluation.risk_curve(),
        bins=evaluation.reliability(),
        charts=charts,
        place=lambda where: _place(model.faq.folder, str(where)),
    )


def _stolen(model: Model, evaluation: Evaluation) -> list[Stolen]:
    """Return who takes whose questions, the most frequent first, each question explained while there are not many."""
    rows = evaluation.confusions()
    neighbours = Neighbours(model)
    by_question = {outcome.case: outcome for outcome in evaluation.outcomes}
    left = _EXPLAINED
    found = []
    for expected, taken_by, cases in rows:
        questions = []
        for case in cases:
            why = explain(model, case.question) if left > 0 else None
            questions.append(Explained(by_question[case], why, neighbours.nearest(case.question, 3) if why else []))
            left -= 1
        found.append(Stolen(expected, taken_by if taken_by in model.faq.intents else "", questions))
    return found


def _rows(evaluation: Evaluation) -> list[Row]:
    """Return the figures of each intent, the weakest first."""
    right: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    for outcome in evaluation.outcomes:
        if outcome.case.in_scope:
            intent = min(outcome.case.expected)
            cases[intent] += 1
            right[intent] += outcome.right
            unsure[intent] += not outcome.answered
    rows = [Row(intent, right[intent], unsure[intent], count) for intent, count in cases.items()]
    return sorted(rows, key=lambda row: (row.share, row.intent))


def _matrix(faq: Faq, evaluation: Evaluation) -> tuple[list[str], dict[tuple[str, str], int]]:
    """Return the intents that are confused most, neighbours side by side, and how often each is taken for each."""
    pairs: Counter[tuple[str, str]] = Counter()
    for outcome in evaluation.outcomes:
        if outcome.case.in_scope and outcome.ranked:
            expected = outcome.ranked[0] if outcome.first_right else min(outcome.case.expected)
            pairs[expected, outcome.ranked[0]] += 1
    involved: Counter[str] = Counter()
    for (expected, ranked), count in pairs.items():
        if expected != ranked:
            involved.update({expected: count, ranked: count})
    worst = {intent for intent, _ in involved.most_common(_NEIGHBOURS)}
    return [intent for intent in faq.intents if intent in worst], dict(pairs)


def _examples(lost: Iterable[Lost]) -> dict[str, list[Lost]]:
    """Return a few variants of each kind that are no longer understood, of different questions."""
    found: dict[str, dict[Case, Lost]] = {}
    for one in lost:
        found.setdefault(one.kind.value, {}).setdefault(one.case, one)
    return {kind: list(examples.values())[:_NOISY] for kind, examples in found.items()}


def _place(folder: Path, where: str) -> str:
    """Return file:line as an admin finds it, from the folder of the knowledge base."""
    return where.removeprefix(f"{folder}/")
