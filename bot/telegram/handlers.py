"""What is done with each kind of update."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import traceback
from collections.abc import AsyncIterator
from typing import Any, TypeAlias

from cachetools import TTLCache
from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, TelegramError
from telegram.ext import CallbackContext

from bot.live import Live
from bot.metrics import Metrics
from bot.reply import Action, Press, Reply
from bot.session import MEMORY, Session
from bot.telegram.rendering import keyboard, messages

log = logging.getLogger(__name__)

Context: TypeAlias = CallbackContext[Any, Any, Any, Any]
SessionKey: TypeAlias = tuple[int, int]

_CHATS = 100_000
"""Most chats remembered at once, about 30 MB; the longest silent is forgotten first."""

_LONG = 0.3
"""Seconds after which a resident is shown that the answer is being written."""


class Handlers:
    """Handles updates with the dialogue in use; remembers chats in memory only."""

    def __init__(self, live: Live, metrics: Metrics) -> None:
        """Take the dialogue, which may be swapped at any time, and what counts its decisions."""
        self._live = live
        self._metrics = metrics
        self._sessions: TTLCache[SessionKey, Session] = TTLCache(_CHATS, MEMORY.total_seconds())

    async def hear(self, update: Update, context: Context) -> None:
        """Answer a text; in a group only one that is meant for the bot."""
        message = _message(update)
        text = _spoken_to(message, context.bot.username, context.bot.id)
        if text is None:
            return
        reply, session = self._live.dialogue.hear(text, self._session(update), _now())
        self._metrics.decided(reply.decision)
        self._sessions[_key(update)] = session
        async with _typing(message):
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
            self._sessions[_key(update)] = session
        if isinstance(query.message, Message):
            await (_edit if press and _turns_page(press) else _send)(query.message, reply)

    async def start(self, update: Update, context: Context) -> None:
        """Welcome; a link `?start=dibao-apply` answers that intent at once."""
        dialogue = self._live.dialogue
        intent_id = context.args[0].replace("-", ".") if context.args else ""
        if intent_id in dialogue.faq.intents:
            reply, session = dialogue.press(Press(Action.ANSWER, intent_id), self._session(update), _now())
            self._sessions[_key(update)] = session
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
        """Forget the chat."""
        self._sessions.pop(_key(update), None)
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
        """Log where it failed, without a word of the resident's, and apologise."""
        error = context.error
        if isinstance(error, Forbidden):
            log.info("a resident has blocked the bot")
            return
        if isinstance(error, Conflict):
            log.error("another program polls with this token; stop it, or give this bot a token of its own")
            return
        if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            log.warning("network: %s", type(error).__name__)
            return
        frames = "".join(traceback.format_tb(error.__traceback__)) if error else ""
        log.error("%s while handling an update\n%s", type(error).__name__, frames)
        if isinstance(update, Update) and update.effective_message:
            try:
                await _send(update.effective_message, self._live.dialogue.say(self._live.dialogue.faq.phrases.sorry))
            except Exception as again:  # an error here must not call this handler once more
                log.error("%s while apologising", type(again).__name__)

    async def _say(self, update: Update, text: str) -> None:
        await _send(_message(update), self._live.dialogue.say(text))

    def _session(self, update: Update) -> Session:
        return self._sessions.get(_key(update), Session())


def _message(update: Update) -> Message:
    if update.message is None:
        raise TypeError("handlers of new messages are registered for new messages only")
    return update.message


def _key(update: Update) -> SessionKey:
    """Return chat and user: in a group each resident has a memory of his own."""
    chat, user = update.effective_chat, update.effective_user
    return (chat.id if chat else 0, user.id if user else 0)


def _now() -> dt.datetime:
    return dt.datetime.now()


def _spoken_to(message: Message, username: str, bot_id: int) -> str | None:
    """Return the words meant for the bot, or None: in a group it is addressed by name or by a reply."""
    text = message.text or ""
    if message.chat.type == ChatType.PRIVATE:
        return text
    name = f"@{username}"
    answered = message.reply_to_message.from_user if message.reply_to_message else None
    if name in text:
        return text.replace(name, " ").strip() or None
    return text if answered and answered.id == bot_id else None


def _turns_page(press: Press) -> bool:
    """Tell whether a press leafs through the menu, which is shown in place of the message pressed."""
    return press.action == Action.TOPIC or (press.action == Action.MENU and bool(press.target))


@contextlib.asynccontextmanager
async def _typing(message: Message) -> AsyncIterator[None]:
    """Show that the bot is typing if it takes long; asked for each time, it would double the cost of an answer."""

    async def show() -> None:
        await asyncio.sleep(_LONG)
        with contextlib.suppress(TelegramError):
            await message.reply_chat_action(ChatAction.TYPING)

    task = asyncio.create_task(show())
    try:
        yield
    finally:
        task.cancel()


async def _send(message: Message, reply: Reply) -> None:
    parts = messages(reply)
    for part in parts[:-1]:
        await message.reply_text(part)
    await message.reply_text(parts[-1], reply_markup=keyboard(reply))


async def _edit(message: Message, reply: Reply) -> None:
    parts = messages(reply)
    if len(parts) > 1:
        await _send(message, reply)
        return
    try:
        await message.edit_text(parts[0], reply_markup=keyboard(reply))
    except BadRequest as error:
        if "not modified" not in str(error):
            await _send(message, reply)


async def _acknowledge(query: CallbackQuery) -> None:
    try:
        await query.answer()
    except BadRequest:
        log.info("a press was too old to be acknowledged")
