"""Classifiers to compare: ours, plain scikit-learn pipelines, fastText; all trained on the same questions."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import jieba
import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from intents.classifier.model import OUT_OF_SCOPE, Calibration, Floats
from intents.features.words import Words
from intents.training.calibrate import Unseen, calibrate
from intents.training.learn import Lesson, fit, learn
from intents.training.processes import processes


@dataclass(frozen=True)
class Labelled:
    """Questions with their labels."""

    questions: list[str]
    """(examples,)."""
    labels: list[str]
    """Label of each; `OUT_OF_SCOPE` for those to decline."""


@dataclass(frozen=True)
class Answer:
    """What a classifier says of a question."""

    label: str
    """Best label in scope."""
    confidence: float
    """How sure it is that the question is in scope; comparable among the answers of one classifier only."""


Ask = Callable[[str], Answer]


class Contestant(Protocol):
    """Learns labelled questions and returns a function that answers new ones."""

    def __call__(self, train: Labelled, val: Labelled | None) -> Ask: ...


def best(scores: Floats, labels: Sequence[str]) -> Answer:
    """Return the best label in scope, and how far its score is above that of out-of-scope if that is known."""
    if labels[-1] != OUT_OF_SCOPE:
        top = int(scores.argmax())
        return Answer(labels[top], float(scores[top]))
    top = int(scores[:-1].argmax())
    return Answer(labels[top], float(scores[top] - scores[-1]))


def labels_of(train: Labelled) -> list[str]:
    """Return the labels in scope in alphabetical order, `OUT_OF_SCOPE` last if there is any."""
    return sorted(set(train.labels), key=lambda label: (label == OUT_OF_SCOPE, label))


def ours(train: Labelled, val: Labelled | None) -> Ask:
    """The pipeline of intents/ without a lexicon; its probabilities are calibrated where something is out of scope."""
    with tempfile.TemporaryDirectory() as cache:
        words = Words(None, Path(cache))
    labels = labels_of(train)
    targets = np.array([labels.index(label) for label in train.labels])
    declines = labels[-1] == OUT_OF_SCOPE
    calibration = Calibration(1.0, 0.0)
    if declines and not val:
        with processes(len(targets) * len(labels)) as spread:
            features = [words.features(question) for question in train.questions]
            weights, tried, scores = learn(Lesson(features, targets, labels, range(len(targets))), spread)
        calibration = calibrate(halved(scores, targets[tried]))
    else:
        weights = fit([words.features(question) for question in train.questions], targets, labels)
        if declines and val:
            asked = zip(val.questions, val.labels, strict=True)
            scored = [(weights.scores(words.features(question)), labels.index(label)) for question, label in asked]
            known = [(scores, target) for scores, target in scored if scores is not None]
            calibration = calibrate(halved(np.array([s for s, _ in known]), np.array([target for _, target in known])))

    def ask(question: str) -> Answer:
        scores = weights.scores(words.features(question))
        if scores is None:
            return Answer(labels[0], -np.inf)
        probabilities = calibration.probabilities(scores)
        top = int(probabilities[: len(labels) - declines].argmax())
        return Answer(labels[top], float(probabilities[top]))

    return ask


def halved(scores: Floats, targets: npt.NDArray[np.int64]) -> Unseen:
    """Return scored questions of which those in scope and those out of scope count alike."""
    outside = targets == scores.shape[1] - 1
    return Unseen(scores, targets, np.where(outside, 0.5 / max(1, outside.sum()), 0.5 / max(1, (~outside).sum())))


def words_of(text: str) -> list[str]:
    """Return the words of any text as jieba cuts them."""
    return [word for word in jieba.cut(text.lower()) if word.strip()]


def plain(classifier: LinearSVC | LogisticRegression) -> Contestant:
    """Return the pipeline of scikit-learn's own textbook: words 1-2 by TF-IDF, then `classifier`."""

    def learn_plain(train: Labelled, val: Labelled | None) -> Ask:
        vectorizer = TfidfVectorizer(tokenizer=words_of, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True)
        pipeline: Pipeline = make_pipeline(vectorizer, classifier).fit(train.questions, train.labels)
        found = list(pipeline.classes_)
        order = [found.index(label) for label in labels_of(train)]
        labels = labels_of(train)
        return lambda question: best(pipeline.decision_function([question])[0][order], labels)

    return learn_plain


def fasttext(train: Labelled, val: Labelled | None) -> Ask:
    """fastText's supervised mode on words 1-2, with the settings of its tutorial; one thread, so that it repeats."""
    import fasttext as library  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415 - an extra

    labels = labels_of(train)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt", delete=False) as file:
        for question, label in zip(train.questions, train.labels, strict=True):
            file.write(f"__label__{labels.index(label)} {' '.join(words_of(question))}\n")
    model = library.train_supervised(
        file.name, lr=0.5, epoch=25, wordNgrams=2, bucket=200_000, thread=1, verbose=0, seed=1
    )
    Path(file.name).unlink()

    def ask(question: str) -> Answer:
        names, chances = model.predict(" ".join(words_of(question)), k=len(labels))
        scores = np.zeros(len(labels))
        scores[[int(name.removeprefix("__label__")) for name in names]] = chances
        return best(scores, labels)

    return ask


CONTESTANTS: dict[str, Contestant] = {
    "ours": ours,
    "tfidf+svc": plain(LinearSVC()),
    "tfidf+logreg": plain(LogisticRegression(C=10, max_iter=300)),
    "fastText": fasttext,
}
"""By the name that is printed."""
