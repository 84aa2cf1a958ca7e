"""Look at a message for the people behind the bot: what it asks, redacted, what it may mean, whether it wants them."""

from __future__ import annotations

import math

from bot.dialogue.privacy import Redactor
from bot.dialogue.reply import Press
from bot.dialogue.session import Session
from bot.dialogue.typed import Steering, Typed
from faq.knowledge.cues import Steer
from faq.knowledge.text import bounded
from faq.knowledge.types import Intent
from intents.classifier.model import Guess, Model
from intents.entities.places import Gazetteer
from intents.features.words import CHINESE, CLASS
from intents.interpret.parts import Splitter

LONGEST = 60
"""Most characters kept of a question."""

_LIKELY = 3
"""Most intents named as what a question may mean."""

_HEARD = 0.5
"""Share of a syllable's weight: it says again what its character says, and knows it where it is misspelled."""

_NEAR = 0.1
"""How far above the threshold an answer is not sure: the gate takes questions so near it for luck too."""


class Questions:
    """Reads messages with one `Model`, and takes personal data out of them."""

    def __init__(
        self, model: Model, redactor: Redactor, gazetteer: Gazetteer, steering: Steering, typed: Typed
    ) -> None:
        """Take the model and what the dialogue reads messages with."""
        self._splitter = Splitter(model.faq.cues)
        self._model, self._gazetteer, self._steering, self._typed = model, gazetteer, steering, typed
        self._took, self.redact = redactor.took, redactor.redact
        """Return a message with a mark in the place of each personal datum."""

    def likely(self, message: str) -> tuple[str, ...]:
        """Return the ids of the intents that `message` means most probably."""
        return tuple(guess.intent.id for guess in self._model.rank(bounded(message))[:_LIKELY])

    def ranked(self, message: str, least: float) -> list[Intent]:
        """Return the intents that `message` means with a probability of `least` and more, the likeliest first."""
        return [guess.intent for guess in self._model.rank(bounded(message)) if guess.confidence >= least]

    def unsure(self, guess: Guess) -> bool:
        """Tell whether an answer was given with little confidence, though with enough to be given."""
        return guess.confidence < self._model.thresholds.accept + _NEAR

    def vector(self, message: str) -> dict[str, float]:
        """Return what `message` is about, as weights of features, of length 1.

        Characters, half of that their syllables, words written with letters, and classes of words, each by the square
        of its inverse document frequency; what the model never met counts as rarest. Pairs of characters are left out:
        who asks the same joins them otherwise.
        """
        told = {feature: _tells(feature) for feature in self._model.words.features(bounded(message))}
        rarities = self._model.weights.rarities(list(told))
        values = {feature: share * rarities[feature] ** 2 for feature, share in told.items() if share}
        length = math.sqrt(sum(value * value for value in values.values())) or 1.0
        return {feature: value / length for feature, value in values.items()}

    def clause(self, message: str) -> str:
        """Return what `message` asks, redacted, in one line of `LONGEST` characters at most.

        Of a place finer than a district the district is named. Of a long message it is the first clause that asks;
        where none does, the beginning. Who has begun to say who he is says more of it than is recognised: of a message
        out of which something was taken, too, only the clauses that ask are kept.
        """
        text = " ".join(self._gazetteer.coarse(self.redact(message)).split())
        tells = self._took(text)
        if len(text) <= LONGEST and not tells:
            return text
        asking = [question.asks for question in self._splitter.questions(text)]
        return ((",".join(asking) if tells else asking[0]) if asking else text)[:LONGEST]

    def chosen(self, message: str, session: Session) -> Press | None:
        """Return the button of the last reply that `message` stands for; None: it is no button."""
        return self._typed.press(message, session.offered, asked_back=session.asked_back)

    def wants_person(self, message: str) -> bool:
        """Tell whether `message` says nothing but that a person is wanted: 找真人, 人工."""
        return self._steering.of(message) == Steer.HUMAN

    def refuses(self, message: str) -> bool:
        """Tell whether `message` only says that none of what was offered is meant: 都不对."""
        return self._typed.refuses(message) or self._steering.of(message) == Steer.NONE

    def leads(self, message: str, session: Session) -> bool:
        """Tell whether `message` is a button or leads to a page of the bot: 全部问题, 换县区, 怎么用."""
        pages = (Steer.MENU, Steer.DISTRICT, Steer.HELP, Steer.HUMAN)
        return self.chosen(message, session) is not None or self._steering.of(message) in pages


def _tells(feature: str) -> float:
    """Return how much of its weight a feature has where questions are grouped, by its kind (intents.features.words)."""
    kind, said = feature[0], feature[1:]
    if kind == "p":
        return 0.0 if " " in said else _HEARD
    return float(kind == CLASS or (kind == "c" and len(said) == 1) or (kind == "w" and said < CHINESE))
