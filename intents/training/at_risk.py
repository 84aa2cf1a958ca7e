"""Learn who is at risk in messages of danger, from lines that say so."""

from __future__ import annotations

from collections.abc import Iterator

from faq.knowledge.template import expand
from intents.classifier.at_risk import ANOTHER, KINDS, PRIOR, WRITER
from intents.classifier.logit import Logit
from intents.classifier.model import Model
from intents.distress.at_risk import AtRisk
from intents.interpret.parts import gist
from intents.training.logit import Choice, learned

PULL, WORDS_PULL = 1.0, 0.02
"""As in intents.training.logit; chosen on lines of other writers."""


def learn_at_risk(model: Model) -> Logit:
    """Return what the emergencies of `model` teach of who is at risk."""
    return learned(list(choices_of(model)), model.weights, KINDS, PRIOR, PULL, WORDS_PULL)


def choices_of(model: Model) -> Iterator[Choice]:
    """Yield each line that says who is at risk."""
    ranks = AtRisk(model)
    kinds = model.faq.emergencies.values()
    lines = [(WRITER, line) for kind in kinds for line in kind.of_writer]
    lines += [(ANOTHER, line) for kind in kinds for line in kind.of_others]
    for group, (whose, line) in enumerate(lines):
        said = expand(line)[0]
        features = model.words.features(gist(said))
        yield Choice(group, features, ranks.candidates(said), tuple(whose == kind for kind in KINDS))
