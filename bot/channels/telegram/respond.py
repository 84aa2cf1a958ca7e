"""Find the answer to an update: nothing is sent or written here, and nothing is waited for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update, User

from bot.channels.telegram.answer import Answer, Edit, Post, Resident
from bot.channels.telegram.intake.addressing import Call, Me, addressee, is_private, turned_away
from bot.channels.telegram.intake.incoming import Incoming
from bot.channels.telegram.rendering import buttons, messages
from bot.channels.telegram.wordless import said_to
from bot.delivery.live import Live
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Press, Reply
from bot.dialogue.session import Session
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

    def __init__(self, live: Live, store: Store, me: Me) -> None:
        """Take the dialogue, which may be swapped at any time, the memory of residents, and who the bot is."""
        self._live = live
        self._store = store
        self._me = me

    def respond(self, incoming: Incoming, words: str | None = None) -> Answer:
        """Return the answer to an update; an empty one to what asks for none. `words` stand for its own if given."""
        update, call = incoming.update, incoming.call
        if update.callback_query:
            return self._press(update.callback_query, incoming)
        if update.my_chat_member:
            return Answer(blocked=turned_away(update))
        if call is None:
            return Answer()
        return self._call(call if words is None else replace(call, words=words))

    def apology(self, update: Update) -> Answer:
        """Return what a resident is told when the bot gives up."""
        message = update.effective_message
        dialogue = self._live.dialogue
        return _to(message, dialogue.say(dialogue.faq.phrases.sorry)) if message else Answer()

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
        reply, session = dialogue.hear(call.words, self._session(call.resident), _now())
        return _to(call.message, reply, decision=reply.decision, resident=call.resident, session=session)

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
        reply, session = dialogue.press(Press(Action.ANSWER, intent_id), self._session(call.resident), _now())
        return _to(call.message, reply, resident=call.resident, session=session)

    def _ask(self, dialogue: Dialogue, call: Call) -> Answer:
        """Answer the question behind the command, or say where to put it."""
        return (self._hear if bare(call.words) else self._hint)(dialogue, call)

    def _forget(self, dialogue: Dialogue, call: Call) -> Answer:
        """Forget the resident in this chat, and what could not be answered in it."""
        return _to(call.message, dialogue.say(dialogue.faq.phrases.forgotten), resident=call.resident, forget=True)

    commands: ClassVar[dict[str, Command]] = {
        "start": Command(lambda phrases: phrases.command_start, _start),
        "menu": Command(lambda phrases: phrases.command_menu, _menu),
        "district": Command(lambda phrases: phrases.command_district, _district),
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
        dialogue, press = self._live.dialogue, Press.read(query.data or "")
        resident, session = (incoming.chat if query.message else 0, incoming.user), None
        if press is None:
            reply = dialogue.say(dialogue.faq.phrases.old_button)
        else:
            reply, session = dialogue.press(press, self._session(resident), _now())
        message = query.message
        if message is None:
            return Answer(resident=resident, session=session)
        if not isinstance(message, Message):  # too old to be quoted or changed
            named = None if is_private(message) else query.from_user
            return _to(message, reply, named, resident=resident, session=session)
        turns = press is not None and _turns_page(press)
        return _to_press(message, query.from_user, reply, turns_page=turns, resident=resident, session=session)

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
