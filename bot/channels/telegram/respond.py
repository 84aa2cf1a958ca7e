"""Find the answer to an update: nothing is sent or written here, and nothing is waited for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any, ClassVar, NamedTuple

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update, User
from telegram.constants import ChatType

from bot.channels.telegram.answer import Answer, Edit, Post, Resident
from bot.channels.telegram.desk.feedback import Feedback
from bot.channels.telegram.desk.handoff import Handoff
from bot.channels.telegram.desk.keys import DeskPress, Verb
from bot.channels.telegram.desk.keys import read as desk_press
from bot.channels.telegram.intake.addressing import Call, Me, addressee, is_private, joined, turned_away
from bot.channels.telegram.intake.incoming import Incoming
from bot.channels.telegram.rendering import buttons, messages
from bot.channels.telegram.wordless import said_to
from bot.delivery.live import Live
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Decision, Part, Press, Reply
from bot.dialogue.session import Session
from bot.dialogue.steered import HUMAN
from bot.store.store import Store
from faq.knowledge.phrases import Phrases
from faq.knowledge.text import bare


class Command(NamedTuple):
    """A command of the bot."""

    line: Callable[[Phrases], str]
    """What it does, in Telegram's menu."""
    act: Callable[[Responder, Dialogue, Call], Answer]
    """Finds the answer to it."""


class Responder:
    """Answers with the dialogue in use."""

    def __init__(self, live: Live, store: Store, me: Me, handoff: Handoff | None = None) -> None:
        """Take the dialogue, which may be swapped at any time, the memory of residents, and who the bot is.

        `handoff` hands questions over to staff; None: nobody stands behind the bot.
        """
        self._live = live
        self._store = store
        self._me = me
        self._handoff = handoff or Handoff(store, me, None)
        self.feedback = Feedback(store, share=me.inline)
        """Asks for opinions and keeps what was not answered."""

    def respond(self, incoming: Incoming, words: str | None = None) -> Answer:
        """Return the answer to an update; an empty one to what asks for none. `words` stand for its own if given."""
        update, call = incoming.update, incoming.call
        if update.callback_query:
            return self._press(update.callback_query, incoming)
        if update.my_chat_member:
            return self._changed_rights(update)
        if call is None:
            return Answer()
        call = call if words is None else replace(call, words=words)
        of_ticket = self._handoff.of_ticket(self._live.dialogue, call, self._session(call.resident), _now())
        return of_ticket or self._call(call)

    def apology(self, update: Update) -> Answer:
        """Return what a resident is told when the bot gives up."""
        message = update.effective_message
        dialogue = self._live.dialogue
        return _to(message, dialogue.say(dialogue.faq.phrases.sorry)) if message else Answer()

    def _changed_rights(self, update: Update) -> Answer:
        """Note whether the chat lets the bot write; greet a group that it was added to."""
        change, away = update.my_chat_member, turned_away(update)
        if change is None or change.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP) or not joined(update):
            return Answer(blocked=away)
        phrases = self._live.dialogue.faq.phrases.desk
        staff = self._handoff.is_staff(change.chat.id)
        said = phrases.staff_greeting if staff else phrases.group_greeting.format(name=self._me.username)
        return Answer((Post(change.chat.id, escape(said, quote=False)),), blocked=away)

    def _call(self, call: Call) -> Answer:
        """Answer a message; in a group only one that is meant for the bot."""
        dialogue = self._live.dialogue
        message, phrases = call.message, dialogue.faq.phrases
        command = self.commands.get(call.command)
        if command and not (call.words and dialogue.urgent(call.words)):
            return command.act(self, dialogue, call)
        if call.command and not (command or call.named):
            return Answer()  # it may be another bot's
        if bare(call.words) or (message.text and not call.command and is_private(message)):
            return self._hear(dialogue, call)
        if call.command:
            return _to(message, dialogue.say(phrases.unknown_command))
        if message.text:
            return self._hint(dialogue, call)
        return _to(message, dialogue.say(said_to(message, phrases)))

    def _hear(self, dialogue: Dialogue, call: Call) -> Answer:
        before, now = self._session(call.resident), _now()
        if self._handoff.there and dialogue.questions.wants_person(call.words):
            return self._handoff.ask(dialogue, replace(call, words=""), before, now)
        reply, session = dialogue.hear(call.words, before, now)
        alarms = self._handoff.alarm(dialogue, call, before, now) if reply.decision == Decision.EMERGENCY else ()
        if alarms:
            reply = replace(reply, parts=(*reply.parts, Part(dialogue.faq.phrases.desk.alerted)))
        found: dict[str, Any] = {
            "decision": reply.decision,
            "resident": call.resident,
            "session": session,
            "alarms": alarms,
        }
        answer = self._handoff.offered(dialogue, reply, _to(call.message, reply, **found))
        return self.feedback.heard(dialogue, call, before, reply, answer)

    def _human(self, dialogue: Dialogue, call: Call) -> Answer:
        """Hand over to staff, or say who can be turned to."""
        session = self._session(call.resident)
        if self._handoff.there:
            return self._handoff.ask(dialogue, call, session, _now())
        if HUMAN not in dialogue.faq.intents:
            return _to(call.message, dialogue.say(dialogue.faq.phrases.human))
        reply, session = dialogue.press(Press(Action.ANSWER, HUMAN), session, _now())
        return _to(call.message, reply, resident=call.resident, session=session)

    def _menu(self, dialogue: Dialogue, call: Call) -> Answer:
        return _to(call.message, dialogue.menu())

    def _district(self, dialogue: Dialogue, call: Call) -> Answer:
        return _to(call.message, dialogue.districts())

    def _help(self, dialogue: Dialogue, call: Call) -> Answer:
        return _to(call.message, dialogue.say(dialogue.faq.phrases.help))

    def _privacy(self, dialogue: Dialogue, call: Call) -> Answer:
        return _to(call.message, dialogue.say(dialogue.faq.phrases.privacy))

    def _start(self, dialogue: Dialogue, call: Call) -> Answer:
        """Welcome; a link `?start=dibao-apply` answers that intent at once."""
        intent_id = call.words.partition(" ")[0].replace("-", ".")
        if intent_id not in dialogue.faq.intents:
            return _to(call.message, dialogue.say(dialogue.faq.phrases.welcome))
        press = Press(Action.ANSWER, intent_id)
        reply, session = dialogue.press(press, self._session(call.resident), _now())
        answer = _to(call.message, reply, resident=call.resident, session=session)
        return self.feedback.pressed(dialogue, press, call.number, call.resident, reply, answer)

    def _ask(self, dialogue: Dialogue, call: Call) -> Answer:
        """Answer the question behind the command, or say where to put it."""
        return (self._hear if bare(call.words) else self._hint)(dialogue, call)

    def _forget(self, dialogue: Dialogue, call: Call) -> Answer:
        """Forget the resident in this chat, and what could not be answered in it."""
        said = dialogue.say(dialogue.faq.phrases.forgotten)
        beside = self._handoff.forgotten(dialogue, call.message.chat.id) if is_private(call.message) else ()
        beside = (*beside, self.feedback.forgotten(call.resident))
        return _to(call.message, said, resident=call.resident, forget=True, beside=beside)

    commands: ClassVar[dict[str, Command]] = {
        "start": Command(lambda phrases: phrases.command_start, _start),
        "menu": Command(lambda phrases: phrases.command_menu, _menu),
        "district": Command(lambda phrases: phrases.command_district, _district),
        "human": Command(lambda phrases: phrases.desk.command_human, _human),
        "help": Command(lambda phrases: phrases.command_help, _help),
        "ask": Command(lambda phrases: phrases.command_ask, _ask),
        "privacy": Command(lambda phrases: phrases.command_privacy, _privacy),
        "forget": Command(lambda phrases: phrases.command_forget, _forget),
    }
    """By name, in the order of the menu."""

    def _hint(self, dialogue: Dialogue, call: Call) -> Answer:
        """Say how to ask."""
        phrases = dialogue.faq.phrases
        in_group = phrases.ask_in_group.format(name=self._me.username)
        return _to(call.message, dialogue.say(phrases.ask_alone if is_private(call.message) else in_group))

    def _press(self, query: CallbackQuery, incoming: Incoming) -> Answer:
        """Answer a press on a button, below its message or where it stood."""
        if own := desk_press(query.data or ""):
            return self._desk_press(query, own, incoming)
        dialogue, press = self._live.dialogue, Press.read(query.data or "")
        resident, session = (incoming.chat if query.message else 0, incoming.user), None
        if press is None:
            reply = dialogue.say(dialogue.faq.phrases.old_button)
        else:
            reply, session = dialogue.press(press, self._session(resident), _now())
        message = query.message
        if message is None:
            return Answer(resident=resident, session=session)
        if isinstance(message, Message):
            turns = press is not None and _turns_page(press)
            answer = _to_press(message, query.from_user, reply, turns_page=turns, resident=resident, session=session)
        else:  # too old to be quoted or changed
            named = None if is_private(message) else query.from_user
            answer = _to(message, reply, named, resident=resident, session=session)
        if press is None:
            return answer
        return self.feedback.pressed(dialogue, press, incoming.number, resident, reply, answer)

    def _desk_press(self, query: CallbackQuery, press: DeskPress, incoming: Incoming) -> Answer:
        """Answer a press on a button of the desk."""
        dialogue, message, found = self._live.dialogue, query.message, None
        if not isinstance(message, Message):
            return Answer(notice=dialogue.faq.phrases.desk.vote_late)
        match press.verb:
            case Verb.PERSON if self._handoff.there:
                call = Call(message, "", number=incoming.number)
                found = self._handoff.ask(dialogue, call, self._session((incoming.chat, incoming.user)), _now())
            case Verb.PERSON:
                found = _to(message, dialogue.say(dialogue.faq.phrases.human))
            case Verb.END:
                found = self._handoff.pressed_end(dialogue, message, press.target)
            case Verb.VOTE | Verb.REASON | Verb.NOTICE:
                found = self.feedback.own(dialogue, message, press, incoming.number, (incoming.chat, incoming.user))
        return found or _to(message, dialogue.say(dialogue.faq.phrases.old_button))

    def _session(self, resident: Resident) -> Session:
        return self._store.session(self._store.pseudonym(*resident))


def _now() -> dt.datetime:
    return dt.datetime.now()


def _turns_page(press: Press) -> bool:
    """Tell whether a press leafs through the menu, which is shown in place of the message pressed."""
    return press.action == Action.TOPIC or (press.action == Action.MENU and bool(press.target))


def _to(place: MaybeInaccessibleMessage, reply: Reply, named: User | None = None, **found: Any) -> Answer:
    """Return `reply` as posts where `place` stands, naming a user; in a group they quote it, in a topic they are there.

    `found` are further fields of the answer.
    """
    said = place if isinstance(place, Message) else None
    quotes = said.message_id if said and not is_private(said) else None
    thread = said.message_thread_id if said and said.is_topic_message else None
    *before, last = messages(reply, named)
    posts = [Post(place.chat.id, text, None, quotes, thread) for text in before]
    return Answer((*posts, Post(place.chat.id, last, buttons(reply), quotes, thread)), **found)


def _to_press(message: Message, presser: User, reply: Reply, *, turns_page: bool, **found: Any) -> Answer:
    """Answer a press on a button of `message`; in a group who pressed must see that the answer is for him."""
    if is_private(message):
        return _changed(message, reply, **found) if turns_page else _to(message, reply, **found)
    for_whom, named = addressee(message)
    own = for_whom == presser.id
    if own and turns_page:
        return _changed(message, reply, presser if named else None, **found)
    if own and not named and message.reply_to_message:
        return _to(message.reply_to_message, reply, **found)
    return _to(message, reply, presser, **found)


def _changed(message: Message, reply: Reply, named: User | None = None, **found: Any) -> Answer:
    """Return `reply` in place of `message`, if it is short enough for one."""
    answer = _to(message, reply, named, **found)
    if len(answer.posts) > 1:
        return answer
    (post,) = answer.posts
    return replace(answer, edit=Edit(message.chat_id, message.message_id, post.text, post.buttons))
