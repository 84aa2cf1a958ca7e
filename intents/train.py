"""Train the classifier on a `Faq`; the only module that imports scikit-learn."""

from __future__ import annotations

import functools
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.svm import LinearSVC

from faq.knowledge import CRISIS, Faq
from intents.calibrate import Flags, Unseen, believed, calibrate, choose_thresholds, judge
from intents.danger import Hints
from intents.examples import dangers, examples
from intents.model import CALM, OUT_OF_SCOPE, Distress, Floats, Model, Weights
from intents.processes import Spread, processes
from intents.words import Words, of_spaced_language

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

RIGHT_LABEL = 5.0
"""What it costs a class to miss one of its own questions, in costs of taking one of another's: those are many more."""

TOLD_OF_DANGER = 3.0
"""What it costs the alarm to mistake a line of emergencies.yaml, in costs of any other line."""

SOUNDS = ("p", "!")
"""How features begin that a message in pinyin has too: of sounds, and of signs, which are known by their sound."""

SPACED_IDF = 0.3
"""Power of the idf of features of languages written with spaces: a rare run of letters says less than a rare word."""

OnStep = Callable[[str], None]
Targets = npt.NDArray[np.int64]
"""Index of the right label of each example; (examples,)."""


def train(faq: Faq, words: Words, on_step: OnStep = lambda _: None) -> Model:
    """Return a model of `faq`, with probabilities and thresholds from questions that it has not seen.

    `on_step` is called with the name of each of `STEPS` steps when it is done.
    """
    data = examples(faq)
    names = labels(faq)
    targets = np.array([names.index(label) for label in data.labels])
    with processes(len(targets) * len(names)) as spread:
        look = functools.cache(words.features)  # both classifiers learn from most of the questions
        features = [look(question) for question in data.questions]
        on_step("features")
        vocabulary: dict[str, int] = {}
        learned = begin(Lesson(features, targets, names, data.groups, RIGHT_LABEL), vocabulary, spread)
        distress = begin_distress(faq, look, vocabulary, spread)  # looked at while processes learn the others
        weights, out_of_fold = learned(on_step)
        tested = unseen(faq, words, weights, out_of_fold, targets)
        calibration = calibrate(tested)
        probabilities = calibration.probabilities(tested.scores)
        small_talk = chatting(faq)
        thresholds = choose_thresholds(tested, probabilities, small_talk)
        curve = judge(tested, probabilities, small_talk).curve()
        return Model(faq, words, weights, calibration, thresholds, distress(on_step), curve)


def begin_distress(
    faq: Faq, look: Callable[[str], Sequence[str]], vocabulary: dict[str, int], spread: Spread = map
) -> Callable[[OnStep], Distress]:
    """Begin to train the classifier of danger, with probabilities from messages that it has not seen.

    `look` gives the words of a message; `vocabulary` and `spread` are as in `begin`. The returned function waits for
    the result, and calls back for each classifier trained. Each line counts once, however many wordings it stands for.
    """
    data = dangers(faq)
    names = (*faq.emergencies, CRISIS, CALM)
    targets, groups = np.array([names.index(label) for label in data.labels]), np.array(data.groups)
    told = groups < sum(len(kind.examples) + len(kind.harmless) for kind in faq.emergencies.values())
    shares = 1 / np.bincount(groups)[groups]
    hints = Hints(faq)
    features = [hints.features(question, look(question)) for question in data.questions]
    costs = np.where(told, TOLD_OF_DANGER, 1.0) * shares
    heard = np.flatnonzero(told & (np.diff(groups, prepend=-1) > 0))  # the first wording of each, as pinyin sounds
    every = np.concatenate([np.arange(len(features)), heard])
    features += [[feature for feature in features[i] if feature.startswith(SOUNDS)] for i in heard]
    lesson = Lesson(features, targets[every], names, groups[every].tolist(), costs=costs[every])
    learned = begin(lesson, vocabulary, spread)

    def finish(on_step: OnStep) -> Distress:
        weights, scores = learned(on_step)
        scores = scores[: len(targets)]
        calibration = calibrate(Unseen.balanced(scores, targets))
        alike = told & (targets == len(names) - 1)
        danger = 1 - calibration.probabilities(scores[alike])[:, -1]
        return Distress(weights, calibration, believed(danger, shares[alike]))

    return finish


def labels(faq: Faq) -> tuple[str, ...]:
    """Return what questions are told apart into: all intents but `CRISIS`, which the alarm tells, and out of scope."""
    return (*(intent_id for intent_id in faq.intents if intent_id != CRISIS), OUT_OF_SCOPE)


def chatting(faq: Faq) -> npt.NDArray[np.bool_]:
    """Return which classes are intents whose answers state no policy; (classes,)."""
    return np.array([*(faq.small_talk(faq.intents[label]) for label in labels(faq)[:-1]), False])


def unseen(faq: Faq, words: Words, weights: Weights, out_of_fold: Floats, targets: Targets) -> Unseen:
    """Return questions that the classifier scoring them has not seen: the checks, and all others out of fold.

    Residents are other people than the writers of the questions, as those of the checks were. Yet checks are kinder
    than residents; and out-of-fold questions are harder, for a writer avoids repeating himself. In scope the latter
    count `OUT_OF_FOLD_SHARE`, or all while there are few checks.
    """
    outside = len(weights.labels) - 1
    kinds = {label: row for row, label in enumerate(weights.labels[:-1])}
    asked = [(row, words.features(check)) for label, row in kinds.items() for check in faq.intents[label].checks]
    checked = [(label, scores) for label, f in asked if (scores := weights.scores(f)) is not None]
    if len(checked) < FEWEST_CHECKS:
        checked = []
    truth = np.concatenate([np.array([label for label, _ in checked], np.int64), targets])
    shares = np.concatenate([np.zeros(len(checked), np.int64), np.where(targets == outside, 2, 1)])
    own = OUT_OF_FOLD_SHARE if checked else 1.0
    sizes = np.bincount(shares, minlength=3)
    counted = np.array([1 - own, own, 1.0]) / 2 / np.maximum(sizes, 1)
    return Unseen(np.vstack([*(scores for _, scores in checked), out_of_fold]), truth, counted[shares])


@dataclass(frozen=True)
class Lesson:
    """What a classifier learns from, and is tried on in folds."""

    features: Sequence[Sequence[str]]
    """Of each example."""
    targets: Targets
    """Label of each."""
    names: Sequence[str]
    """Labels by index; the last is what is none of the others."""
    groups: Sequence[int]
    """Group of each; examples of one group share a fold."""
    right_label: float = 1.0
    """As `RIGHT_LABEL`."""
    costs: Floats | None = None
    """What it costs to mistake each example; None: all alike."""


def learn(lesson: Lesson, spread: Spread = map) -> tuple[Weights, Floats]:
    """Return the classifier trained on all examples, and scores (examples, classes) by ones that had not seen them.

    The result is the same however `spread` maps.
    """
    return begin(lesson, {}, spread)(lambda _: None)


def begin(lesson: Lesson, vocabulary: dict[str, int], spread: Spread) -> Callable[[OnStep], tuple[Weights, Floats]]:
    """Begin to `learn`; the returned function waits for the result, and calls back for each classifier trained.

    Features that are new are added to `vocabulary`, which classifiers may share.
    """
    targets, names = lesson.targets, lesson.names
    counts = count(lesson.features, vocabulary)
    costs = np.ones(len(targets)) if lesson.costs is None else lesson.costs
    power, folds = idf_power(vocabulary), _folds(targets, lesson.groups)

    def job(taken: Flags) -> _Job:
        return _Job(counts[taken], targets[taken], power, lesson.right_label, costs[taken])

    whole = spread(_train, [job(folds >= 0)])  # takes the longest, so it comes first
    scored = spread(_score_unseen, [(job(folds != fold), counts[folds == fold]) for fold in range(FOLDS)])

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
    vocabulary: dict[str, int] = {}
    counts = count(features, vocabulary)
    return Weights(tuple(names), vocabulary, *_train(_Job(counts, targets, idf_power(vocabulary), RIGHT_LABEL)))


def count(features: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> csr_matrix:
    """Return how often each feature stands in each example (examples, features); its column is its `vocabulary` row.

    Features that are new are added. CountVectorizer does the same in three times the time, for it sorts the features.
    """
    columns: list[int] = []
    values: list[int] = []
    ends = [0]
    for example in features:
        counted = Counter(example)
        columns += [vocabulary.setdefault(feature, len(vocabulary)) for feature in counted]
        values += counted.values()
        ends.append(len(columns))
    shape = (len(features), len(vocabulary))
    return csr_matrix((np.array(values, np.float64), columns, ends), shape)


@dataclass(frozen=True)
class _Job:
    """What one classifier is trained on."""

    counts: csr_matrix
    """(examples, features)."""
    targets: Targets
    """Label of each."""
    idf_power: float
    """What the idf is raised to."""
    right_label: float
    """As `RIGHT_LABEL`."""
    costs: Floats | None = None
    """What it costs to mistake each example; None: all alike."""


def trained(
    counts: csr_matrix, targets: Targets, power: float, right_label: float, each: Floats | None = None
) -> tuple[TfidfTransformer, LinearSVC]:
    """Return the weighting and the classifier, trained on counted features (examples, features)."""
    weighting = TfidfTransformer(sublinear_tf=True).fit(counts)
    seen = counts.getnnz(axis=0) > 0  # of a shared vocabulary; what stands in no example is as rare as the rarest
    weighting.idf_ = np.minimum(weighting.idf_, weighting.idf_[seen].max()) ** power
    # liblinear weighs only a class's own examples: all alike make it likelier to own up to them
    costs = dict.fromkeys(np.unique(targets).tolist(), right_label)
    classifier = LinearSVC(C=1.0, tol=1.0, class_weight=costs, random_state=SEED)
    return weighting, classifier.fit(weighting.transform(counts), targets, sample_weight=each)


def _train(job: _Job) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float16], npt.NDArray[np.float32]]:
    """Return idf, coefficients and intercepts as `Weights` holds them."""
    weighting, classifier = trained(job.counts, job.targets, job.idf_power, job.right_label, job.costs)
    return (
        weighting.idf_.astype(np.float32),
        np.ascontiguousarray(classifier.coef_.T, dtype=np.float16),
        classifier.intercept_.astype(np.float32),
    )


def _score_unseen(work: tuple[_Job, csr_matrix]) -> tuple[Targets, Floats]:
    """Return classes and scores (examples, classes) of the counted examples held out of a job.

    They are the scores of Weights.scores, of all examples at once.
    """
    job, held_out = work
    known = job.counts.getnnz(axis=0) > 0
    weighting, classifier = trained(job.counts[:, known], job.targets, job.idf_power, job.right_label, job.costs)
    values = weighting.set_params(norm=None).transform(held_out[:, known])
    unknown = np.asarray(held_out[:, ~known].sum(axis=1)).ravel()
    length = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).ravel() + unknown * weighting.idf_.max() ** 2)
    added = values @ classifier.coef_.T / np.maximum(length, 1e-12)[:, None]
    return classifier.classes_, added + classifier.intercept_


def idf_power(vocabulary: Iterable[str]) -> float:
    """Return what to raise the idf to, by the language that most features in `vocabulary` are of."""
    spaced = np.fromiter(map(of_spaced_language, vocabulary), np.bool_)
    return SPACED_IDF if spaced.mean() > 0.5 else 1.0


def _folds(targets: Targets, groups: Sequence[int]) -> Targets:
    """Return the fold of each example: the groups of each class are dealt out in turn."""
    dealt: dict[int, int] = {}
    dealers: dict[int, Iterator[int]] = defaultdict(lambda: itertools.cycle(range(FOLDS)))
    for target, group in zip(targets.tolist(), groups, strict=True):
        if group not in dealt:
            dealt[group] = next(dealers[target])
    return np.array([dealt[group] for group in groups])
