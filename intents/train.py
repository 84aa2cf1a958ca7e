"""Train the classifier on a `Faq`; the only module that imports scikit-learn."""

from __future__ import annotations

import functools
import itertools
import os
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context, parent_process
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.svm import LinearSVC

from faq.knowledge import CRISIS, Faq
from intents.calibrate import BELIEVED, Unseen, believed_alone, calibrate, choose_thresholds, judge, margins
from intents.concepts import Concepts
from intents.examples import dangers, examples
from intents.model import CALM, OUT_OF_SCOPE, Distress, Floats, Model, Weights
from intents.signs import Signs, worth_of_a_sign
from intents.words import Words

FOLDS = 4
"""Parts of the questions; each is scored by a classifier that has not seen it."""

FEWEST_CHECKS = 100
"""Checks from which on thresholds are measured on them; a share of 3 % cannot be told from fewer."""

OUT_OF_FOLD_SHARE = 0.25
"""Share of residents taken to ask in a way that nobody foresaw; the others ask like the writers of the checks."""

SEED = 20240718
"""Fixed, so that the same knowledge gives the same model."""

STEPS = 2 * FOLDS + 3
"""How often `train` calls `on_step`."""

WORTH_A_PROCESS = 100_000
"""Examples × classes from which on other processes are started: they need a second to import their libraries."""

Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
OnStep = Callable[[str], None]
Targets = npt.NDArray[np.int64]
"""Index of the right label of each example; (examples,)."""


def train(faq: Faq, words: Words, on_step: OnStep = lambda _: None) -> Model:
    """Return a model of `faq`, with probabilities and thresholds from questions that it has not seen.

    `on_step` is called with the name of each of `STEPS` steps when it is done.
    """
    data = examples(faq)
    names = (*faq.intents, OUT_OF_SCOPE)
    targets = np.array([names.index(label) for label in data.labels])
    with processes(len(targets) * len(names)) as spread:
        look = functools.cache(words.features)  # both classifiers learn from most of the questions
        features = [look(question) for question in data.questions]
        on_step("features")
        weights, out_of_fold = learn(features, targets, names, data.groups, spread, on_step)
        alarming = margins(faq, data.questions, out_of_fold, weights, look)
        concepts = Concepts(faq.cues)
        distress = train_distress(faq, lambda said: [*look(said), *concepts.features(said)], alarming, spread, on_step)
    tested = unseen(faq, words, weights, out_of_fold, targets)
    calibration = calibrate(tested)
    probabilities = calibration.probabilities(tested.scores)
    small_talk = chatting(faq)
    thresholds = choose_thresholds(tested, probabilities, small_talk)
    curve = judge(tested, probabilities, small_talk).curve()
    return Model(faq, words, weights, calibration, thresholds, distress, curve)


def train_distress(
    faq: Faq,
    look: Callable[[str], Sequence[str]],
    alarming: Callable[[str], float],
    spread: Spread = map,
    on_step: OnStep = lambda _: None,
) -> Distress:
    """Return the classifier of danger, with probabilities from messages that it has not seen.

    `look` gives the features of a message, `alarming` what the classifier of intents says of it (`margins`); `spread`
    is as in `learn`.
    """
    data = dangers(faq)
    names = (*faq.emergencies, CRISIS, CALM)
    targets = np.array([names.index(label) for label in data.labels])
    weights, scores = learn(
        [look(question) for question in data.questions], targets, names, data.groups, spread, on_step
    )
    scores[:, -1] -= [alarming(question) for question in data.questions]
    calibration = calibrate(Unseen.balanced(scores, targets))
    with_sign, without = worth_of_a_sign(faq)
    signs, calm = Signs(faq), np.flatnonzero(targets == len(names) - 1)
    unsigned = [i for i in calm.tolist() if not signs.seen_in(data.questions[i])]
    harmless = calibration.probabilities(scores[unsigned])[:, -1]
    odds = without * (1 - harmless) / np.maximum(harmless, 1e-9)
    return Distress(weights, calibration, with_sign, without, BELIEVED, believed_alone(odds / (1 + odds)))


def chatting(faq: Faq) -> npt.NDArray[np.bool_]:
    """Return which classes are intents whose answers state no policy; (classes,)."""
    return np.array([*map(faq.small_talk, faq.intents.values()), False])


def unseen(faq: Faq, words: Words, weights: Weights, out_of_fold: Floats, targets: Targets) -> Unseen:
    """Return questions that the classifier scoring them has not seen: the checks, and all others out of fold.

    Residents are other people than the writers of the questions, as those of the checks were. Yet checks are kinder
    than residents; and out-of-fold questions are harder, for a writer avoids repeating himself. In scope the latter
    count `OUT_OF_FOLD_SHARE`, or all while there are few checks.
    """
    outside = len(weights.labels) - 1
    asked = [(weights.labels.index(i.id), words.features(check)) for i in faq.intents.values() for check in i.checks]
    checked = [(label, scores) for label, f in asked if (scores := weights.scores(f)) is not None]
    if len(checked) < FEWEST_CHECKS:
        checked = []
    truth = np.concatenate([np.array([label for label, _ in checked], np.int64), targets])
    shares = np.concatenate([np.zeros(len(checked), np.int64), np.where(targets == outside, 2, 1)])
    own = OUT_OF_FOLD_SHARE if checked else 1.0
    sizes = np.bincount(shares, minlength=3)
    counted = np.array([1 - own, own, 1.0]) / 2 / np.maximum(sizes, 1)
    return Unseen(np.vstack([*(scores for _, scores in checked), out_of_fold]), truth, counted[shares])


def learn(
    features: Sequence[Sequence[str]],
    targets: Targets,
    names: Sequence[str],
    groups: Sequence[int],
    spread: Spread = map,
    on_step: OnStep = lambda _: None,
) -> tuple[Weights, Floats]:
    """Return the classifier trained on all `features`, and scores (examples, classes) by ones that had not seen them.

    Examples of one group share a fold. `spread` maps a function over arguments; the result is the same however it does.
    """
    counts, vocabulary = count(features)
    folds = _folds(targets, groups)
    jobs = [(counts[folds != fold], targets[folds != fold], counts[folds == fold]) for fold in range(FOLDS)]
    scored = spread(_score_unseen, jobs)  # other processes begin while this one trains on everything
    weights = _weights(counts, targets, names, vocabulary)
    on_step("classifier")
    scores = np.full((len(targets), len(names)), -1.0)  # what a class says that a fold's training has not seen
    for fold, (classes, unseen) in enumerate(scored):
        scores[np.ix_(folds == fold, classes)] = unseen
        on_step("fold")
    return weights, scores


def fit(features: Sequence[Sequence[str]], targets: Targets, names: Sequence[str]) -> Weights:
    """Return the weights of the classifier trained on all of `features` (examples of features)."""
    counts, vocabulary = count(features)
    return _weights(counts, targets, names, vocabulary)


def count(features: Sequence[Sequence[str]]) -> tuple[csr_matrix, dict[str, int]]:
    """Return how often each feature stands in each example (examples, features), and the features' columns.

    CountVectorizer does the same in three times the time, for it sorts the features.
    """
    vocabulary: dict[str, int] = {}
    columns: list[int] = []
    values: list[int] = []
    ends = [0]
    for example in features:
        counted = Counter(example)
        columns += [vocabulary.setdefault(feature, len(vocabulary)) for feature in counted]
        values += counted.values()
        ends.append(len(columns))
    shape = (len(features), len(vocabulary))
    return csr_matrix((np.array(values, np.float64), columns, ends), shape), vocabulary


def pipeline() -> tuple[TfidfTransformer, LinearSVC]:
    """Return the weighting (of counted features) and the classifier, both untrained."""
    return TfidfTransformer(sublinear_tf=True), LinearSVC(C=1.0, tol=0.1, random_state=SEED)


def _weights(counts: csr_matrix, targets: Targets, names: Sequence[str], vocabulary: dict[str, int]) -> Weights:
    weighting, classifier = pipeline()
    classifier.fit(weighting.fit_transform(counts), targets)
    return Weights(
        tuple(names),
        vocabulary,
        weighting.idf_.astype(np.float32),
        np.ascontiguousarray(classifier.coef_.T, dtype=np.float32),
        classifier.intercept_.astype(np.float32),
    )


def _score_unseen(job: tuple[csr_matrix, Targets, csr_matrix]) -> tuple[Targets, Floats]:
    """Return classes and scores (examples, classes) of the last of `job` by a classifier trained on the first two.

    They are the scores of Weights.scores, of all examples at once.
    """
    rest, targets, held_out = job
    known = rest.getnnz(axis=0) > 0
    weighting, classifier = pipeline()
    classifier.fit(weighting.fit_transform(rest[:, known]), targets)
    values = weighting.set_params(norm=None).transform(held_out[:, known])
    unknown = np.asarray(held_out[:, ~known].sum(axis=1)).ravel()
    length = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).ravel() + unknown * weighting.idf_.max() ** 2)
    added = values @ classifier.coef_.T / np.maximum(length, 1e-12)[:, None]
    return classifier.classes_, added + classifier.intercept_


def _folds(targets: Targets, groups: Sequence[int]) -> Targets:
    """Return the fold of each example: the groups of each class are dealt out in turn."""
    dealt: dict[int, int] = {}
    dealers: dict[int, Iterator[int]] = defaultdict(lambda: itertools.cycle(range(FOLDS)))
    for target, group in zip(targets.tolist(), groups, strict=True):
        if group not in dealt:
            dealt[group] = next(dealers[target])
    return np.array([dealt[group] for group in groups])


@contextmanager
def processes(work: int) -> Iterator[Spread]:
    """Yield a `map` over one process a core, or the plain one if there is a single core or little `work`.

    `work` is examples × classes. Threads would not do: liblinear's random numbers are shared by all of them.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores < 2 or work < WORTH_A_PROCESS:
        yield map
        return
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(min(cores, FOLDS), context, _end_with_parent) as pool:
        pool.submit(int)  # lets processes start while this one looks at words
        yield pool.map


def _end_with_parent() -> None:
    """End this process when the one that started it has been killed, rather than wait for work for ever."""

    def wait() -> None:
        if parent := parent_process():
            parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
