"""Put replies together: answers with office and sources, questions back, menus, with the buttons that help next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.compose import Composer, alone
from bot.dialogue.reply import Action, Choice, Decision, Kind, Part, Press, Reply
from bot.dialogue.session import Session
from faq.knowledge.points import About
from faq.knowledge.types import Faq, Intent
from intents.classifier.model import Guess
from intents.entities.referrals import Referrals
from intents.interpret.points import BULLET, Given

_RELATED = 1
"""Most other questions below an answer: with more, its buttons would push it off a small screen."""

_SMALL_TALK = 2
"""The same below small talk, less the buttons to more of it."""


_WHERE = frozenset({About.PLACE, About.PHONE, About.ASK})
"""What the office below a part of an answer helps with; other parts are told alone."""


class Cards:
    """Writes replies from one `Faq`."""

    def __init__(self, faq: Faq) -> None:
        """Take the knowledge."""
        self._faq = faq
        self._compose = Composer(faq)
        self._referrals = Referrals(faq.referrals)

    def say(self, text: str, decision: Decision = Decision.ANSWER, *choices: Choice) -> Reply:
        """Return fixed `text` (a phrase) above `choices` and the button that leads to all questions."""
        return Reply((Part(text),), decision, (*choices, self._to_menu()))

    def menu(self) -> Reply:
        """Return the topics to choose from."""
        topics = [Choice(t.title, Press(Action.TOPIC, key)) for key, t in self._faq.topics.items() if not t.hidden]
        return Reply((Part(self._faq.phrases.menu),), choices=tuple(topics))

    def topic(self, topic: str) -> Reply:
        """Return the questions of `topic`."""
        choices = map(self.question, self._faq.in_topic(topic))
        heading = self._faq.phrases.topic.format(name=self._faq.topics[topic].title)
        back = Choice(self._faq.phrases.button_menu, Press(Action.MENU, "back"))
        return Reply((Part(heading),), choices=(*choices, back))

    def districts(self, session: Session, about: str = "", *, back: bool = False) -> Reply:
        """Return the districts to choose from, for the office of the intent `about`; the present one is shown.

        They stand in the place of its card if it is gone `back` to.
        """
        phrases, now = self._faq.phrases, session.district
        heading = phrases.district_now.format(name=f"{now}{session.town or ''}") if now else phrases.choose_district
        chosen = Action.LOCAL if back else Action.DISTRICT
        names = [Choice(name, Press(chosen, name, about)) for name in self._faq.places.districts]
        none = Choice(phrases.button_forget_district, Press(Action.DISTRICT, about=about))
        return Reply((Part(heading),), choices=(*names, self._back(about) if back else none), district=now)

    def clarify(self, offered: Sequence[Guess], session: Session, heading: str | None = None) -> Reply:
        """Ask which of `offered` was meant, under `heading` if there is one; of a single one, whether it was."""
        phrases, none = self._faq.phrases, Choice(self._faq.phrases.button_none, Press(Action.NONE))
        if heading is None:
            one = phrases.clarify_one.format(name=offered[0].intent.title)
            heading = phrases.clarify if len(offered) > 1 else one
        choices = (*(self.question(guess.intent) for guess in offered), none)
        said = (Part(heading),)
        return Reply(said, Decision.CLARIFY, choices, offered=tuple(offered), district=session.district)

    def declined(self, message: str, session: Session) -> Reply | None:
        """Return whose business `message` is; None: nobody's that is known."""
        referral = self._referrals.of(message)
        if referral is None:
            return None
        whose = Part(self._faq.phrases.referred.format(value=referral.says))
        cited = self._compose.cited(referral.sources)
        return Reply((whose, *cited), Decision.FALLBACK, (self._to_menu(),), district=session.district)

    def question(self, intent: Intent) -> Choice:
        """Return the button that asks `intent`."""
        return Choice(intent.title, Press(Action.ANSWER, intent.id))

    def answer(
        self,
        guesses: Iterable[Guess],
        session: Session,
        now: dt.datetime,
        *,
        details: bool = False,
        instead: tuple[Guess, ...] = (),
        named: Sequence[str] = (),
        given: Given | None = None,
    ) -> Reply:
        """Answer each intent, name each office once, then the sources; `instead` is offered in case it was meant.

        `named` are the subjects that the resident named; `given` is the part of the one answer that was asked for.
        """
        guesses = tuple(guess._replace(intent=guess.intent.on(now.date())) for guess in guesses)
        told = [
            self._compose.answer(
                guess.intent, now, district=session.district, details=details, given=given, turn=session.turns
            )
            for guess in guesses
        ]
        kinds = [*dict.fromkeys(self._office(guesses, session, named))]
        part = given if given is not None and not given.whole else None
        if part is not None and not part.said and any(self._has(kind, session, part) for kind in kinds):
            told = []
        elif part is not None and part.said and not part.about & _WHERE:
            kinds = []
        offices = [self._office_now(kind, session, now) for kind in kinds]
        intents = [guess.intent for guess in guesses]
        sources = self._compose.sources(zip(intents, told, strict=False), now, details=details, given=given)
        return Reply(
            (*told, *(office for _, office in offices), *sources),
            Decision.ANSWER,
            tuple(self._next(guesses, session, details=details, instead=instead, part=part is not None)),
            answered=guesses,
            offered=instead,
            district=session.district,
            offices=tuple(office_id for office_id, _ in offices),
            points=(tuple(map(alone, part.points)) or None) if part is not None else None,
        )

    def differs(self, intent: Intent, now: dt.datetime, one: str | None, other: str | None) -> bool:
        """Tell whether residents of two districts are told different answers of `intent`; None: district not known."""
        told = intent.on(now.date())
        return self._compose.text(told, one) != self._compose.text(told, other)

    def full(self, intent: Intent, session: Session) -> str:
        """Return the details of `intent` as a resident of the district in `session` reads them."""
        return self._compose.text(intent, session.district, details=True)

    def sources(self, intent: Intent, now: dt.datetime) -> Reply:
        """Return every source that the answer of `intent` rests on."""
        told = intent.on(now.date())
        return Reply((self._compose.all_sources(told),), choices=(self._back(intent.id), self._to_menu()))

    def _has(self, kind: str, session: Session, part: Given) -> bool:
        return self._compose.has(kind, session.district, part.about)

    def _office_now(self, kind: str, session: Session, now: dt.datetime) -> tuple[str, Part]:
        told = session.phone_told
        return self._compose.office(kind, session.district, session.town, now, phone_told=told)

    def brief(self, intent: Intent, said: str, session: Session, now: dt.datetime) -> Reply:
        """Return what `said` makes of the first sentence of an answer, with the office; `said` has the slot {value}."""
        whole = self.answer([Guess(intent, 1.0)], session, now)
        first = first_sentence(whole.parts[0].text)
        parts = (Part(said.format(value=first), intent.title, Kind.ANSWER), *_only(whole.parts, Kind.OFFICE))
        return replace(whole, parts=parts)

    def office_of(self, intent: Intent, session: Session, now: dt.datetime, said: str) -> Reply:
        """Return `said` and the office for `intent` in the district of `session`."""
        office_id, office = self._office_now(intent.office, session, now)
        choices = tuple(self._next((Guess(intent, 1.0),), session))
        return Reply((Part(said), office), choices=choices, district=session.district, offices=(office_id,))

    def aside(self, intent: Intent) -> bool:
        """Tell whether `intent` leaves what was asked before: small talk, and what is asked in passing."""
        return self._faq.small_talk(intent) or self._faq.topics[intent.topic].passing

    def _office(self, guesses: Sequence[Guess], session: Session, named: Sequence[str]) -> Iterator[str]:
        """Yield the kind of office of each answer; what is asked in passing is asked of the office of what was asked.

        Not so where the office itself was `named`, or is the same in all districts.
        """
        asked = [guess.intent for guess in guesses if not self.aside(guess.intent)]
        before = self._faq.intents.get(session.intent or "")
        if not asked and before and not self.aside(before):
            asked = [before]
        for intent in (guess.intent for guess in guesses if not self._faq.small_talk(guess.intent)):
            in_passing = intent not in asked and intent.id not in named and len(self._faq.offices[intent.office]) > 1
            yield asked[-1].office if asked and in_passing else intent.office

    def _next(
        self,
        guesses: tuple[Guess, ...],
        session: Session,
        *,
        details: bool = False,
        instead: tuple[Guess, ...] = (),
        part: bool = False,
    ) -> Iterator[Choice]:
        """Yield what a resident may want after these answers: a few buttons, and the one to all questions.

        After a `part` the whole answer is a press away.
        """
        phrases = self._faq.phrases
        intents = [guess.intent for guess in guesses]
        where: list[Choice] = []
        more = list(self._more(intents[0], details=details, part=part)) if len(intents) == 1 else []
        if len(intents) == 1 and not part and not self._faq.small_talk(intents[0]):
            more.append(Choice(phrases.button_sources, Press(Action.SOURCES, intents[0].id)))
        policies = [intent for intent in intents if not self._faq.small_talk(intent)]
        if local := [intent.id for intent in policies if len(self._faq.offices[intent.office]) > 1]:
            label = phrases.button_change_district if session.district else phrases.button_district
            alone = Press(Action.DISTRICTS, local[0])
            where.append(Choice(label, alone if len(intents) == 1 else Press(Action.DISTRICTS, about=local[-1])))
        offered = [guess.intent.id for guess in instead]
        related = dict.fromkeys([*offered, *(r for intent in intents for r in intent.related)])
        left = [self._faq.intents[r] for r in related if r not in {intent.id for intent in intents}]
        room = _RELATED if policies else _SMALL_TALK - len(more)
        yield from (*more, *map(self.question, left[:room]), *where, self._to_menu())

    def _more(self, intent: Intent, *, details: bool = False, part: bool = False) -> Iterator[Choice]:
        """Yield the button to the whole answer after a `part` of it, or to the details after the answer."""
        if part:
            yield Choice(self._faq.phrases.button_whole, Press(Action.CARD, intent.id))
        elif intent.details and details:
            yield Choice(self._faq.phrases.button_less, Press(Action.CARD, intent.id))
        elif intent.details:
            yield Choice(self._faq.phrases.button_details, Press(Action.DETAILS, intent.id))

    def _back(self, intent_id: str) -> Choice:
        return Choice(self._faq.phrases.button_back, Press(Action.CARD, intent_id))

    def _to_menu(self) -> Choice:
        return Choice(self._faq.phrases.button_menu, Press(Action.MENU))


def first_sentence(text: str) -> str:
    """Return the first sentence of an answer; of one that announces a list, with its first item.

    >>> first_sentence('能，先救急；手续后补。要是正着火，打 119。')
    '能，先救急；手续后补。'
    """
    line, _, rest = text.strip().partition("\n")
    if line.endswith("：") and rest:
        return line + rest.partition("\n")[0].removeprefix(BULLET).strip()
    return line[: line.index("。") + 1] if "。" in line else line


def _only(parts: Iterable[Part], kind: Kind) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.kind == kind)


def outside_note(faq: Faq, reply: Reply, home: str) -> Reply:
    """Return `reply` with a note that households of `home`, a place of another city, apply there."""
    if all(faq.small_talk(guess.intent) for guess in reply.answered):
        return reply
    return replace(reply, parts=(*reply.parts, Part(faq.phrases.household_outside.format(name=home))))
