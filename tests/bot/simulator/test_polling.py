"""Polling forgets, waits, refuses and expires as Telegram does."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.simulator.simulator import Simulator
from tests.bot.simulator.conftest import Clock, Raw


def texts(updates: list[dict[str, dict[str, str]]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_an_offset_forgets_all_below_it_when_it_arrives(api: Simulator, raw: Raw) -> None:
    for text in "甲乙丙":
        api.says(text)
    first = await raw.updates()
    assert texts(first) == ["甲", "乙", "丙"]
    assert [u["update_id"] - first[0]["update_id"] for u in first] == [0, 1, 2]
    assert texts(await raw.updates(offset=first[1]["update_id"])) == ["乙", "丙"]
    assert texts(await raw.updates()) == ["乙", "丙"], "what is below an earlier offset never comes again"


async def test_without_an_offset_the_same_updates_come_again(api: Simulator, raw: Raw, clock: Clock) -> None:
    api.says("甲")
    assert texts(await raw.updates()) == ["甲"]
    clock.now += 1
    assert texts(await raw.updates()) == ["甲"]


async def test_a_negative_offset_keeps_only_the_last(api: Simulator, raw: Raw) -> None:
    for text in "甲乙丙":
        api.says(text)
    assert texts(await raw.updates(offset=-1)) == ["丙"]
    assert len(api.updates) == 1


async def test_a_repeated_offset_within_half_a_second_gets_one_update(api: Simulator, raw: Raw, clock: Clock) -> None:
    for text in "甲乙丙":
        api.says(text)
    offset = (await raw.updates())[0]["update_id"]
    assert len(await raw.updates(offset=offset)) == 3
    clock.now += 0.4
    assert len(await raw.updates(offset=offset)) == 1
    clock.now += 0.6
    assert len(await raw.updates(offset=offset)) == 3


async def test_at_most_a_hundred_updates_come_at_once(api: Simulator, raw: Raw, clock: Clock) -> None:
    for number in range(120):
        api.says(str(number))
    assert len(await raw.updates(limit=500)) == 100
    clock.now += 1
    assert len(await raw.updates(limit=7)) == 7
    clock.now += 1
    assert len(await raw.updates(limit=0)) == 1


async def test_a_poll_waits_until_something_comes(api: Simulator, raw: Raw) -> None:
    began = time.monotonic()
    poll = asyncio.create_task(raw.updates(timeout=20))
    await asyncio.sleep(0.3)
    assert not poll.done()
    api.says("甲")
    assert texts(await poll) == ["甲"]
    assert time.monotonic() - began < 10


async def test_a_poll_ends_with_nothing_after_its_timeout(raw: Raw) -> None:
    began = time.monotonic()
    assert await raw.updates(timeout=1) == []
    assert 0.9 < time.monotonic() - began < 5


async def test_a_poll_never_waits_longer_than_fifty_seconds(api: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    async def waited(timeout: float) -> None:
        asked.append(timeout)

    monkeypatch.setattr(api.updates, "_arrival", waited)
    await api.updates.get(0, 100, 1000)
    assert asked == [50]


async def test_a_second_poll_ends_the_first_with_409(api: Simulator, raw: Raw) -> None:
    first = asyncio.create_task(raw.refused("getUpdates", timeout=20))
    await asyncio.sleep(0.3)
    second = asyncio.create_task(raw.updates(timeout=20))
    code, words = await first
    assert code == 409
    assert words.startswith("Conflict: terminated by other getUpdates request")
    api.says("甲")
    assert texts(await second) == ["甲"]


async def test_polling_while_a_webhook_is_set_is_refused_with_409(raw: Raw) -> None:
    await raw.done("setWebhook", url="http://127.0.0.1:9/hook")
    code, words = await raw.refused("getUpdates")
    assert code == 409
    assert "can't use getUpdates method while webhook is active" in words
    await raw.done("deleteWebhook")
    assert await raw.updates() == []


async def test_only_the_kinds_asked_for_are_queued_until_others_are_asked_for(api: Simulator, raw: Raw) -> None:
    await raw.updates(allowed_updates=["callback_query"])
    api.says("甲")
    assert len(api.updates) == 0
    await raw.updates()
    api.says("乙")
    assert len(api.updates) == 0, "the last wish stays in force"
    await raw.updates(allowed_updates=[])
    api.says("丙")
    assert len(api.updates) == 1
    assert api.update("chat_member", {}) is None, "must be asked for by name"


async def test_an_update_is_forgotten_after_a_day(api: Simulator, raw: Raw, clock: Clock) -> None:
    api.says("旧")
    clock.now += 86_000
    api.says("新")
    clock.now += 401
    assert texts(await raw.updates()) == ["新"]


async def test_ten_thousand_updates_are_queued_and_read_in_seconds(api: Simulator, raw: Raw) -> None:
    for number in range(10_000):
        api.says("问", number)
    offset = read = 0
    while found := await raw.updates(offset=offset):
        read, offset = read + len(found), found[-1]["update_id"] + 1
    assert read == 10_000
    assert len(api.updates) == 0
