"""A word to the people behind the bot: /feedback passes it to the staff, or keeps it for the admins."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.channels.telegram.answer import Answer
from bot.channels.telegram.desk.handoff import MESSAGES, OUTBOX, PER_DAY, TICKETS, Handoff
from bot.channels.telegram.desk.words import end_row, ends, fixed
from bot.channels.telegram.intake.addressing import Call, Me, is_private
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.session import Session
from bot.store.desk.records import FEEDBACK, REMARK, Beside, Ended, Question, Stage, Ticket, Touched, Why
from bot.store.store import Store
from faq.knowledge.text import bare

UNSAID = 600.0
"""Seconds after which what a resident writes is a question again, though /feedback has asked for a word."""


class Remarks:
    """Finds what is said to who has a word for the people behind the bot, and what is kept of it."""

    def __init__(self, store: Store, me: Me, handoff: Handoff) -> None:
        """Take the memory, who the bot is, and what knows the staff."""
        self._store, self._desk, self._me, self._handoff = store, store.desk, me, handoff

    def ask(self, dialogue: Dialogue, call: Call, session: Session, now: dt.datetime) -> Answer:
        """Answer /feedback: the words behind it are taken at once, else they are asked for."""
        phrases, chat = dialogue.faq.phrases.desk, call.message.chat.id
        if not is_private(call.message):
            return fixed(call.message, phrases.only_alone.format(name=self._me.username))
        ticket = self._desk.ticket_of(chat)
        if ticket and ticket.stage in (Stage.OPEN, Stage.TAKEN):  # staff read along already
            return self._handoff.ask(dialogue, call, session, now)
        if bare(call.words):
            return self._taken(dialogue, call, ticket, session, now)
        if ticket is None and len(self._desk.tickets) >= TICKETS:
            return fixed(call.message, phrases.feedback_full)
        at = now.timestamp()
        fresh = Ticket(call.number, chat, Stage.ASKED, at, at, 0, FEEDBACK, session.district)
        if ticket and ticket.stage == Stage.ASKED:
            fresh = replace(fresh, number=ticket.number)
        elif (
            ticket
        ):  # staff were told of something: it stays as it is, and what is wanted now is said behind the command
            return fixed(call.message, phrases.feedback_behind)
        return fixed(call.message, phrases.feedback_asked, end_row(phrases, fresh), beside=(fresh,))

    def heard(self, dialogue: Dialogue, call: Call, session: Session, now: dt.datetime) -> Answer | None:
        """Take the words that were asked for; None: none were, or these are the bot's to answer."""
        phrases, ticket = dialogue.faq.phrases.desk, self._desk.ticket_of(call.message.chat.id)
        if ticket is None or call.command or not is_private(call.message):
            return None
        if (ticket.stage, ticket.topic) != (Stage.ASKED, FEEDBACK) or now.timestamp() > ticket.touched_at + UNSAID:
            return None
        if ends(call.words, phrases):
            return self._handoff.end(dialogue, call.message, ticket)
        if not call.message.text:
            return fixed(call.message, phrases.only_words, end_row(phrases, ticket))
        if not bare(call.words) or dialogue.urgent(call.words) or dialogue.questions.leads(call.words, session):
            return None
        return self._taken(dialogue, call, ticket, session, now)

    def _taken(
        self, dialogue: Dialogue, call: Call, ticket: Ticket | None, session: Session, now: dt.datetime
    ) -> Answer:
        """Keep the words of `call`, redacted, or pass them on; `ticket` is the resident's, None: there is none."""
        phrases, whole = dialogue.faq.phrases.desk, dialogue.questions.redact(call.words).strip()
        words, asked = whole[:REMARK], ticket if ticket and ticket.stage == Stage.ASKED else None
        kept = (
            self._passed(dialogue, call, ticket, words, session, now)
            if self._handoff.there
            else self._kept(call, words)
        )
        over: tuple[Beside, ...] = (Ended(asked.number),) if asked else ()
        if kept is None:
            return fixed(call.message, phrases.feedback_full, beside=over)
        thanks = phrases.feedback_passed if self._handoff.there else phrases.feedback_kept
        if len(whole) > REMARK:
            thanks = phrases.feedback_cut.format(value=REMARK)
        return fixed(call.message, thanks, beside=(*(() if self._handoff.there else over), *kept))

    def _kept(self, call: Call, words: str) -> tuple[Beside, ...] | None:
        """Return what keeps `words` for the admins; None: there were enough of this resident's today."""
        name = self._store.pseudonym(*call.resident)
        if not self._desk.opinions.heeds(name):
            return None
        return (Question(call.number, words, Why.FEEDBACK, dt.date.today().isoformat(), (), None, name),)

    def _passed(
        self, dialogue: Dialogue, call: Call, ticket: Ticket | None, words: str, session: Session, now: dt.datetime
    ) -> tuple[Beside, ...] | None:
        """Return what passes `words` to staff, who can reply; the bot goes on answering. None: there were enough."""
        chat, at, known = call.message.chat.id, now.timestamp(), ticket and ticket.stage == Stage.ALERT
        if len(self._desk.outbox) > OUTBOX or self._desk.opened_today(chat) >= PER_DAY:
            return None
        if ticket and ticket.said >= MESSAGES:
            return None
        number = ticket.number if ticket else call.number
        opened = Ticket(number, chat, Stage.ALERT, at, at, 1, FEEDBACK, session.district)
        told = self._handoff.to_staff(
            opened, f"{call.number}:m", dialogue.faq.phrases.desk.staff_feedback.format(value=words), at=at
        )
        return (Touched(number, at, said=1) if known else opened, *told)
