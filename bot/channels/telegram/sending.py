"""Send answers: each part once, at the chat's pace, mended where Telegram refuses it in a way that can be mended."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from cachetools import LRUCache
from telegram import CallbackQuery
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.channels.telegram.answer import Answer, Edit, Marks, Post
from bot.channels.telegram.api import Api
from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.failures import asked_wait
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.refusals import mended, translated

_LEADS = re.compile(r"://|[\w-]\.[^\W\d_]{2}")
"""What Telegram may take for a link, and more."""

_LONG = 0.3
"""Seconds after which a resident is shown that the answer is being written."""

MENDS = 4
"""Most attempts in a row to send a message, each changed so that it may be taken where the one before was not."""

_MOVED = 10_000
"""Most groups remembered that have become supergroups."""


class Sender:
    """Writes to chats."""

    def __init__(self, api: Api, pace: Pace) -> None:
        """Ask `api`, no faster than `pace`."""
        self._api = api
        self._pace = pace
        self._moved: LRUCache[int, int] = LRUCache(_MOVED)

    def wait(self, chat: int) -> float:
        """Return for how many seconds it need not be asked again whether `chat` may be written to; 0: it may."""
        return self._pace.wait(chat)

    def spare(self, chat: int) -> float:
        """Return for how many seconds a message to `chat` that can wait is to wait; 0: replies leave room for it."""
        return max(self._pace.wait(chat), self._pace.spare())

    async def send(self, answer: Answer, delivery: Delivery) -> None:
        """Send the parts of `answer` that no earlier attempt has. Raises TelegramError, see `say`."""
        if answer.marks:
            await self._mark(answer.marks)
        if answer.edit and await self.change(answer.edit):
            return
        with self._typing(answer):
            for position, post in enumerate(answer.posts):
                await delivery.once((position, post.text), partial(self._deliver, post, delivery))

    async def say(self, post: Post, *, urgent: bool = False) -> int:
        """Send `post`, keeping no pace if `urgent`; return the chat it reached, another if the group has moved.

        What can be mended of a refusal is, once each. Raises TelegramError, Forbidden where the chat does not let the
        bot write.
        """
        return (await self.posted(post, urgent=urgent))[0]

    async def posted(self, post: Post, *, urgent: bool = False) -> tuple[int, int]:
        """Send `post`; return the chat it reached and the number of the message, 0 if it is not told. See `say`."""
        chat = self._moved.get(post.chat, post.chat)
        method, content = _content(post)
        said = {"chat_id": chat, **content, "reply_markup": post.buttons, "message_thread_id": post.thread}
        if post.quotes is not None:
            said["reply_parameters"] = {"message_id": post.quotes, "allow_sending_without_reply": True}
        for left in reversed(range(MENDS)):
            try:
                told = await self._ask(method, said, urgent=urgent)
                break
            except (BadRequest, ChatMigrated) as error:
                better = mended(said, error)
                if better is None or not left:
                    raise translated(error) from error
                said = better
        if not isinstance(told, dict) or "message_id" not in told:
            raise NetworkError("the answer is no message, so it is not Telegram's")
        number = told["message_id"] if isinstance(told["message_id"], int) else 0
        reached = said["chat_id"]
        if not isinstance(reached, int) or reached == post.chat:
            return post.chat, number
        self._moved[post.chat] = reached
        return reached, number

    async def acknowledge(self, query: CallbackQuery, notice: str = "") -> TelegramError | None:
        """Stop a button's clock, showing `notice` for a moment; an ornament: a press that is too old is answered too.

        Returns what failed.
        """
        try:
            await self._api.call("answerCallbackQuery", {"callback_query_id": query.id, "text": notice or None})
        except TelegramError as error:
            return error
        return None

    async def reach(self) -> None:
        """Ask the server for something without effect. Raises TelegramError if it does not answer."""
        await self._api.call("getMe")

    async def look_at(self, chat: int) -> bool:
        """Tell whether there is a `chat` that the bot is in. Raises TelegramError, ChatMigrated if it has moved."""
        try:
            await self._api.call("getChat", {"chat_id": chat})
        except (BadRequest, Forbidden):
            return False
        return True

    async def _deliver(self, post: Post, delivery: Delivery) -> None:
        reached, number = await self.posted(post, urgent=delivery.urgent)
        delivery.sent.append(number)
        if reached != post.chat:
            delivery.moved_to = reached

    async def _mark(self, marks: Marks) -> None:
        """Change the buttons of a message; what Telegram refuses is left as it is. Raises TelegramError."""
        said: dict[str, object] = {"chat_id": marks.chat, "message_id": marks.message, "reply_markup": marks.buttons}
        with suppress(BadRequest, ChatMigrated):
            await self._ask("editMessageReplyMarkup", said)

    async def change(self, edit: Edit) -> bool:
        """Change a message of the bot's; return False where Telegram refuses that. Raises TelegramError."""
        said: dict[str, object] = {"chat_id": edit.chat, "message_id": edit.message, "text": edit.text}
        said |= {"parse_mode": ParseMode.HTML.value, "reply_markup": edit.buttons}
        said |= _without_preview(edit.text)
        try:
            told = await self._ask("editMessageText", said)
        except (BadRequest, ChatMigrated) as error:
            return "not modified" in str(error)
        if told is not True and not isinstance(told, dict):
            raise NetworkError("the answer is no message, so it is not Telegram's")
        return True

    async def _ask(self, method: str, said: dict[str, object], *, urgent: bool = False) -> object:
        """Ask for something that counts as a message when it is the chat's turn. Raises TelegramError."""
        chat = said["chat_id"]
        await self._pace.enter(chat, urgent=urgent)
        try:
            return await self._api.call(method, said)
        except RetryAfter as error:
            self._pace.close(chat, asked_wait(error))
            raise

    @contextmanager
    def _typing(self, answer: Answer) -> Iterator[None]:
        """Show that the bot is at work if it takes long; asked for each time, that alone would double the cost."""
        if answer.decision is None or not answer.posts:
            yield
            return
        loop, shown = asyncio.get_running_loop(), list[asyncio.Task[None]]()
        timer = loop.call_later(_LONG, lambda: shown.append(loop.create_task(self._show_typing(answer.posts[0]))))
        try:
            yield
        finally:
            timer.cancel()
            for task in shown:
                task.cancel()

    async def _show_typing(self, post: Post) -> None:
        """Show that the bot is at work; an ornament, so its failure is none."""
        try:
            shown = {"chat_id": post.chat, "action": ChatAction.TYPING.value, "message_thread_id": post.thread}
            await self._api.call("sendChatAction", shown)
        except TelegramError:
            return


def _content(post: Post) -> tuple[str, dict[str, object]]:
    """Return the method that sends `post`, and what it holds."""
    if post.contact:
        return "sendContact", {"phone_number": post.contact, "first_name": post.text}
    if post.picture:
        return "sendPhoto", {"photo": post.picture, "caption": post.text, "parse_mode": ParseMode.HTML.value}
    return "sendMessage", {"text": post.text, "parse_mode": ParseMode.HTML.value, **_without_preview(post.text)}


def _without_preview(text: str) -> dict[str, object]:
    """Return what keeps Telegram from showing a page that `text` leads to; nothing where it can lead to none.

    Telegram takes a bare name for a link too: www.hebi.gov.cn.
    """
    return {"link_preview_options": {"is_disabled": True}} if _LEADS.search(text) else {}
