"""Learn what residents say of a danger that they have told of, apart from everything else that they ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from faq.knowledge.template import expand
from faq.knowledge.text import bare
from faq.knowledge.types import Faq
from intents.classifier.model import CALM, Distress
from intents.training.calibrate import Unseen, calibrate
from intents.training.examples import some
from intents.training.learn import Lesson, begin
from intents.training.processes import Spread

LONGEST = 30
"""Characters of the longest question that is learned beside: what is said after danger is short."""

BELIEVED = 0.5
"""Probability from which on what is said is sure; under 1 % of what is asked of anything else reaches it."""

RARE = 3.0
"""What it costs to mistake a line said after danger, in costs of any other line: there are few of them."""

Learned = Callable[[], Distress | None]
"""Waits for the result."""


def begin_aftermath(faq: Faq, hear: Callable[[str], Sequence[str]], spread: Spread = map) -> Learned:
    """Begin to train; None as the result if no intent is for after danger. `hear`, `spread`: as in `begin_distress`.

    Labels are what intents are `about`, whatever the kind of danger; the last, `CALM`, is everything else.
    """
    after = [intent for intent in faq.intents.values() if intent.after]
    lines = [(intent.after.about, some(said)) for intent in after if intent.after for said in intent.wordings()]
    if not lines:
        return lambda: None
    lines += [(CALM, said[:1]) for i in faq.intents.values() if not i.after for said in i.wordings()]
    lines += [(CALM, [question]) for kind in faq.out_of_scope.values() for question in kind]
    lines += [(CALM, some(expand(line))[:1]) for kind in faq.emergencies.values() for line in kind.harmless]
    lines = [line for line in lines if line[0] != CALM or len(bare(line[1][0])) <= LONGEST]
    names = (*dict.fromkeys(label for label, _ in lines if label != CALM), CALM)
    told = [(names.index(label), group, one) for group, (label, said) in enumerate(lines) for one in said]
    targets, groups = np.array([label for label, _, _ in told]), [group for _, group, _ in told]
    features = [hear(one) for _, _, one in told]
    shares = 1 / np.bincount(groups)[groups]
    costs = np.where(targets < len(names) - 1, RARE, 1.0) * shares
    learned = begin(Lesson(features, targets, names, groups, costs, at_once=False), {}, spread)

    def finish() -> Distress:
        weights, tried, scores = learned(lambda _: None)
        return Distress(weights, calibrate(Unseen.balanced(scores, targets[tried])), BELIEVED)

    return finish
