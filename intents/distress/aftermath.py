"""Tell what a message says of a danger that was told of before: 不敢报警, 没手机, 救护车来了."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from faq.knowledge.text import bare
from faq.knowledge.types import CRISIS, Intent
from intents.classifier.model import CALM, Guess, Model
from intents.distress.at_risk import AtRisk
from intents.distress.danger import Alarm, Danger
from intents.interpret.context import FRESH, Context
from intents.interpret.parts import gist

_LONGEST = 60
"""Characters of the longest message that says only this; a longer one tells a story of its own."""

_LEFT = 0.9
"""Least probability once something else was asked since: 要交钱不 then rather belongs to that."""

_LEAST = 0.5
"""Least probability of what is said, where it is likelier than anything else."""

_AHEAD = 1.4
"""How much likelier than the next it must be, unless it is sure (`Distress.believed`)."""

_BESIDE = 0.35
"""Probability of anything else, and of an end, below which a message still belongs to the danger."""

_TELLING = 0.2
"""Probability that the likeliest must reach: where all are about as likely, nothing is known of the message."""

_SHORT = 16
"""Characters of the longest message that sounds like danger and is still believed to say that it is over."""


class Aftermath:
    """Knows the answers of one `Model` that are only given after danger."""

    def __init__(self, model: Model, alarm: Alarm, at_risk: AtRisk) -> None:
        """Group the answers by the kinds of danger that they are for."""
        self._model = model
        self._alarm = alarm
        self._at_risk = at_risk
        self._hints = alarm.hints
        self._answers: dict[str, dict[str, Intent]] = {kind: {} for kind in model.faq.emergencies}
        for intent in model.faq.intents.values():
            if after := intent.after:
                for kind in after.danger:
                    self._answers.setdefault(kind, {})[after.about] = intent
        self._sure = model.distress.after.believed if model.distress.after else 1.0
        self._ending = {about for of in self._answers.values() for about, i in of.items() if i.ends_danger}

    def heard(self, message: str, context: Context | None, danger: Danger | None) -> Guess | None:
        """Return the answer to what `message` says of the danger in `context`; None: nothing that has one.

        An alarm of the same kind gives way to it, and so does one of another kind, `danger`, if what is said is
        short and surely belongs to the first. That all is over is not believed of a message that shows a sign;
        of one that denies the danger nothing else is.
        """
        heard = self._likeliest(message, context)
        if heard and self.denied(message, context):
            return heard if heard.intent.ends_danger else None
        if heard is None or context is None or danger is None:
            return heard
        brief = len(bare(message)) <= _SHORT
        if heard.intent.ends_danger:
            return heard if brief and not self._hints.signed(message) else None
        same = danger.kind in (context.danger, CRISIS)
        return heard if same or (brief and heard.confidence >= self._sure) else None

    def goes_on(self, message: str, context: Context | None, *, sure: bool) -> Danger | None:
        """Return that danger goes on if a message after it asks for nothing else: 我该咋办, 然后呢, 村里就剩俺俩.

        `sure` tells that it is surely a question of its own.
        """
        if context is None or context.intent.id != CRISIS or context.freshness < FRESH:
            return None
        if sure or self.over(message, context):
            return None
        if self._alarm.goes_on(message) or belongs(self._likely(message, context), self._ending):
            return Danger(CRISIS, context.freshness)
        return None

    def over(self, message: str, context: Context | None) -> bool:
        """Tell whether `message` says of the danger told before that it is over: 没事了, 人救回来了."""
        within = context is not None and context.intent.id == CRISIS
        return within and (self._alarm.over(message) or self._alarm.denied(message))

    def denied(self, message: str, context: Context | None) -> bool:
        """Tell whether `message` says that nobody is in the danger that was heard before: 你弄错了, 没人打孩子."""
        return context is not None and context.intent.id == CRISIS and self._alarm.denied(message)

    def _likeliest(self, message: str, context: Context | None) -> Guess | None:
        """Return the likeliest of the answers for the danger in `context`; None: it is about something else."""
        likely = self._likely(message, context)
        if context is None or not likely:
            return None
        answers = self._answers[context.danger or ""]
        if context.witness or self._at_risk.denies(message):
            answers = {about: intent for about, intent in answers.items() if intent.after and not intent.after.own}
        if not answers:
            return None
        first, *others = sorted(answers, key=lambda about: -likely.get(about, 0.0))
        share, calm, next_best = likely[first], likely[CALM], likely.get(others[0], 0.0) if others else 0.0
        if context.intent.id != CRISIS:
            sure = share >= _LEFT
        elif answers[first].ends_danger:
            sure = share >= self._sure
        else:
            sure = share >= max(calm, _LEAST) and (share >= self._sure or share >= _AHEAD * next_best)
        return Guess(answers[first], share) if sure else None

    def _likely(self, message: str, context: Context | None) -> dict[str, float]:
        """Return how probably `message` says each thing of the danger in `context`; empty if it cannot be about it."""
        learned = self._model.distress.after
        if learned is None or context is None or context.freshness < FRESH:
            return {}
        if context.danger not in self._answers or not 0 < len(bare(message)) <= _LONGEST:
            return {}
        features = self._hints.features(message, self._model.words.features(gist(message)))
        return learned.probabilities(features)


def belongs(likely: Mapping[str, float], ending: Iterable[str]) -> bool:
    """Tell whether a message is about a danger, though what it says of it has no answer.

    `likely` holds the probability of each thing that may be said of it, and of `CALM`; none: it cannot be about it.
    Those of `ending` say that the danger is over.
    """
    ends = sum(likely.get(about, 0.0) for about in ending)
    telling = max((share for about, share in likely.items() if about != CALM), default=0.0) >= _TELLING
    return telling and likely[CALM] < _BESIDE and ends < _BESIDE
