"""Train the classifier on a `Faq`; the only module that imports scikit-learn."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from faq.knowledge import CRISIS, Faq
from faq.load import FaqError, load
from faq.template import expand
from faq.text import bare
from intents.calibrate import BELIEVED, calibrate, choose_thresholds
from intents.model import CALM, OUT_OF_SCOPE, Distress, Floats, Model, Weights
from intents.registry import Registry
from intents.signs import Signs
from intents.words import Words

FOLDS = 4
"""Parts of the questions; each is scored by a classifier that has not seen it."""

FEWEST_CHECKS = 100
"""Checks from which on thresholds are measured on them; a share of 3 % cannot be told from fewer."""

SEED = 20240718
"""Fixed, so that the same knowledge gives the same model."""

ALARM_FOLDS = 2
"""The same of the messages that the alarm is trained on; more of them, and only the calibration needs them."""

WORDINGS = 24
"""Most wordings taken of one line that the alarm is trained on."""

STEPS = FOLDS + ALARM_FOLDS + 3
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
    """Return every wording of every question of `faq`, of people in danger, and the questions to decline."""
    lines = [(i.id, line) for i in faq.intents.values() for line in i.wordings()]
    if CRISIS in faq.intents:
        lines += [(CRISIS, expand(line)) for kind in faq.emergencies.values() for line in kind.examples]
    return _distinct([*lines, *_declined(faq, OUT_OF_SCOPE)])


def dangers(faq: Faq) -> Examples:
    """Return what people in each kind of danger write, and everything that is written by those who are in none."""
    kinds = faq.emergencies.items()
    lines = [(kind, _some(expand(line))) for kind, emergency in kinds for line in emergency.examples]
    lines += [(CALM, _some(expand(line))) for _, emergency in kinds for line in emergency.harmless]
    lines += [(i.id if i.id == CRISIS else CALM, line[:1]) for i in faq.intents.values() for line in i.wordings()]
    return _distinct([*lines, *_declined(faq, CALM)])


def _some(wordings: list[str]) -> list[str]:
    """Return at most `WORDINGS` of them, spread evenly: a line of many brackets tells no more than its neighbour."""
    step = max(1.0, len(wordings) / WORDINGS)
    return [wordings[int(i * step)] for i in range(min(WORDINGS, len(wordings)))]


def _declined(faq: Faq, label: str) -> list[tuple[str, list[str]]]:
    return [(label, [question]) for kind in faq.out_of_scope.values() for question in kind]


def _distinct(lines: Iterable[tuple[str, list[str]]]) -> Examples:
    """Return the wordings of labelled lines, each only once."""
    data = Examples([], [], [])
    seen: set[str] = set()
    for group, (label, wordings) in enumerate(lines):
        for wording in wordings:
            if bare(wording) not in seen:
                seen.add(bare(wording))
                data.questions.append(wording)
                data.labels.append(label)
                data.groups.append(group)
    return data


def train(faq: Faq, words: Words, on_step: OnStep = lambda _: None) -> Model:
    """Return a model of `faq`, with probabilities and thresholds from questions that it has not seen.

    `on_step` is called with the name of each of `STEPS` steps when it is done.
    """
    data = examples(faq)
    features = [words.features(question) for question in data.questions]
    names = (*faq.intents, OUT_OF_SCOPE)
    targets = np.array([names.index(label) for label in data.labels])
    on_step("features")
    out_of_fold = _out_of_fold(features, targets, data.groups, FOLDS, on_step)
    weights = fit(features, targets, names)
    on_step("classifier")
    scores, truth = _unseen(faq, words, weights, out_of_fold, targets)
    calibration = calibrate(scores, truth)
    small_talk = np.array([name != OUT_OF_SCOPE and faq.small_talk(faq.intents[name]) for name in names])
    thresholds = choose_thresholds(calibration.probabilities(scores), truth, small_talk)
    return Model(faq, words, weights, calibration, thresholds, train_distress(faq, words, on_step))


def train_distress(faq: Faq, words: Words, on_step: OnStep = lambda _: None) -> Distress:
    """Return the classifier of danger, with probabilities from messages that it has not seen."""
    data = dangers(faq)
    features = [words.features(question) for question in data.questions]
    names = (*faq.emergencies, CRISIS, CALM)
    targets = np.array([names.index(label) for label in data.labels])
    scores = _out_of_fold(features, targets, data.groups, ALARM_FOLDS, on_step)
    weights = fit(features, targets, names)
    on_step("alarm")
    return Distress(weights, calibrate(scores, targets), *_worth_of_a_sign(faq), BELIEVED)


def _worth_of_a_sign(faq: Faq) -> tuple[float, float]:
    """Return how many times likelier a message with a sign, and one without, is of danger than one that sounds like it.

    Each share is taken of one wording a line, with half a message added to each side lest it be none or all.
    """
    signs, shares = Signs(faq), []
    for lines in ([e.examples for e in faq.emergencies.values()], [e.harmless for e in faq.emergencies.values()]):
        seen = [bool(signs.seen_in(expand(line)[0])) for kind in lines for line in kind]
        shares.append((sum(seen) + 0.5) / (len(seen) + 1))
    real, imagined = shares
    return real / imagined, (1 - real) / (1 - imagined)


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
    count: int,
    on_step: OnStep,
) -> Floats:
    """Return scores (examples, classes) of each example by a classifier trained without its one of `count` folds."""
    scores = np.full((len(targets), targets.max() + 1), -1.0)  # what a class says that a fold's training has not seen
    folds = StratifiedGroupKFold(count, shuffle=True, random_state=SEED).split(features, targets, groups)
    for rest, fold in folds:  # one after another: liblinear's random numbers are shared by all threads
        vectorizer, classifier = pipeline()
        classifier.fit(vectorizer.fit_transform([features[i] for i in rest]), targets[rest])
        scores[np.ix_(fold, classifier.classes_)] = classifier.decision_function(
            vectorizer.transform([features[i] for i in fold])
        )
        on_step("fold")
    return scores


def train_and_publish(faq_folder: Path, data: Path, *, quiet: bool) -> str:
    """Train on the knowledge in `faq_folder`, publish below `data` and return the version; a bar shows progress.

    Raises FaqError if the knowledge is not valid.
    """
    faq = load(faq_folder)
    with click.progressbar(length=STEPS, label="training", file=sys.stderr, hidden=quiet) as bar:
        model = train(faq, Words(faq, data / "cache"), lambda _: bar.update(1))
    return Registry(data).publish(model)


@click.command()
@click.argument("faq_folder", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--quiet", is_flag=True)
def main(faq_folder: Path, data: Path, quiet: bool) -> None:
    """Train in a process of its own, for the bot; admins use `run_bot.py train`."""
    try:
        train_and_publish(faq_folder, data, quiet=quiet)
    except (FaqError, OSError) as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
