"""Messages keep Telegram's pace, each chat its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import pytest
from telegram import CallbackQuery, User
from telegram.error import Forbidden, RetryAfter, TelegramError

from bot.channels.telegram import pace
from bot.channels.telegram.answer import Post
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.sending import Sender


class Telegram:
    """Takes requests, and refuses those of the chats it was told to refuse."""

    def __init__(self) -> None:
        self.times: dict[object, list[float]] = {}
        self.refuse: dict[object, TelegramError] = {}

    async def call(self, method: str, fields: Mapping[str, object] | None = None, *, wait: float = 0.0) -> object:
        chat = (fields or {}).get("chat_id")
        if chat in self.refuse:
            raise self.refuse.pop(chat)
        self.times.setdefault(chat, []).append(time.monotonic())
        return {"message_id": 1}


def sender(telegram: Telegram) -> Sender:
    return Sender(telegram, Pace())  # type: ignore[arg-type]


async def send(sender: Sender, chat: int) -> None:
    await sender.say(Post(chat, "a"))


def lasted(start: float) -> float:
    return time.monotonic() - start


async def test_replies_to_different_chats_are_not_held_back() -> None:
    telegram, start = Telegram(), time.monotonic()
    limiter = sender(telegram)
    await asyncio.gather(*(send(limiter, chat) for chat in range(1, 301)))
    assert lasted(start) < 1, "300 replies would take 12 s at the pace of broadcasts"


async def test_a_chat_has_its_own_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_PRIVATE", (2, 0.4))
    telegram, start = Telegram(), time.monotonic()
    limiter = sender(telegram)
    await asyncio.gather(*(send(limiter, 7) for _ in range(5)), *(send(limiter, 8) for _ in range(2)))
    assert telegram.times[8][-1] - start < 0.2
    assert telegram.times[7][1] - start < 0.2, "a short burst is allowed"
    assert telegram.times[7][4] - start > 0.5, "2 at once, then one each 0.2 s"


async def test_a_group_is_slower_than_a_private_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_GROUP", (1, 0.3))
    telegram, start = Telegram(), time.monotonic()
    limiter = sender(telegram)
    await asyncio.gather(*(send(limiter, chat) for chat in (-5, -5, 5, 5)))
    assert telegram.times[5][1] - start < 0.2
    assert telegram.times[-5][1] - start > 0.25


async def test_a_refusal_closes_one_chat_and_leaves_the_others_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    telegram, start = Telegram(), time.monotonic()
    limiter = sender(telegram)
    telegram.refuse[7] = RetryAfter(1)
    with pytest.raises(RetryAfter):
        await send(limiter, 7)
    await asyncio.gather(send(limiter, 7), send(limiter, 8))
    assert telegram.times[8][0] - start < 0.2
    assert telegram.times[7][0] - start > 0.9


async def test_other_errors_are_passed_on_and_close_nothing() -> None:
    telegram, start = Telegram(), time.monotonic()
    limiter = sender(telegram)
    telegram.refuse[7] = Forbidden("blocked")
    with pytest.raises(Forbidden):
        await send(limiter, 7)
    await send(limiter, 7)
    assert lasted(start) < 0.2


async def test_what_is_no_message_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_PRIVATE", (1, 60.0))
    telegram, start = Telegram(), time.monotonic()
    limiter = sender(telegram)
    await send(limiter, 7)
    for _ in range(5):
        assert await limiter.acknowledge(CallbackQuery("1", User(7, "a", is_bot=False), "x")) is None
        await limiter.reach()
    assert lasted(start) < 0.2


async def test_what_can_wait_waits_for_what_cannot_and_never_the_other_way_round() -> None:
    pace, loop = Pace(), asyncio.get_running_loop()
    assert pace.spare() == 0.0
    began = loop.time()
    for chat in range(1, 16):
        await pace.enter(chat)
    assert 0.5 < pace.spare() <= 1.0, "half of Telegram's pace is used by replies"
    await pace.enter(16)
    assert loop.time() - began < 0.5, "a reply does not wait for that"
    await asyncio.sleep(1.05)
    assert pace.spare() == 0.0
