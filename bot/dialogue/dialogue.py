"""Turn what a resident says or presses into a reply; no channel, no clock, no I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.dialogue.again import Again, digest
from bot.dialogue.aid import Aid
from bot.dialogue.cards import Cards, outside_note
from bot.dialogue.desk.questions import Questions
from bot.dialogue.ear import Ear
from bot.dialogue.hotlines import Hotlines
from bot.dialogue.pages.presses import Presses
from bot.dialogue.pages.whereabouts import Whereabouts
from bot.dialogue.privacy import Redactor
from bot.dialogue.reply import Action, Decision, Part, Press, Reply
from bot.dialogue.session import Session, Turn
from bot.dialogue.steered import Steered
from bot.dialogue.thread import Thread
from bot.dialogue.typed import Steering, Typed
from faq.knowledge.cues import Steer
from faq.knowledge.text import bare, bounded
from faq.knowledge.types import CRISIS, OUTSIDE, Intent
from intents.classifier.model import Model, top
from intents.entities.other_city import OtherCity
from intents.entities.places import Gazetteer, Mention, best
from intents.interpret.context import Context
from intents.interpret.corrections import Corrections
from intents.interpret.interpreter import Interpreter
from intents.interpret.meaning import Meaning
from intents.interpret.narrowing import Narrowing

_BUTTONS, _NEAR, _OURS = 20, 0.15, 0.5
"""Most buttons of a reply that are remembered; least probability of what is offered to somebody who only tells, and to
somebody who names other offices' business."""


class Dialogue:
    """Talks from one `Model` and the knowledge it was trained on; replaced as a whole when either changes."""

    def __init__(self, model: Model) -> None:
        """Take a model."""
        self.faq = model.faq
        self._interpreter = Interpreter(model)
        self._gazetteer = Gazetteer(model.faq.places, model.faq.cues)
        self._other_city = OtherCity(model.faq, self._gazetteer)
        self._cards = Cards(model.faq)
        self._hotlines = Hotlines(model.faq, self._cards)
        self._again = Again(model.faq, self._cards)
        self._narrowing = Narrowing(self._interpreter)
        self._redactor = Redactor(model.faq.personal)
        self._ear = Ear(model.faq, self._interpreter, self._cards, self._again, self._redactor)
        self._typed = Typed(model.faq)
        self._steering = Steering(model.faq)
        self._steered = Steered(model.faq, self._cards, self._again)
        self._corrections = Corrections(model.faq.cues)
        self._aid = Aid(model.faq, self._cards)
        self._thread = Thread(model.faq, self._cards)
        self._presses = Presses(model.faq, self._cards, self._steered, self._thread)
        self.settings, self.remembered = self._presses.settings, self._presses.remembered
        """What a resident may set, and what is remembered."""
        self.whereabouts = Whereabouts(model.faq, self._cards, self._steered, self._gazetteer)
        """Finds out which district is meant."""
        self.questions = Questions(model, self._redactor, self._gazetteer, self._steering, self._typed)

    def hear(self, message: str, session: Session, now: dt.datetime) -> Turn:
        """Return the reply to `message` and what is remembered afterwards; of one too long, see `bounded`."""
        whole, message = message, bounded(message)
        before, session = session, session.at(now).written(message)
        if press := self._typed.press(message, before.offered, asked_back=before.asked_back):
            return self._given(*self._presses.turn(press, session, now))
        if steer := self._steering.of(message):
            if steer == Steer.LAST and (press := self._typed.last(before.offered)):
                return self._given(*self._presses.turn(press, session, now))
            return self._given(*self._steered.reply(steer, before, session, now))
        reply, session = self._heard(message, whole, self._thread.context(before, now), session, now)
        reply = self._hotlines.told_in(message, reply)
        reply = self._again.fresh(reply, session, now)
        if reply.decision != Decision.EMERGENCY and self._redactor.holds_numbers(message):
            reply = replace(reply, parts=(*reply.parts, Part(self.faq.phrases.numbers_seen)))
        return self._given(reply, session)

    def press(self, press: Press, session: Session, now: dt.datetime) -> Turn:
        """Return the reply to a press on a button and what is remembered afterwards."""
        reply, session = self._presses.turn(press, session.at(now), now)
        if press.action == Action.ANSWER:
            reply = self._again.fresh(reply, session, now)
        return self._given(reply, session)

    def told(self, say: Callable[[Session], Turn], session: Session, now: dt.datetime) -> Turn:
        """Return what `say` makes of what is still remembered at `now`, and what is remembered afterwards."""
        return self._given(*say(session.at(now)))

    def urgent(self, message: str) -> bool:
        """Tell whether `message` shows signs of danger, and so must never be dropped."""
        return self._interpreter.danger(message) is not None

    def say(self, text: str) -> Reply:
        """Return fixed `text` (a phrase)."""
        return self._cards.say(text)

    def menu(self) -> Reply:
        """Return the topics to choose from."""
        return self._cards.menu()

    def districts(self, session: Session | None = None) -> Reply:
        """Return the districts to choose from; the one in `session` is shown."""
        return self._cards.districts(session or Session())

    def _given(self, reply: Reply, session: Session) -> Turn:
        """Return `reply` and what is remembered of it: its digest, its buttons, what it answered."""
        answered = [guess.intent for guess in reply.answered if not self.faq.small_talk(guess.intent)]
        return reply, replace(
            session,
            said=digest(reply),
            phone_told=session.phone_told or self.faq.phrases.phone_unknown in reply.text,
            offered=tuple(choice.press.data() for choice in reply.choices)[:_BUTTONS],
            asked_back=reply.decision == Decision.CLARIFY,
            last=tuple(intent.id for intent in answered) or session.last,
            detailed=any(i.details and p.text == self._cards.full(i, session) for i in answered for p in reply.parts)
            or (session.detailed and not answered),
        )

    def _heard(self, message: str, whole: str, context: Context | None, session: Session, now: dt.datetime) -> Turn:  # noqa: PLR0911
        """Return the reply to a message that is no button, and what is remembered of it."""
        phrases, last = self.faq.phrases, self.faq.intents.get(session.intent or "")
        if session.intent != CRISIS and self._typed.nods(message):
            return self._cards.say(phrases.go_on), session
        calm = not self._interpreter.danger(whole)
        if self._typed.refuses(message) or (calm and self._blames(message, last)):
            return self._steered.reply(Steer.MISSED, session, session, now)
        if calm:
            said, taken_back = self._corrections.corrected(message)
            if taken_back and not bare(said):
                return self._cards.say(self._again.vary(phrases.taken_back, session)), session
            rest = self._corrections.returns(said)
            if rest is not None and (keys := self._interpreter.named(rest)):
                if self._interpreter.subjects.only(rest):
                    return self._steered.back_to(self._interpreter.subjects.intents(keys[-1]), session)
                said = rest
            elif rest is not None and (back := self._pointed(rest, session)):
                intent, said = back
                if not said:
                    return self._steered.going_on(intent, session)
                session, context = session.asked(intent.id), Context(intent)
            if said != message:
                reply, after = self._understood(said, said, context, session, now, meant=True)
                denied = any(self._corrections.unwanted(message, guess.intent) for guess in reply.answered)
                return self._unsure(said, Meaning(), None, session) if denied else (reply, after)
        return self._understood(message, whole, context, session, now)

    def _blames(self, message: str, last: Intent | None) -> bool:
        """Tell whether `message` says only that an answer, the `last` or any, was not wanted: 你推荐健康证干什么."""
        rest = self._corrections.unblamed(message)
        blames = rest is not None and not self._interpreter.splitter.wants(rest)
        return blames or self._corrections.denies(message, last)

    def _understood(
        self,
        message: str,
        whole: str,
        context: Context | None,
        session: Session,
        now: dt.datetime,
        *,
        meant: bool = False,
    ) -> Turn:
        """Return the reply to what a message says; `meant` tells that it says what was meant before."""
        places = self._gazetteer.all(message)
        home, before, known = self._gazetteer.household(message, places), session, session.district
        mention = home if home and home.ours else best(places)
        if mention and mention.district not in (None, OUTSIDE):
            session = replace(session, district=mention.district, town=mention.town)
        if session.district and self._gazetteer.only(message, places):
            if home is None and (several := self.whereabouts.several(places, session)):
                return several, before
            return self._steered.district(session.district, session, now, known, asks=self._interpreter.asks(message))
        if not bare(message):
            return self._cards.say(self.faq.phrases.nothing_readable, Decision.FALLBACK), session
        meaning = self._interpreter.understand(whole, context, session.story)
        if meaning.after or meaning.danger or (meaning.over and not meaning.answered):
            reply, session = self._endangered(message, meaning, session, now)
            rest = "" if session.danger else self._interpreter.besides(message)
            shorter = 0 < len(rest) < len(message)  # else the same would be read again without end
            return self._besides(rest, reply, session, now) if shorter else (reply, session)
        if meaning.over:
            session = replace(session, danger=None)
        reply, session = self._meant(message, meaning, places, context, session, now, meant=meant)
        return self._aid.warm(reply, meaning.concern, session), session

    def _meant(
        self,
        message: str,
        meaning: Meaning,
        places: Sequence[Mention],
        context: Context | None,
        session: Session,
        now: dt.datetime,
        *,
        meant: bool,
    ) -> Turn:
        """Return the reply to a message of nobody in danger, which names `places`."""
        answered = [guess.intent for guess in meaning.answered]
        if other := self._other_city.responsible(message, places, answered, ours=session.district is not None):
            return self._outside(other, session)
        meaning = self._narrowing.narrowed(message, meaning, context, now.date(), session.district)
        if meaning.told and not meant:
            session = self._ear.kept(message, session)
            return self._ear.noted(session), session
        if context is None or not context.next_turn(self.faq):  # else it was read as what comes next
            meaning = self._ear.doubted(message, meaning, first=context is None and not meant)
        meaning = self._ear.strange(message, meaning, session)
        if not meaning.answered:
            return self._unsure(message, meaning, best(places), session)
        return self._answered(message, meaning, places, session, now)

    def _answered(
        self, message: str, meaning: Meaning, places: Sequence[Mention], session: Session, now: dt.datetime
    ) -> Turn:
        """Return the answers to a message that was understood, with what must be known of the `places` it names."""
        reply = self._answers(meaning, session, now, self._interpreter.named(message))
        if (mention := best(places)) and mention.district == OUTSIDE:
            reply = replace(reply, district=OUTSIDE)
        if (home := self._gazetteer.household(message, places)) and home.district == OUTSIDE:
            reply = outside_note(self.faq, reply, home.name)
        if all(self.faq.small_talk(guess.intent) for guess in meaning.answered):
            session = self._ear.kept(message, session)
        reply = self._aid.parting(reply, session)
        answered = [] if meaning.explains and session.intent else [guess.intent for guess in meaning.answered]
        return reply, self._thread.asked(answered, session) if answered else session

    def _endangered(self, message: str, meaning: Meaning, session: Session, now: dt.datetime) -> Turn:
        """Return what is said to somebody in danger, or of a danger told of before."""
        if meaning.after:
            return self._aid.after(meaning.after, session)
        if meaning.danger:
            before = session.witness if session.danger else None
            asks_on = meaning.danger.kind == CRISIS and before is not None  # 我该咋办 is nobody's
            witness = self._interpreter.at_risk.another("" if asks_on else message, before)
            return self._aid.alarm(meaning.danger, meaning.answered, session, now, witness=witness)
        return self._cards.say(self.faq.phrases.danger_over), replace(session, intent=session.before, danger=None)

    def _besides(self, rest: str, reply: Reply, session: Session, now: dt.datetime) -> Turn:
        """Return the `reply` to an end of danger, and what is said to the `rest`: it is asked of what came before."""
        session = replace(session, intent=session.intent or session.before)
        more, session = self._understood(rest, rest, self._thread.context(session, now), session, now, meant=True)
        return replace(more, parts=(*reply.parts, *more.parts)), session

    def _pointed(self, rest: str, session: Session) -> tuple[Intent, str] | None:
        """Return which of the last two answers is gone back to by any word, and what is asked of it: 孩子那个几号发."""
        former, last = (self.faq.intents.get(key or "") for key in (session.before, session.intent))
        if former and (said := self._corrections.former(rest)) is not None:
            return former, said
        hit, known = self._corrections.pointed(rest), [intent for intent in (former, last) if intent]
        if hit is None or len(known) < 2 or any(map(self.faq.small_talk, known)):
            return None
        likely = {guess.intent.id: guess.confidence for guess in self._interpreter.model.rank(hit[0])}
        return max(known, key=lambda intent: likely.get(intent.id, 0.0)), hit[1]

    def _unsure(self, message: str, meaning: Meaning, mention: Mention | None, session: Session) -> Turn:
        """Ask which question was meant, hear on what is told, or say that nothing is safe to say."""
        phrases, vary = self.faq.phrases, self._again.vary
        tells = self._ear.tells(message)
        session = self._ear.kept(message, session)
        strange = session.strange and self._interpreter.leans(message)
        near = [guess for guess in meaning.offered if not tells or guess.confidence >= _NEAR]
        offered = () if meaning.answered or strange or bare(message).isdigit() else near
        declined = self._cards.declined(message, session) if top(offered) < _OURS else None
        if offered and not declined:
            heading = vary(phrases.listening_offering, session) if tells else None
            return self._cards.clarify(offered, session, heading), session
        if mention and mention.district == OUTSIDE and not tells:
            return self._outside(mention, session)
        if session.intent == CRISIS:
            return self._cards.say(vary(phrases.after_alarm, session)), session
        if tells:
            return self._ear.listened(message, session), session
        reply = declined or replace(self._cards.say(phrases.fallback, Decision.FALLBACK), district=session.district)
        return reply, replace(session, strange=strange or self._interpreter.asks(message))

    def _outside(self, other: Mention, session: Session) -> Turn:
        """Name the city whose business was asked for; what leans on it is that city's too."""
        reply = self._cards.say(self.faq.phrases.outside.format(name=other.name), Decision.FALLBACK)
        return replace(reply, district=OUTSIDE), replace(session, strange=True)

    def _answers(self, meaning: Meaning, session: Session, now: dt.datetime, named: Sequence[str]) -> Reply:
        instead, given = meaning.offered, meaning.given
        reply = self._cards.answer(meaning.answered, session, now, instead=instead, named=named, given=given)
        heard = map(self._redactor.redact, meaning.unclear)  # what is echoed would outlive a deleted message
        unclear = [Part(self.faq.phrases.part_unclear.format(name=part)) for part in heard]
        beside = [Part(self.faq.phrases.beside.format(name=intent.title)) for intent in meaning.beside]
        return replace(reply, parts=(*reply.parts, *beside, *unclear))
