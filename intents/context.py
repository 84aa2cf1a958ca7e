"""What the turn before says about a message that cannot stand alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from faq.knowledge import Faq, Intent
from intents.model import Guess

_SAME, _TOPIC, _RELATED, _GENERAL, _ELSEWHERE = 0.2, 0.4, 0.2, 0.15, 0.05
"""Shares of follow-ups that stay with the intent, go to its topic, to its related intents, to what is asked of any
subject, and anywhere."""
_AGAIN = 0.02
"""Share of the intent itself among the next questions of one message: who asks two things asks two different ones."""
_TRUST = 0.3
"""Power of what each ranking says: two rankings of one message are no independent witnesses, and a classifier of whole
questions is too sure of fragments. Chosen, like the shares, on tests/data/dev_followups.tsv."""
_LEAVING = 0.05
"""How likely a follow-up goes out of scope, against a message that opens a conversation."""
_LEAST = 1e-9
"""Probability below which none is taken, lest odds become infinite."""


@dataclass(frozen=True)
class Context:
    """What was talked about last."""

    intent: Intent
    """What was asked before, or is asked elsewhere in the message about the same subject."""
    freshness: float = 1.0
    """How much it still counts: 1 just now, halved again and again with time, 0 forgotten."""
    subject: str | None = None
    """Key of the subject named with it; None: the intent's own."""
    within: bool = False
    """Whether it stands in the same message."""
    asked: bool = True
    """Whether the intent itself was asked, not only its subject named."""

    def prior(self, faq: Faq) -> dict[str, float]:
        """Return the probability of each intent id as the next question, out of scope left aside; sums to 1."""
        subjects, intents = faq.cues.subjects, faq.intents.values()
        named = (self.intent.topic, self.subject)
        topic = [i.id for i in intents if (i.id in named or i.topic in named) and (i != self.intent or not self.asked)]
        general = [i.id for i in intents if i.id not in subjects and i.topic not in subjects]
        near = dict.fromkeys(faq.intents, _ELSEWHERE / len(intents))
        same = (_AGAIN if self.within else _SAME) if self.asked else 0.0
        near[self.intent.id] += same
        related = self.intent.related if self.asked else topic
        shares = ((topic, _TOPIC + _SAME - same), (related, _RELATED), (general, _GENERAL))
        for ids, share in shares:
            for intent_id in ids or [self.intent.id]:
                near[intent_id] += share / max(1, len(ids))
        return {i: self.freshness * near[i] + (1 - self.freshness) / len(intents) for i in near}


def weigh(faq: Faq, context: Context, alone: Sequence[Guess], together: Sequence[Guess]) -> list[Guess]:
    """Return guesses for a follow-up, most probable first, by what came before.

    Whether the message is in scope at all, and which intent it means, are weighed apart. Both rankings count, so that
    what the message says by itself can rule an intent out, however near it lies.

    `alone` ranks the message by itself, `together` with the subject of the turn before put in front of it.
    """
    if not alone or not together:
        return []
    prior = context.prior(faq)
    rankings = [{guess.intent.id: guess.confidence for guess in ranking} for ranking in (alone, together)]
    weights = {i: prior[i] * math.prod(ranking.get(i, 0.0) ** _TRUST for ranking in rankings) for i in faq.intents}
    inside = [min(max(sum(ranking.values()), _LEAST), 1 - _LEAST) for ranking in rankings]
    leaving = context.freshness * _LEAVING + 1 - context.freshness
    outside = math.prod((1 - share) / share for share in inside) ** (1 / len(inside)) * leaving
    scale = sum(weights.values()) * (1 + outside)
    return [Guess(faq.intents[i], weights[i] / scale) for i in sorted(weights, key=lambda i: -weights[i]) if scale]


def switched(subject: Sequence[Intent], moved: Sequence[Guess]) -> list[Guess]:
    """Return guesses for a message that only names another `subject`, most probable first.

    `moved` ranks the question before, asked of that subject; what it asked is asked again: 那特困呢.
    """
    ids = {intent.id for intent in subject}
    about = [guess for guess in moved if guess.intent.id in ids]
    total = sum(guess.confidence for guess in about)
    return [Guess(guess.intent, guess.confidence / total) for guess in about] if total else []
