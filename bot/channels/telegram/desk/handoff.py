"""Hand a resident's question over to staff, and their replies back; answers are found, nothing is sent here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from html import escape

from cachetools import TTLCache
from telegram import Message

from bot.channels.telegram.answer import Answer
from bot.channels.telegram.desk import staff as group
from bot.channels.telegram.desk.keys import keyboard
from bot.channels.telegram.desk.staff import Staff
from bot.channels.telegram.desk.words import end_row, ends, fixed
from bot.channels.telegram.intake.addressing import Call, Me, is_private
from bot.channels.telegram.showing.style import Style, style_of
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.session import Session
from bot.store.desk.records import FEEDBACK, Beside, Ended, Erased, Outgoing, Stage, Ticket, Touched
from bot.store.store import Store
from faq.knowledge.text import bare
from faq.knowledge.wording.desk import DeskPhrases

TICKETS = 500
"""Most tickets at once; danger is told of up to twice as many."""

MESSAGES = 30
"""Most messages of a resident that are passed on for one ticket."""

PER_DAY = 5
"""Most tickets that a resident opens in a day: nobody is to fill the group, which takes 20 messages a minute."""

LONGEST = 800
"""Most characters of a message that is passed on."""

LONGEST_REPLY = 3_500
"""Most characters of a staff member's reply."""

OUTBOX = 2_000
"""Messages in the outbox above which only danger is passed on."""

SILENCE = 24 * 3600.0
"""Seconds of silence after which a ticket ends."""

UNSAID = 1_800.0
"""Seconds after which who wanted a person and wrote nothing is taken to want none."""

_ALARMS = 600.0
"""Seconds in which one resident's danger in a group is told of once."""

_RESIDENTS = 10_000
"""Most residents of groups of whom that is remembered."""


class Handoff:
    """Finds what is to be said and passed on where staff stand behind the bot."""

    def __init__(self, store: Store, me: Me, staff: Staff | None) -> None:
        """Take the memory, who the bot is, and the staff's group; None: there is none."""
        self._store, self._desk, self._me, self._staff = store, store.desk, me, staff
        self._alarmed: TTLCache[tuple[int, int], int] = TTLCache(_RESIDENTS, _ALARMS)
        self.moved: set[int] = set()
        """Numbers that the staff's group has got since the bot was started: it has become a supergroup."""

    @property
    def staff_chat(self) -> int | None:
        """Telegram's number of the staff's group; None: there is none."""
        return self._staff.chat if self._staff else None

    @property
    def there(self) -> bool:
        """Whether there is a staff's group that lets the bot write."""
        return self._staff is not None and not self._store.blocked(self._store.pseudonym(self._staff.chat))

    def is_staff(self, chat: int) -> bool:
        """Tell whether `chat` is the staff's group."""
        return self._staff is not None and (chat == self._staff.chat or chat in self.moved)

    def ask(self, dialogue: Dialogue, call: Call, session: Session, now: dt.datetime) -> Answer:
        """Answer who wants a person: with words the ticket is open at once, else they are asked for."""
        chat, phrases = call.message.chat.id, dialogue.faq.phrases.desk
        if not is_private(call.message):
            return fixed(call.message, phrases.only_alone.format(name=self._me.username))
        ticket = self._desk.ticket_of(chat)
        if ticket is None and (refusal := self._refusal(chat, phrases)):
            return fixed(call.message, refusal)
        fresh = Ticket(
            call.number, chat, Stage.ASKED, now.timestamp(), now.timestamp(), 0, session.intent, session.district
        )
        if ticket:  # one for which nothing was said yet may have been for another purpose
            fresh = replace(fresh, number=ticket.number) if ticket.stage == Stage.ASKED else ticket
        if call.words and bare(call.words):
            return self._passed(dialogue, call, fresh, now)
        if fresh.stage == Stage.ALERT:  # staff know of it, and what follows is for them
            fresh = replace(fresh, stage=Stage.OPEN)
        said = phrases.asked
        if fresh.stage != Stage.ASKED:
            wait, hours = group.patience(dialogue.faq, self._desk, self._staff or Staff(0), fresh, now)
            said = phrases.already.format(name=wait, value=hours)
        kept: Beside = (
            Touched(ticket.number, now.timestamp(), stage=fresh.stage if fresh.stage == Stage.OPEN else None)
            if ticket and ticket.stage != Stage.ASKED
            else fresh
        )
        return fixed(call.message, said, end_row(phrases, fresh), beside=(kept,))

    def of_ticket(self, dialogue: Dialogue, call: Call, session: Session, now: dt.datetime) -> Answer | None:
        """Answer what either side of a ticket writes; None: it is the bot's to answer."""
        if self.is_staff(call.message.chat.id):
            return self._from_staff(dialogue, call, now)
        return None if call.command else self._heard(dialogue, call, session, now)

    def _heard(self, dialogue: Dialogue, call: Call, session: Session, now: dt.datetime) -> Answer | None:
        """Answer a message of a resident with a ticket; None: it is the bot's to answer."""
        phrases = dialogue.faq.phrases.desk
        ticket = self._desk.ticket_of(call.message.chat.id) if is_private(call.message) else None
        if ticket is None or (ticket.stage == Stage.ASKED and now.timestamp() > ticket.touched_at + UNSAID):
            return None
        if ends(call.words, phrases):
            return self.end(dialogue, call.message, ticket)
        if ticket.stage == Stage.ALERT or not self.there:
            return None
        if not call.message.text:
            return fixed(call.message, phrases.only_words, end_row(phrases, ticket))
        if dialogue.urgent(call.words) or dialogue.questions.leads(call.words, session):
            return None
        return self._passed(dialogue, call, ticket, now)

    def end(self, dialogue: Dialogue, message: Message, ticket: Ticket) -> Answer:
        """End a ticket because the resident wants it; staff are told if they know of it."""
        phrases = dialogue.faq.phrases.desk
        told = (
            ()
            if ticket.stage == Stage.ASKED
            else self.to_staff(ticket, f"{ticket.number}:e", phrases.staff_ended_by_resident)
        )
        remark = (ticket.stage, ticket.topic) == (Stage.ASKED, FEEDBACK)
        ended = phrases.feedback_dropped if remark else phrases.ended
        return fixed(message, ended, beside=(Ended(ticket.number), *told))

    def pressed_end(self, dialogue: Dialogue, message: Message, target: str) -> Answer | None:
        """End the ticket `target` by its button, pressed by the resident or in the staff's group; None: it is over."""
        ticket = self._desk.tickets.get(int(target) if target.isascii() and target.isdigit() else 0)
        if ticket is None:
            return None
        if self.is_staff(message.chat.id):
            return self._ended_by_staff(dialogue, message, ticket)
        return self.end(dialogue, message, ticket) if ticket.chat == message.chat.id else None

    def forgotten(self, dialogue: Dialogue, chat: int) -> tuple[Beside, ...]:
        """Return what is to be written when a resident wants to be forgotten."""
        ticket = self._desk.ticket_of(chat)
        known = ticket is not None and ticket.stage != Stage.ASKED
        said = dialogue.faq.phrases.desk.staff_forgotten
        return (Erased(chat), *(self.to_staff(ticket, f"{ticket.number}:f", said) if ticket and known else ()))

    def alarm(self, dialogue: Dialogue, call: Call, session: Session, now: dt.datetime) -> tuple[Beside, ...]:
        """Return what tells staff at once of a message about danger; nothing where they cannot be told."""
        if self._staff is None or not dialogue.urgent(call.words):
            return ()
        chat, phrases = call.message.chat.id, dialogue.faq.phrases.desk
        words = dialogue.questions.redact(call.words)[:LONGEST]
        if not is_private(call.message):
            told_of = self._alarmed.setdefault(call.resident, call.number)
            if told_of != call.number or len(self._desk.outbox) > 2 * OUTBOX:
                return ()
            text = escape(phrases.staff_alert_group.format(value=words), quote=False)
            return (Outgoing(f"{call.number}:a", self._staff.chat, text, None, now.timestamp(), urgent=True),)
        ticket = self._desk.ticket_of(chat)
        if ticket is None and len(self._desk.tickets) >= 2 * TICKETS:
            return ()
        if ticket is not None and ticket.said >= MESSAGES:
            return ()
        known = ticket if ticket and ticket.stage != Stage.ASKED else None
        topic, district = (known.topic, known.district) if known else (session.intent, session.district)
        said = phrases.staff_alert.format(name=group.about(dialogue.faq, topic, district), value=words)
        kept: Beside
        if ticket is None or ticket.stage == Stage.ASKED:
            number = ticket.number if ticket else call.number
            ticket = Ticket(number, chat, Stage.ALERT, now.timestamp(), now.timestamp(), 1, topic, district)
            kept = ticket
        else:
            kept = Touched(ticket.number, now.timestamp(), said=1)
        return (kept, *self.to_staff(ticket, f"{call.number}:a", said, urgent=True, at=now.timestamp()))

    def _from_staff(self, dialogue: Dialogue, call: Call, now: dt.datetime) -> Answer | None:
        """Answer what was written in the staff's group: a reply to a ticket goes to the resident; None: it is none."""
        number, phrases = group.ticket_number(call.message, self._me), dialogue.faq.phrases.desk
        if number is None:
            return None
        ticket = self._desk.tickets.get(number)
        if ticket is None:
            return fixed(call.message, phrases.staff_closed)
        words = (call.message.text or "").strip()[:LONGEST_REPLY]
        if not words:
            return fixed(call.message, phrases.staff_only_words)
        if ends(words, phrases):
            return self._ended_by_staff(dialogue, call.message, ticket)
        said = escape(self._style(dialogue, ticket).written(phrases.answer).format(value=words), quote=False)
        row = self._style(dialogue, ticket).labels(keyboard(end_row(phrases, ticket)))
        post = Outgoing(f"{call.number}:r", ticket.chat, said, row, now.timestamp(), ticket=number)
        return Answer(beside=(Touched(number, now.timestamp(), stage=Stage.TAKEN), post))

    def undelivered(self, dialogue: Dialogue, post: Outgoing) -> tuple[Beside, ...]:
        """Return what tells staff that the resident's chat does not take their reply; nothing if `post` is none."""
        ticket = self._desk.tickets.get(post.ticket or 0)
        if ticket is None or post.chat != ticket.chat:
            return ()
        return self.to_staff(ticket, f"{post.key}:u", dialogue.faq.phrases.desk.staff_undelivered)

    def silent(self, dialogue: Dialogue, now: float) -> tuple[Beside, ...]:
        """Return what ends the tickets in which nobody has written for a day, or said what for."""
        return tuple(change for ticket in self._desk.tickets.values() for change in self._silent(dialogue, ticket, now))

    def _silent(self, dialogue: Dialogue, ticket: Ticket, now: float) -> Iterator[Beside]:
        phrases, asked = dialogue.faq.phrases.desk, ticket.stage == Stage.ASKED
        if now < ticket.touched_at + (UNSAID if asked else SILENCE):
            return
        yield Ended(ticket.number)
        if asked:
            return
        yield from self.to_staff(ticket, f"{ticket.number}:s", phrases.staff_ended_silent, at=now)
        if ticket.stage != Stage.ALERT:
            said = phrases.ended_silent if ticket.stage == Stage.TAKEN else phrases.ended_unanswered
            yield self._last_word(dialogue, ticket, said, now)

    def _passed(self, dialogue: Dialogue, call: Call, ticket: Ticket, now: dt.datetime) -> Answer:
        """Pass a message on to staff; `ticket` may be new."""
        phrases, at = dialogue.faq.phrases.desk, now.timestamp()
        if ticket.said >= MESSAGES or len(self._desk.outbox) > OUTBOX:
            said = phrases.full if ticket.said >= MESSAGES else phrases.crowded
            return fixed(call.message, said, end_row(phrases, ticket))
        words = dialogue.questions.redact(call.words)[:LONGEST]
        if ticket.stage != Stage.ASKED:
            told = self.to_staff(ticket, f"{call.number}:m", phrases.staff_more.format(value=words), at=at)
            stage = Stage.OPEN if ticket.stage == Stage.ALERT else None
            beside: tuple[Beside, ...] = (Touched(ticket.number, at, said=1, stage=stage), *told)
            if ticket.stage == Stage.TAKEN:  # they talk: each word need not be acknowledged
                return Answer(beside=beside)
            return fixed(call.message, phrases.passed_more, end_row(phrases, ticket), beside=beside)
        kept = replace(ticket, stage=Stage.OPEN, opened_at=at, touched_at=at, said=ticket.said + 1)
        name = group.about(dialogue.faq, ticket.topic, ticket.district)
        text = phrases.staff_ticket.format(name=name, value=words)
        wait, hours = group.patience(dialogue.faq, self._desk, self._staff or Staff(0), kept, now)
        said = phrases.passed.format(name=wait, value=hours)
        told = self.to_staff(kept, f"{call.number}:m", text, at=at)
        return fixed(call.message, said, end_row(phrases, kept), beside=(kept, *told))

    def _refusal(self, chat: int, phrases: DeskPhrases) -> str | None:
        """Return why a resident cannot open a ticket; None: one can."""
        if len(self._desk.tickets) >= TICKETS or len(self._desk.outbox) > OUTBOX:
            return phrases.crowded
        return phrases.too_often if self._desk.opened_today(chat) >= PER_DAY else None

    def _ended_by_staff(self, dialogue: Dialogue, message: Message, ticket: Ticket) -> Answer:
        phrases = dialogue.faq.phrases.desk
        told = self._last_word(dialogue, ticket, phrases.ended_by_staff, _now())
        return fixed(message, phrases.staff_ended, beside=(Ended(ticket.number), told))

    def _last_word(self, dialogue: Dialogue, ticket: Ticket, said: str, at: float) -> Outgoing:
        """Return what tells the resident that the ticket is over."""
        text = escape(self._style(dialogue, ticket).written(said), quote=False)
        return Outgoing(f"{ticket.number}:q", ticket.chat, text, None, at, brief=True)

    def _style(self, dialogue: Dialogue, ticket: Ticket) -> Style:
        """Return how the resident of a ticket reads."""
        session = self._store.session(self._store.pseudonym(ticket.chat, ticket.chat))
        return style_of(dialogue.faq.phrases, session, None)

    def to_staff(
        self, ticket: Ticket, key: str, text: str, *, at: float | None = None, urgent: bool = False
    ) -> tuple[Outgoing, ...]:
        """Return what tells staff `text` of a ticket; nothing where there are none."""
        if self._staff is None:
            return ()
        html = group.headed(ticket.number, text)
        return (Outgoing(key, self._staff.chat, html, None, _now() if at is None else at, urgent, ticket.number),)


def _now() -> float:
    return dt.datetime.now().timestamp()
