"""Tell admins what becomes of what they accepted: one message each, which is edited; after a restart a new one."""

from __future__ import annotations

import datetime as dt

from cachetools import LRUCache
from telegram import Message
from telegram.error import TelegramError

from bot.channels.telegram.admin import buttons, cards
from bot.channels.telegram.admin.roles import Role, Roles
from bot.channels.telegram.answer import Edit
from bot.channels.telegram.desk.keys import keyboard
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.showing.rows import Row
from bot.desk.works import Progress
from bot.store.desk.records import Outgoing
from bot.store.records import Attempt
from bot.store.store import Store

_REMEMBERED = 1_000
"""Most acts whose message is remembered."""


class Telling:
    """Knows where each act is told of."""

    def __init__(self, store: Store, sender: Sender, roles: Roles) -> None:
        """Take the store with the outbox, what sends, and who the admins are."""
        self._store, self._sender, self._roles = store, sender, roles
        self._places: LRUCache[int, tuple[int, int]] = LRUCache(_REMEMBERED)

    def note(self, act: int, message: Message) -> None:
        """Remember that the act with this number is told of in `message`."""
        self._places[act] = (message.chat.id, message.message_id)

    async def tell(self, progress: Progress) -> None:
        """Change the message of an act; where there is none, its end is sent as a new one. Raises StoreError."""
        place = self._places.get(progress.act.number)
        text, rows = cards.plain(progress.said), self._rows(progress)
        if place and await self._changed(Edit(*place, text, keyboard(*rows) if rows else None)):
            return
        if progress.over and (chat := self._chat_of(progress.act.who)):
            key = f"{progress.act.number}:{'u' if progress.undoable else 'o'}"
            now = dt.datetime.now().timestamp()
            post = Outgoing(key, chat, text, keyboard(*rows) if rows else None, now)
            await self._store.settle(Attempt(0, "", beside=(post,)))

    def _rows(self, progress: Progress) -> list[Row]:
        if progress.undoable:
            return buttons.of_undo(progress.act.number)
        if progress.insistable and progress.act.role == Role.OWNER.value:
            return buttons.of_insist(progress.act.number)
        return [[buttons.next_key()]]

    async def _changed(self, edit: Edit) -> bool:
        try:
            return await self._sender.change(edit)
        except TelegramError:
            return False

    def _chat_of(self, who: str) -> int | None:
        """Return the private chat of the admin with this pseudonym; None: nobody with a role any more."""
        return next((user for user in self._roles.everybody if self._store.pseudonym(user) == who), None)
