"""Tell what a message says of a danger that was told of before: 不敢报警, 没手机, 救护车来了."""

from __future__ import annotations

from collections import defaultdict

from faq.knowledge.text import bare
from faq.knowledge.types import Intent
from intents.classifier.model import Guess, Model
from intents.distress.danger import Hints
from intents.interpret.parts import gist

_LONGEST = 60
"""Characters of the longest message that says only this; a longer one tells a story of its own."""

_LEFT = 0.9
"""Least probability once something else was asked since: 要交钱不 then rather belongs to that."""


class Aftermath:
    """Knows the answers of one `Model` that are only given after danger."""

    def __init__(self, model: Model) -> None:
        """Group the answers by the kinds of danger that they are for."""
        self._model = model
        self._hints = Hints(model.faq)
        self._answers: dict[str, dict[str, Intent]] = defaultdict(dict)
        for intent in model.faq.intents.values():
            for kind in intent.after.danger if intent.after else ():
                self._answers[kind][intent.after.about] = intent

    def heard(self, message: str, kind: str | None, *, left: bool = False) -> Guess | None:
        """Return the answer to what `message` says of danger of `kind`; None: it is about something else.

        `left` tells that something else was asked since.
        """
        answers, learned = self._answers.get(kind or "", {}), self._model.distress.after
        if learned is None or not answers or not 0 < len(bare(message)) <= _LONGEST:
            return None
        features = self._hints.features(message, self._model.words.features(gist(message)))
        likely = learned.probabilities(features)
        possible = {about: likely[about] for about in answers if about in likely}
        about = max(possible, key=possible.__getitem__)
        elsewhere = sum(share for other, share in likely.items() if other not in possible)
        share = possible[about] / max(sum(possible.values()) + elsewhere, 1e-9)
        return Guess(answers[about], share) if share >= (_LEFT if left else learned.believed) else None
