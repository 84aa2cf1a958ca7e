"""Recognise messages of people in danger by two witnesses: the signs an admin lists, and a classifier of messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faq.knowledge import CRISIS
from faq.text import bare
from intents.concepts import Concepts
from intents.model import CALM, Model
from intents.parts import gist
from intents.signs import Signs

_SHORTEST = 6
"""Characters that a message without a sign needs to be believed: fewer say nothing, and what does is a sign."""
_OF_KIND = 5.0
"""How many times likelier a kind of danger becomes by a sign of it."""


@dataclass(frozen=True)
class Danger:
    """Somebody is probably in danger."""

    kind: str
    """Key of the emergency, or `CRISIS` if it is of no kind in particular."""
    probability: float
    """Of anybody being in danger, in [0, 1]."""


class Alarm:
    """Listens for danger with one `Model`."""

    def __init__(self, model: Model) -> None:
        """Expand the signs."""
        self._model = model
        self._signs = Signs(model.faq)
        self._concepts = Concepts(model.faq.cues)

    def danger(self, message: str, parts: Iterable[str] = ()) -> Danger | None:
        """Return the danger that `message` tells of, as a whole or in one of its `parts`; None: none likely enough.

        A part is believed only with a sign in it: torn from its story, much sounds worse than it is.
        """
        signs = self._signs.seen_in(message)
        found = self._weighed(message, signs)
        for part in dict.fromkeys(parts) if signs and found.probability < self._model.distress.believed else ():
            if inside := self._signs.seen_in(part):
                found = max(found, self._weighed(part, inside), key=lambda danger: danger.probability)
        least = self._model.distress.believed if signs else self._model.distress.alone
        return found if found.probability >= least and (signs or len(bare(message)) >= _SHORTEST) else None

    def _weighed(self, text: str, signs: Sequence[str]) -> Danger:
        distress = self._model.distress
        read = gist(text)
        words = self._model.words.features(read)
        likely = distress.probabilities([*words, *self._concepts.features(read)], self._model.alarming(read))
        calm = likely.pop(CALM)
        odds = (1 - calm) / max(calm, 1e-9) * (distress.with_sign if signs else distress.without_sign)
        weights = {kind: p * (_OF_KIND if kind in signs else 1) for kind, p in likely.items()}
        kind = max(weights, key=weights.__getitem__) if weights else CRISIS
        return Danger(kind, odds / (1 + odds))
