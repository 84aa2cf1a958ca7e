"""Do what residents ask of the bot itself: 菜单, 再说一遍, 说短点, 换县区, 还有呢, 你没回答我."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.again import Again
from bot.dialogue.cards import Cards
from bot.dialogue.reply import Action, Decision, Kind, Part, Press, Reply
from bot.dialogue.session import Session, Turn
from faq.knowledge.cues import Steer
from faq.knowledge.types import CRISIS, Faq, Intent
from intents.classifier.model import OFFERED, Guess

HUMAN = "contacts.human"
"""Intent that says how to reach a person."""


OFFICE = "contacts.district"
"""Intent that says how to find the office of one's district."""


class Steered:
    """Knows what each word that steers does."""

    def __init__(self, faq: Faq, cards: Cards, again: Again) -> None:
        """Take the knowledge, what puts replies together, and what words them afresh."""
        self._faq = faq
        self._cards = cards
        self._again = again

    def reply(self, steer: Steer, before: Session, session: Session, now: dt.datetime) -> Turn:
        """Return the reply to `steer` and what is remembered; `before` still knows the buttons of the last reply."""
        if session.intent == CRISIS and session.danger and steer in (Steer.AGAIN, Steer.SHORTER, Steer.MORE):
            return self._alarm(steer, session), session
        reply, session = self._calm(steer, before, session, now)
        if session.intent == CRISIS and steer != Steer.RESTART:
            reply = replace(reply, parts=(Part(self._faq.phrases.danger_asks, kind=Kind.ALARM), *reply.parts))
        return reply, session

    def back_to(self, about: Sequence[Intent], session: Session) -> Turn:
        """Go back to a subject that intents, at least one, are `about`: to what was asked of it, if anything was."""
        known = [intent for intent in about if intent.id in (session.intent, session.before)]
        return self.going_on((known or about)[0], session)

    def going_on(self, intent: Intent, session: Session) -> Turn:
        """Go on with `intent`: it is what the next message is about."""
        said = self._vary(self._faq.phrases.going_on, session).format(name=intent.title)
        more = [Press(Action.DETAILS, intent.id)] if intent.details else []
        label = self._faq.phrases.button_details
        from_here = [self._cards.question(self._faq.intents[key]) for key in intent.related[:OFFERED]]
        choices = [*(replace(self._cards.question(intent), label=label, press=press) for press in more), *from_here]
        return self._cards.say(said, Decision.ANSWER, *choices), session.asked(intent.id)

    def district(
        self,
        district: str,
        session: Session,
        now: dt.datetime,
        known: str | None,
        *,
        asks: bool = False,
        about: str = "",
    ) -> Turn:
        """Remember the district, `known` before or not, and say where to go there.

        What was asked before is asked again by a question of it (那淇县呢), or if its answer is another one there.
        """
        if not district:
            return self._cards.say(self._faq.phrases.district_kept), session
        if district != session.district:
            session = replace(session, district=district, town=None)
        said = self._faq.phrases.district_set.format(name=f"{district}{session.town or ''}")
        intent = self._faq.intents.get(about or session.intent or "")
        if intent is None or self._faq.small_talk(intent):
            return replace(self._cards.say(said), district=district), session
        if asks or self._cards.differs(intent, now, known, district):
            reply = self._cards.answer([Guess(intent, 1.0)], session, now)
            return (reply if asks else replace(reply, parts=(Part(said), *reply.parts))), session
        return self._cards.office_of(intent, session, now, said), session

    def office(self, session: Session, now: dt.datetime) -> Reply:
        """Return the office for what was asked last; if nothing was, how to find the one that serves the district."""
        last = self._faq.intents.get(session.intent or "")
        if last and not self._cards.aside(last) and last.id != CRISIS:
            said = self._faq.phrases.office_for.format(name=last.title)
            return self._cards.office_of(last, session, now, said)
        where = self._faq.intents.get(OFFICE)
        if where is None:
            return self._cards.districts(session)
        return self._cards.answer([Guess(where, 1.0)], session, now)

    def _calm(self, steer: Steer, before: Session, session: Session, now: dt.datetime) -> Turn:
        match steer:
            case Steer.RESTART:
                kept = {"district": session.district, "town": session.town, "turns": session.turns}
                fresh = session.anew(heard_at=now, **kept)
                return self._varied(self._faq.phrases.restarted, session), fresh
            case Steer.BACK | Steer.GOING_ON:
                return self._resumed(steer, session)
            case Steer.MENU | Steer.HELP | Steer.HUMAN | Steer.DISTRICT:
                return self._page(steer, session, now), session
            case Steer.NONE | Steer.MISSED:
                return self._missed(session, chosen=before.asked_back and steer == Steer.NONE), session
        intents = [self._faq.intents[key] for key in session.last if key in self._faq.intents]
        if not intents or steer == Steer.LAST:
            return self._varied(self._faq.phrases.nothing_yet, session), session
        return self._retold(steer, intents, session, now), session

    def _page(self, steer: Steer, session: Session, now: dt.datetime) -> Reply:
        """Return what a button of the same name would show."""
        match steer:
            case Steer.MENU:
                return self._cards.menu()
            case Steer.HELP:
                return self._cards.say(self._faq.phrases.help)
            case Steer.DISTRICT:
                return self._cards.districts(session, session.intent or "")
        return self._human(session, now)

    def _retold(self, steer: Steer, intents: Sequence[Intent], session: Session, now: dt.datetime) -> Reply:
        """Return the last answer once more, in one sentence, or in full."""
        phrases, last = self._faq.phrases, intents[-1]
        if steer == Steer.AGAIN:
            told = self._cards.answer([Guess(intent, 1.0) for intent in intents], session, now)
            return replace(told, parts=(Part(phrases.repeated), *told.parts))
        if steer == Steer.SHORTER:
            return self._cards.brief(last, self._vary(phrases.shortened, session), session, now)
        whole = self._cards.answer([Guess(last, 1.0)], session, now, details=True)
        if last.details and not session.detailed:
            return whole
        from_here = [self._cards.question(self._faq.intents[key]) for key in last.related[:OFFERED]]
        return self._cards.say(self._vary(phrases.no_more, session), Decision.ANSWER, *from_here)

    def _resumed(self, steer: Steer, session: Session) -> Turn:
        """Go on with what was asked about last, or before that: 返回."""
        key = session.before if steer == Steer.BACK else session.intent
        intent = self._faq.intents.get(key or "")
        if intent and not self._cards.aside(intent):
            return self.going_on(intent, session)
        if steer == Steer.BACK:
            return self._cards.menu(), session
        return self._varied(self._faq.phrases.nothing_yet, session), session

    def _missed(self, session: Session, *, chosen: bool) -> Reply:
        """Own up to an answer that was none, and offer what lies near; to choices that were none, nothing more."""
        phrases = self._faq.phrases
        if chosen:
            return self._cards.say(phrases.clarify_none, Decision.FALLBACK)
        last = self._faq.intents.get(session.last[-1]) if session.last else None
        near = [self._cards.question(self._faq.intents[key]) for key in last.related[:OFFERED]] if last else []
        said = self._vary(phrases.missed_offering if near else phrases.missed, session)
        return self._cards.say(said, Decision.ANSWER, *near)

    def _human(self, session: Session, now: dt.datetime) -> Reply:
        intent = self._faq.intents.get(HUMAN)
        if intent is None:
            return self._cards.say(self._faq.phrases.human)
        return self._again.fresh(self._cards.answer([Guess(intent, 1.0)], session, now), session, now)

    def _alarm(self, steer: Steer, session: Session) -> Reply:
        """Return the numbers for the danger told of, once more."""
        emergency = self._faq.emergencies[str(session.danger)]
        again = emergency.shorter(witness=session.witness) if steer == Steer.SHORTER else ()
        text = self._vary(again, session) if again else emergency.whole(witness=session.witness)
        heard = (Guess(self._faq.intents[CRISIS], 1.0),)
        first = self._vary(self._faq.phrases.alarm_again, session)
        parts = (Part(first, kind=Kind.ALARM), Part(text, kind=Kind.ALARM))
        return Reply(parts, Decision.EMERGENCY, answered=heard, district=session.district, danger=session.danger)

    def _vary(self, wordings: Sequence[str], session: Session) -> str:
        return self._again.vary(wordings, session)

    def _varied(self, wordings: Sequence[str], session: Session) -> Reply:
        return self._cards.say(self._vary(wordings, session))
