"""Measures equal scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score, roc_curve

from intents.evaluation import evaluate, metrics
from intents.training import calibrate

CONFIDENCES = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=1, max_size=40)
LABELS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcde")), min_size=1, max_size=40)


@given(CONFIDENCES, CONFIDENCES)
def test_auroc_equals_scikit_learns_with_ties_too(inside: list[float], outside: list[float]) -> None:
    theirs = roc_auc_score([1] * len(inside) + [0] * len(outside), inside + outside)
    assert metrics.auroc(inside, outside) == pytest.approx(theirs)


@given(CONFIDENCES, CONFIDENCES)
def test_false_positives_are_those_of_the_first_threshold_that_keeps_the_recall(
    inside: list[float], outside: list[float]
) -> None:
    truth = [1] * len(inside) + [0] * len(outside)
    false, true, _ = roc_curve(truth, inside + outside, drop_intermediate=False)
    theirs = false[np.flatnonzero(true >= metrics.RECALL - 1e-12)[0]]
    assert metrics.false_positives(inside, outside) == pytest.approx(theirs)


@given(LABELS)
def test_macro_f1_equals_scikit_learns(pairs: list[tuple[str, str]]) -> None:
    truth, predicted = map(list, zip(*pairs, strict=True))
    theirs = f1_score(truth, predicted, average="macro", zero_division=0)
    assert metrics.macro_f1(truth, predicted) == pytest.approx(theirs)


@given(st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=1, max_size=40), st.floats(0, 1))
def test_coverage_is_the_most_that_can_be_answered_within_the_risk(rows: list[tuple[int, bool]], risk: float) -> None:
    confidence, wrong = [row[0] / 10 for row in rows], [row[1] for row in rows]
    tried = [
        sum(c >= threshold for c in confidence) / len(rows)
        for threshold in [*confidence, 2]
        if sum(w for c, w in zip(confidence, wrong, strict=True) if c >= threshold) / len(rows) <= risk
    ]
    assert metrics.coverage_at(metrics.risk_curve(confidence, wrong), risk) == pytest.approx(max(tried))


def test_confidence_that_tells_the_truth_has_no_calibration_error() -> None:
    confidence, right = [0.75] * 4 + [0.25] * 4, [True, True, True, False, True, False, False, False]
    bins = metrics.reliability(confidence, right)
    assert [(b.confidence, b.accuracy, b.size) for b in bins] == [(0.25, 0.25, 4), (0.75, 0.75, 4)]
    assert metrics.calibration_error(bins) == 0
    assert metrics.calibration_error(metrics.reliability([1.0] * 4, right[:4])) == pytest.approx(0.25)


def test_coverage_is_stated_for_the_budget_that_training_keeps() -> None:
    assert evaluate.RISK == calibrate.WRONG_ANSWERS
