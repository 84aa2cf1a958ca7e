"""Webhooks: the secret, order within a chat, retries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.simulator.simulator import Simulator
from tests.bot.simulator.conftest import Clock, Raw


class Hook:
    """A bot's end of a webhook: answers as a test says, and remembers."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.failures = 0
        self.refused: set[int] = set()
        self.delay = 0.0
        self.got: list[dict[str, Any]] = []
        self.headers: list[str | None] = []
        self.flying: dict[int, int] = {}
        self.most_flying = self.most_in_a_chat = 0

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        chat = update["message"]["chat"]["id"]
        self.flying[chat] = self.flying.get(chat, 0) + 1
        self.most_flying = max(self.most_flying, sum(self.flying.values()))
        self.most_in_a_chat = max(self.most_in_a_chat, self.flying[chat])
        await asyncio.sleep(self.delay)
        self.flying[chat] -= 1
        self.headers.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if chat in self.refused:
            return web.Response(status=500)
        if self.failures:
            self.failures -= 1
            return web.Response(status=500)
        self.got.append(update)
        return web.Response(status=self.status)

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(20):
            while len(self.got) < count:
                await asyncio.sleep(0.01)
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    application = web.Application()
    application.router.add_post("/hook", hook.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_updates_are_posted_with_the_secret_also_those_that_waited(api: Simulator, raw: Raw, hook: Hook) -> None:
    api.says("先")
    await raw.done("setWebhook", url=hook.url, secret_token="s-1")
    api.says("后")
    assert await hook.until(2) == ["先", "后"]
    assert hook.headers == ["s-1", "s-1"]
    await asyncio.sleep(0.05)
    assert len(api.updates) == 0
    info = await raw.done("getWebhookInfo")
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == (hook.url, 0, 40)


@pytest.mark.parametrize("status", [200, 204, 299])
async def test_any_2xx_takes_an_update(api: Simulator, raw: Raw, hook: Hook, status: int) -> None:
    hook.status = status
    await raw.done("setWebhook", url=hook.url)
    api.says("甲")
    await hook.until(1)
    await asyncio.sleep(0.1)
    assert len(hook.got) == 1
    assert len(api.updates) == 0


async def test_a_refused_update_is_tried_again_with_growing_pauses_and_holds_back_its_chat_only(
    api: Simulator, raw: Raw, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0.01)

    hook.failures = 5
    await raw.done("setWebhook", url=hook.url, max_connections=1)
    monkeypatch.setattr("bot.simulator.webhook.asyncio.sleep", noted)
    api.says("一", 7)
    api.says("二", 7)
    async with asyncio.timeout(20):
        while len(hook.got) < 2:
            await sleep(0.01)
    assert [update["message"]["text"] for update in hook.got] == ["一", "二"]
    assert [seconds for seconds in pauses if seconds not in (0.01, hook.delay)][:4] == [2, 4, 8, 16]
    assert "500" in (await raw.done("getWebhookInfo"))["last_error_message"]


async def test_a_chat_that_waits_for_another_attempt_holds_no_connection(api: Simulator, raw: Raw, hook: Hook) -> None:
    hook.refused = {7, 8}
    await raw.done("setWebhook", url=hook.url, max_connections=1)
    for user in (7, 8, 9):
        api.says("一", user)
    assert await hook.until(1) == ["一"]
    assert hook.got[0]["message"]["chat"]["id"] == 9


async def test_one_update_flies_per_chat_and_chats_fly_side_by_side(api: Simulator, raw: Raw, hook: Hook) -> None:
    hook.delay = 0.03
    for number in range(5):
        for user in range(1, 5):
            api.says(str(number), user)
    await raw.done("setWebhook", url=hook.url, max_connections=3)
    await hook.until(20)
    assert hook.most_in_a_chat == 1
    assert hook.most_flying == 3
    for user in range(1, 5):
        own = [u["message"]["text"] for u in hook.got if u["message"]["chat"]["id"] == user]
        assert own == ["0", "1", "2", "3", "4"]


async def test_an_update_that_is_never_taken_is_given_up_after_a_day(
    api: Simulator, raw: Raw, hook: Hook, clock: Clock
) -> None:
    api.webhook.pauses = 0.005
    hook.failures = 10**6
    await raw.done("setWebhook", url=hook.url)
    api.says("旧")
    await asyncio.sleep(0.1)
    clock.now += 86_401
    await asyncio.sleep(0.5)
    hook.failures = 0
    api.says("新")
    assert await hook.until(1) == ["新"]


async def test_what_was_not_taken_waits_for_a_poll(api: Simulator, raw: Raw, hook: Hook) -> None:
    hook.failures = 10**6
    await raw.done("setWebhook", url=hook.url)
    api.says("甲")
    await asyncio.sleep(0.1)
    await raw.done("deleteWebhook")
    assert len(await raw.updates()) == 1
    await raw.done("setWebhook", url=hook.url, drop_pending_updates=True)
    assert len(api.updates) == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": "https://example.com/hook"}, "bad webhook"),
        ({"url": "http://127.0.0.1:1/h", "max_connections": 101}, "max_connections"),
        ({"url": "http://127.0.0.1:1/h", "max_connections": 0}, "max_connections"),
        ({"url": "http://127.0.0.1:1/h", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "http://127.0.0.1:1/h", "secret_token": "x" * 257}, "secret token"),
        ({}, 'parameter "url" is required'),
    ],
)
async def test_a_wrong_webhook_is_refused(raw: Raw, fields: dict[str, object], words: str) -> None:
    code, said = await raw.refused("setWebhook", **fields)
    assert code == 400
    assert words in said
