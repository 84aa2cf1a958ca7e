"""An evaluation in words, for the terminal."""

from __future__ import annotations

from dataclasses import asdict

from intents.evaluate import Evaluation

_NAMES = {
    "accuracy": "right intent ranked first",
    "top3": "right intent among the first three",
    "answered_right": "right answer at once",
    "given_or_offered": "right answer given or offered",
    "answered_wrong": "wrong policy answered",
    "declined": "declined",
    "out_of_scope_answered": "out of scope: policy answered",
    "out_of_scope_declined": "out of scope: declined",
}
_WORST = 10
_CONFUSIONS = 20
_EXAMPLES = 3


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
    for expected, got, questions in rows[:_CONFUSIONS]:
        lines.append(f"  {len(questions):3}  {expected} → {got}")
        lines += [f"         {question}" for question in questions[:_EXAMPLES]]
    return "\n".join(lines)
