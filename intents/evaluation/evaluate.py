"""Measure what a model gets right, wrong and declines, and which intents take each other's questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from faq.knowledge.case import Case
from faq.knowledge.types import Faq
from faq.reading import cases
from intents.classifier.model import top
from intents.evaluation import metrics
from intents.evaluation.metrics import Bin, RiskPoint
from intents.interpret.interpreter import Interpreter
from intents.interpret.meaning import Meaning

TOP = 3

RISK = 0.028
"""Wrong answers that coverage is stated for: the budget that training chooses its thresholds by."""


class CasesError(ValueError):
    """Raised when a file of questions cannot be used; says file and line."""


@dataclass(frozen=True)
class Outcome:
    """What the model did with a case."""

    case: Case
    """The case."""
    ranked: tuple[str, ...]
    """Ids of the best intents, best first; empty if nothing in the question is known."""
    confidence: float
    """Probability of the best-ranked intent; 0 if nothing is known."""
    meaning: Meaning
    """What would be answered or offered."""

    @property
    def answered(self) -> tuple[str, ...]:
        """Ids of the intents answered."""
        return tuple(guess.intent.id for guess in self.meaning.answered)

    @property
    def offered(self) -> tuple[str, ...]:
        """Ids of the intents offered."""
        return tuple(guess.intent.id for guess in self.meaning.offered)

    @property
    def first_right(self) -> bool:
        """Whether the best-ranked intent is right."""
        return bool(self.case.expected & set(self.ranked[:1]))

    @property
    def right(self) -> bool:
        """Whether a right intent was answered."""
        return bool(self.case.expected & set(self.answered))


@dataclass(frozen=True)
class Figures:
    """Shares in [0, 1] over the cases they concern; None where there is no such case."""

    in_scope: int
    """Number of cases that some intent is right for."""
    out_of_scope: int
    """Number of cases to decline."""
    accuracy: float | None
    """In scope: the best-ranked intent is right."""
    top3: float | None
    """In scope: a right intent is among the best three."""
    answered_right: float | None
    """In scope: a right intent is answered at once."""
    given_or_offered: float | None
    """In scope: a right intent is answered or offered."""
    answered_wrong: float | None
    """In scope: a policy was answered, and no right one."""
    declined: float | None
    """In scope: neither an answer nor an offer."""
    out_of_scope_answered: float | None
    """Out of scope: a policy was answered."""
    out_of_scope_declined: float | None
    """Out of scope: neither an answer nor an offer, or only whose business it is."""
    clarified: float | None
    """In scope: intents were offered and none answered."""
    macro_f1: float | None
    """In scope: mean over the intents of F1 by the best-ranked intent."""
    auroc: float | None
    """Probability that a question in scope gets a higher confidence than one out of scope."""
    fpr95: float | None
    """Out of scope: share at or over the confidence that 95 % of the questions in scope reach."""
    coverage_at_risk: float | None
    """In scope: most that could be answered with at most `RISK` of all answered wrongly."""
    calibration_error: float | None
    """In scope: mean gap between confidence and share of right answers."""


@dataclass(frozen=True)
class Evaluation:
    """The outcomes of a list of cases."""

    outcomes: tuple[Outcome, ...]
    """One a case, in order."""
    small_talk: frozenset[str]
    """Ids of intents whose answers state no policy."""
    signposts: frozenset[str] = frozenset()
    """Ids of intents that only say whose business it is: as good as declining, of a question out of scope."""

    def figures(self) -> Figures:
        """Return the shares over all cases."""
        inside = [o for o in self.outcomes if o.case.in_scope]
        outside = [o for o in self.outcomes if not o.case.in_scope]
        return Figures(
            len(inside),
            len(outside),
            _share(o.first_right for o in inside),
            _share(bool(o.case.expected & set(o.ranked[:TOP])) for o in inside),
            _share(o.right for o in inside),
            _share(o.right or bool(o.case.expected & set(o.offered)) for o in inside),
            _share(self.states_policy(o) and not o.right for o in inside),
            _share(not o.answered and not o.offered for o in inside),
            _share(self.states_policy(o) for o in outside),
            _share(self.declines(o) for o in outside),
            _share(bool(o.offered) and not o.answered for o in inside),
            *self._measures(inside, outside),
        )

    def _measures(
        self, inside: Sequence[Outcome], outside: Sequence[Outcome]
    ) -> tuple[float | None, float | None, float | None, float | None, float | None]:
        """Return macro-F1, AUROC, FPR95, coverage at the risk and calibration error."""
        known = [o.confidence for o in inside]
        unknown = [0.0 if self.signposts & set(o.ranked[:1]) else o.confidence for o in outside]
        told_apart = (
            (metrics.auroc(known, unknown), metrics.false_positives(known, unknown)) if known and unknown else ()
        )
        auroc, fpr95 = told_apart or (None, None)
        if not inside:
            return None, auroc, fpr95, None, None
        truth = [o.ranked[0] if o.first_right else min(o.case.expected) for o in inside]
        return (
            metrics.macro_f1(truth, [o.ranked[0] if o.ranked else "" for o in inside]),
            auroc,
            fpr95,
            metrics.coverage_at(self.risk_curve(), RISK),
            metrics.calibration_error(self.reliability()),
        )

    def risk_curve(self) -> list[RiskPoint]:
        """Return coverage and risk of the questions in scope at every threshold, by the best-ranked intent alone."""
        inside = [o for o in self.outcomes if o.case.in_scope]
        harmful = [not o.first_right and o.ranked[:1] != () and o.ranked[0] not in self.small_talk for o in inside]
        return metrics.risk_curve([o.confidence for o in inside], harmful)

    def reliability(self) -> list[Bin]:
        """Return how often the best-ranked intent is right, by confidence; questions in scope."""
        inside = [o for o in self.outcomes if o.case.in_scope]
        return metrics.reliability([o.confidence for o in inside], [o.first_right for o in inside])

    def fine(self, outcome: Outcome) -> bool:
        """Tell whether a resident was served well: answered right, or no policy answered to a question out of scope."""
        return outcome.right if outcome.case.in_scope else not self.states_policy(outcome)

    def confusions(self) -> list[tuple[str, str, list[Case]]]:
        """Return (expected, best-ranked instead, cases), the most frequent first."""
        taken: dict[tuple[str, str], list[Case]] = {}
        for outcome in self.outcomes:
            best = outcome.ranked[0] if outcome.ranked else "(nothing known)"
            if outcome.case.in_scope and best not in outcome.case.expected:
                key = ("|".join(sorted(outcome.case.expected)), best)
                taken.setdefault(key, []).append(outcome.case)
        return sorted(((*key, cases) for key, cases in taken.items()), key=lambda row: (-len(row[2]), row[0], row[1]))

    def worst(self) -> list[tuple[str, int, int]]:
        """Return (id, right, cases) by accuracy, the worst first, for intents that are the only right one."""
        right: Counter[str] = Counter()
        cases: Counter[str] = Counter()
        for outcome in self.outcomes:
            if outcome.case.in_scope and len(outcome.case.expected) == 1:
                (intent_id,) = outcome.case.expected
                cases[intent_id] += 1
                right[intent_id] += outcome.ranked[:1] == (intent_id,)
        return sorted(((i, right[i], n) for i, n in cases.items()), key=lambda row: (row[1] / row[2], row[0]))

    def as_json(self) -> dict[str, object]:
        """Return figures, confusions and weak intents as plain values."""
        return {
            "figures": asdict(self.figures()),
            "confusions": [
                {"expected": e, "got": g, "questions": [c.question for c in taken], "where": [c.where for c in taken]}
                for e, g, taken in self.confusions()
            ],
            "intents": [{"id": i, "right": r, "cases": n} for i, r, n in self.worst()],
        }

    def states_policy(self, outcome: Outcome) -> bool:
        """Tell whether any intent answered states a policy; in scope, a signpost is as wrong as one."""
        harmless = self.small_talk if outcome.case.in_scope else self.small_talk | self.signposts
        return bool(set(outcome.answered) - harmless)

    def declines(self, outcome: Outcome) -> bool:
        """Tell whether nothing was answered or offered, or only said whose business it is."""
        return bool(outcome.answered and self.signposts.issuperset(outcome.answered)) or not (
            outcome.answered or outcome.offered
        )


def evaluate(interpreter: Interpreter, cases: Iterable[Case]) -> Evaluation:
    """Put every case to the model of `interpreter`, each as the first message of a conversation."""
    model = interpreter.model
    outcomes = []
    for case in cases:
        meaning = interpreter.understand(case.question)
        ranked = [*meaning.answered[:1]] if meaning.danger else model.rank(case.question)[:TOP]
        outcomes.append(Outcome(case, tuple(guess.intent.id for guess in ranked), top(ranked), meaning))
    hidden = frozenset(i.id for i in model.faq.intents.values() if model.faq.small_talk(i))
    signposts = frozenset(i.id for i in model.faq.intents.values() if model.faq.signpost(i))
    return Evaluation(tuple(outcomes), hidden, signposts)


def held_out(faq: Faq) -> list[Case]:
    """Return the checks and the golden questions to decline: no model has seen them, nor are they chosen by one."""
    return [*faq.checks(), *(case for case in faq.golden if not case.in_scope)]


def read_cases(path: Path, faq: Faq) -> list[Case]:
    """Return the cases of a file of lines `expected<TAB>question`; expected: an id, `id|id` or `oos`.

    Blank lines and lines beginning with # are passed over. Raises CasesError naming file and line of every mistake.
    """
    found, mistakes = cases.read_cases(path, faq.intents)
    if mistakes:
        raise CasesError("\n".join(map(str, mistakes)))
    return found


def _share(hits: Iterable[bool]) -> float | None:
    counted: Sequence[bool] = list(hits)
    return sum(counted) / len(counted) if counted else None
