"""Updates that wait for the bot: numbered, kept for a day, forgotten when the bot says so."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice

from bot.simulator.refusal import Json, conflict

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_join_request",
    "chat_member",
    "message_reaction",
    "message_reaction_count",
    "guest_message",
)
"""Kinds of updates that a bot may ask for."""

ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds that are sent only to bots that name them."""

LIFETIME = 86_400
"""Seconds after which an update is forgotten, seen or not."""

LIMIT = 100
"""Most updates in one answer."""

LONGEST_POLL = 50
"""Most seconds that one poll waits."""

REPEATED = 0.5
"""Seconds within which a repeated offset gets one update only."""

_ACTIVE_WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_TWO_POLLS = "terminated by other getUpdates request; make sure that only one bot instance is running"


class Updates:
    """The queue of one bot, which is read by polling or delivered by a webhook."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start with an empty queue; numbers begin at random, so that two runs have none in common."""
        self._clock = clock
        self._numbers = itertools.count(random.randrange(10**8, 9 * 10**8))  # noqa: S311 - no secret
        self._waiting: OrderedDict[int, tuple[float, Json]] = OrderedDict()
        self._poll: asyncio.Future[None] | None = None
        self._polled: tuple[int, float] = (0, 0.0)
        self.allowed = _default()
        """Kinds of updates that are queued; others are dropped."""
        self.webhook: Callable[[int, Json], None] | None = None
        """Takes each new update instead of a poll; None: no webhook is set."""

    def __len__(self) -> int:
        self._expire()
        return len(self._waiting)

    def __contains__(self, number: int) -> bool:
        self._expire()
        return number in self._waiting

    def __iter__(self) -> Iterator[tuple[int, Json]]:
        """Yield number and update in order."""
        return ((number, update) for number, (_, update) in self._waiting.items())

    def add(self, kind: str, content: Json) -> int | None:
        """Queue an update and return its number; None if the bot has not asked for its kind."""
        if kind not in self.allowed:
            return None
        self._expire()
        number = next(self._numbers)
        update = {"update_id": number, kind: content}
        self._waiting[number] = (self._clock(), update)
        if self.webhook is not None:
            self.webhook(number, update)
        elif self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        return number

    def allow(self, kinds: list[str] | None) -> None:
        """Queue `kinds` from now on; an empty list means all but those to be named; None changes nothing."""
        if kinds is not None:
            self.allowed = {kind for kind in kinds if kind in KINDS} or _default()

    async def get(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """Forget all below `offset`, then wait up to `timeout` seconds for at most `limit` updates.

        Raises Refusal if a webhook is set, or when a later poll ends this one.
        """
        if self.webhook is not None:
            raise conflict(_ACTIVE_WEBHOOK)
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict(_TWO_POLLS))
        now = self._clock()
        repeated = self._polled[0] == offset and now < self._polled[1] + REPEATED
        self._polled = (offset, now)
        self._forget(offset)
        self._expire()
        if not self._waiting and timeout > 0:
            await self._arrival(min(timeout, LONGEST_POLL))
        limit = 1 if repeated else min(max(limit, 1), LIMIT)
        return [update for _, update in islice(self._waiting.values(), limit)]

    def done(self, number: int) -> None:
        """Forget one update that a webhook took."""
        self._waiting.pop(number, None)

    def clear(self) -> None:
        """Forget all updates."""
        self._waiting.clear()

    def end_poll(self) -> None:
        """End a waiting poll with nothing, as when the server stops."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    async def _arrival(self, timeout: float) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        with suppress(TimeoutError):
            await asyncio.wait_for(poll, timeout)

    def _forget(self, offset: int) -> None:
        surplus = len(self._waiting) + offset if offset < 0 else None
        while self._waiting and (surplus is None or surplus > 0):
            if surplus is None and next(iter(self._waiting)) >= offset:
                break
            self._waiting.popitem(last=False)
            surplus = surplus - 1 if surplus is not None else None

    def _expire(self) -> None:
        oldest = self._clock() - LIFETIME
        while self._waiting and next(iter(self._waiting.values()))[0] < oldest:
            self._waiting.popitem(last=False)


def _default() -> set[str]:
    return set(KINDS) - ON_REQUEST
