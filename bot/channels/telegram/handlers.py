"""What is done with each kind of update."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

from telegram import CallbackQuery, Chat, Message, Update, User
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, TelegramError
from telegram.ext import CallbackContext

from bot.channels.telegram.failures import away
from bot.channels.telegram.intake.addressing import Call, addressee, call_of, resident_of
from bot.channels.telegram.intake.albums import Albums
from bot.channels.telegram.intake.inbox_bot import InboxBot
from bot.channels.telegram.rendering import buttons, messages
from bot.channels.telegram.turn import turn
from bot.channels.telegram.wordless import said_to
from bot.delivery.live import Live
from bot.delivery.metrics import Metrics
from bot.dialogue.reply import Action, Press, Reply
from bot.dialogue.session import Session
from bot.store.ledger import Ledger
from faq.knowledge.text import bare

log = logging.getLogger(__name__)

Context: TypeAlias = CallbackContext[Any, Any, Any, Any]

_LONG = 0.3
"""Seconds after which a resident is shown that the answer is being written."""


class Handlers:
    """Handles updates with the dialogue in use; what is to be remembered goes to the turn, which is kept when done."""

    def __init__(self, live: Live, ledger: Ledger, metrics: Metrics, albums: Albums) -> None:
        """Take the dialogue, which may be swapped at any time, the memories of chats and albums, and the counters."""
        self._live = live
        self._ledger = ledger
        self._metrics = metrics
        self._albums = albums
        self._commands = {
            "start": self._start,
            "menu": self._menu,
            "district": self._district,
            "help": self._help,
            "ask": self._ask,
            "privacy": self._privacy,
            "forget": self._forget,
        }

    async def receive(self, update: Update, context: Context) -> None:
        """Answer a message; in a group only one that is meant for the bot, and of an album only one item."""
        call = await self._call(update, context)
        if call is None:
            return
        command = self._commands.get(call.command)
        if command and not (call.words and self._live.dialogue.urgent(call.words)):
            await command(call)
        elif call.command and not (command or call.named):
            return  # it may be another bot's
        elif bare(call.words) or (call.message.text and not call.command and _is_private(call.message)):
            await self._hear(call)
        elif call.command:
            await self._say(call, self._live.dialogue.faq.phrases.unknown_command)
        elif call.message.text:
            await self._hint(call)
        else:
            await self._say(call, said_to(call.message, self._live.dialogue.faq.phrases))

    async def _call(self, update: Update, context: Context) -> Call | None:
        message = _message(update)
        call = call_of(message, context.bot.username, context.bot.id)
        if call is None or call.message is not message or not message.media_group_id:
            return call
        words = await self._albums.words(call, update.update_id)
        return None if words is None else replace(call, words=words)

    async def _hear(self, call: Call) -> None:
        reply, session = self._live.dialogue.hear(call.words, self._session(call.resident), _now())
        self._metrics.decided(reply.decision)
        self._remember(call.resident, session)
        with _typing(call.message):
            await _send(call.message, reply)

    async def press(self, update: Update, context: Context) -> None:
        """Answer a press; the button's clock is stopped first, whatever happens afterwards."""
        query = update.callback_query
        if query is None:
            return
        await _acknowledge(query)
        resident = resident_of(update)
        dialogue, press = self._live.dialogue, Press.read(query.data or "")
        if press is None:
            reply = dialogue.say(dialogue.faq.phrases.old_button)
        else:
            reply, session = dialogue.press(press, self._session(resident), _now())
            self._remember(resident, session)
        if isinstance(query.message, Message):
            await _answer_press(query.message, query.from_user, reply, turns_page=bool(press and _turns_page(press)))
        elif query.message:  # too old to be quoted or changed
            in_group = query.message.chat.type != ChatType.PRIVATE
            await _send(query.message.chat, reply, query.from_user if in_group else None)

    async def _start(self, call: Call) -> None:
        """Welcome; a link `?start=dibao-apply` answers that intent at once."""
        dialogue = self._live.dialogue
        intent_id = call.words.partition(" ")[0].replace("-", ".")
        if intent_id in dialogue.faq.intents:
            reply, session = dialogue.press(Press(Action.ANSWER, intent_id), self._session(call.resident), _now())
            self._remember(call.resident, session)
        else:
            reply = dialogue.say(dialogue.faq.phrases.welcome)
        await _send(call.message, reply)

    async def _menu(self, call: Call) -> None:
        await _send(call.message, self._live.dialogue.menu())

    async def _district(self, call: Call) -> None:
        await _send(call.message, self._live.dialogue.districts())

    async def _help(self, call: Call) -> None:
        await self._say(call, self._live.dialogue.faq.phrases.help)

    async def _ask(self, call: Call) -> None:
        """Answer the question behind the command, or say where to put it."""
        await (self._hear if bare(call.words) else self._hint)(call)

    async def _privacy(self, call: Call) -> None:
        await self._say(call, self._live.dialogue.faq.phrases.privacy)

    async def _forget(self, call: Call) -> None:
        """Forget the resident in this chat, and what could not be answered in it."""
        turn().forgotten = (self._ledger.pseudonym(*call.resident),)
        await self._say(call, self._live.dialogue.faq.phrases.forgotten)

    async def _hint(self, call: Call) -> None:
        """Say how to ask."""
        phrases = self._live.dialogue.faq.phrases
        in_group = phrases.ask_in_group.format(name=call.message.get_bot().username)
        await self._say(call, phrases.ask_alone if _is_private(call.message) else in_group)

    async def failed(self, update: object, context: Context) -> None:
        """Note for the lane that serving `update` failed; log where, without a word of the resident's."""
        error = context.error
        turn().error = error
        if isinstance(error, Conflict):
            log.error("another program polls with this token; stop it, or give this bot a token of its own")
        elif update is not None and not away(error) and not isinstance(error, Forbidden):
            frames = "".join(traceback.format_tb(error.__traceback__)) if error else ""
            log.error("%s while handling an update\n%s", type(error).__name__, frames)

    async def apologise(self, update: Update) -> None:
        """Tell the resident that the bot gave up on `update`."""
        if update.effective_message:
            try:
                await _send(update.effective_message, self._live.dialogue.say(self._live.dialogue.faq.phrases.sorry))
            except TelegramError as error:
                log.error("%s while apologising", type(error).__name__)

    async def _say(self, call: Call, text: str) -> None:
        await _send(call.message, self._live.dialogue.say(text))

    def _session(self, resident: tuple[int, int]) -> Session:
        return self._ledger.session(self._ledger.pseudonym(*resident))

    def _remember(self, resident: tuple[int, int], session: Session) -> None:
        turn().remembered[self._ledger.pseudonym(*resident)] = session


def _message(update: Update) -> Message:
    if update.message is None:
        raise TypeError("handlers of new messages are registered for new messages only")
    return update.message


def _now() -> dt.datetime:
    return dt.datetime.now()


def _is_private(message: Message) -> bool:
    return message.chat.type == ChatType.PRIVATE


def _turns_page(press: Press) -> bool:
    """Tell whether a press leafs through the menu, which is shown in place of the message pressed."""
    return press.action == Action.TOPIC or (press.action == Action.MENU and bool(press.target))


@contextlib.contextmanager
def _typing(message: Message) -> Iterator[None]:
    """Show that the bot is at work if it takes long; asked for each time, that alone would double an answer's cost."""
    loop = asyncio.get_running_loop()
    timer = loop.call_later(_LONG, lambda: shown.append(loop.create_task(_show_typing(message))))
    shown: list[asyncio.Task[None]] = []
    try:
        yield
    finally:
        timer.cancel()


async def _show_typing(message: Message) -> None:
    """Show that the bot is at work; an ornament, so its failure is none."""
    try:
        await message.reply_chat_action(ChatAction.TYPING)
    except TelegramError as error:
        log.debug("typing could not be shown: %s", type(error).__name__)


async def _answer_press(message: Message, presser: User, reply: Reply, *, turns_page: bool) -> None:
    """Answer a press on a button of `message`; in a group who pressed must see that the answer is for him."""
    if _is_private(message):
        await (_edit if turns_page else _send)(message, reply)
        return
    for_whom, named = addressee(message)
    own = for_whom == presser.id
    if own and turns_page:
        await _edit(message, reply, presser if named else None)
    elif own and not named and message.reply_to_message:
        await _send(message.reply_to_message, reply)
    else:
        await _send(message, reply, presser)


async def _send(place: Message | Chat, reply: Reply, to: User | None = None) -> None:
    """Send the parts of `reply` that no earlier attempt has sent, in answer to a message or into a chat."""
    *before, last = enumerate(messages(reply, to))
    for part in before:
        await turn().once(part, partial(_deliver, place, part[1]))
    await turn().once(last, partial(_deliver, place, last[1], reply))


async def _deliver(place: Message | Chat, text: str, below: Reply | None = None) -> None:
    """Say `text` with the buttons of the reply `below`: in a group by quoting the message, in a thread there."""
    said = place if isinstance(place, Message) else None
    await _bot(place).say(
        said.chat_id if said else place.id,
        text,
        buttons(below) if below else None,
        answers=said.message_id if said and not _is_private(said) else None,
        thread=said.message_thread_id if said and said.is_topic_message else None,
    )


def _bot(place: Message | Chat) -> InboxBot:
    bot = place.get_bot()
    if not isinstance(bot, InboxBot):
        raise TypeError("handlers serve an InboxBot")
    return bot


async def _edit(message: Message, reply: Reply, to: User | None = None) -> None:
    parts = messages(reply, to)
    if len(parts) > 1:
        await _send(message, reply, to)
        return
    try:
        await _bot(message).change(message.chat_id, message.message_id, parts[0], buttons(reply))
    except (BadRequest, ChatMigrated) as error:
        if "not modified" not in str(error):
            await _send(message, reply, to)


async def _acknowledge(query: CallbackQuery) -> None:
    """Stop the button's clock; an ornament too: a press that is too old is answered all the same."""
    try:
        await query.answer()
    except TelegramError as error:
        log.info("a press could not be acknowledged: %s", type(error).__name__)
