"""What the turn before says about a message that cannot stand alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from faq.knowledge.types import CRISIS, Faq, Intent
from intents.classifier.model import Guess

_LONG, _LONGER = 8, 5.0
"""Characters up to which a follow-up is short; by how much likelier each such length more makes a new subject."""
_FURTHEST = 16
"""Such lengths more that say all there is to say; 5 to that power is certainty, and to the 442nd no number any more."""
FRESH = 0.25
"""How fresh what was said before must be for a message to be about it, whatever its words say alone."""
_LEAST = 1e-9
"""Probability below which none is taken, lest odds become infinite."""


@dataclass(frozen=True)
class _Habits:
    """What residents ask next, and how far two rankings of it are believed; neither is a witness of its own.

    Chosen on tests/data/dev_followups.tsv and dev_several.tsv.
    """

    same: float
    """Share of next questions that stay with the intent."""
    topic: float
    """Share that goes to other intents of its topic or subject."""
    related: float
    """Share that goes to its related intents."""
    general: float
    """Share that goes to what is asked of any subject; the rest goes anywhere."""
    alone: float
    """Power of what the ranking of the message by itself says of the intents."""
    together: float
    """Power of what the ranking together with the subject says of them."""
    outside_alone: float
    """Power of the odds by which the message by itself is out of scope."""
    outside_together: float
    """Power of the odds by which it is so together with the subject."""
    leaving: float
    """Odds that the next question is out of scope, where the rankings cannot tell."""


_NEXT_MESSAGE = _Habits(0.55, 0.28, 0.08, 0.08, 0.65, 0.2, 0.85, 0.5, 0.04)
_SAME_MESSAGE = _Habits(0.02, 0.58, 0.2, 0.15, 0.3, 0.3, 0.5, 0.5, 0.05)
"""Who asks two things at once asks two different ones, of one subject."""


@dataclass(frozen=True)
class Context:
    """What was talked about last."""

    intent: Intent
    """What was asked before, or is asked elsewhere in the message about the same subject."""
    freshness: float = 1.0
    """How probably the next message leans on it: 1 just now, halved again and again with time, 0 forgotten."""
    subject: str | None = None
    """Key of the subject named with it; None: the intent's own."""
    within: bool = False
    """Whether it stands in the same message."""
    asked: bool = True
    """Whether the intent itself was asked, not only its subject named."""
    danger: str | None = None
    """Kind of the danger told of before, if it is not known to be over."""
    witness: bool = False
    """Whether others are in that danger, of whom the resident told."""
    former: Intent | None = None
    """What was asked about before another subject was begun; None: there was none."""
    strange: bool = False
    """Whether the message before was out of scope."""
    today: dt.date = dt.date.min
    """Day on which answers are compared; those of the first versions by default."""

    def next_turn(self, faq: Faq) -> bool:
        """Whether a message may go on from it: a policy was asked about, in another message, and not long ago."""
        policy = self.intent.id != CRISIS and not faq.small_talk(self.intent)
        return policy and not self.within and self.freshness >= FRESH

    def key(self, faq: Faq) -> str | None:
        """Return the key of the subject asked about; None: it was about none."""
        return self.subject or faq.subject(self.intent)

    def about(self, faq: Faq) -> str:
        """Return the usual word for what was asked about."""
        key = self.key(faq)
        return faq.cues.subjects[key][0] if key else self.intent.title

    def prior(self, faq: Faq) -> dict[str, float]:
        """Return the probability of each intent id as the next question, out of scope left aside; sums to 1."""
        habits, intents = self.habits, faq.intents.values()
        named = (self.intent.topic, self.subject)
        topic = [i.id for i in intents if (i.id in named or i.topic in named) and (i != self.intent or not self.asked)]
        general = [i.id for i in intents if faq.subject(i) is None]
        elsewhere = 1 - habits.same - habits.topic - habits.related - habits.general
        near = dict.fromkeys(faq.intents, elsewhere / len(intents))
        near[self.intent.id] += habits.same if self.asked else 0.0
        related = self.intent.related if self.asked else topic
        shares = ((topic, habits.topic), (related, habits.related), (general, habits.general))
        for ids, share in shares:
            for intent_id in ids or [self.intent.id]:
                near[intent_id] += share / max(1, len(ids))
        total = sum(near.values())
        return {intent_id: share / total for intent_id, share in near.items()}

    @property
    def habits(self) -> _Habits:
        """How residents go on from here."""
        return _SAME_MESSAGE if self.within else _NEXT_MESSAGE


def weigh(
    faq: Faq, context: Context, alone: Sequence[Guess], together: Sequence[Guess], length: int = 0
) -> list[Guess]:
    """Return guesses for a message that may be a follow-up, most probable first, by what came before.

    It is one with the probability `context.freshness`, else it means what it says by itself. Whether a follow-up is in
    scope at all, and which intent it means, are weighed apart. Both rankings count, so that what the message says by
    itself can rule an intent out, however near it lies.

    `alone` ranks the message of `length` characters by itself, `together` with the subject of the turn before put in
    front of it.
    """
    if not alone or not together:
        return []
    prior, habits = context.prior(faq), context.habits
    itself, both = ({guess.intent.id: guess.confidence for guess in ranking} for ranking in (alone, together))
    weights = {
        i: prior[i] * itself.get(i, 0.0) ** habits.alone * both.get(i, 0.0) ** habits.together for i in faq.intents
    }
    leaving = habits.leaving * _LONGER ** (0 if context.within else min(max(0, length / _LONG - 1), _FURTHEST))
    outside = leaving * odds_outside(alone) ** habits.outside_alone
    outside *= odds_outside(together) ** habits.outside_together
    follows = context.freshness / max(sum(weights.values()) * (1 + outside), _LEAST)
    shares = {i: follows * weights[i] + (1 - context.freshness) * itself.get(i, 0.0) for i in weights}
    return [Guess(faq.intents[i], shares[i]) for i in sorted(shares, key=lambda i: -shares[i])]


def odds_outside(ranking: Sequence[Guess]) -> float:
    """Return the odds of out of scope against all intents."""
    inside = min(max(sum(guess.confidence for guess in ranking), _LEAST), 1 - _LEAST)
    return (1 - inside) / inside


def switched(subject: Sequence[Intent], moved: Sequence[Guess]) -> list[Guess]:
    """Return guesses for a message that only names another `subject`, most probable first.

    `moved` ranks the question before, asked of that subject; what it asked is asked again: 那特困呢.
    """
    ids = {intent.id for intent in subject}
    about = [guess for guess in moved if guess.intent.id in ids]
    total = sum(guess.confidence for guess in about)
    return [Guess(guess.intent, guess.confidence / total) for guess in about] if total else []
