"""Evaluations, verdicts and explanations in words, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from faq.said import Said, listed, said
from intents.evaluation.conversations import Held, Slip
from intents.evaluation.evaluate import RISK, Evaluation
from intents.evaluation.explain import Explanation, Near
from intents.evaluation.robustness import Robustness
from intents.registry.attribution import Cause, Change
from intents.registry.gate import Flip, Verdict

_NAMES = {
    "accuracy": "right intent ranked first",
    "top3": "right intent among the first three",
    "answered_right": "right answer at once",
    "given_or_offered": "right answer given or offered",
    "answered_wrong": "wrong policy answered",
    "declined": "declined",
    "out_of_scope_answered": "out of scope: policy answered",
    "out_of_scope_declined": "out of scope: declined",
    "clarified": "asked back",
    "macro_f1": "macro-F1 of the intents ranked first",
    "auroc": "AUROC in scope / out of scope by confidence",
    "fpr95": "FPR95: out of scope as sure as 95 % of the questions in scope",
    "coverage_at_risk": f"coverage at a risk of {RISK:.1%}: could be answered with so few mistakes",
    "calibration_error": "calibration error: mean gap of confidence and truth",
}
_WORST = 10
_CONFUSIONS = 20
_EXAMPLES = 3
_FEATURES = 12
_CLAUSES = 5
_BLAMED = 3


def summary(evaluation: Evaluation) -> str:
    """Return the figures, a line each, and the weakest intents."""
    figures = asdict(evaluation.figures())
    lines = [f"{figures['in_scope']} questions in scope, {figures['out_of_scope']} out of scope"]
    lines += [f"{figures[key]:8.1%}  {name}" for key, name in _NAMES.items() if figures[key] is not None]
    weak = [row for row in evaluation.worst() if row[1] < row[2]][:_WORST]
    if weak:
        lines.append("weakest intents (right / questions):")
        lines += [f"  {right:3}/{cases:<3} {intent_id}" for intent_id, right, cases in weak]
    return "\n".join(lines)


def confusions(evaluation: Evaluation) -> str:
    """Return which intents take whose questions, the most frequent first, with examples."""
    rows = evaluation.confusions()
    lines = [f"confusions: {len(rows)}" + (f", the first {_CONFUSIONS}:" if len(rows) > _CONFUSIONS else "")]
    for expected, got, cases in rows[:_CONFUSIONS]:
        lines.append(f"  {len(cases):3}  {expected} → {got}")
        lines += [f"         {case.where + ': ' if case.where else ''}{case.question}" for case in cases[:_EXAMPLES]]
    return "\n".join(lines)


def held_in_words(held: Held, most: int | None = None) -> str:
    """Return how many lines of the conversations went as written, and each that did not, `most` of them at most."""
    lines = [f"{held.right:8.1%}  of {held.lines} lines of conversations went as written"]
    return "\n".join([*lines, *map(slip_in_words, held.slips[:most])])


def slip_in_words(slip: Slip) -> str:
    """Return a line that did not go as written, with what came of it."""
    line = slip.transcript.lines[slip.turn]
    came = ", ".join(slip.heard.answered) or slip.heard.decision
    return f"    {slip.transcript.where}, line {slip.turn + 1} “{line.resident}”: {slip.why}, got {came}"


def verdict_in_words(verdict: Verdict, most: int | None = None) -> str:
    """Return what the gate found, the questions lost and the training questions behind them.

    Of each group the first `most` questions lost are shown; None: all.
    """
    notes = [f"gate: {verdict.note}"] if verdict.note else []
    if verdict.against is None:
        return "\n".join(notes)
    if verdict.passed:
        asked = f"none of {verdict.golden} golden questions lost, no intent worse than chance explains"
        return "\n".join([*notes, f"gate: passed against {verdict.against}: {asked}"])
    lines = [*map(Said.say, for_admins(verdict)), *notes]
    lines.append(f"gate: REFUSED against {verdict.against}, which stays in use")
    if not verdict.own:
        lines.append("  none of the lines blamed is of this edit: it may be published all the same")
    if verdict.flips:
        lines.append(f"  {len(verdict.flips)} of {verdict.golden} golden questions lost:")
        lines += _lost(verdict.flips, most)
    for drop in verdict.drops:
        lines.append(
            f"  {drop.label}: {len(drop.lost)} of {drop.cases} lost, {drop.won} won; chance explains {drop.allowed}:"
        )
        lines += _lost(drop.lost, most)
    if verdict.slips:
        lines.append(f"  {len(verdict.slips)} lines of conversations no longer go as written:")
        lines += map(slip_in_words, verdict.slips[:most])
    lines.append(
        "  what to do: reword or delete the lines marked new, bring back those marked gone, and train again;"
        " or undo the edit: python run_bot.py models rollback;"
        " or publish all the same: python run_bot.py train --force"
    )
    return "\n".join(lines)


def for_admins(verdict: Verdict) -> list[Said]:
    """Return what an admin is told of a refusal, in three lines: what would be lost, why, and what to do."""
    lost = verdict.lost
    example = lost[0].case.question if lost else verdict.slips[0].transcript.lines[verdict.slips[0].turn].resident
    first = said("gate_refused", count=len(lost) or len(verdict.slips), example=example)
    if not verdict.own:
        return [first, said("gate_not_yours"), said("gate_publish")]
    causes = dict.fromkeys(c for flip in lost for c in flip.causes if c.change != Change.KEPT)
    blamed = listed(f"{c.origin.file.name}:{c.origin.line} “{c.origin.question}”" for c in [*causes][:_BLAMED])
    return [first, said("gate_blamed", lines=blamed) if causes else said("gate_words"), said("gate_mend")]


def _lost(flips: Sequence[Flip], most: int | None) -> list[str]:
    lines = [line for flip in flips[:most] for line in _flip(flip)]
    hidden = 0 if most is None else len(flips) - most
    return [*lines, f"    and {hidden} more; all of them: python run_bot.py report"] if hidden > 0 else lines


def _flip(flip: Flip) -> list[str]:
    outcome = flip.outcome
    expected = "|".join(sorted(flip.case.expected))
    best = f"{outcome.ranked[0]} {outcome.confidence:.0%}" if outcome.ranked else "nothing known"
    done = "answers" if outcome.answered else "asks back" if outcome.offered else "declines"
    lines = [
        f"    {flip.case.where}: {flip.case.question}",
        f"      was {expected}; now {done}, first: {best}; because of",
    ]
    return lines + [f"        {_cause(cause)}" for cause in flip.causes]


def _cause(cause: Cause) -> str:
    mark = "" if cause.change == Change.KEPT else f" ({cause.change.value})"
    return f"{cause.origin}{mark}: {cause.origin.label}: {cause.origin.question}"


def why_in_words(explanation: Explanation, near: Sequence[Near]) -> str:
    """Return what each feature added to the winner's score, who came second, and the nearest training questions."""
    first, second = explanation.winner, explanation.runner_up
    shown, rest = explanation.contributions[:_FEATURES], explanation.contributions[_FEATURES:]
    lines = [
        f"why: {explanation.message}",
        f"  first   {first.label} {first.probability:.1%}, score {first.score:+.4f}",
        f"  second  {second.label} {second.probability:.1%}, score {second.score:+.4f}",
        "  added to the score of the first, of the second:",
        *(f"    {c.winner:+8.4f} {c.runner_up:+8.4f}  {c.kind} {c.text}" for c in shown),
    ]
    if rest:
        added = sum(c.winner for c in rest), sum(c.runner_up for c in rest)
        lines.append(f"    {added[0]:+8.4f} {added[1]:+8.4f}  {len(rest)} others")
    lines.append(f"    {first.intercept:+8.4f} {second.intercept:+8.4f}  whatever is asked (intercept)")
    if explanation.clauses:
        lines.append("  each clause by itself puts the first before the second by:")
        lines += [f"    {lead:+8.4f} {clause}" for clause, lead in explanation.clauses[:_CLAUSES]]
    if explanation.unknown:
        lines.append(f"  never met in training: {', '.join(explanation.unknown)}")
    lines.append("  nearest training questions, by likeness:")
    lines += [f"    {n.likeness:.2f} {n.origin}: {n.origin.label}: {n.origin.question}" for n in near]
    return "\n".join(lines)


def robustness_in_words(name: str, robustness: Robustness) -> str:
    """Return how much is still understood under each kind of noise, the worst kind first, and the weakest intents."""
    lines = [f"robustness on {name} questions {robustness.share:.1%}: right intent still answered or offered"]
    for kind, tally in sorted(robustness.kinds.items(), key=lambda row: row[1].share):
        at_once, wrong = tally.at_once / max(1, tally.variants), tally.wrong / max(1, tally.variants)
        counts = f"{tally.variants} variants, {at_once:.1%} at once, {wrong:.1%} answered wrong"
        lines.append(f"{tally.share:8.1%}  {kind.value:14} {counts}")
    weak = sorted(robustness.intents.items(), key=lambda row: row[1].share)[:_WORST]
    lines.append("weakest intents under noise:")
    return "\n".join([*lines, *(f"{tally.share:8.1%}  {intent}" for intent, tally in weak)])
