"""Tell what a message says of a danger that was told of before: 不敢报警, 没手机, 救护车来了."""

from __future__ import annotations

from collections import defaultdict

from faq.knowledge.text import bare
from faq.knowledge.types import CRISIS, Intent
from intents.classifier.model import Guess, Model
from intents.distress.danger import Alarm, Danger, Hints
from intents.interpret.context import Context
from intents.interpret.follow_up import FRESH
from intents.interpret.parts import gist

_LONGEST = 60
"""Characters of the longest message that says only this; a longer one tells a story of its own."""

_LEFT = 0.9
"""Least probability once something else was asked since: 要交钱不 then rather belongs to that."""

_SHORT = 16
"""Characters of the longest message that sounds like danger and is still believed to say that it is over."""


class Aftermath:
    """Knows the answers of one `Model` that are only given after danger."""

    def __init__(self, model: Model, alarm: Alarm) -> None:
        """Group the answers by the kinds of danger that they are for."""
        self._model = model
        self._alarm = alarm
        self._hints = Hints(model.faq)
        self._answers: dict[str, dict[str, Intent]] = defaultdict(dict)
        for intent in model.faq.intents.values():
            if intent.after is not None:
                for kind in intent.after.danger:
                    self._answers[kind][intent.after.about] = intent

    def heard(self, message: str, context: Context | None, danger: Danger | None) -> Guess | None:
        """Return the answer to what `message` says of the danger in `context`, if it tells of no other `danger`."""
        if context is None or context.danger is None or context.freshness < FRESH:
            return None
        if danger and danger.kind not in (context.danger, CRISIS):
            return None
        heard = self._likeliest(message, context.danger, left=context.intent.id != CRISIS)
        if heard and danger and heard.intent.ends_danger and len(bare(message)) > _SHORT:
            return None  # one who tells much of danger is not known to be out of it
        return heard

    def goes_on(self, message: str, context: Context | None, *, sure: bool) -> Danger | None:
        """Return that danger goes on if a message after it asks for nothing else: 我该咋办, 然后呢, 我害怕.

        `sure` tells that it is surely a question of its own.
        """
        if context is None or context.intent.id != CRISIS or context.freshness < FRESH:
            return None
        if sure or not self._alarm.goes_on(message) or self.over(message, context):
            return None
        return Danger(CRISIS, context.freshness)

    def over(self, message: str, context: Context | None) -> bool:
        """Tell whether `message` says of the danger told before that it is over: 没事了, 人救回来了."""
        return context is not None and context.intent.id == CRISIS and self._alarm.over(message)

    def _likeliest(self, message: str, kind: str, *, left: bool) -> Guess | None:
        """Return the likeliest of the answers for `kind`; None: it is about something else.

        `left` tells that something else was asked since.
        """
        answers, learned = self._answers.get(kind, {}), self._model.distress.after
        if learned is None or not answers or not 0 < len(bare(message)) <= _LONGEST:
            return None
        features = self._hints.features(message, self._model.words.features(gist(message)))
        likely = learned.probabilities(features)
        possible = {about: likely[about] for about in answers if about in likely}
        about = max(possible, key=possible.__getitem__)
        elsewhere = sum(share for other, share in likely.items() if other not in possible)
        share = possible[about] / max(sum(possible.values()) + elsewhere, 1e-9)
        return Guess(answers[about], share) if share >= (_LEFT if left else learned.believed) else None
