"""What a message was taken to mean."""

from __future__ import annotations

from dataclasses import dataclass

from faq.knowledge.types import Intent
from intents.classifier.model import Guess
from intents.distress.danger import Danger
from intents.interpret.points import Given


@dataclass(frozen=True)
class Meaning:
    """What a message was taken to mean."""

    answered: tuple[Guess, ...] = ()
    """Intents that are sure enough to be answered, in the order of their questions; of danger first."""
    offered: tuple[Guess, ...] = ()
    """Intents that may have been meant instead, best first; with nothing answered and nothing offered: unknown."""
    unclear: tuple[str, ...] = ()
    """Beside answers: questions of the message that were not understood."""
    beside: tuple[Intent, ...] = ()
    """Of what is offered beside answers: what a clause of its own asks for, and no answer speaks of."""
    danger: Danger | None = None
    """Somebody is probably in danger, and is told what to do before anything else; None: probably not."""
    after: Guess | None = None
    """What is said of the danger told of before, and answered for its own sake; nothing else is then answered."""
    told: bool = False
    """Something is told of what was asked before, and nothing asked."""
    over: bool = False
    """The danger told of before is over, whatever is answered beside."""
    given: Given | None = None
    """The part that was asked for (intents.interpret.narrowing); None: the whole answer."""
    concern: Intent | None = None
    """Small talk that knows warm lines for what the message tells beside what it asks: grief, exhaustion."""

    @property
    def explains(self) -> bool:
        """Whether only the meaning of a word is asked: it does not take the subject."""
        return self.given is not None and self.given.term is not None
