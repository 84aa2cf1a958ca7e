"""Compare a candidate model with the active one, and refuse a candidate that loses what residents have now.

Both are asked the golden questions, the checks and the questions to decline: those of the candidate's knowledge, and
those of the active one's that have no other meaning in it, so that nothing is lost by taking its questions away. A
retraining moves a model a little even where an edit does not concern it, so how much may be lost is measured, not
chosen: `python -m tests.bench.gate --chance 20` trains on knowledge with harmless edits (one training line of one
intent left out or put back) and counts what the others lose. The figures stand in docs/gate.md.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from faq.knowledge.case import OUT_OF_SCOPE, Case
from faq.knowledge.text import bare
from faq.knowledge.types import Faq
from intents.classifier.model import Model
from intents.classifier.training_text import training_text
from intents.evaluation.conversations import Slip, Talk, hold
from intents.evaluation.evaluate import Evaluation, Outcome, evaluate
from intents.interpret.interpreter import Interpreter
from intents.registry.attribution import Attribution, Cause, Change

GOLDEN_LOST = 0
"""Golden questions that may be lost: they are right by a wide margin, and no harmless edit measured lost one."""

NEAR = 0.1
"""How far from the threshold a golden question or a check may stand, before or now, to be one that a retraining moves
across by chance, as long as nothing else is answered."""

NEAR_LOST = 2
"""Golden questions, and checks of an intent beyond `RECALL_LOST`, so near that may be lost; more are no chance."""

RECALL_LOST = 1
"""Checks that an intent may lose, net of those won: no harmless edit measured cost the worst intent more."""

OUT_OF_SCOPE_LOST = 0.01
"""Share of the questions to decline that may get a policy answer, net of those won back: a quarter of their budget
(intents.training.calibrate), and in small knowledge bases what a harmless edit was seen to move."""


@dataclass(frozen=True)
class Flip:
    """A question that the active model gets right and the candidate does not."""

    case: Case
    """The question."""
    outcome: Outcome
    """What the candidate does with it."""
    causes: tuple[Cause, ...]
    """Training questions behind it, those that the edit added or took away first."""
    near: bool = False
    """Whether it stands so near the threshold that it does not count by itself."""


@dataclass(frozen=True)
class Drop:
    """A group of questions of which more were lost than chance loses."""

    label: str
    """Intent id, or `OUT_OF_SCOPE`."""
    cases: int
    """Questions of the group."""
    lost: tuple[Flip, ...]
    """Those that the active model got right and the candidate does not."""
    won: int
    """Those that the candidate gets right and the active model did not."""
    allowed: int
    """How many more may be lost than won."""


TALK_LOST = 0.02
"""Share of the lines of the conversations that may no longer go as written, net of those won. Chosen as for questions
to decline: an edit of one intent moves a line or two of others."""


@dataclass(frozen=True)
class Verdict:
    """What the comparison showed."""

    against: str | None
    """Version of the active model; None: there was nothing to compare with."""
    note: str = ""
    """Why there was nothing to compare with, or with less than usual; '' if nothing is to be said."""
    golden: int = 0
    """Golden questions asked."""
    flips: tuple[Flip, ...] = ()
    """Golden questions lost."""
    drops: tuple[Drop, ...] = ()
    """Intents whose checks were lost beyond tolerance, and out of scope."""
    slips: tuple[Slip, ...] = ()
    """Lines of conversations that went as written with the active model, where more were lost than may be."""
    own: bool = True
    """Whether the edit may be behind the losses. False: it changed only questions, none of which is blamed."""

    @property
    def passed(self) -> bool:
        """Whether the candidate may serve."""
        far = sum(not flip.near for flip in self.flips)
        kept = far <= GOLDEN_LOST and len(self.flips) <= NEAR_LOST
        return kept and not self.drops and not self.slips

    @property
    def lost(self) -> tuple[Flip, ...]:
        """All questions lost, the golden ones first."""
        return (*self.flips, *(flip for drop in self.drops for flip in drop.lost))


@dataclass(frozen=True)
class Balance:
    """What a group of questions has lost and won."""

    cases: int
    """Questions of the group."""
    lost: tuple[Outcome, ...]
    """Questions that only the active model gets right, with what the candidate does."""
    won: int
    """Questions that only the candidate gets right."""
    before: tuple[Outcome, ...] = ()
    """What the active model does with those lost."""

    @property
    def net(self) -> int:
        """How many more were lost than won."""
        return len(self.lost) - self.won


def compare(active: Interpreter, candidate: Interpreter, version: str, known: Evaluation | None = None) -> Verdict:
    """Return how `candidate` stands against the `active` model, which is `version`.

    `known` is what the candidate is known to do: those cases are not put to it again. The candidate's knowledge says
    what is right: intents that it no longer has are not asked for, new ones cannot be lost.
    """
    golden, groups = balances(active, candidate, known, every=False)
    attribution = Attribution(active.model, candidate.model)

    def lost_of(balance: Balance) -> tuple[Flip, ...]:
        return tuple(
            Flip(now.case, now, attribution.causes(now.case), near=_near(active, was, candidate, now))
            for was, now in zip(balance.before, balance.lost, strict=True)
        )

    flips, drops = lost_of(golden), []
    for label, balance in groups.items():
        allowed = _allowed(label, balance.cases)
        if balance.net > allowed:
            lost = lost_of(balance)
            allowed += min(NEAR_LOST, sum(flip.near for flip in lost))
            if balance.net > allowed:
                drops.append(Drop(label, balance.cases, lost, balance.won, allowed))
    folder = candidate.model.faq.folder
    note = "" if golden.cases else f"{folder} has no golden questions (golden.tsv): only the checks were compared"
    verdict = Verdict(version, note, golden.cases, flips, tuple(drops))
    blamed = any(cause.change != Change.KEPT for flip in verdict.lost for cause in flip.causes)
    return replace(verdict, own=blamed or not _questions_only(active.model.faq, candidate.model.faq))


def _allowed(label: str, cases: int) -> int:
    """Return how many more of a group of so many `cases` may be lost than won."""
    return round(OUT_OF_SCOPE_LOST * cases) if label == OUT_OF_SCOPE else RECALL_LOST


def _near(active: Interpreter, was: Outcome, candidate: Interpreter, now: Outcome) -> bool:
    """Tell whether a question lost stands near the threshold, and is at worst asked back or declined now."""
    before = was.confidence - active.model.thresholds.accept
    after = now.confidence - candidate.model.thresholds.accept
    return not now.answered and (abs(before) <= NEAR or (now.first_right and abs(after) <= NEAR))


def _questions_only(old: Faq, new: Faq) -> bool:
    """Tell whether both are trained on the same words, places and signs of danger."""
    was, now = training_text(old), training_text(new)
    words = ("lexicon", "thesaurus", "cues", "places", "emergencies")
    return all(getattr(was, name) == getattr(now, name) for name in words)


def slipped(active: Model, candidate: Model, talk: Talk) -> tuple[Slip, ...]:
    """Return the lines of the candidate's conversations that only the active model holds as written, if too many."""
    now = hold(candidate, talk)
    held = {transcript.where: transcript for transcript in candidate.faq.transcripts}
    before = hold(active, talk, held.values())
    known = {(slip.transcript.where, slip.turn) for slip in before.slips}
    new = {(slip.transcript.where, slip.turn): slip for slip in now.slips}
    lost = tuple(slip for place, slip in new.items() if place not in known)
    won = len(known - new.keys())
    return lost if len(lost) - won > round(TALK_LOST * now.lines) else ()


def balances(
    active: Interpreter, candidate: Interpreter, known: Evaluation | None = None, *, every: bool = True
) -> tuple[Balance, dict[str, Balance]]:
    """Return what the golden questions in scope, and each intent's checks and the questions to decline, lost and won.

    Questions to decline are the golden ones and those that the active model was trained on. Not `every`: only what may
    have been lost is put to the active model, which takes half the time: no golden question is counted as won, and
    groups are left out of which the candidate gets fewer wrong than may be lost.
    """
    in_scope, groups = _cases(active.model.faq, candidate.model.faq)
    asked = [*in_scope, *itertools.chain.from_iterable(groups.values())]
    now = dict(zip(asked, zip(*_outcomes(candidate, asked, known), strict=True), strict=True))
    doubtful = in_scope
    if not every:
        doubtful = [case for case in in_scope if not now[case][0]]
        wrong = {label: sum(not now[case][0] for case in cases) for label, cases in groups.items()}
        groups = {label: cases for label, cases in groups.items() if wrong[label] > _allowed(label, len(cases))}
    put = [*doubtful, *itertools.chain.from_iterable(groups.values())]
    before = dict(zip(put, zip(*_outcomes(active, put), strict=True), strict=True))

    def balance(cases: Iterable[Case]) -> Balance:
        return _balance([(*before[case], *now[case]) for case in cases])

    plain = replace(balance(doubtful), cases=len(in_scope))
    return plain, {label: balance(cases) for label, cases in groups.items()}


def _cases(old: Faq, new: Faq) -> tuple[list[Case], dict[str, list[Case]]]:
    """Return the golden questions in scope, and all other questions that models of both are asked, by what is right."""
    meant = _meanings(new)
    declined = [
        Case(origin.question, frozenset({OUT_OF_SCOPE}), str(origin))
        for origin in old.trained_on()
        if origin.label == OUT_OF_SCOPE
    ]
    golden = [*new.golden, *_standing(old.golden, new.golden, meant, new)]
    groups: dict[str, list[Case]] = defaultdict(list)
    checks = [*new.checks(), *_standing(old.checks(), [*new.checks()], meant, new)]
    for case in (*checks, *_standing(declined, (), meant, new), *(case for case in golden if not case.in_scope)):
        groups["|".join(case.expected)].append(case)
    return [case for case in golden if case.in_scope], groups


def _meanings(faq: Faq) -> dict[str, set[str]]:
    """Return the intents of each question that `faq` has, by its bared form; `OUT_OF_SCOPE` if it is to be declined."""
    meant: dict[str, set[str]] = defaultdict(set)
    for origin in faq.trained_on():
        meant[origin.bared].add(origin.label)
    for case in (*faq.checks(), *faq.golden):
        meant[bare(case.question)] |= case.expected
    return meant


def _standing(old: Iterable[Case], new: Iterable[Case], meant: Mapping[str, set[str]], faq: Faq) -> Iterator[Case]:
    """Yield each of the `old` cases that is none of the `new` ones, and that still means what it meant in `faq`."""
    asked = {bare(case.question) for case in new}
    known = {*faq.intents, OUT_OF_SCOPE}
    for case in old:
        expected, now = case.expected & known, meant.get(bare(case.question))
        if bare(case.question) not in asked and expected and (now is None or now & expected):
            yield replace(case, expected=expected)


def _outcomes(
    interpreter: Interpreter, cases: Sequence[Case], known: Evaluation | None = None
) -> tuple[Sequence[bool], Sequence[Outcome]]:
    """Return whether the model is fine on each case, and what it does."""
    done = {outcome.case: outcome for outcome in known.outcomes} if known else {}
    evaluation = evaluate(interpreter, [case for case in cases if case not in done])
    done |= {outcome.case: outcome for outcome in evaluation.outcomes}
    outcomes = [done[case] for case in cases]
    return [evaluation.fine(outcome) for outcome in outcomes], outcomes


def _balance(every: Sequence[tuple[bool, Outcome, bool, Outcome]]) -> Balance:
    """Balance whether the active model was fine, what it did, and the same of the candidate."""
    lost = [(old, new) for was, old, now, new in every if was and not now]
    won = sum(now and not was for was, _, now, _ in every)
    return Balance(len(every), tuple(new for _, new in lost), won, tuple(old for old, _ in lost))
