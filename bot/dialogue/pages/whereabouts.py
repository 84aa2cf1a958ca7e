"""Find out which district a resident means: by a name behind a command, by several names, or by a place on the map."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.cards import Cards
from bot.dialogue.pages.positions import Positions
from bot.dialogue.reply import Action, Choice, Decision, Part, Press, Reply
from bot.dialogue.session import Session, Turn
from bot.dialogue.steered import Steered
from faq.knowledge.text import bounded
from faq.knowledge.types import OUTSIDE, Faq
from intents.entities.places import Gazetteer, Mention, best


class Whereabouts:
    """Knows the places of one `Faq`."""

    def __init__(self, faq: Faq, cards: Cards, steered: Steered, gazetteer: Gazetteer) -> None:
        """Take the knowledge, what puts replies together, what remembers a district, and all names of places."""
        self._faq = faq
        self._cards = cards
        self._steered = steered
        self._gazetteer = gazetteer
        self._positions = Positions(faq.places)

    def named(self, words: str, session: Session, now: dt.datetime) -> Turn:
        """Remember the district that `words` name, or ask which is meant; no words: show what there is to choose."""
        phrases, about = self._faq.phrases, session.intent or ""
        places = self._gazetteer.all(bounded(words))
        if several := self.several(places, session):
            return several, session
        mention, known = best(places), session.district
        if mention and mention.district and mention.district != OUTSIDE:
            session = replace(session, district=mention.district, town=mention.town)
            return self._steered.district(mention.district, session, now, known)
        page = self._cards.districts(session, about)
        if mention and mention.district == OUTSIDE:
            return _under(phrases.district_outside.format(name=mention.name), page), session
        return _under(phrases.district_unknown, page) if words.strip() else page, session

    def several(self, places: Sequence[Mention], session: Session) -> Reply | None:
        """Return a question which of the districts of `places` is meant; None: they are of one."""
        names = list(dict.fromkeys(place.district for place in places if place.district and place.ours))
        if len(names) < 2:
            return None
        choices = [Choice(name, Press(Action.DISTRICT, name, session.intent or "")) for name in names]
        return self._cards.say(self._faq.phrases.which_district, Decision.ANSWER, *choices)

    def located(self, latitude: float, longitude: float, session: Session) -> Reply:
        """Propose the district of a place on the map, in degrees; nothing of it is remembered."""
        phrases, about = self._faq.phrases, session.intent or ""
        near = self._positions.nearest(latitude, longitude)
        other = Choice(phrases.near_no, Press(Action.DISTRICTS, about=about))
        if near is None:
            return self._cards.say(phrases.location, Decision.ANSWER, replace(other, label=phrases.button_district))
        if not near.ours:
            said, choose = phrases.near_outside.format(name=near.name), replace(other, label=phrases.button_district)
            return self._cards.say(said, Decision.ANSWER, choose)
        yes = Choice(phrases.near_yes.format(name=near.name), Press(Action.DISTRICT, near.name, about))
        return self._cards.say(phrases.near.format(name=near.name), Decision.ANSWER, yes, other)


def _under(heading: str, page: Reply) -> Reply:
    """Return `page` with another heading."""
    return replace(page, parts=(Part(heading),))
