"""Train the classifiers of a `Faq`, and choose thresholds on questions that they have not seen."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from faq.knowledge.types import CRISIS, Faq
from intents.classifier.model import CALM, OUT_OF_SCOPE, Distress, Floats, Model, Weights
from intents.classifier.training_text import training_text
from intents.distress.danger import Hints
from intents.features.words import Words
from intents.interpret.parts import Splitter
from intents.training.aftermath import begin_aftermath
from intents.training.asked_point import learn_asked_point
from intents.training.at_risk import learn_at_risk
from intents.training.calibrate import Unseen, believed, calibrate, choose_thresholds, risk_of
from intents.training.examples import dangers, examples
from intents.training.learn import FOLDS, Lesson, OnStep, Targets, begin
from intents.training.next_turn import learn_next_turn
from intents.training.processes import Spread, processes

FEWEST_CHECKS = 100
"""Checks from which on thresholds are measured on them; a share of 3 % cannot be told from fewer."""

OUT_OF_FOLD_SHARE = 0.25
"""Share of residents taken to ask in a way that nobody foresaw; the others ask like the writers of the checks."""

STEPS = 2 * FOLDS + 7
"""How often `train` calls `on_step`."""

TOLD_OF_DANGER = 3.0
"""What it costs the alarm to mistake a line of emergencies.yaml, in costs of any other line."""

PIECE = 1 / 3
"""What it costs the alarm to mistake a piece of a harmless story, in costs of the story: torn from it, much sounds
worse than it is."""

SOUNDS = ("p", "!")
"""How features begin that a message in pinyin has too: of sounds, and of signs, which are known by their sound."""


def train(faq: Faq, words: Words, on_step: OnStep = lambda _: None) -> Model:
    """Return a model of `faq`, with probabilities and thresholds from questions that it has not seen.

    `on_step` is called with the name of each of `STEPS` steps when it is done. Whatever is learned, is learned from the
    `training_text` of `faq` alone; `words` may know all of it or that.
    """
    taught = training_text(faq)
    data = examples(taught)
    names = labels(taught)
    targets = np.array([names.index(label) for label in data.labels])
    with processes(len(targets) * len(names)) as spread:
        look = functools.cache(words.features)  # both classifiers learn from most of the questions
        features = [look(question) for question in data.questions]
        on_step("features")
        vocabulary: dict[str, int] = {}
        learned = begin(Lesson(features, targets, names, data.groups), vocabulary, spread)
        hints = Hints(taught)
        hear = functools.cache(lambda message: hints.features(message, look(message)))
        distress = begin_distress(taught, hear, vocabulary, spread)  # looked at while processes learn the others
        on_step("features of danger")
        aftermath = begin_aftermath(taught, hear, spread)
        on_step("features of what is said after danger")
        weights, tried, scores = learned(on_step)
        tested = unseen(taught, words, weights, scores, targets[tried])
        calibration = calibrate(tested)
        probabilities = calibration.probabilities(tested.scores)
        harmless = chatting(taught), pointing(taught)
        thresholds = choose_thresholds(tested, probabilities, *harmless)
        curve = risk_of(tested, probabilities, *harmless).curve()
        model = Model(faq, words, weights, calibration, thresholds, Distress.deaf(weights, calibration), curve)
        model.next_turn = learn_next_turn(model, spread)
        on_step("next turns")
        model.asked_point = learn_asked_point(model)
        model.at_risk = learn_at_risk(model)
        on_step("points asked for, and who is at risk")
        model.distress = replace(distress(on_step), after=aftermath())
        return model


def begin_distress(
    faq: Faq, hear: Callable[[str], Sequence[str]], vocabulary: dict[str, int], spread: Spread = map
) -> Callable[[OnStep], Distress]:
    """Begin to train the classifier of danger, with probabilities from messages that it has not seen.

    `hear` gives the `Hints.features` of a message; `vocabulary` and `spread` are as in `begin`. The returned function
    waits for the result, and calls back for each classifier trained. Each line counts once, however many wordings it
    stands for; the pieces of a harmless story are learned beside it.
    """
    data = dangers(faq)
    names = (*faq.emergencies, CRISIS, CALM)
    targets, groups = np.array([names.index(label) for label in data.labels]), np.array(data.groups)
    told = groups < sum(len(kind.told) + len(kind.harmless) for kind in faq.emergencies.values())
    shares = 1 / np.bincount(groups)[groups]
    features = [hear(question) for question in data.questions]
    costs = np.where(told, TOLD_OF_DANGER, 1.0) * shares
    heard = np.flatnonzero(told & (np.diff(groups, prepend=-1) > 0))  # the first wording of each, as pinyin sounds
    splitter, calm = Splitter(faq.cues), np.flatnonzero(targets == len(names) - 1)
    pieces = [(i, piece) for i in calm for piece in splitter.pieces(data.questions[i])]
    torn = np.array([i for i, _ in pieces], np.int64)
    every = np.concatenate([np.arange(len(features)), heard, torn])
    features += [[feature for feature in features[i] if feature.startswith(SOUNDS)] for i in heard]
    features += [hear(piece) for _, piece in pieces]
    costs = np.concatenate([costs, costs[heard], PIECE * costs[torn]])
    every_one = len(features)  # with fewer tried, what must be reached to be believed moves by a hundredth either way
    lesson = Lesson(features, targets[every], names, groups[every].tolist(), costs, every_one, at_once=False)
    learned = begin(lesson, vocabulary, spread)

    def finish(on_step: OnStep) -> Distress:
        weights, tried, scores = learned(on_step)
        whole = tried[tried < len(targets)]  # neither as pinyin nor a piece
        scores = scores[: len(whole)]
        calibration = calibrate(Unseen.balanced(scores, targets[whole]))
        alike = told[whole] & (targets[whole] == len(names) - 1)
        danger = 1 - calibration.probabilities(scores[alike])[:, -1]
        return Distress(weights, calibration, believed(danger, shares[whole][alike]))

    return finish


def labels(faq: Faq) -> tuple[str, ...]:
    """Return what questions are told apart into, out of scope last.

    All intents but `CRISIS`, which the alarm tells, and those for after danger, which `Distress.after` tells.
    """
    return (*(i.id for i in faq.intents.values() if i.id != CRISIS and not i.after), OUT_OF_SCOPE)


def chatting(faq: Faq) -> npt.NDArray[np.bool_]:
    """Return which classes are intents whose answers state no policy; (classes,)."""
    return np.array([*(faq.small_talk(faq.intents[label]) for label in labels(faq)[:-1]), False])


def pointing(faq: Faq) -> npt.NDArray[np.bool_]:
    """Return which classes are intents that only say whose business it is; (classes,)."""
    return np.array([*(faq.signpost(faq.intents[label]) for label in labels(faq)[:-1]), False])


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
