"""The people behind the bot, as the dialogue's answers meet them: staff who take over, and what residents think."""

from __future__ import annotations

import datetime as dt
from html import escape

from telegram import Message, Update
from telegram.constants import ChatType

from bot.channels.telegram.admin.admin import Admin
from bot.channels.telegram.answer import Answer, Post
from bot.channels.telegram.desk.feedback import Feedback
from bot.channels.telegram.desk.handoff import Handoff
from bot.channels.telegram.desk.keys import DeskPress, Verb
from bot.channels.telegram.intake.addressing import Call, Me, joined, turned_away
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Reply
from bot.dialogue.session import Session
from bot.store.desk.records import Beside
from bot.store.store import Store


class FrontDesk:
    """Finds what is to be said beside the dialogue; nothing is sent here."""

    def __init__(self, store: Store, me: Me, handoff: Handoff | None) -> None:
        """Take the memory of residents and who the bot is; `handoff` None: nobody stands behind the bot."""
        self._me = me
        self.handoff = handoff or Handoff(store, me, None)
        """Hands questions over to staff."""
        self.feedback = Feedback(store, share=me.inline)
        """Asks for opinions and keeps what was not answered."""
        self.admin: Admin | None = None
        """Answers admins; None: there are none."""

    def first(self, dialogue: Dialogue, call: Call, session: Session, now: dt.datetime) -> Answer | None:
        """Answer an admin at work, and what either side of a ticket writes; None: it is the bot's to answer."""
        own = self.admin.heard(dialogue, call) if self.admin else None
        return own or self.handoff.of_ticket(dialogue, call, session, now)

    def changed_rights(self, dialogue: Dialogue, update: Update) -> Answer:
        """Note whether the chat lets the bot write; greet a group that it was added to."""
        change, away = update.my_chat_member, turned_away(update)
        if change is None or change.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP) or not joined(update):
            return Answer(blocked=away)
        phrases, staff = dialogue.faq.phrases.desk, self.handoff.is_staff(change.chat.id)
        said = phrases.staff_greeting if staff else phrases.group_greeting.format(name=self._me.username)
        return Answer((Post(change.chat.id, escape(said, quote=False)),), blocked=away)

    def heard(self, dialogue: Dialogue, call: Call, before: Session, reply: Reply, answer: Answer) -> Answer:
        """Return `answer` to the words of `call` with the buttons to staff, of votes and of notices."""
        return self.feedback.heard(dialogue, call, before, reply, self.handoff.offered(dialogue, reply, answer))

    def forgotten(self, dialogue: Dialogue, call: Call, *, private: bool) -> tuple[Beside, ...]:
        """Return what is to be written when a resident wants to be forgotten."""
        ticket = self.handoff.forgotten(dialogue, call.message.chat.id) if private else ()
        return (*ticket, self.feedback.forgotten(call.resident))

    def pressed(
        self,
        dialogue: Dialogue,
        message: Message,
        press: DeskPress,
        number: int,
        resident: tuple[int, int],
        session: Session,
        now: dt.datetime,
    ) -> Answer | None:
        """Answer a press on a button of the desk below `message`; None: what it stood for is over.

        `number` is the update's, `resident` who pressed, in which chat.
        """
        match press.verb:
            case Verb.PERSON if self.handoff.there:
                return self.handoff.ask(dialogue, Call(message, "", number=number), session, now)
            case Verb.END:
                return self.handoff.pressed_end(dialogue, message, press.target)
            case Verb.VOTE | Verb.REASON | Verb.NOTICE:
                return self.feedback.own(dialogue, message, press, number, resident)
            case Verb.ADMIN if self.admin:
                return self.admin.pressed(dialogue, message, press.target, number, resident)
        return None
