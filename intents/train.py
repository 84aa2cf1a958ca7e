"""Train the classifier on a `Faq`; the only module that imports scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from faq.knowledge import CRISIS, Faq
from faq.text import bare
from intents.calibrate import calibrate, choose_thresholds
from intents.model import OUT_OF_SCOPE, Floats, Model, Weights
from intents.words import Words

FOLDS = 4
"""Parts of the questions; each is scored by a classifier that has not seen it."""

FEWEST_CHECKS = 100
"""Checks from which on thresholds are measured on them; a share of 3 % cannot be told from fewer."""

SEED = 20240718
"""Fixed, so that the same knowledge gives the same model."""

STEPS = FOLDS + 2
"""How often `train` calls `on_step`."""

OnStep = Callable[[str], None]
Targets = npt.NDArray[np.int64]
"""Index of the right label of each example; (examples,)."""


@dataclass(frozen=True)
class Examples:
    """Training questions with their labels."""

    questions: list[str]
    """What residents type; (examples,)."""
    labels: list[str]
    """Intent id or `OUT_OF_SCOPE` of each."""
    groups: list[int]
    """Line of the FAQ that each comes from: wordings of one template must stay in one fold."""


def examples(faq: Faq) -> Examples:
    """Return every wording of every question of `faq`, and the questions to decline."""
    questions: list[str] = []
    labels: list[str] = []
    groups: list[int] = []
    seen: set[str] = set()
    lines = [(i.id, line) for i in faq.intents.values() for line in i.wordings()]
    lines += [(OUT_OF_SCOPE, [question]) for kind in faq.out_of_scope.values() for question in kind]
    for group, (label, wordings) in enumerate(lines):
        for wording in wordings:
            if bare(wording) not in seen:
                seen.add(bare(wording))
                questions.append(wording)
                labels.append(label)
                groups.append(group)
    return Examples(questions, labels, groups)


def train(faq: Faq, words: Words, on_step: OnStep = lambda _: None) -> Model:
    """Return a model of `faq`, with probabilities and thresholds from questions that it has not seen.

    `on_step` is called with the name of each of `STEPS` steps when it is done.
    """
    data = examples(faq)
    features = [words.features(question) for question in data.questions]
    names = (*faq.intents, OUT_OF_SCOPE)
    targets = np.array([names.index(label) for label in data.labels])
    on_step("features")
    out_of_fold = _out_of_fold(features, targets, data.groups, len(names), on_step)
    weights = fit(features, targets, names)
    on_step("classifier")
    scores, truth = _unseen(faq, words, weights, out_of_fold, targets)
    calibration = calibrate(scores, truth)
    small_talk = np.array([name != OUT_OF_SCOPE and faq.small_talk(faq.intents[name]) for name in names])
    thresholds = choose_thresholds(calibration.probabilities(scores), truth, small_talk, names.index(CRISIS))
    return Model(faq, words, weights, calibration, thresholds)


def _unseen(faq: Faq, words: Words, weights: Weights, out_of_fold: Floats, targets: Targets) -> tuple[Floats, Targets]:
    """Return scores and labels of questions that the scoring classifier has not seen.

    In scope these are the checks: other people wrote them, as residents are other people. Out-of-fold questions would
    overstate the risk, for a writer avoids repeating himself; they serve only while there are few checks.
    """
    outside = targets == len(weights.labels) - 1
    asked = [(weights.labels.index(i.id), words.features(check)) for i in faq.intents.values() for check in i.checks]
    scored = [(label, scores) for label, f in asked if (scores := weights.scores(f)) is not None]
    if len(scored) < FEWEST_CHECKS:
        return out_of_fold, targets
    scores = np.vstack([np.array([scores for _, scores in scored]), out_of_fold[outside]])
    return scores, np.concatenate([[label for label, _ in scored], targets[outside]])


def fit(features: Sequence[Sequence[str]], targets: Targets, names: Sequence[str]) -> Weights:
    """Return the weights of the classifier trained on all of `features` (examples of features)."""
    vectorizer, classifier = pipeline()
    classifier.fit(vectorizer.fit_transform(features), targets)
    return Weights(
        tuple(names),
        {str(feature): int(row) for feature, row in vectorizer.vocabulary_.items()},
        vectorizer.idf_.astype(np.float32),
        np.ascontiguousarray(classifier.coef_.T, dtype=np.float32),
        classifier.intercept_.astype(np.float32),
    )


def pipeline() -> tuple[TfidfVectorizer, LinearSVC]:
    """Return the vectorizer (on ready features) and the classifier, both untrained."""
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=1, dtype=np.float64)
    return vectorizer, LinearSVC(C=2.0, tol=1e-2, random_state=SEED)


def _out_of_fold(
    features: Sequence[Sequence[str]],
    targets: Targets,
    groups: Sequence[int],
    classes: int,
    on_step: OnStep,
) -> Floats:
    """Return scores (examples, classes) of each example by a classifier trained without its fold."""
    scores = np.full((len(targets), classes), -1.0)  # what a class says that a fold's training has not seen
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED).split(features, targets, groups)
    for rest, fold in folds:  # one after another: liblinear's random numbers are shared by all threads
        vectorizer, classifier = pipeline()
        classifier.fit(vectorizer.fit_transform([features[i] for i in rest]), targets[rest])
        scores[np.ix_(fold, classifier.classes_)] = classifier.decision_function(
            vectorizer.transform([features[i] for i in fold])
        )
        on_step("fold")
    return scores
