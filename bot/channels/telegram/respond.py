"""Find the answer to an update: nothing is sent or written here, and nothing is waited for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

from telegram import CallbackQuery, Message, Update, User

from bot.channels.telegram.answer import Answer, Resident
from bot.channels.telegram.commands.links import linked
from bot.channels.telegram.intake.addressing import Call, Me, is_private, turned_away
from bot.channels.telegram.intake.edits import Edits, Heard, digest
from bot.channels.telegram.intake.incoming import Incoming
from bot.channels.telegram.showing.keyboards import NO_KEYS, keys
from bot.channels.telegram.showing.posts import after, in_place, instead, to, to_press, with_keys
from bot.channels.telegram.showing.style import Style
from bot.channels.telegram.wordless import said_to
from bot.delivery.live import Live
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.pages.preferences import Script
from bot.dialogue.reply import Decision, Part, Press, Reply
from bot.dialogue.session import Session, Turn
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


_TRADITIONAL = frozenset({"zh-hant", "zh-tw", "zh-hk", "zh-mo"})
"""Languages of Telegram's apps that are written in traditional characters."""


class Responder:
    """Answers with the dialogue in use."""

    def __init__(self, live: Live, store: Store, me: Me) -> None:
        """Take the dialogue, which may be swapped at any time, the memory of residents, and who the bot is."""
        self._live = live
        self._store = store
        self._me = me
        self.edits = Edits()
        """What was answered last, for messages that are edited."""

    def respond(self, incoming: Incoming, words: str | None = None) -> Answer:
        """Return the answer to an update; an empty one to what asks for none. `words` stand for its own if given."""
        update, call = incoming.update, incoming.call
        if update.callback_query:
            return self._press(update.callback_query, incoming)
        if update.my_chat_member:
            return Answer(blocked=turned_away(update))
        if call is None:
            return Answer()
        if incoming.edited:
            return self._edited(self._live.dialogue, call, incoming)
        return self._call(call if words is None else replace(call, words=words))

    def apology(self, update: Update) -> Answer:
        """Return what a resident is told when the bot gives up."""
        message = update.effective_message
        dialogue = self._live.dialogue
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
        reply, session = dialogue.hear(call.words, before, _now())
        heard = Heard(call.message.message_id, digest(call.words), before)
        return self._say(call, reply, decision=reply.decision, resident=call.resident, session=session, heard=heard)

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

    def _settings(self, dialogue: Dialogue, call: Call) -> Answer:
        return self._say(call, dialogue.settings.page(self._session(call.resident)))

    def _mydata(self, dialogue: Dialogue, call: Call) -> Answer:
        return self._say(call, dialogue.settings.remembered(self._session(call.resident).at(_now())))

    def _help(self, dialogue: Dialogue, call: Call) -> Answer:
        return self._say(call, dialogue.say(dialogue.faq.phrases.help))

    def _privacy(self, dialogue: Dialogue, call: Call) -> Answer:
        return self._say(call, dialogue.say(dialogue.faq.phrases.privacy))

    def _start(self, dialogue: Dialogue, call: Call) -> Answer:
        """Welcome; a link leads to an intent, a topic or a district at once, see `linked`."""
        phrases, presses = dialogue.faq.phrases, linked(call.words, dialogue.faq)
        if not presses:
            said = f"{phrases.unknown_link}\n{phrases.welcome}" if call.words else phrases.welcome
            welcome = self._say(call, dialogue.say(said))
            return with_keys(self._keys(call), welcome) if is_private(call.message) else welcome
        session = before = self._session(call.resident)
        for press in presses:
            reply, session = dialogue.press(press, session, _now())
        found = self._say(call, reply, resident=call.resident, session=session)
        if not is_private(call.message) or before.heard_at:
            return found
        return after(with_keys(self._keys(call), self._say(call, Reply((Part(phrases.linked),)))), found)

    def _ask(self, dialogue: Dialogue, call: Call) -> Answer:
        """Answer the question behind the command, or say where to put it."""
        return (self._hear if bare(call.words) else self._hint)(dialogue, call)

    def _forget(self, dialogue: Dialogue, call: Call) -> Answer:
        """Forget the resident in this chat, and what could not be answered in it."""
        said = dialogue.say(dialogue.faq.phrases.forgotten)
        return self._say(call, said, resident=call.resident, forget=True)

    def _stop(self, dialogue: Dialogue, call: Call) -> Answer:
        """Forget the resident and take the keys away."""
        said = Reply((Part(dialogue.faq.phrases.stopped),))
        stopped = self._say(call, said, resident=call.resident, forget=True)
        return with_keys(NO_KEYS, stopped) if is_private(call.message) else stopped

    commands: ClassVar[dict[str, Command]] = {
        "start": Command(lambda phrases: phrases.command_start, _start),
        "menu": Command(lambda phrases: phrases.command_menu, _menu, in_groups=True),
        "district": Command(lambda phrases: phrases.command_district, _district, in_groups=True),
        "settings": Command(lambda phrases: phrases.command_settings, _settings),
        "help": Command(lambda phrases: phrases.command_help, _help, in_groups=True),
        "ask": Command(lambda phrases: phrases.command_ask, _ask, in_groups=True),
        "privacy": Command(lambda phrases: phrases.command_privacy, _privacy, in_groups=True),
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
        dialogue, press = self._live.dialogue, Press.read(query.data or "")
        resident, session = (incoming.chat if query.message else 0, incoming.user), None
        if press is None:
            reply = dialogue.say(dialogue.faq.phrases.old_button)
        else:
            reply, session = dialogue.press(press, self._session(resident), _now())
        message, style = query.message, self._style(session or self._session(resident), query.from_user)
        if message is None:
            return Answer(resident=resident, session=session)
        if not isinstance(message, Message):  # too old to be quoted or changed
            named = None if is_private(message) else query.from_user
            return to(message, reply, style, named, resident=resident, session=session)
        replaces = press is not None and reply.decision != Decision.FALLBACK and in_place(press)
        return to_press(message, query.from_user, reply, style, replaces=replaces, resident=resident, session=session)

    def _turn(self, dialogue: Dialogue, call: Call, say: Callable[[Session], Turn]) -> Answer:
        """Return what `say` makes of what is remembered of who calls."""
        reply, session = dialogue.told(say, self._session(call.resident), _now())
        return self._say(call, reply, resident=call.resident, session=session)

    def _say(self, call: Call, reply: Reply, **found: Any) -> Answer:
        """Return `reply` to who calls, as he reads it."""
        session = found.get("session") or self._session(call.resident)
        return to(call.message, reply, self._style(session, call.message.from_user), **found)

    def _style(self, session: Session, user: User | None) -> Style:
        """Return how a resident wants to read: as set, else as written, else as Telegram speaks to him."""
        wanted, told = session.preferences, user.language_code if user else None
        written = (told or "").lower() in _TRADITIONAL if session.traditional is None else session.traditional
        traditional = written if wanted.script == Script.AS_WRITTEN else wanted.script == Script.TRADITIONAL
        return Style.of(self._live.dialogue.faq.phrases, spacious=wanted.spacious, traditional=traditional)

    def _keys(self, call: Call) -> str:
        """Return the keys below a private chat, as who calls reads them."""
        style = self._style(self._session(call.resident), call.message.from_user)
        return keys(self._live.dialogue.faq.phrases, style)

    def _session(self, resident: Resident) -> Session:
        return self._store.session(self._store.pseudonym(*resident))


def _now() -> dt.datetime:
    return dt.datetime.now()
