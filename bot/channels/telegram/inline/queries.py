"""Answer inline queries: of each user the newest alone, at a bounded cost, and nothing of them is kept."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiolimiter import AsyncLimiter
from cachetools import LRUCache, TTLCache
from telegram import Message
from telegram.error import TelegramError

from bot.channels.telegram.api import Api
from bot.channels.telegram.commands import links
from bot.channels.telegram.desk.pausing import notice
from bot.channels.telegram.inline.results import Result, answer, fixed, results
from bot.channels.telegram.intake.addressing import Me, call_of
from bot.channels.telegram.intake.incoming import GUEST, INLINE
from bot.delivery.live import Live
from bot.dialogue.dialogue import Dialogue
from bot.store.desk.audience import Audience
from faq.knowledge.text import bounded

log = logging.getLogger(__name__)

CACHE = 60
"""Seconds for which Telegram answers the same query itself, whoever types it: no answer depends on who asks."""

WAITING = 500
"""Most users whose newest query waits; beyond that the longest waiting is dropped: its user may have left."""

PER_MINUTE = 60
"""Most queries of one user that are answered in a minute; a query is a keystroke or two."""

WORKERS = 4
"""Queries answered at the same time: they must not take the loop's time from residents who wait for an answer."""

_LONGEST = 256
_USERS = 10_000
_FOUND = 512
"""Queries whose results are remembered for a minute of the clock."""


@dataclass(frozen=True)
class _Query:
    id: str
    words: str
    user: int
    guest: bool = False


class InlineQueries:
    """Takes queries as they come and answers those that are still the newest of their user."""

    def __init__(self, live: Live, api: Api, me: Me, audience: Audience) -> None:
        """Answer with the dialogue in use through `api`, unless `audience` says that the bot is paused."""
        self._live, self._api, self._me, self._audience = live, api, me, audience
        self._waiting: OrderedDict[tuple[int, str], _Query] = OrderedDict()
        self._arrived = asyncio.Event()
        self._limits: TTLCache[int, AsyncLimiter] = TTLCache(_USERS, 60.0)
        self._found: LRUCache[tuple[Dialogue, str, str], list[Result]] = LRUCache(_FOUND)

    def take(self, raw: Mapping[str, Any]) -> None:
        """Take an update with an inline query, or a call as a guest, as Telegram sends it; pass over an odd one."""
        query = _guest(raw, self._me) if GUEST in raw else _typed(raw)
        if query is None:
            return
        self._waiting[query.user, query.id if query.guest else ""] = query
        while len(self._waiting) > WAITING:
            self._waiting.popitem(last=False)
        self._arrived.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer as long as the context lasts; what waits at its end is dropped: nobody looks at it any more."""
        tasks = [asyncio.create_task(self._work()) for _ in range(WORKERS)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _work(self) -> None:
        while True:
            await self._arrived.wait()
            if not self._waiting:
                self._arrived.clear()
                continue
            _, query = self._waiting.popitem(last=False)
            limit = self._limits.setdefault(query.user, AsyncLimiter(PER_MINUTE, 60.0))
            if not limit.has_capacity():
                continue
            await limit.acquire()
            try:
                await self._answer(query)
            except TelegramError as error:  # too old by now, or the network is gone: the next keystroke asks anew
                log.debug("an inline query was not answered: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - the next query must be answered
                log.error("%s while answering an inline query", type(error).__name__)

    async def _answer(self, query: _Query) -> None:
        dialogue, now = self._live.dialogue, dt.datetime.now()
        if (pause := self._audience.pause) and not dialogue.urgent(query.words):
            await self._paused(query, dialogue, pause.text)
            return
        if query.guest:
            one = answer(dialogue, query.words, self._me.username, now)
            await self._api.call("answerGuestQuery", {"guest_query_id": query.id, "result": one})
            return
        key = (dialogue, query.words, f"{now:%H:%M}")
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = results(dialogue, query.words, self._me.username, now)
        button = {"text": dialogue.faq.phrases.desk.inline_button, "start_parameter": links.INLINE}
        said = {"inline_query_id": query.id, "results": found, "cache_time": CACHE, "button": button}
        await self._api.call("answerInlineQuery", said)

    async def _paused(self, query: _Query, dialogue: Dialogue, text: str) -> None:
        """Tell a guest's caller that the bot is paused; who types is offered nothing, and asks again in a moment."""
        if query.guest:
            one = fixed(dialogue, notice(dialogue.faq, text))
            await self._api.call("answerGuestQuery", {"guest_query_id": query.id, "result": one})
        else:
            await self._api.call("answerInlineQuery", {"inline_query_id": query.id, "results": [], "cache_time": 0})


def _typed(raw: Mapping[str, Any]) -> _Query | None:
    """Return the inline query of an update; None: it is not shaped as one."""
    query = raw.get(INLINE)
    sender = query.get("from") if isinstance(query, dict) else None
    user = sender.get("id") if isinstance(sender, dict) else None
    if not isinstance(query, dict) or not isinstance(user, int):
        return None
    number, words = query.get("id"), query.get("query", "")
    if not isinstance(number, str) or not isinstance(words, str):
        return None
    return _Query(number, words[:_LONGEST], user)


def _guest(raw: Mapping[str, Any], me: Me) -> _Query | None:
    """Return the call of an update that asks the bot in a group that it is not in; None: it asks nothing."""
    try:
        message = Message.de_json(dict(raw[GUEST]), None)
        call = call_of(message, me)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the next must be served
        return None
    number, sender = message.guest_query_id, message.from_user
    if call is None or sender is None or not isinstance(number, str):
        return None
    return _Query(number, bounded(call.words), sender.id, guest=True)
