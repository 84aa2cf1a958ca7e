"""What the turn before says about a message that cannot stand alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from faq.knowledge import Faq, Intent
from intents.model import Guess
from intents.parts import Leaning

_SAME, _TOPIC, _RELATED, _ELSEWHERE = 0.2, 0.4, 0.2, 0.2
"""Shares of follow-ups that stay with the intent, go to its topic, to its related intents, and anywhere."""
_LEAST = 1e-9
"""Probability below which none is taken, lest odds become infinite."""
_OUTSIDE = {Leaning.WHOLE: 1.0, Leaning.SHORT: 0.05, Leaning.REFERS: 0.05}
"""How likely a message goes out of scope, against one that opens a conversation, by how it leans on the turn before."""


@dataclass(frozen=True)
class Context:
    """What was talked about last."""

    intent: Intent
    """What was asked before, or is asked elsewhere in the message about the same subject."""
    freshness: float = 1.0
    """How much it still counts: 1 just now, halved again and again with time, 0 forgotten."""
    asked: bool = True
    """Whether the intent itself was asked, not only its subject named."""

    def prior(self, faq: Faq) -> dict[str, float]:
        """Return the probability of each intent id as the next question, out of scope left aside; sums to 1."""
        count = len(faq.intents)
        topic = [i.id for i in faq.intents.values() if i.topic == self.intent.topic and i != self.intent]
        near = dict.fromkeys(faq.intents, _ELSEWHERE / count)
        if self.asked:
            near[self.intent.id] += _SAME
            shares = ((topic, _TOPIC), (self.intent.related, _RELATED))
        else:
            shares = (([*topic, self.intent.id], _SAME + _TOPIC), ((), _RELATED))
        for ids, share in shares:
            for intent_id in ids or [self.intent.id]:
                near[intent_id] += share / max(1, len(ids))
        return {i: self.freshness * near[i] + (1 - self.freshness) / count for i in near}


def weigh(
    faq: Faq, context: Context, alone: Sequence[Guess], together: Sequence[Guess], *, leaning: Leaning
) -> list[Guess]:
    """Return guesses for a follow-up, most probable first, by what came before.

    Whether the message is in scope at all, and which intent it means, are weighed apart. Both rankings count by their
    geometric mean, so that what the message says by itself can rule an intent out, however near it lies.

    `alone` ranks the message by itself, `together` with the subject of the turn before put in front of it;
    `leaning` is how the message hangs on it.
    """
    if not alone:
        return []
    prior = context.prior(faq)
    rankings = [{guess.intent.id: guess.confidence for guess in ranking} for ranking in (alone, together) if ranking]
    likely = {i: math.prod(ranking.get(i, 0.0) for ranking in rankings) ** (1 / len(rankings)) for i in faq.intents}
    telling = rankings if leaning == Leaning.REFERS else rankings[:1]
    inside = [min(max(sum(ranking.values()), _LEAST), 1 - _LEAST) for ranking in telling]
    leaving = context.freshness * _OUTSIDE[leaning] + 1 - context.freshness
    outside = math.prod((1 - share) / share for share in inside) ** (1 / len(inside)) * leaving
    weights = {i: likely[i] * prior[i] for i in likely}
    scale = sum(weights.values()) * (1 + outside)
    return [Guess(faq.intents[i], weights[i] / scale) for i in sorted(weights, key=lambda i: -weights[i])]


def switched(subject: Sequence[Intent], moved: Sequence[Guess]) -> list[Guess]:
    """Return guesses for a message that only names another `subject`, most probable first.

    `moved` ranks the question before, asked of that subject; what it asked is asked again: 那特困呢.
    """
    ids = {intent.id for intent in subject}
    about = [guess for guess in moved if guess.intent.id in ids]
    total = sum(guess.confidence for guess in about)
    return [Guess(guess.intent, guess.confidence / total) for guess in about] if total else []
