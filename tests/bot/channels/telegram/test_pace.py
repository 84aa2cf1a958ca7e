"""Messages keep Telegram's pace: each chat its own lane, broadcasts a budget of their own."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from telegram.error import Forbidden, RetryAfter

from bot.channels.telegram import pace
from bot.channels.telegram.pace import Budget, Pace


class Telegram:
    """Takes requests, and refuses those of the chats it was told to refuse."""

    def __init__(self) -> None:
        self.times: dict[Any, list[float]] = {}
        self.refuse: dict[int, Exception] = {}

    async def take(self, chat: int) -> bool:
        if chat in self.refuse:
            raise self.refuse.pop(chat)
        self.times.setdefault(chat, []).append(time.monotonic())
        return True


async def send(
    limiter: Pace, telegram: Telegram, chat: int, budget: Budget | None = None, to: str = "sendMessage"
) -> Any:
    return await limiter.process_request(telegram.take, (chat,), {}, to, {"chat_id": chat}, budget)


def lasted(start: float) -> float:
    return time.monotonic() - start


async def test_replies_to_different_chats_are_not_held_back() -> None:
    limiter, telegram, start = Pace(), Telegram(), time.monotonic()
    await asyncio.gather(*(send(limiter, telegram, chat) for chat in range(1, 301)))
    assert lasted(start) < 1, "300 replies would take 12 s at the pace of broadcasts"


async def test_a_chat_has_its_own_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_PRIVATE", (2, 0.4))
    limiter, telegram, start = Pace(), Telegram(), time.monotonic()
    await asyncio.gather(
        *(send(limiter, telegram, 7) for _ in range(5)), *(send(limiter, telegram, 8) for _ in range(2))
    )
    assert telegram.times[8][-1] - start < 0.2
    assert telegram.times[7][1] - start < 0.2, "a short burst is allowed"
    assert telegram.times[7][4] - start > 0.5, "2 at once, then one each 0.2 s"


async def test_a_group_is_slower_than_a_private_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_GROUP", (1, 0.3))
    limiter, telegram, start = Pace(), Telegram(), time.monotonic()
    await asyncio.gather(*(send(limiter, telegram, chat) for chat in (-5, -5, 5, 5)))
    assert telegram.times[5][1] - start < 0.2
    assert telegram.times[-5][1] - start > 0.25


async def test_broadcasts_keep_their_pace_and_never_hold_back_replies() -> None:
    limiter, telegram, start = Pace(), Telegram(), time.monotonic()
    broadcast = [asyncio.create_task(send(limiter, telegram, 1000 + n, Budget.BROADCAST)) for n in range(26)]
    await asyncio.sleep(0.05)
    await send(limiter, telegram, 7, Budget.REPLY)
    assert telegram.times[7][0] - start < 0.2, "a reply goes before the waiting broadcasts"
    await asyncio.gather(*broadcast)
    assert lasted(start) > 0.95, "at most 25 a second"


async def test_a_refusal_closes_one_chat_and_leaves_the_others_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    errors: list[str] = []
    limiter, telegram, start = (
        Pace(lambda method, error: errors.append(type(error).__name__)),
        Telegram(),
        time.monotonic(),
    )
    telegram.refuse[7] = RetryAfter(1)
    with pytest.raises(RetryAfter):
        await send(limiter, telegram, 7)
    await asyncio.gather(send(limiter, telegram, 7), send(limiter, telegram, 8))
    assert telegram.times[8][0] - start < 0.2
    assert telegram.times[7][0] - start > 0.9
    assert errors == ["RetryAfter"]


async def test_other_errors_are_passed_on_and_close_nothing() -> None:
    limiter, telegram, start = Pace(), Telegram(), time.monotonic()
    telegram.refuse[7] = Forbidden("blocked")
    with pytest.raises(Forbidden):
        await send(limiter, telegram, 7)
    await send(limiter, telegram, 7)
    assert lasted(start) < 0.2


async def test_what_is_no_message_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_PRIVATE", (1, 60.0))
    limiter, telegram, start = Pace(), Telegram(), time.monotonic()
    for _ in range(5):
        await send(limiter, telegram, 7, to="sendChatAction")
        await limiter.process_request(telegram.take, (1,), {}, "answerCallbackQuery", {"callback_query_id": "1"}, None)
    assert lasted(start) < 0.2
