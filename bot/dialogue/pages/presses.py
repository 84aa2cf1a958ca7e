"""What each button does, also one whose knowledge has changed since."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.dialogue.cards import Cards
from bot.dialogue.pages.remembered import Remembered
from bot.dialogue.pages.settings import Settings
from bot.dialogue.reply import Action, Decision, Part, Press, Reply
from bot.dialogue.session import Session, Turn
from bot.dialogue.steered import Steered
from bot.dialogue.thread import Thread
from faq.knowledge.types import Faq, Intent
from intents.classifier.model import OFFERED, Guess


class Presses:
    """Knows what the buttons of one `Faq` lead to."""

    def __init__(self, faq: Faq, cards: Cards, steered: Steered, thread: Thread) -> None:
        """Take the knowledge, what puts replies together, and what remembers what was asked."""
        self._faq = faq
        self._cards = cards
        self._steered = steered
        self._thread = thread
        self.settings = Settings(faq)
        """What a resident may set."""
        self.remembered = Remembered(faq)
        """What is stored of a resident."""

    def turn(self, press: Press, session: Session, now: dt.datetime) -> Turn:
        """Return the reply to `press` and what is remembered afterwards."""
        intent = self._faq.intents.get(press.target)
        match press.action:
            case Action.ANSWER | Action.DETAILS | Action.CARD if intent:
                return self._shown(press.action, intent, session, now), self._thread.asked([intent], session)
            case Action.DISTRICT if not press.target or press.target in self._faq.places.districts:
                return self._steered.district(press.target, session, now, known=session.district, about=press.about)
            case Action.LOCAL if press.target in self._faq.places.districts and press.about in self._faq.intents:
                return self._local(press.target, self._faq.intents[press.about], session, now)
            case Action.SETTING if turn := self.settings.changed(press.target, session):
                return turn
        return self._page(press, session, now), session

    def _shown(self, action: Action, intent: Intent, session: Session, now: dt.datetime) -> Reply:
        """Return the answer of `intent`; in place of a card it is whole, whatever was said in it before."""
        if action != Action.ANSWER:
            session = replace(session, phone_told=False)
        return self._cards.answer([Guess(intent, 1.0)], session, now, details=action == Action.DETAILS)

    def _local(self, district: str, intent: Intent, session: Session, now: dt.datetime) -> Turn:
        """Remember the district and show the card of `intent` as residents of it read it."""
        if district != session.district:
            session = replace(session, district=district, town=None)
        card = self._shown(Action.CARD, intent, session, now)
        said = Part(self._faq.phrases.district_here.format(name=district))
        return replace(card, parts=(said, *card.parts)), self._thread.asked([intent], session)

    def _page(self, press: Press, session: Session, now: dt.datetime) -> Reply:  # noqa: PLR0911 - a page a line
        """Return what a button shows that only leads on."""
        match press.action:
            case Action.SOURCES if press.target in self._faq.intents:
                return self._cards.sources(self._faq.intents[press.target], now)
            case Action.OFFICE:
                return self._steered.office(session, now)
            case Action.TOPIC if press.target in self._faq.topics:
                return self._cards.topic(press.target)
            case Action.DISTRICTS:
                about, known = press.target or press.about, self._faq.intents
                return self._cards.districts(session, about if about in known else "", back=press.target in known)
            case Action.NONE:
                return self._cards.say(self._faq.phrases.clarify_none, Decision.FALLBACK)
            case Action.MENU:
                return self._cards.menu()
        return self._old(press)

    def _old(self, press: Press) -> Reply:
        """Say that the button is old, over the questions of the topic it belonged to, where there is one."""
        topic = press.target.partition(".")[0]
        shown = topic in self._faq.topics and not self._faq.topics[topic].hidden
        near = [self._cards.question(intent) for intent in self._faq.in_topic(topic)][:OFFERED] if shown else []
        return self._cards.say(self._faq.phrases.old_button, Decision.FALLBACK, *near)
