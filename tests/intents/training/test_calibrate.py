"""Thresholds keep their budgets, and no more than that."""

from __future__ import annotations

import numpy as np
import pytest

from intents.classifier.model import Calibration
from intents.training.calibrate import (
    FALSE_ALARMS,
    MISSED,
    Risk,
    Unseen,
    believed,
    calibrate,
    choose_thresholds,
    risk_of,
)

CLASSES = 4
"""Two policies, small talk, out of scope."""
EXAMPLES = 20_000
SMALL_TALK = np.array([False, False, True, False])


@pytest.fixture(scope="module")
def unseen() -> Unseen:
    """Scores in which the right class is ahead, more or less."""
    random = np.random.default_rng(1)
    targets = random.integers(0, CLASSES, EXAMPLES)
    scores = random.normal(size=(EXAMPLES, CLASSES))
    scores[np.arange(EXAMPLES), targets] += 2.5
    return Unseen(scores, targets, np.full(EXAMPLES, 1 / EXAMPLES))


def test_probabilities_are_as_often_right_as_they_say(unseen: Unseen) -> None:
    probabilities = calibrate(unseen).probabilities(unseen.scores)
    top, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == unseen.targets
    for low, high in ((0.4, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.0)):
        among = (top >= low) & (top < high)
        assert abs(right[among].mean() - top[among].mean()) < 0.06


def test_out_of_scope_is_shifted_to_where_it_is_likeliest(unseen: Unseen) -> None:
    moved = Unseen(unseen.scores - np.array([0, 0, 0, 1.0]), unseen.targets, unseen.weights)
    plain, shifted = calibrate(unseen), calibrate(moved)
    assert shifted.shift - plain.shift == pytest.approx(plain.sharpness, rel=0.1)


def test_thresholds_spend_the_budgets_and_do_not_overdraw_them(unseen: Unseen) -> None:
    probabilities = calibrate(unseen).probabilities(unseen.scores)
    risk = risk_of(unseen, probabilities, SMALL_TALK)
    accept = choose_thresholds(unseen, probabilities, SMALL_TALK).accept
    point = risk.at(accept)
    assert point.risk <= 0.03
    assert point.oos_answered <= 0.04
    assert max(point.risk / 0.03, point.oos_answered / 0.04) > 0.9, "a lower threshold would do"


def test_each_candidate_needs_the_probability_at_which_the_stated_share_is_missed(unseen: Unseen) -> None:
    probabilities = calibrate(unseen).probabilities(unseen.scores)
    thresholds = choose_thresholds(unseen, probabilities, SMALL_TALK)
    own = probabilities[np.arange(EXAMPLES), unseen.targets]
    asked_back = unseen.inside & (probabilities[:, :-1].max(axis=1) < thresholds.accept)
    missed = (asked_back & (own < thresholds.clarify)).sum() / unseen.inside.sum()
    assert 0.9 * MISSED < missed <= MISSED


def test_a_wrong_answer_of_small_talk_costs_nothing() -> None:
    scores = np.array([[0.0, 0.0, 5.0, 0.0]])
    unseen = Unseen(scores, np.array([0]), np.array([1.0]))
    assert not risk_of(unseen, scores, SMALL_TALK).harmful[0]
    assert risk_of(unseen, scores, ~SMALL_TALK).harmful[0]


def test_what_counts_double_spends_the_budget_twice_as_fast() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    harmful, everything = np.array([True, True, True, False]), np.ones(4, bool)
    light = Risk(confidence, harmful, everything, np.full(4, 0.25))
    heavy = Risk(confidence, harmful, everything, np.array([0.5, 0.25, 0.125, 0.125]))
    assert light.lowest(everything, 0.5) == pytest.approx(0.7)
    assert heavy.lowest(everything, 0.5) == pytest.approx(0.8)


def test_with_nothing_harmful_everything_may_be_answered() -> None:
    risk = Risk(np.array([0.5]), np.array([False]), np.array([True]), np.array([1.0]))
    assert risk.lowest(np.array([True]), 0.03) == 0.0


def test_the_curve_falls_from_everything_to_nearly_nothing(unseen: Unseen) -> None:
    probabilities = Calibration(1.0, 0.0).probabilities(unseen.scores)
    curve = risk_of(unseen, probabilities, SMALL_TALK).curve()
    assert curve[0].coverage == 1.0
    assert curve[-1].coverage < 0.01
    for shares in (
        [point.coverage for point in curve],
        [point.risk for point in curve],
        [point.oos_answered for point in curve],
    ):
        assert shares == sorted(shares, reverse=True)


def test_danger_is_believed_from_where_the_stated_share_of_false_alarms_is_spent() -> None:
    probabilities, weights = np.linspace(0, 1, 1001), np.r_[np.full(500, 0.1), np.full(501, 1.0)]
    least = believed(probabilities, weights)
    spent = weights[probabilities >= least].sum() / weights.sum()
    assert FALSE_ALARMS * 0.9 < spent <= FALSE_ALARMS


def test_with_no_look_alikes_what_is_likelier_is_believed() -> None:
    assert believed(np.empty(0), np.empty(0)) == 0.5
