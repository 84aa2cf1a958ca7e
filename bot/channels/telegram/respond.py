"""Find the answer to an update: nothing is sent or written here, and nothing is waited for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

from telegram import CallbackQuery, Message, Update

from bot.channels.telegram.answer import Answer
from bot.channels.telegram.commands.links import OPENING, linked
from bot.channels.telegram.desk.front_desk import FrontDesk
from bot.channels.telegram.desk.handoff import Handoff
from bot.channels.telegram.desk.keys import DeskPress
from bot.channels.telegram.desk.keys import read as desk_press
from bot.channels.telegram.intake.addressing import Call, Me, is_private
from bot.channels.telegram.intake.edits import Edits, Heard, digest
from bot.channels.telegram.intake.incoming import Incoming
from bot.channels.telegram.showing.keyboards import NO_KEYS
from bot.channels.telegram.showing.posts import after, in_place, instead, labelled, spelled, to, to_press, with_keys
from bot.channels.telegram.showing.voice import Voice
from bot.channels.telegram.wordless import said_to
from bot.delivery.live import Live
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Decision, Part, Press, Reply
from bot.dialogue.session import Session, Turn
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
    in_groups: bool = False
    """Whether it stands in the menu of groups too."""


class Responder:
    """Answers with the dialogue in use."""

    def __init__(self, live: Live, store: Store, me: Me, handoff: Handoff | None = None) -> None:
        """Take the dialogue, which may be swapped at any time, the memory of residents, and who the bot is.

        `handoff` hands questions over to staff; None: nobody stands behind the bot.
        """
        self._live = live
        self._me = me
        voice = Voice(live, store)
        self._say, self._session, self._style, self._keys = voice.say, voice.session, voice.style, voice.keys
        self.desk = FrontDesk(store, me, handoff)
        """Staff, votes and what was not answered."""
        self.edits = Edits()
        """What was answered last, for messages that are edited."""

    def respond(self, incoming: Incoming, words: str | None = None) -> Answer:
        """Return the answer to an update; an empty one to what asks for none. `words` stand for its own if given."""
        before = self._session((incoming.chat, incoming.user))
        answer = self.desk.shown(self._live.dialogue, incoming, before, self._found(incoming, words))
        return labelled(answer, self._style(answer.session or before, incoming.update.effective_user))

    def _found(self, incoming: Incoming, words: str | None) -> Answer:
        update, call = incoming.update, incoming.call
        if update.callback_query:
            return self._press(update.callback_query, incoming)
        if update.my_chat_member:
            return self.desk.changed_rights(self._live.dialogue, update)
        if call is None:
            return Answer()
        if incoming.edited:
            return self._edited(self._live.dialogue, call, incoming)
        call = call if words is None else replace(call, words=words)
        session = self._session(call.resident)
        taken = self.desk.first(self._live.dialogue, call, session, _now())
        return self._call(call) if taken is None else self._desk(call, taken)

    def apology(self, update: Update) -> Answer:
        """Return what a resident is told when the bot gives up."""
        message, dialogue = update.effective_message, self._live.dialogue
        return to(message, dialogue.say(dialogue.faq.phrases.sorry)) if message else Answer()

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
            return self._say(call, dialogue.say(phrases.unknown_command))
        if message.text:
            return self._hint(dialogue, call)
        return self._wordless(dialogue, call)

    def _wordless(self, dialogue: Dialogue, call: Call) -> Answer:
        """Answer a place on the map with the district it may be in, anything else by saying what to do instead."""
        venue = call.message.venue
        spot = venue.location if venue else call.message.location
        if spot is None:
            return self._say(call, dialogue.say(said_to(call.message, dialogue.faq.phrases)))
        session = self._session(call.resident).at(_now())  # not kept: the buttons below would tell of the place
        return self._say(call, dialogue.whereabouts.located(spot.latitude, spot.longitude, session))

    def _hear(self, dialogue: Dialogue, call: Call) -> Answer:
        phrases = dialogue.faq.phrases
        if is_private(call.message) and bare(call.words) == bare(phrases.key_hide):
            return with_keys(
                NO_KEYS, self._say(call, Reply((Part(phrases.keyboard_hidden),)), **self._keyed(call, on=False))
            )
        return self._heard(dialogue, call, self._session(call.resident))

    def _heard(self, dialogue: Dialogue, call: Call, before: Session) -> Answer:
        """Return what is said to the words of `call`, and that it was heard."""
        now, handoff = _now(), self.desk.handoff
        if handoff.there and dialogue.questions.wants_person(call.words):
            return self._desk(call, handoff.ask(dialogue, replace(call, words=""), before, now))
        reply, session = dialogue.hear(call.words, before, now)
        alarms = handoff.alarm(dialogue, call, before, now) if reply.decision == Decision.EMERGENCY else ()
        if alarms:
            reply = replace(reply, parts=(*reply.parts, Part(dialogue.faq.phrases.desk.alerted)))
        found: dict[str, Any] = {"decision": reply.decision, "resident": call.resident, "session": session}
        found |= {"alarms": alarms, "heard": Heard(call.message.message_id, digest(call.words), before)}
        return self.desk.heard(dialogue, call, before, reply, self._say(call, reply, **found))

    def _edited(self, dialogue: Dialogue, call: Call, incoming: Incoming) -> Answer:
        """Answer an edited message where its answer stands, if nothing came after it; danger always."""
        if call.command:
            return Answer()
        last = self.edits.last((incoming.chat, incoming.user), call.message.message_id)
        if last is None:
            return self._hear(dialogue, call) if dialogue.urgent(call.words) else Answer()
        if last.said == digest(call.words):
            return Answer(heard=last)
        answer = instead(last.reply, self._heard(dialogue, call, last.before))
        return replace(answer, heard=replace(last, said=digest(call.words))) if answer.edit else answer

    def _menu(self, dialogue: Dialogue, call: Call) -> Answer:
        """Show the topics; before them the keys where they were taken away."""
        menu = self._say(call, dialogue.menu())
        if not is_private(call.message) or self._session(call.resident).preferences.keys:
            return menu
        shown = Reply((Part(dialogue.faq.phrases.keyboard_shown),))
        return after(with_keys(self._keys(call), self._say(call, shown)), replace(menu, **self._keyed(call, on=True)))

    def _keyed(self, call: Call, *, on: bool) -> dict[str, Any]:
        """Return what an answer holds that shows the keys or takes them away, so that it is remembered."""
        session = self._session(call.resident).at(_now())
        kept = replace(session, preferences=replace(session.preferences, keys=on))
        return {"resident": call.resident, "session": kept}

    def _district(self, dialogue: Dialogue, call: Call) -> Answer:
        """Show the districts, or remember the one named behind the command."""
        now = _now()
        return self._turn(dialogue, call, lambda session: dialogue.whereabouts.named(call.words, session, now))

    def _human(self, dialogue: Dialogue, call: Call) -> Answer:
        """Hand over to staff, or say who can be turned to."""
        if self.desk.handoff.there:
            return self._desk(call, self.desk.handoff.ask(dialogue, call, self._session(call.resident), _now()))
        if HUMAN not in dialogue.faq.intents:
            return self._say(call, dialogue.say(dialogue.faq.phrases.human))
        press = Press(Action.ANSWER, HUMAN)
        return self._turn(dialogue, call, lambda session: dialogue.press(press, session, _now()))

    def _feedback(self, dialogue: Dialogue, call: Call) -> Answer:
        return self._desk(call, self.desk.remarks.ask(dialogue, call, self._session(call.resident), _now()))

    def _settings(self, dialogue: Dialogue, call: Call) -> Answer:
        return self._say(call, dialogue.settings.page(self._session(call.resident)))

    def _mydata(self, dialogue: Dialogue, call: Call) -> Answer:
        """Tell what is stored of who asks; in a group everybody would read it."""
        if held := self.desk.held(call):
            return self._say(call, dialogue.remembered.page(self._session(call.resident), held))
        return self._say(call, dialogue.say(dialogue.faq.phrases.mydata_alone.format(name=self._me.username)))

    def _start(self, dialogue: Dialogue, call: Call) -> Answer:
        """Welcome; a link leads to an intent, a topic or a district at once, see `linked`."""
        phrases, presses = dialogue.faq.phrases, linked(call.words, dialogue.faq)
        if not presses:
            lost = bool(call.words) and call.words not in OPENING
            said = f"{phrases.unknown_link}\n{phrases.welcome}" if lost else phrases.welcome
            welcome = self._say(call, dialogue.say(said))
            return with_keys(self._keys(call), welcome) if is_private(call.message) else welcome
        session = before = self._session(call.resident)
        for press in presses:
            reply, session = dialogue.press(press, session, _now())
        found = self._say(call, reply, resident=call.resident, session=session)
        found = self.desk.feedback.pressed(dialogue, presses[-1], call.resident, reply, found)
        if not is_private(call.message) or before.heard_at:
            return found
        return after(with_keys(self._keys(call), self._say(call, Reply((Part(phrases.linked),)))), found)

    def _ask(self, dialogue: Dialogue, call: Call) -> Answer:
        """Answer the question behind the command, or say where to put it."""
        return (self._hear if bare(call.words) else self._hint)(dialogue, call)

    def _forget(self, dialogue: Dialogue, call: Call) -> Answer:
        """Forget the resident in this chat, and what could not be answered in it."""
        said = dialogue.remembered.forgotten(self._session(call.resident), self.desk.held(call))
        return self._say(call, said, **self._leaving(dialogue, call))

    def _stop(self, dialogue: Dialogue, call: Call) -> Answer:
        """Forget the resident and take the keys away."""
        said = Reply((Part(dialogue.faq.phrases.stopped),))
        stopped = self._say(call, said, **self._leaving(dialogue, call))
        return with_keys(NO_KEYS, stopped) if is_private(call.message) else stopped

    def _leaving(self, dialogue: Dialogue, call: Call) -> dict[str, Any]:
        """Return what an answer holds that forgets the resident."""
        beside = self.desk.forgotten(dialogue, call, private=is_private(call.message))
        return {"resident": call.resident, "forget": True, "beside": beside}

    commands: ClassVar[dict[str, Command]] = {
        "start": Command(lambda phrases: phrases.command_start, _start),
        "menu": Command(lambda phrases: phrases.command_menu, _menu, in_groups=True),
        "district": Command(lambda phrases: phrases.command_district, _district, in_groups=True),
        "human": Command(lambda phrases: phrases.desk.command_human, _human),
        "feedback": Command(lambda phrases: phrases.desk.command_feedback, _feedback),
        "settings": Command(lambda phrases: phrases.command_settings, _settings),
        "help": Command(
            lambda phrases: phrases.command_help,
            lambda self, dialogue, call: self._say(call, dialogue.say(dialogue.faq.phrases.help)),
            in_groups=True,
        ),
        "ask": Command(lambda phrases: phrases.command_ask, _ask, in_groups=True),
        "privacy": Command(
            lambda phrases: phrases.command_privacy,
            lambda self, dialogue, call: self._say(call, dialogue.say(dialogue.faq.phrases.privacy)),
            in_groups=True,
        ),
        "mydata": Command(lambda phrases: phrases.command_mydata, _mydata),
        "forget": Command(lambda phrases: phrases.command_forget, _forget, in_groups=True),
        "stop": Command(lambda phrases: phrases.command_stop, _stop),
    }
    """By name, in the order of the menu."""

    def _hint(self, dialogue: Dialogue, call: Call) -> Answer:
        """Say how to ask."""
        phrases = dialogue.faq.phrases
        in_group = phrases.ask_in_group.format(name=self._me.username)
        return self._say(call, dialogue.say(phrases.ask_alone if is_private(call.message) else in_group))

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
        message, style = query.message, self._style(session or self._session(resident), query.from_user)
        if message is None:
            return Answer(resident=resident, session=session)
        if isinstance(message, Message):
            replaces = press is not None and reply.decision != Decision.FALLBACK and in_place(press)
            presser, found = query.from_user, {"resident": resident, "session": session}
            answer = to_press(message, presser, reply, style, replaces=replaces, **found)
        else:  # too old to be quoted or changed
            named = None if is_private(message) else query.from_user
            answer = to(message, reply, style, named, resident=resident, session=session)
        if press is None:
            return answer
        return self.desk.feedback.pressed(dialogue, press, resident, reply, answer)

    def _desk_press(self, query: CallbackQuery, press: DeskPress, incoming: Incoming) -> Answer:
        """Answer a press on a button of the desk."""
        dialogue, message, resident = self._live.dialogue, query.message, (incoming.chat, incoming.user)
        if not isinstance(message, Message):
            return Answer(notice=dialogue.faq.phrases.desk.vote_late)
        session, number = self._session(resident), incoming.number
        found = self.desk.pressed(dialogue, message, press, number, resident, session, _now())
        style = self._style(session, query.from_user)
        return spelled(found, style) if found else to(message, dialogue.say(dialogue.faq.phrases.old_button), style)

    def _turn(self, dialogue: Dialogue, call: Call, say: Callable[[Session], Turn]) -> Answer:
        """Return what `say` makes of what is remembered of who calls."""
        reply, session = dialogue.told(say, self._session(call.resident), _now())
        return self._say(call, reply, resident=call.resident, session=session)

    def _desk(self, call: Call, answer: Answer) -> Answer:
        """Return an answer of the desk, which is fixed sentences, as who calls reads them."""
        return spelled(answer, self._style(self._session(call.resident), call.message.from_user))


def _now() -> dt.datetime:
    return dt.datetime.now()
