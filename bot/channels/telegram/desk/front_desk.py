"""The people behind the bot, as the dialogue's answers meet them: staff who take over, and what residents think."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from html import escape

from telegram import Message, Update
from telegram.constants import ChatType

from bot.channels.telegram.admin.admin import Admin, own_number
from bot.channels.telegram.answer import Answer, Post
from bot.channels.telegram.desk.contacts import sent
from bot.channels.telegram.desk.feedback import Feedback
from bot.channels.telegram.desk.handoff import Handoff
from bot.channels.telegram.desk.keys import DeskPress, Verb, button, keyboard
from bot.channels.telegram.desk.pausing import Pausing
from bot.channels.telegram.desk.remarks import Remarks
from bot.channels.telegram.desk.subscribing import Subscribing
from bot.channels.telegram.intake.addressing import Call, Me, is_private, joined, turned_away
from bot.channels.telegram.intake.incoming import Incoming
from bot.channels.telegram.showing.style import style_of
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.pages.remembered import Held
from bot.dialogue.reply import Action, Press, Reply
from bot.dialogue.session import Session
from bot.dialogue.steered import HUMAN
from bot.store.desk.records import Beside
from bot.store.store import Store


class FrontDesk:
    """Finds what is to be said beside the dialogue; nothing is sent here."""

    def __init__(self, store: Store, me: Me, handoff: Handoff | None) -> None:
        """Take the memory of residents and who the bot is; `handoff` None: nobody stands behind the bot."""
        self._store, self._me = store, me
        self.handoff = handoff or Handoff(store, me, None)
        """Hands questions over to staff."""
        self.remarks = Remarks(store, me, self.handoff)
        """Takes a word for the people behind the bot."""
        self.feedback = Feedback(store, share=me.inline)
        """Asks for opinions and keeps what was not answered."""
        self._pausing, self._subscribing = Pausing(store.desk.audience), Subscribing(store)
        self.admin: Admin | None = None
        """Answers admins; None: there are none, or another process leads."""

    def first(self, dialogue: Dialogue, call: Call, session: Session, now: dt.datetime) -> Answer | None:
        """Answer an admin at work, and what either side of a ticket writes; None: it is the bot's to answer."""
        own = self.admin.heard(dialogue, call) if self.admin else own_number(call)
        return own or self.of_ticket(dialogue, call, session, now)

    def shown(self, dialogue: Dialogue, incoming: Incoming, before: Session, answer: Answer) -> Answer:
        """Return `answer`, while the bot is paused a notice; with it is noted who may be written to."""
        admin = self.admin is not None and self.admin.knows(incoming)  # shown what is sent, and tries what is mended
        answer = answer if admin else self._pausing.instead(dialogue, incoming, before, answer)
        answer = self._subscribing.wanted(incoming, before, answer)
        noted = () if admin else self._subscribing.noted(incoming, before, answer)
        return replace(answer, beside=(*answer.beside, *noted)) if noted else answer

    def changed_rights(self, dialogue: Dialogue, update: Update) -> Answer:
        """Note whether the chat lets the bot write; greet a group that it was added to."""
        change, away = update.my_chat_member, turned_away(update)
        if change is None or change.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP) or not joined(update):
            return Answer(blocked=away)
        phrases, staff = dialogue.faq.phrases.desk, self.handoff.is_staff(change.chat.id)
        said = phrases.staff_greeting if staff else phrases.group_greeting.format(name=self._me.username)
        return Answer((Post(change.chat.id, escape(said, quote=False)),), blocked=away)

    def of_ticket(self, dialogue: Dialogue, call: Call, session: Session, now: dt.datetime) -> Answer | None:
        """Answer what either side of a ticket writes, or a word that was asked for; None: it is the bot's to answer."""
        return self.remarks.heard(dialogue, call, session, now) or self.handoff.of_ticket(dialogue, call, session, now)

    def heard(self, dialogue: Dialogue, call: Call, before: Session, reply: Reply, answer: Answer) -> Answer:
        """Return `answer` to the words of `call` with the buttons to staff, of votes and of notices."""
        if answer.posts and self.handoff.there and [guess.intent.id for guess in reply.answered] == [HUMAN]:
            reply, answer = replace(reply, answered=()), _offering(dialogue, answer, answer.session or before)
        return self.feedback.heard(dialogue, call, before, reply, answer)

    def forgotten(self, dialogue: Dialogue, call: Call, *, private: bool) -> tuple[Beside, ...]:
        """Return what is to be written when a resident wants to be forgotten."""
        ticket = self.handoff.forgotten(dialogue, call.message.chat.id) if private else ()
        return (*ticket, self.feedback.forgotten(call.resident))

    def held(self, call: Call) -> Held | None:
        """Return what is stored of the chat of who calls, beside the session; None: it is a group."""
        if not is_private(call.message):
            return None
        chat, desk = call.message.chat.id, self._store.desk
        ticket, opinions = desk.ticket_of(chat), desk.opinions
        asked = opinions.asked(self._store.pseudonym(*call.resident))
        return Held(
            ticket=ticket.said if ticket else None,
            waiting=sum(post.chat == chat for post in desk.outbox.values()),
            notices=tuple(opinions.questions[n].text for n in opinions.awaited(chat) if n in opinions.questions),
            set_aside=self._store.set_aside(self._store.pseudonym(chat)),
            asked=len(asked.answered) + bool(asked.unclear),
            votes=opinions.votes_of(chat),
            subscribed=(desk.audience.district(chat) or "") if chat in desk.audience else None,
        )

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
            case Verb.CONTACT:
                return sent(dialogue.faq, message, press.target)
            case Verb.VOTE | Verb.REASON | Verb.NOTICE:
                return self.feedback.own(dialogue, message, press, number, resident)
            case Verb.ADMIN | Verb.BROADCAST if self.admin:
                return self.admin.pressed(dialogue, message, press, number, resident)
        return None


def _offering(dialogue: Dialogue, answer: Answer, session: Session) -> Answer:
    """Return `answer` as an offer to pass the question on to staff, in place of how else a person is reached."""
    phrases, post = dialogue.faq.phrases, answer.posts[-1]
    menu = {"text": phrases.button_menu, "callback_data": Press(Action.MENU).data()}
    buttons = keyboard([button(phrases.desk.button_person, Verb.PERSON), menu])
    text = escape(style_of(phrases, session, None).written(phrases.desk.offer), quote=False)
    return replace(answer, posts=(replace(post, text=text, buttons=buttons),), edit=None)
