"""The webhook keeps what Telegram brings before it says so, and lets nobody else in."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.channels.telegram.intake.incoming import numbered
from bot.channels.telegram.intake.webhook import secret, webhook
from bot.delivery.operations import listening
from bot.settings import Address
from bot.store.errors import StoreError

TOKEN = "123456:test-token"
MESSAGE = {
    "update_id": 5,
    "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "低保怎么申请"},
}


class Door:
    """A webhook being asked, and what is behind it."""

    def __init__(self) -> None:
        self.url = ""
        self.kept: list[object] = []
        self.odd = 0
        self.wait = 0.0
        self.broken = False

    async def accept(self, update: object) -> None:
        await asyncio.sleep(self.wait)
        if self.broken:
            raise StoreError("database is locked")
        if numbered(update):
            self.kept.append(update)
        else:
            self.odd += 1

    async def post(self, body: object, key: str | None = None) -> int:
        content = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret(TOKEN) if key is None else key}
        headers["Content-Type"] = "application/json"
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=content, headers=headers) as response,
        ):
            return response.status


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    async with listening(webhook("/telegram", TOKEN, door.accept), Address("127.0.0.1", 0)) as port:
        door.url = f"http://127.0.0.1:{port}/telegram"
        yield door


async def test_an_update_is_accepted_only_after_it_was_kept(door: Door) -> None:
    door.wait = 0.3
    post = asyncio.create_task(door.post(MESSAGE))
    await asyncio.sleep(0.15)
    assert not post.done()
    assert await post == 200
    assert door.kept == [MESSAGE]


@pytest.mark.parametrize("key", ["", "wrong", "秘密", "a" * 64], ids=["none", "short", "chinese", "long"])
async def test_a_wrong_secret_is_refused_before_anything_is_read(door: Door, key: str) -> None:
    assert await door.post(MESSAGE, key.encode().decode("latin-1")) == 403
    assert await door.post(b"{broken", key.encode().decode("latin-1")) == 403
    assert door.kept == []


@pytest.mark.parametrize(
    "number",
    ["Infinity", "-Infinity", "NaN", "1e400", str(2**63), str(10**40), "9" * 5000, "-1", "0", "5.5", "true", '"5"'],
)
async def test_a_number_that_cannot_be_kept_is_refused(door: Door, number: str) -> None:
    assert await door.post(b'{"update_id": %s, "message": {}}' % number.encode()) == 400
    assert await door.post(MESSAGE | {"update_id": 2**63 - 1}) == 200


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"update_id": 5, "message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"]
)
async def test_json_of_any_depth_is_refused_and_the_next_update_is_served(door: Door, body: bytes) -> None:
    assert await door.post(body) == 400
    assert await door.post(MESSAGE) == 200


@pytest.mark.parametrize("body", [b"{broken", b"", b"[]", b"null", b'"a"', b"{}", b'{"update_id": "x"}', b"\xff\xfe"])
async def test_broken_json_is_refused_and_the_next_update_is_served(door: Door, body: bytes) -> None:
    assert await door.post(body) == 400
    assert door.odd == 1, "it is counted"
    assert await door.post(MESSAGE) == 200
    assert door.kept == [MESSAGE]


async def test_an_update_that_could_not_be_kept_is_offered_again(door: Door) -> None:
    door.broken = True
    assert await door.post(MESSAGE) == 503
    door.broken = False
    assert await door.post(MESSAGE) == 200


async def test_a_huge_body_is_refused(door: Door) -> None:
    assert await door.post(b" " * (2 * 1024 * 1024)) == 413
    assert door.kept == []


async def test_other_pages_and_methods_are_not_there(door: Door) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(door.url) as response:
            assert response.status == 405
        async with session.post(door.url + "/more") as response:
            assert response.status == 404


def test_the_secret_tells_nothing_of_the_token_and_is_allowed_by_telegram() -> None:
    assert len(secret(TOKEN)) == 64
    assert secret(TOKEN).isalnum()
    assert TOKEN.split(":")[1] not in secret(TOKEN)
