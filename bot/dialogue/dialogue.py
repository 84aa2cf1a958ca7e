"""Turn what a resident says or presses into a reply; no channel, no clock, no I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.compose import Composer
from bot.dialogue.hotlines import Hotlines
from bot.dialogue.privacy import Redactor
from bot.dialogue.reply import Action, Choice, Decision, Part, Press, Reply
from bot.dialogue.session import Session
from bot.dialogue.typed import Typed
from faq.knowledge.text import bare, bounded
from faq.knowledge.types import CRISIS, OUTSIDE, Intent
from intents.classifier.model import Guess, Model
from intents.distress.danger import Danger
from intents.entities.places import Gazetteer, Mention
from intents.interpret.context import Context
from intents.interpret.understand import Listener, Meaning

Turn = tuple[Reply, Session]


class Dialogue:
    """Talks from one `Model` and the knowledge it was trained on; replaced as a whole when either changes."""

    def __init__(self, model: Model) -> None:
        """Take a model."""
        self.faq = model.faq
        self._listener = Listener(model)
        self._hotlines = Hotlines(model.faq)
        self._gazetteer = Gazetteer(model.faq.places, model.faq.cues)
        self._compose = Composer(model.faq)
        self._redactor = Redactor(model.faq.personal)
        self._typed = Typed(model.faq)

    def hear(self, message: str, session: Session, now: dt.datetime) -> Turn:
        """Return the reply to `message` and what is remembered afterwards; of one too long, see `bounded`."""
        whole, message = message, bounded(message)
        if pressed := self._typed.press(message, session.offered):
            return self.press(pressed, session, now)
        if session.at(now).intent != CRISIS and self._typed.nods(message):
            return self._plain(self.faq.phrases.go_on, Decision.ANSWER), session.at(now)
        reply, session = self._understood(message, whole, session, now)
        reply = self._of_hotline(message, reply)
        if reply.decision == Decision.CLARIFY:
            session = replace(session, offered=tuple(guess.intent.id for guess in reply.offered))
        if reply.decision != Decision.EMERGENCY and self._redactor.holds_numbers(message):
            reply = replace(reply, parts=(*reply.parts, Part(self.faq.phrases.numbers_seen)))
        return reply, session

    def _understood(self, message: str, whole: str, session: Session, now: dt.datetime) -> Turn:
        context = self._context(session, now)
        session = session.at(now)
        mention = self._gazetteer.find(message)
        if mention and mention.district not in (None, OUTSIDE):
            session = replace(session, district=mention.district, town=mention.town)
        if session.district and self._gazetteer.only(message):
            return self._set_district(session.district, session, now, asks=self._listener.asks(message))
        if not bare(message):
            return self._plain(self.faq.phrases.nothing_readable), session
        meaning = self._listener.understand(whole, context)
        if meaning.danger:
            return self._emergency(meaning.danger, meaning.answered, session, now)
        if meaning.over:
            return self._plain(self.faq.phrases.danger_over, Decision.ANSWER), replace(session, intent=None)
        if not meaning.answered:
            return self._unsure(meaning, mention, session), session
        reply = self._answers(meaning, session, now, self._listener.named(message))
        if mention and mention.district == OUTSIDE:
            reply = replace(reply, district=OUTSIDE)
        home = self._gazetteer.household(message)
        if home and home.district == OUTSIDE and not all(self.faq.small_talk(g.intent) for g in meaning.answered):
            note = Part(self.faq.phrases.household_outside.format(name=home.name))
            reply = replace(reply, parts=(*reply.parts, note))
        return reply, self._asked([guess.intent for guess in meaning.answered], session)

    def press(self, press: Press, session: Session, now: dt.datetime) -> Turn:
        """Return the reply to a press on a button and what is remembered afterwards."""
        session = session.at(now)
        intent = self.faq.intents.get(press.target)
        match press.action:
            case Action.ANSWER | Action.DETAILS if intent:
                details = press.action == Action.DETAILS
                reply = self._answer([Guess(intent, 1.0)], session, now, details=details)
                session = self._asked([intent], session)
            case Action.DISTRICT if not press.target or press.target in self.faq.places.districts:
                reply, session = self._set_district(press.target, session, now)
            case Action.TOPIC if press.target in self.faq.topics:
                reply = self._topic(press.target)
            case Action.DISTRICTS:
                reply = self.districts()
            case Action.NONE:
                reply = self._plain(self.faq.phrases.clarify_none)
            case Action.MENU:
                reply = self.menu()
            case _:
                reply = self._plain(self.faq.phrases.old_button)
        return reply, session

    def urgent(self, message: str) -> bool:
        """Tell whether `message` shows signs of danger, and so must never be dropped."""
        return self._listener.danger(message) is not None

    def say(self, text: str) -> Reply:
        """Return fixed `text` (a phrase) with the topics below it."""
        return Reply((Part(text),), choices=tuple(self._topics()))

    def menu(self) -> Reply:
        """Return the topics to choose from."""
        return self.say(self.faq.phrases.menu)

    def districts(self) -> Reply:
        """Return the districts to choose from."""
        names = [Choice(name, Press(Action.DISTRICT, name)) for name in self.faq.places.districts]
        none = Choice(self.faq.phrases.button_forget_district, Press(Action.DISTRICT))
        return Reply((Part(self.faq.phrases.choose_district),), choices=(*names, none))

    def _context(self, session: Session, now: dt.datetime) -> Context | None:
        intent = self.faq.intents.get(session.intent or "")
        return Context(intent, session.freshness(now)) if intent else None

    def _asked(self, intents: Sequence[Intent], session: Session) -> Session:
        """Return what is remembered after `intents` were answered.

        Small talk and what is asked in passing leave what was asked before: 特困怎么申请, 几点上班, 谢谢, 要带什么.
        """
        asked = [intent for intent in intents if not self._aside(intent)]
        if asked or session.intent in (None, CRISIS):
            return replace(session, intent=(asked or intents)[-1].id)
        return session

    def _aside(self, intent: Intent) -> bool:
        return self.faq.small_talk(intent) or self.faq.topics[intent.topic].passing

    def _plain(self, text: str, decision: Decision = Decision.FALLBACK) -> Reply:
        return Reply((Part(text),), decision, (self._to_menu(),))

    def _emergency(self, danger: Danger, answered: tuple[Guess, ...], session: Session, now: dt.datetime) -> Turn:
        """Say whom to call first in this kind of danger, or in that of the alarm before; then what was asked beside.

        The alarm may be false.
        """
        before = session.danger if session.intent == CRISIS else None
        kind = danger.kind if danger.kind in self.faq.emergencies else before
        session = replace(session, intent=CRISIS, danger=kind)
        if kind is None:
            return self._answer(answered, session, now), session
        emergency = self.faq.emergencies[kind]
        again = emergency.again if danger.kind == CRISIS else None
        first, asked = Part(again or emergency.reply), answered[1:]
        reply = self._answer(asked, session, now) if asked else Reply((), district=session.district)
        reply = replace(reply, parts=(first, *reply.parts), decision=Decision.EMERGENCY, answered=answered)
        return reply, session

    def _of_hotline(self, message: str, reply: Reply) -> Reply:
        """Return what is known of a hotline asked about by its number, in place of a general `reply` or beside one."""
        told = self._hotlines.told(message)
        unsure = reply.decision in (Decision.CLARIFY, Decision.FALLBACK)
        if told is None or not (unsure or reply.answered) or reply.decision == Decision.EMERGENCY:
            return reply
        if unsure or all(self.faq.topics[guess.intent.topic].passing for guess in reply.answered):
            return self._plain(told, Decision.ANSWER)
        strange = self._hotlines.unknown(message)
        return replace(reply, parts=(*reply.parts, Part(strange))) if strange else reply

    def _unsure(self, meaning: Meaning, mention: Mention | None, session: Session) -> Reply:
        """Ask which question was meant, or say that nothing is safe to say."""
        phrases = self.faq.phrases
        if meaning.offered:
            offered = [Choice(g.intent.title, Press(Action.ANSWER, g.intent.id)) for g in meaning.offered]
            none = Choice(phrases.button_none, Press(Action.NONE))
            asks = phrases.clarify if len(offered) > 1 else phrases.clarify_one.format(name=offered[0].label)
            return Reply(
                (Part(asks),),
                Decision.CLARIFY,
                (*offered, none),
                offered=meaning.offered,
                district=session.district,
            )
        if mention and mention.district == OUTSIDE:
            return replace(self._plain(phrases.outside.format(name=mention.name)), district=OUTSIDE)
        return replace(self._plain(phrases.fallback), district=session.district)

    def _answers(self, meaning: Meaning, session: Session, now: dt.datetime, named: Sequence[str]) -> Reply:
        reply = self._answer(meaning.answered, session, now, instead=meaning.offered, named=named)
        heard = map(self._redactor.redact, meaning.unclear)  # what is echoed would outlive a deleted message
        unclear = [Part(self.faq.phrases.part_unclear.format(name=part)) for part in heard]
        return replace(reply, parts=(*reply.parts, *unclear))

    def _answer(
        self,
        guesses: Iterable[Guess],
        session: Session,
        now: dt.datetime,
        *,
        details: bool = False,
        instead: tuple[Guess, ...] = (),
        named: Sequence[str] = (),
    ) -> Reply:
        """Answer each intent, name each office once, then the sources; `instead` is offered in case it was meant.

        `named` are the subjects that the resident named.
        """
        guesses = tuple(guess._replace(intent=guess.intent.on(now.date())) for guess in guesses)
        parts = [self._compose.answer(guess.intent, now, details=details) for guess in guesses]
        crisis = any(guess.intent.id == CRISIS for guess in guesses)
        kinds = dict.fromkeys(self._office(guesses, session, named))
        offices = [self._compose.office(kind, session.district, session.town, now) for kind in kinds]
        sources = self._compose.sources((guess.intent for guess in guesses), now, details=details)
        return Reply(
            (*parts, *(part for _, part in offices), *sources),
            Decision.EMERGENCY if crisis else Decision.ANSWER,
            tuple(self._next(guesses, session, details=details, instead=instead)),
            answered=guesses,
            offered=instead,
            district=session.district,
            offices=tuple(office_id for office_id, _ in offices),
        )

    def _office(self, guesses: Sequence[Guess], session: Session, named: Sequence[str]) -> Iterator[str]:
        """Yield the kind of office of each answer; what is asked in passing is asked of the office of what was asked.

        Not so where the office itself was `named`, or is the same in all districts.
        """
        asked = [guess.intent for guess in guesses if not self._aside(guess.intent)]
        before = self.faq.intents.get(session.intent or "")
        if not asked and before and not self._aside(before):
            asked = [before]
        for intent in (guess.intent for guess in guesses if not self.faq.small_talk(guess.intent)):
            in_passing = intent not in asked and intent.id not in named and len(self.faq.offices[intent.office]) > 1
            yield asked[-1].office if asked and in_passing else intent.office

    def _next(
        self,
        guesses: tuple[Guess, ...],
        session: Session,
        *,
        details: bool = False,
        instead: tuple[Guess, ...] = (),
    ) -> Iterable[Choice]:
        """Yield what a resident may want after these answers."""
        phrases = self.faq.phrases
        intents = [guess.intent for guess in guesses]
        if all(map(self.faq.small_talk, intents)):
            yield from self._topics()
            return
        if len(intents) == 1 and intents[0].details and not details:
            yield Choice(phrases.button_details, Press(Action.DETAILS, intents[0].id))
        offered = [guess.intent.id for guess in instead]
        related = dict.fromkeys([*offered, *(r for intent in intents for r in intent.related[: 4 - len(intents)])])
        for intent in (self.faq.intents[r] for r in related if r not in {i.id for i in intents}):
            yield Choice(intent.title, Press(Action.ANSWER, intent.id))
        if session.district is None and any(len(self.faq.offices[i.office]) > 1 for i in intents):
            yield Choice(phrases.button_district, Press(Action.DISTRICTS))
        yield self._to_menu()

    def _set_district(self, district: str, session: Session, now: dt.datetime, *, asks: bool = False) -> Turn:
        """Remember the district and say where to go there; a question of it is what was asked before: 那淇县呢."""
        if district != session.district:
            session = replace(session, district=district or None, town=None)
        if not district:
            return self.menu(), session
        said = Part(self.faq.phrases.district_set.format(name=f"{district}{session.town or ''}"))
        intent = self.faq.intents.get(session.intent or "")
        if intent is None or self.faq.small_talk(intent):
            return Reply((said,), choices=tuple(self._topics()), district=district), session
        if asks:
            return self._answer([Guess(intent, 1.0)], session, now), session
        office_id, office = self._compose.office(intent.office, district, session.town, now)
        choices = tuple(self._next((Guess(intent, 1.0),), session))
        return Reply((said, office), choices=choices, district=district, offices=(office_id,)), session

    def _topic(self, topic: str) -> Reply:
        choices = [Choice(i.title, Press(Action.ANSWER, i.id)) for i in self.faq.in_topic(topic)]
        heading = self.faq.phrases.topic.format(name=self.faq.topics[topic].title)
        back = Choice(self.faq.phrases.button_menu, Press(Action.MENU, "back"))
        return Reply((Part(heading),), choices=(*choices, back))

    def _topics(self) -> Iterable[Choice]:
        for key, topic in self.faq.topics.items():
            if not topic.hidden:
                yield Choice(topic.title, Press(Action.TOPIC, key))

    def _to_menu(self) -> Choice:
        return Choice(self.faq.phrases.button_menu, Press(Action.MENU))
