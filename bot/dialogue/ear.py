"""Hear what residents tell without asking: keep it, say so in a few words, and name who hears the rest."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue.again import Again
from bot.dialogue.cards import Cards
from bot.dialogue.privacy import Redactor
from bot.dialogue.reply import Reply
from bot.dialogue.session import Session
from faq.knowledge.text import bare
from faq.knowledge.types import Faq
from intents.classifier.model import OFFERED
from intents.interpret.interpreter import Interpreter
from intents.interpret.meaning import Meaning

_SPEAKS = re.compile("[\u4e00-\u9fff]{2}")
"""What a message has that tells something."""
_MANY = 3
"""Pieces after which, and after each such number more, it is said what can be asked."""
_LONG = 10
"""Characters from which on a piece is long enough to tell whose business it is."""
_OTHERS = 0.85
"""Probability of out of scope from which on it is rather another office's."""
_TOLD = 0.5
"""How sure what is told, and not asked, must be to be answered."""
_STORY = 60
"""Characters of the longest piece that is told of what was asked before; a longer message is a story of its own."""


class Ear:
    """Listens to what is told to one `Faq`."""

    def __init__(self, faq: Faq, interpreter: Interpreter, cards: Cards, again: Again, redactor: Redactor) -> None:
        """Take the knowledge, what tells asking from telling, what words replies, what leaves personal data out."""
        self._faq = faq
        self._interpreter = interpreter
        self._cards = cards
        self._again = again
        self._redactor = redactor

    def tells(self, message: str) -> bool:
        """Tell whether `message` says something and neither asks nor wants anything."""
        return bool(_SPEAKS.search(message)) and not self._interpreter.splitter.wants(message)

    def kept(self, message: str, session: Session) -> Session:
        """Return what is remembered of a message that may be a piece of a story."""
        return session.told(self._redactor.redact(message)) if self.tells(message) else session

    def doubted(self, message: str, meaning: Meaning, *, first: bool) -> Meaning:
        """Return `meaning`, or where `message` is short and only tells, what it half surely means as an offer.

        A `first` message that only says what somebody is asks nothing yet, however sure its meaning: 俺是低保户.
        """
        policies = [guess for guess in meaning.answered if not self._faq.small_talk(guess.intent)]
        if not policies or len(bare(message)) > _STORY or not self.tells(message) or meaning.given:
            return meaning
        asks_nothing = first and self._interpreter.states(message)
        if max(guess.confidence for guess in policies) >= _TOLD and not asks_nothing:
            return meaning
        return replace(meaning, answered=(), offered=(*policies, *meaning.offered)[:OFFERED])

    def strange(self, message: str, meaning: Meaning, session: Session) -> Meaning:
        """Return `meaning`, with nothing answered where `message` only goes on from a question out of scope."""
        ours = session.strange and not all(self._cards.aside(guess.intent) for guess in meaning.answered)
        return replace(meaning, answered=()) if ours and self._interpreter.leans(message) else meaning

    def noted(self, session: Session) -> Reply:
        """Return a few words to what is told of what was asked before; `session` keeps the piece already."""
        many = len(session.story) % _MANY == 0
        phrases = self._faq.phrases
        return self._cards.say(self._again.vary(phrases.listening_long if many else phrases.noted, session))

    def listened(self, message: str, session: Session) -> Reply:
        """Return what is said to a piece before anything was asked; `session` keeps the piece already."""
        phrases = self._faq.phrases
        if session.story and len(session.story) % _MANY == 0:
            return self._cards.say(self._again.vary(phrases.listening_long, session))
        if not self._strange(message):
            return self._cards.say(self._again.vary(phrases.listening, session))
        listening = self._cards.say(self._again.vary(phrases.listening_strange, session))
        return self._cards.declined(message, session) or listening

    def _strange(self, message: str) -> bool:
        """Tell whether `message` is long enough to tell that it is rather another office's business."""
        inside = sum(guess.confidence for guess in self._interpreter.model.rank(message))
        return len(bare(message)) >= _LONG and 1 - inside > _OTHERS
