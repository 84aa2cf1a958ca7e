"""Learn what residents ask of answers, from details with the points that tell them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from intents.classifier.details import KINDS, PRIOR
from intents.classifier.logit import Logit
from intents.classifier.model import Model
from intents.interpret.details import Details
from intents.interpret.parts import Splitter
from intents.interpret.points import Points
from intents.training.logit import Choice, learned

PULL, WORDS_PULL = 0.5, 0.1
"""As in intents.training.logit; chosen on details of intents that were kept aside."""


def learn_details(model: Model) -> Logit:
    """Return what the details in the knowledge of `model` teach."""
    return learned(list(choices_of(model)), model.weights, KINDS, PRIOR, PULL, WORDS_PULL)


def choices_of(model: Model) -> Iterator[Choice]:
    """Yield each detail with what may be asked and what is; of an answer that has changed since, it is left out.

    Answers are read as on the first day: what is learned must not depend on the day of the training.
    """
    points = Points(model)
    details = Details(model, points, Splitter(model.faq.cues))
    numbers = {key: number for number, key in enumerate(model.faq.intents)}
    for key, detail in model.faq.details:
        if (intent := model.faq.intents.get(key)) is None:
            continue
        told = intent.on(dt.date.min)
        ranked = points.rank(detail.resident, told)
        candidates = tuple(details.candidates(detail.resident, told, ranked))
        right = [any(piece in one.point.text for piece in detail.points) for one in ranked]
        if any(right) or not detail.points:
            yield Choice(numbers[key], model.words.features(detail.resident), candidates, (*right, not detail.points))
