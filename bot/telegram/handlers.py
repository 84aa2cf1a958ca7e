"""What is done with each kind of update."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import traceback
from collections.abc import Iterator
from functools import partial
from typing import Any, TypeAlias

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, TelegramError
from telegram.ext import CallbackContext

from bot.live import Live
from bot.metrics import Metrics
from bot.reply import Action, Press, Reply
from bot.session import Session
from bot.store.ledger import Ledger
from bot.telegram.addressing import resident_of, spoken_to
from bot.telegram.failures import away
from bot.telegram.inbox_bot import InboxBot
from bot.telegram.rendering import buttons, messages
from bot.telegram.turn import turn

log = logging.getLogger(__name__)

Context: TypeAlias = CallbackContext[Any, Any, Any, Any]

_LONG = 0.3
"""Seconds after which a resident is shown that the answer is being written."""


class Handlers:
    """Handles updates with the dialogue in use; what is to be remembered goes to the turn, which is kept when done."""

    def __init__(self, live: Live, ledger: Ledger, metrics: Metrics) -> None:
        """Take the dialogue, which may be swapped at any time, the memory of chats, and what counts decisions."""
        self._live = live
        self._ledger = ledger
        self._metrics = metrics

    async def hear(self, update: Update, context: Context) -> None:
        """Answer a text; in a group only one that is meant for the bot."""
        message = _message(update)
        text = spoken_to(message, context.bot.username, context.bot.id)
        if text is None:
            return
        reply, session = self._live.dialogue.hear(text, self._session(update), _now())
        self._metrics.decided(reply.decision)
        self._remember(update, session)
        with _typing(message):
            await _send(message, reply)

    async def press(self, update: Update, context: Context) -> None:
        """Answer a press; the button's clock is stopped first, whatever happens afterwards."""
        query = update.callback_query
        if query is None:
            return
        await _acknowledge(query)
        dialogue, press = self._live.dialogue, Press.read(query.data or "")
        if press is None:
            reply = dialogue.say(dialogue.faq.phrases.old_button)
        else:
            reply, session = dialogue.press(press, self._session(update), _now())
            self._remember(update, session)
        if isinstance(query.message, Message):
            await (_edit if press and _turns_page(press) else _send)(query.message, reply)

    async def start(self, update: Update, context: Context) -> None:
        """Welcome; a link `?start=dibao-apply` answers that intent at once."""
        dialogue = self._live.dialogue
        intent_id = context.args[0].replace("-", ".") if context.args else ""
        if intent_id in dialogue.faq.intents:
            reply, session = dialogue.press(Press(Action.ANSWER, intent_id), self._session(update), _now())
            self._remember(update, session)
        else:
            reply = dialogue.say(dialogue.faq.phrases.welcome)
        await _send(_message(update), reply)

    async def menu(self, update: Update, context: Context) -> None:
        """Show the topics."""
        await _send(_message(update), self._live.dialogue.menu())

    async def district(self, update: Update, context: Context) -> None:
        """Ask for the district."""
        await _send(_message(update), self._live.dialogue.districts())

    async def help(self, update: Update, context: Context) -> None:
        """Say how to use the bot."""
        await self._say(update, self._live.dialogue.faq.phrases.help)

    async def privacy(self, update: Update, context: Context) -> None:
        """Say what is remembered."""
        await self._say(update, self._live.dialogue.faq.phrases.privacy)

    async def forget(self, update: Update, context: Context) -> None:
        """Forget the resident in this chat, and what could not be answered in it."""
        turn().forgotten = (self._resident(update),)
        await self._say(update, self._live.dialogue.faq.phrases.forgotten)

    async def unknown_command(self, update: Update, context: Context) -> None:
        """Say that there is no such command."""
        await self._say(update, self._live.dialogue.faq.phrases.unknown_command)

    async def no_text(self, update: Update, context: Context) -> None:
        """Ask politely for words instead of voice, pictures and the rest."""
        phrases, message = self._live.dialogue.faq.phrases, _message(update)
        if message.voice or message.audio or message.video_note:
            said = phrases.voice
        elif message.photo or message.video or (message.document and not message.animation):
            said = phrases.picture
        elif message.sticker or message.animation:
            said = phrases.sticker
        else:
            said = phrases.other
        await self._say(update, said)

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

    async def _say(self, update: Update, text: str) -> None:
        await _send(_message(update), self._live.dialogue.say(text))

    def _resident(self, update: Update) -> str:
        return self._ledger.pseudonym(*resident_of(update))

    def _session(self, update: Update) -> Session:
        return self._ledger.session(self._resident(update))

    def _remember(self, update: Update, session: Session) -> None:
        turn().remembered[self._resident(update)] = session


def _message(update: Update) -> Message:
    if update.message is None:
        raise TypeError("handlers of new messages are registered for new messages only")
    return update.message


def _now() -> dt.datetime:
    return dt.datetime.now()


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


async def _send(message: Message, reply: Reply) -> None:
    """Send the parts of `reply` that no earlier attempt has sent."""
    *before, last = enumerate(messages(reply))
    for part in before:
        await turn().once(part, partial(_deliver, message, part[1]))
    await turn().once(last, partial(_deliver, message, last[1], reply))


async def _deliver(message: Message, text: str, below: Reply | None = None) -> None:
    """Answer `message` with `text` and the buttons of the reply `below`: in a group by quoting, in a thread there."""
    group = message.chat.type != ChatType.PRIVATE
    await _bot(message).say(
        message.chat_id,
        text,
        buttons(below) if below else None,
        answers=message.message_id if group else None,
        thread=message.message_thread_id if message.is_topic_message else None,
    )


def _bot(message: Message) -> InboxBot:
    bot = message.get_bot()
    if not isinstance(bot, InboxBot):
        raise TypeError("handlers serve an InboxBot")
    return bot


async def _edit(message: Message, reply: Reply) -> None:
    parts = messages(reply)
    if len(parts) > 1:
        await _send(message, reply)
        return
    try:
        await _bot(message).change(message.chat_id, message.message_id, parts[0], buttons(reply))
    except (BadRequest, ChatMigrated) as error:
        if "not modified" not in str(error):
            await _send(message, reply)


async def _acknowledge(query: CallbackQuery) -> None:
    """Stop the button's clock; an ornament too: a press that is too old is answered all the same."""
    try:
        await query.answer()
    except TelegramError as error:
        log.info("a press could not be acknowledged: %s", type(error).__name__)
