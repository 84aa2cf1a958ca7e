"""Features that stand beside the same others lie near each other, and help each other where one was not seen."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from intents.training.learn import Lesson, count, learn
from intents.training.vectors import Space, discriminant, spaces

LINES = [
    "fee school",
    "fee college",
    "fee school pay",
    "fee college pay",
    "roof leaks",
    "roof wall leaks",
    "wall leaks",
    "rain today",
    "rain sun today",
    "sun today",
]


def counted() -> tuple[csr_matrix, dict[str, int]]:
    vocabulary: dict[str, int] = {}
    return count([line.split() for line in LINES], vocabulary), vocabulary


def likeness(space: Space, vocabulary: dict[str, int], one: str, other: str) -> float:
    at = {row: place for place, row in enumerate(space.rows.tolist())}
    first, second = space.axes[at[vocabulary[one]]], space.axes[at[vocabulary[other]]]
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


def test_words_that_never_meet_but_have_the_same_neighbours_are_alike() -> None:
    counts, vocabulary = counted()
    space = spaces(counts, range(len(LINES)), np.arange(len(vocabulary)), seed=1)[0]
    assert likeness(space, vocabulary, "school", "college") > likeness(space, vocabulary, "school", "wall") + 0.3


def test_the_wordings_of_one_line_count_once() -> None:
    counts, vocabulary = counted()
    groups = [0, 1, 0, 1, *range(2, 8)]
    for space in spaces(counts, groups, np.arange(len(vocabulary)), seed=1):
        assert vocabulary["pay"] not in space.rows  # it stands in no line's first wording


def test_a_space_keeps_its_features_where_others_are_left_out() -> None:
    known = np.array([True, False, True, True])
    left = Space(np.array([1, 2, 3]), np.eye(3, dtype=np.float32), 1.0).among(known)
    assert left.rows.tolist() == [1, 2]
    assert left.axes.tolist() == [[0, 1, 0], [0, 0, 1]]


def test_nothing_in_common_says_nothing() -> None:
    counts = csr_matrix(np.eye(3))
    assert spaces(counts, range(3), np.arange(3), seed=1) == ()


def test_a_word_says_what_its_neighbours_say() -> None:
    """Of college the lines of the first class say nothing; it stands beside fee and pay, as school does."""
    lines = [*LINES, "college"]
    kept = [i for i, line in enumerate(lines) if "college" not in line]
    targets = np.array([0 if "fee" in line else 1 if "leaks" in line else 2 for line in lines])
    leads = []
    for alike in (False, True):
        features = [[f"w{word}" for word in lines[i].split()] for i in kept]
        features += [["wcollege", "wfee"], ["wcollege", "wpay"], ["wcollege"]]
        lesson = Lesson(features, np.r_[targets[kept], 2, 2, 2], ("a", "b", "oos"), range(len(features)), alike=alike)
        weights, _ = learn(lesson)
        scores = weights.scores(["wcollege"])
        assert scores is not None
        leads.append(scores[0] - scores[1])
    assert leads[1] > leads[0]


def test_a_discriminant_tells_classes_apart() -> None:
    random = np.random.default_rng(1)
    targets = np.repeat([0, 1, 2], 50)
    values = np.eye(3)[targets] + random.normal(0, 0.2, (150, 3))
    coefficients, intercepts = discriminant(values, targets)
    assert ((values @ coefficients + intercepts).argmax(axis=1) == targets).mean() > 0.97
