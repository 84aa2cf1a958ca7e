"""Measure what a model gets right, wrong and declines, and which intents take each other's questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from faq.knowledge import Faq
from faq.schema import did_you_mean
from intents.model import OUT_OF_SCOPE, Model
from intents.understand import Listener, Meaning

TOP = 3


class CasesError(ValueError):
    """Raised when a file of questions cannot be used; says file and line."""


@dataclass(frozen=True)
class Case:
    """A question with the intents that are right for it."""

    question: str
    """What a resident types."""
    expected: frozenset[str]
    """Ids of which any is right; `OUT_OF_SCOPE` for a question to decline."""


@dataclass(frozen=True)
class Outcome:
    """What the model did with a case."""

    case: Case
    """The case."""
    ranked: tuple[str, ...]
    """Ids of the best intents, best first; empty if nothing in the question is known."""
    meaning: Meaning
    """What would be answered or offered."""

    @property
    def in_scope(self) -> bool:
        """Whether some intent is right."""
        return self.case.expected != {OUT_OF_SCOPE}

    @property
    def answered(self) -> tuple[str, ...]:
        """Ids of the intents answered."""
        return tuple(guess.intent.id for guess in self.meaning.answered)

    @property
    def offered(self) -> tuple[str, ...]:
        """Ids of the intents offered."""
        return tuple(guess.intent.id for guess in self.meaning.offered)

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
    """Out of scope: neither an answer nor an offer."""


@dataclass(frozen=True)
class Evaluation:
    """The outcomes of a list of cases."""

    outcomes: tuple[Outcome, ...]
    """One a case, in order."""
    small_talk: frozenset[str]
    """Ids of intents whose answers state no policy."""

    def figures(self) -> Figures:
        """Return the shares over all cases."""
        inside = [o for o in self.outcomes if o.in_scope]
        outside = [o for o in self.outcomes if not o.in_scope]
        return Figures(
            len(inside),
            len(outside),
            _share(bool(o.case.expected & set(o.ranked[:1])) for o in inside),
            _share(bool(o.case.expected & set(o.ranked[:TOP])) for o in inside),
            _share(o.right for o in inside),
            _share(o.right or bool(o.case.expected & set(o.offered)) for o in inside),
            _share(self._states_policy(o) and not o.right for o in inside),
            _share(not o.answered and not o.offered for o in inside),
            _share(self._states_policy(o) for o in outside),
            _share(not o.answered and not o.offered for o in outside),
        )

    def confusions(self) -> list[tuple[str, str, list[str]]]:
        """Return (expected, best-ranked instead, questions), the most frequent first."""
        taken: dict[tuple[str, str], list[str]] = {}
        for outcome in self.outcomes:
            best = outcome.ranked[0] if outcome.ranked else "(nothing known)"
            if outcome.in_scope and best not in outcome.case.expected:
                key = ("|".join(sorted(outcome.case.expected)), best)
                taken.setdefault(key, []).append(outcome.case.question)
        return sorted(
            ((*key, questions) for key, questions in taken.items()), key=lambda row: (-len(row[2]), row[0], row[1])
        )

    def worst(self) -> list[tuple[str, int, int]]:
        """Return (id, right, cases) by accuracy, the worst first, for intents that are the only right one."""
        right: Counter[str] = Counter()
        cases: Counter[str] = Counter()
        for outcome in self.outcomes:
            if outcome.in_scope and len(outcome.case.expected) == 1:
                (intent_id,) = outcome.case.expected
                cases[intent_id] += 1
                right[intent_id] += outcome.ranked[:1] == (intent_id,)
        return sorted(((i, right[i], n) for i, n in cases.items()), key=lambda row: (row[1] / row[2], row[0]))

    def as_json(self) -> dict[str, object]:
        """Return figures, confusions and weak intents as plain values."""
        return {
            "figures": asdict(self.figures()),
            "confusions": [{"expected": e, "got": g, "questions": q} for e, g, q in self.confusions()],
            "intents": [{"id": i, "right": r, "cases": n} for i, r, n in self.worst()],
        }

    def _states_policy(self, outcome: Outcome) -> bool:
        return bool(set(outcome.answered) - self.small_talk)


def evaluate(model: Model, cases: Iterable[Case]) -> Evaluation:
    """Put every case to `model`, each as the first message of a conversation."""
    listener = Listener(model)
    outcomes = tuple(
        Outcome(
            case,
            tuple(guess.intent.id for guess in model.rank(case.question)[:TOP]),
            listener.understand(case.question),
        )
        for case in cases
    )
    hidden = frozenset(i.id for i in model.faq.intents.values() if model.faq.small_talk(i))
    return Evaluation(outcomes, hidden)


def checks(faq: Faq) -> list[Case]:
    """Return the checks of all intents, which are never trained on."""
    return [Case(check, frozenset({i.id})) for i in faq.intents.values() for check in i.checks]


def read_cases(path: Path, faq: Faq) -> list[Case]:
    """Return the cases of a file of lines `expected<TAB>question`; expected: an id, `id|id` or `oos`.

    Blank lines and lines beginning with # are passed over. Raises CasesError naming file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CasesError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    known = [*faq.intents, OUT_OF_SCOPE]
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        expected, tab, question = line.partition("\t")
        if not tab or not question.strip():
            raise CasesError(f"{path}:{number}: given {line!r}; write expected<TAB>question")
        ids = [part.strip() for part in expected.split("|")]
        for unknown in (part for part in ids if part not in known):
            raise CasesError(f"{path}:{number}: '{unknown}' is not an intent or oos{did_you_mean(unknown, known)}")
        cases.append(Case(question.strip(), frozenset(ids)))
    return cases


def _share(hits: Iterable[bool]) -> float | None:
    counted: Sequence[bool] = list(hits)
    return sum(counted) / len(counted) if counted else None
