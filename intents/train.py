"""Train the classifier on a `Faq`; the only module that imports scikit-learn."""

from __future__ import annotations

import functools
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.svm import LinearSVC

from faq.knowledge import CRISIS, Faq
from intents.calibrate import Unseen, believed, calibrate, choose_thresholds, judge
from intents.danger import Hints
from intents.examples import dangers, examples
from intents.model import CALM, OUT_OF_SCOPE, Distress, Floats, Model, Weights
from intents.processes import Spread, processes
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

COST = 3.0
"""What it costs to mistake a question for one of another intent, in costs of large weights."""

TOLD_OF_DANGER = 3.0
"""What it costs the alarm to mistake a line of emergencies.yaml, in costs of any other line."""

SOUNDS = ("p", "!")
"""How features begin that a message in pinyin has too: of sounds, and of signs, which are known by their sound."""

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
        learned = begin(features, targets, names, data.groups, spread)
        distress = begin_distress(faq, look, spread)  # looked at while processes learn the others
        weights, out_of_fold = learned(on_step)
        tested = unseen(faq, words, weights, out_of_fold, targets)
        calibration = calibrate(tested)
        probabilities = calibration.probabilities(tested.scores)
        small_talk = chatting(faq)
        thresholds = choose_thresholds(tested, probabilities, small_talk)
        curve = judge(tested, probabilities, small_talk).curve()
        return Model(faq, words, weights, calibration, thresholds, distress(on_step), curve)


def begin_distress(
    faq: Faq, look: Callable[[str], Sequence[str]], spread: Spread = map
) -> Callable[[OnStep], Distress]:
    """Begin to train the classifier of danger, with probabilities from messages that it has not seen.

    `look` gives the words of a message; `spread` is as in `begin`. The returned function waits for the result, and
    calls back for each classifier trained. Each line counts once, however many wordings it stands for.
    """
    data = dangers(faq)
    names = (*faq.emergencies, CRISIS, CALM)
    targets, groups = np.array([names.index(label) for label in data.labels]), np.array(data.groups)
    told = groups < sum(len(kind.examples) + len(kind.harmless) for kind in faq.emergencies.values())
    shares = 1 / np.bincount(groups)[groups]
    hints = Hints(faq)
    features = [[*look(question), *hints.features(question)] for question in data.questions]
    costs = np.where(told, TOLD_OF_DANGER, 1.0) * shares
    heard = np.flatnonzero(told & (np.diff(groups, prepend=-1) > 0))  # the first wording of each, as pinyin sounds
    every = np.concatenate([np.arange(len(features)), heard])
    features += [[feature for feature in features[i] if feature.startswith(SOUNDS)] for i in heard]
    learned = begin(features, targets[every], names, groups[every].tolist(), spread, costs[every])

    def finish(on_step: OnStep) -> Distress:
        weights, scores = learned(on_step)
        scores = scores[: len(targets)]
        calibration = calibrate(Unseen.balanced(scores, targets))
        alike = told & (targets == len(names) - 1)
        danger = 1 - calibration.probabilities(scores[alike])[:, -1]
        return Distress(weights, calibration, believed(danger, shares[alike]))

    return finish


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
) -> tuple[Weights, Floats]:
    """Return the classifier trained on all `features`, and scores (examples, classes) by ones that had not seen them.

    Examples of one group share a fold. The result is the same however `spread` maps.
    """
    return begin(features, targets, names, groups, spread)(lambda _: None)


def begin(
    features: Sequence[Sequence[str]],
    targets: Targets,
    names: Sequence[str],
    groups: Sequence[int],
    spread: Spread,
    costs: Floats | None = None,
) -> Callable[[OnStep], tuple[Weights, Floats]]:
    """Begin to `learn`; the returned function waits for the result, and calls back for each classifier trained.

    `costs` are as in `trained`.
    """
    counts, vocabulary = count(features)
    folds = _folds(targets, groups)
    parts = [(folds != fold, folds == fold) for fold in range(FOLDS)]
    jobs = [
        (_Job(counts[rest], targets[rest], None if costs is None else costs[rest]), counts[out]) for rest, out in parts
    ]
    whole = spread(_train, [_Job(counts, targets, costs)])  # takes the longest, so it comes first
    scored = spread(_score_unseen, jobs)

    def finish(on_step: OnStep) -> tuple[Weights, Floats]:
        (arrays,) = whole
        on_step("classifier")
        scores = np.full((len(targets), len(names)), -1.0)  # what a class says that a fold's training has not seen
        for fold, (classes, unseen) in enumerate(scored):
            scores[np.ix_(folds == fold, classes)] = unseen
            on_step("fold")
        return Weights(tuple(names), vocabulary, *arrays), scores

    return finish


def fit(features: Sequence[Sequence[str]], targets: Targets, names: Sequence[str]) -> Weights:
    """Return the weights of the classifier trained on all of `features` (examples of features)."""
    counts, vocabulary = count(features)
    return Weights(tuple(names), vocabulary, *_train(_Job(counts, targets)))


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


@dataclass(frozen=True)
class _Job:
    """What one classifier is trained on."""

    counts: csr_matrix
    """(examples, features)."""
    targets: Targets
    """Label of each."""
    costs: Floats | None = None
    """As in `trained`."""


def trained(counts: csr_matrix, targets: Targets, costs: Floats | None = None) -> tuple[TfidfTransformer, LinearSVC]:
    """Return the weighting and the classifier, trained on counted features (examples, features).

    All classes are learned at once, by how far the right one is before the best of the others; with `costs`
    (examples,), what it costs to mistake each example, each class is learned by itself against all others.
    """
    weighting = TfidfTransformer(sublinear_tf=True).fit(counts)
    if costs is None:
        classifier = LinearSVC(C=COST, tol=1.0, multi_class="crammer_singer", random_state=SEED)
    else:
        classifier = LinearSVC(C=1.0, tol=1.0, random_state=SEED)
    return weighting, classifier.fit(weighting.transform(counts), targets, sample_weight=costs)


def _train(job: _Job) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return idf, coefficients and intercepts as `Weights` holds them."""
    weighting, classifier = trained(job.counts, job.targets, job.costs)
    return (
        weighting.idf_.astype(np.float32),
        np.ascontiguousarray(classifier.coef_.T, dtype=np.float32),
        classifier.intercept_.astype(np.float32),
    )


def _score_unseen(work: tuple[_Job, csr_matrix]) -> tuple[Targets, Floats]:
    """Return classes and scores (examples, classes) of the counted examples held out of a job.

    They are the scores of Weights.scores, of all examples at once.
    """
    job, held_out = work
    known = job.counts.getnnz(axis=0) > 0
    weighting, classifier = trained(job.counts[:, known], job.targets, job.costs)
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
