"""What is said to people in danger, after it, and to people in distress."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.dialogue.cards import Cards
from bot.dialogue.reply import Decision, Kind, Part, Reply
from bot.dialogue.session import Session
from faq.knowledge.types import CRISIS, Faq, Intent
from intents.classifier.model import Guess
from intents.distress.danger import Danger

_PARTING = frozenset({"chat.goodbye", "chat.thanks"})
"""Ids of the small talk after which a resident may write no more."""


class Aid:
    """Words what one `Faq` has for danger and distress; of several wordings each is said in its turn."""

    def __init__(self, faq: Faq, cards: Cards) -> None:
        """Take the knowledge, and what words answers."""
        self._faq = faq
        self._cards = cards

    def alarm(
        self, danger: Danger, answered: tuple[Guess, ...], session: Session, now: dt.datetime, *, witness: bool
    ) -> tuple[Reply, Session]:
        """Say whom to call first in this kind of danger, or in that of the alarm before; then what was asked beside.

        The alarm may be false. `witness`: others are in danger, of whom the resident tells.
        """
        kind = danger.kind if danger.kind in self._faq.emergencies else session.danger
        first = self.first(kind, session, witness=witness) if kind else None
        session = replace(session.asked(CRISIS), danger=kind, witness=witness)
        if first is None:
            reply = self._cards.answer(answered, session, now)
            return replace(reply, decision=Decision.EMERGENCY, danger=CRISIS), session
        reply = self._cards.answer(answered[1:], session, now) if answered[1:] else Reply((), district=session.district)
        parts = (first, *reply.parts)
        return replace(reply, parts=parts, decision=Decision.EMERGENCY, answered=answered, danger=kind), session

    def first(self, kind: str, session: Session, *, witness: bool) -> Part:
        """Return whom to call first in danger of `kind`: in full, or in short to who has told of the same before.

        Who is only the `witness` of it is told what a witness can do.
        """
        emergency = self._faq.emergencies[kind]
        again = emergency.shorter(witness=witness)
        if session.danger == kind and session.witness == witness and again:
            return Part(again[session.turns % len(again)], kind=Kind.ALARM)
        return Part(emergency.whole(witness=witness), kind=Kind.ALARM)

    def after(self, heard: Guess, session: Session) -> tuple[Reply, Session]:
        """Return what is answered to something said of the danger told of before, and what is remembered."""
        intent, over = heard.intent, heard.intent.ends_danger
        reply = Reply(
            (Part(intent.said(session.turns), kind=Kind.ANSWER),),
            Decision.ANSWER if over else Decision.EMERGENCY,
            answered=(heard,),
            district=session.district,
            danger=None if over else session.danger,
        )
        return reply, replace(session, intent=None if over else CRISIS, danger=None if over else session.danger)

    def parting(self, reply: Reply, session: Session) -> Reply:
        """Return `reply` with the numbers once more for who says goodbye or thanks in danger not known to be over."""
        farewell = reply.answered and all(guess.intent.id in _PARTING for guess in reply.answered)
        if not farewell or session.intent != CRISIS or session.danger is None:
            return reply
        return replace(reply, parts=(*reply.parts, Part(self._faq.phrases.danger_stays, kind=Kind.ALARM)))

    def warm(self, reply: Reply, concern: Intent | None, session: Session) -> Reply:
        """Return `reply` with a warm line of `concern` below what is answered, before the office and the sources."""
        if concern is None or any(guess.intent == concern for guess in reply.answered):
            return reply
        line = Part(concern.beside[session.turns % len(concern.beside)], kind=Kind.WARM)
        at = len(reply.answered)  # of what was not understood, before the question back
        return replace(reply, parts=(*reply.parts[:at], line, *reply.parts[at:]), concern=True)
