"""Tell texts apart by their features, each scored by a classifier that has not seen it too: scikit-learn's part."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.svm import LinearSVC

from intents.classifier.model import Floats, Weights
from intents.training.calibrate import Flags
from intents.training.processes import Spread

FOLDS = 4
"""Parts of the examples; each is scored by a classifier that has not seen it."""

ENOUGH = 8_000
"""Examples scored by classifiers that have not seen them, from which on folds are left out: each takes a training."""

SEED = 20240718
"""Fixed, so that the same knowledge gives the same model."""

COST_AT_ONCE, COST_EACH = 3.0, 1.0
"""What it costs to mistake an example, in costs of large weights: of all classes at once, and of each by itself."""

OnStep = Callable[[str], None]
Targets = npt.NDArray[np.int64]
"""Index of the right label of each example; (examples,)."""


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
    costs: Floats | None = None
    """What it costs to mistake each example; None: all alike."""
    enough: int = ENOUGH
    """Examples scored by classifiers that have not seen them from which on no more are."""
    at_once: bool = True
    """Whether all classes are learned at once, by how far the right one is before the best of the others (Crammer and
    Singer), or each by itself against all others."""


class Learned(NamedTuple):
    """What came of a lesson."""

    weights: Weights
    """The classifier trained on all examples."""
    tried: npt.NDArray[np.intp]
    """Numbers of the examples, all or enough, that were scored by classifiers that had not seen them."""
    scores: Floats
    """Their scores; (tried, classes)."""


def learn(lesson: Lesson, spread: Spread = map) -> Learned:
    """Return what is learned; the same however `spread` maps."""
    return begin(lesson, {}, spread)(lambda _: None)


def begin(lesson: Lesson, vocabulary: dict[str, int], spread: Spread) -> Callable[[OnStep], Learned]:
    """Begin to `learn`; the returned function waits for the result, and calls back for each classifier trained.

    Features that are new are added to `vocabulary`, which classifiers may share.
    """
    targets, names = lesson.targets, lesson.names
    counts = count(lesson.features, vocabulary)
    costs = np.ones(len(targets)) if lesson.costs is None else lesson.costs
    folds = _folds(targets, lesson.groups)

    def job(taken: Flags) -> _Job:
        return _Job(counts[taken], targets[taken], costs[taken], lesson.at_once)

    whole = spread(_train, [job(folds >= 0)])  # takes the longest, so it comes first
    most = next(fold for fold in range(FOLDS) if fold == FOLDS - 1 or (folds <= fold).sum() >= lesson.enough)
    scored = spread(_score_unseen, [(job(folds != fold), counts[folds == fold]) for fold in range(most + 1)])

    def finish(on_step: OnStep) -> Learned:
        (arrays,) = whole
        on_step("classifier")
        scores = np.full((len(targets), len(names)), -1.0)  # what a class says that a fold's training has not seen
        for fold, (classes, unseen) in enumerate(scored):
            scores[np.ix_(folds == fold, classes)] = unseen
            on_step("fold")
        for _ in range(most + 1, FOLDS):
            on_step("fold left out")
        tried = np.flatnonzero(folds <= most)
        return Learned(Weights(tuple(names), vocabulary, *arrays), tried, scores[tried])

    return finish


def fit(features: Sequence[Sequence[str]], targets: Targets, names: Sequence[str]) -> Weights:
    """Return the weights of the classifier trained on all of `features` (examples of features)."""
    vocabulary: dict[str, int] = {}
    counts = count(features, vocabulary)
    return Weights(tuple(names), vocabulary, *_train(_Job(counts, targets)))


def count(features: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> csr_matrix:
    """Return how often each feature stands in each example (examples, features); its column is its `vocabulary` row.

    Features that are new are added. CountVectorizer does the same in five times the time, for it sorts the features;
    columns are in order here, too, as sums in another order can end the training a step earlier.
    """
    numbers = _Numbers(vocabulary)
    columns: list[int] = []
    values: list[int] = []
    ends = [0]
    for example in features:
        counted = Counter(example)
        columns += map(numbers.__getitem__, counted)
        values += counted.values()
        ends.append(len(columns))
    vocabulary.update(numbers)
    shape = (len(features), len(vocabulary))
    counts = csr_matrix((np.array(values, np.float64), columns, ends), shape)
    counts.sort_indices()
    return counts


class _Numbers(dict[str, int]):
    """Numbers of features, with the next one for each that is new."""

    def __missing__(self, feature: str) -> int:
        self[feature] = len(self)
        return self[feature]


@dataclass(frozen=True)
class _Job:
    """What one classifier is trained on; as in `Lesson`."""

    counts: csr_matrix
    """(examples, features)."""
    targets: Targets
    costs: Floats | None = None
    at_once: bool = True


def trained(
    counts: csr_matrix, targets: Targets, costs: Floats | None = None, *, at_once: bool = True
) -> tuple[TfidfTransformer, LinearSVC]:
    """Return the weighting and the classifier, trained on counted features (examples, features); as in `Lesson`."""
    weighting = TfidfTransformer(sublinear_tf=True).fit(counts)
    seen = counts.getnnz(axis=0) > 0  # of a shared vocabulary; what stands in no example is as rare as the rarest
    weighting.idf_ = np.minimum(weighting.idf_, weighting.idf_[seen].max())
    way, cost = ("crammer_singer", COST_AT_ONCE) if at_once else ("ovr", COST_EACH)
    classifier = LinearSVC(C=cost, tol=1.0, multi_class=way, random_state=SEED)
    return weighting, classifier.fit(weighting.transform(counts), targets, sample_weight=costs)


def _train(job: _Job) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float16], npt.NDArray[np.float32]]:
    """Return idf, coefficients and intercepts as `Weights` holds them."""
    weighting, classifier = trained(job.counts, job.targets, job.costs, at_once=job.at_once)
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
    weighting, classifier = trained(job.counts[:, known], job.targets, job.costs, at_once=job.at_once)
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
