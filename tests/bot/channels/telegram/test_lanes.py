"""Nobody waits because others do: those whom Telegram keeps waiting, or pictures that wait for a caption."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.telegram.places import Places
from bot.simulator.methods import BY_SMALL_NAME
from bot.simulator.refusal import Json
from bot.simulator.simulator import Simulator
from tests.running import rows, running, until

PHOTO: Json = {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Chats to which a message takes for as long as they are in here."""
    chats: set[int] = set()
    method = BY_SMALL_NAME["sendmessage"]

    async def send(simulator: Simulator, fields: Json) -> object:
        while int(fields["chat_id"]) in chats:
            await asyncio.sleep(0.1)
        return method.handler(simulator, fields)

    monkeypatch.setitem(BY_SMALL_NAME, "sendmessage", replace(method, handler=send))
    return chats


async def test_forty_chats_that_telegram_keeps_waiting_keep_no_other_waiting(
    api: Simulator, own: Path, hanging: set[int]
) -> None:
    hanging.update(range(100, 140))
    async with running(api, own):
        for user in hanging:
            api.says("/help", user)
        await until(lambda: rows(own, "SELECT count(*) FROM inbox WHERE state = 'open'") == [(40,)])
        start = time.monotonic()
        for user in range(200, 210):
            api.says("/help", user)
        assert {(await api.reply(60))["chat"]["id"] for _ in range(10)} == set(range(200, 210))
        assert time.monotonic() - start < 10, "a loaded machine is slow; it was 20 to 39 s"
        hanging.clear()


async def test_pictures_that_wait_for_a_caption_keep_no_other_waiting(api: Simulator, own: Path) -> None:
    for user in range(100, 106):
        api.says(user=user, **PHOTO, media_group_id=f"album of {user}")
    api.says("/help", 7)
    async with running(api, own, CHATS_AT_ONCE="2"):
        chats = [(await api.reply())["chat"]["id"] for _ in range(7)]
    assert chats[0] == 7
    assert set(chats[1:]) == set(range(100, 106))


async def test_a_place_is_given_up_after_a_while_unless_it_is_kept_or_too_many_are_given_up_already(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.telegram.places.SLOW", 0.1)
    monkeypatch.setattr("bot.channels.telegram.places.WAITING", 2)
    places, end, began = Places(1), asyncio.Event(), list[str]()

    async def serve(name: str, *, kept: bool = False) -> None:
        async with places.one() as keep:
            began.append(name)
            if kept:
                keep()
            await end.wait()

    tasks = [asyncio.create_task(serve(name, kept=name == "b")) for name in "ab"]
    await asyncio.sleep(0.3)
    assert began == ["a", "b"], "the first gave its place up, the second keeps it"
    tasks.append(asyncio.create_task(serve("c")))
    await asyncio.sleep(0.3)
    assert began == ["a", "b"]
    end.set()
    await asyncio.gather(*tasks)
    end.clear()
    began.clear()
    tasks = [asyncio.create_task(serve(name)) for name in "defg"]
    await asyncio.sleep(0.6)
    assert began == ["d", "e", "f"], "two have given their places up, so the third keeps its own"
    end.set()
    await asyncio.gather(*tasks)
