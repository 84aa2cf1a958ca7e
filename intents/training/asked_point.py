"""Learn which point of an answer residents ask for, from messages with the points that tell it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from intents.classifier.asked_point import KINDS, PRIOR
from intents.classifier.logit import Logit
from intents.classifier.model import Model
from intents.interpret.asked_points import AskedPoints
from intents.interpret.parts import Splitter
from intents.interpret.points import Points
from intents.training.logit import Choice, learned

PULL, WORDS_PULL = 0.5, 0.1
"""As in intents.training.logit; chosen on messages about intents that were kept aside."""


def learn_asked_point(model: Model) -> Logit:
    """Return what the knowledge of `model` teaches of which points are asked for."""
    return learned(list(choices_of(model)), model.weights, KINDS, PRIOR, PULL, WORDS_PULL)


def choices_of(model: Model) -> Iterator[Choice]:
    """Yield each message with what may be asked and what is; of an answer that has changed since, it is left out.

    Answers are read as on the first day: what is learned must not depend on the day of the training.
    """
    points = Points(model)
    ranks = AskedPoints(model, points, Splitter(model.faq.cues))
    numbers = {key: number for number, key in enumerate(model.faq.intents)}
    for key, asked in model.faq.asked_points:
        if (intent := model.faq.intents.get(key)) is None:
            continue
        told = intent.on(dt.date.min)
        ranked = points.rank(asked.resident, told)
        candidates = tuple(ranks.candidates(asked.resident, told, ranked))
        right = [any(piece in one.point.text for piece in asked.points) for one in ranked]
        if any(right) or not asked.points:
            yield Choice(numbers[key], model.words.features(asked.resident), candidates, (*right, not asked.points))
