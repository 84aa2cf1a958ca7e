"""Faults that are switched on, met by the real library of the bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.simulator.server import serving
from bot.simulator.simulator import TOKEN, Simulator
from tests.bot.simulator.conftest import Raw


@pytest.fixture
async def bot(api: Simulator) -> AsyncIterator[Bot]:
    api.says("你好", 7)
    async with Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
        yield bot


def sent(api: Simulator) -> int:
    return sum(1 for message in api.chats.private(7).messages.values() if message["from"]["is_bot"])


@pytest.mark.filterwarnings("ignore:.*retry_after.*")
async def test_too_many_requests_say_how_long_to_wait(api: Simulator, bot: Bot) -> None:
    api.switch(too_many={"next": 2}, retry_after=3)
    for _ in range(2):
        with pytest.raises(RetryAfter, match="Retry in 3 seconds"):
            await bot.send_message(7, "甲")
    await bot.send_message(7, "甲")
    assert sent(api) == 1


async def test_a_share_of_calls_is_hit_and_can_be_limited_to_a_method(api: Simulator, bot: Bot) -> None:
    api.switch(server_error={"share": 0.5, "method": "sendMessage"})
    failed = 0
    for _ in range(60):
        await bot.send_chat_action(7, "typing")
        try:
            await bot.send_message(7, "甲")
        except NetworkError:
            failed += 1
    assert 15 < failed < 45
    assert sent(api) == 60 - failed


async def test_a_refusal_without_reason_is_a_bad_request(api: Simulator, bot: Bot) -> None:
    api.switch(refused={"next": 1})
    with pytest.raises(BadRequest):
        await bot.send_message(7, "甲")
    await bot.send_message(7, "甲")


async def test_a_dropped_request_is_not_carried_out_but_an_unanswered_one_is(api: Simulator, bot: Bot) -> None:
    for kind, count in (("dropped", 0), ("unanswered", 1)):
        api.switch(**{kind: {"next": 1}})
        with pytest.raises(NetworkError):
            await bot.send_message(7, "甲")
        assert sent(api) == count
    assert [call.status for call in api.record.calls()[-2:]] == [0, 0]


async def test_latency_delays_answers_but_not_polls_unless_wished(api: Simulator, bot: Bot) -> None:
    api.switch(latency_ms=400)
    began = time.monotonic()
    await bot.get_updates(timeout=0)
    quick = time.monotonic() - began
    await bot.send_message(7, "甲")
    assert time.monotonic() - began - quick >= 0.4
    assert quick < 0.4
    api.switch(polls_too=True)
    began = time.monotonic()
    await bot.get_updates(timeout=0)
    assert time.monotonic() - began >= 0.4


async def test_while_the_network_is_gone_nothing_passes_and_a_waiting_poll_breaks(api: Simulator, bot: Bot) -> None:
    await bot.get_updates(offset=-1)
    api.updates.clear()
    poll = asyncio.create_task(bot.get_updates(offset=1, timeout=20))
    await asyncio.sleep(0.3)
    api.switch(gone_seconds=60)
    with pytest.raises(NetworkError):
        await asyncio.wait_for(poll, 30)
    with pytest.raises(NetworkError):
        await bot.send_message(7, "甲")
    api.switch(gone_seconds=0)
    await bot.send_message(7, "甲")


async def test_deliveries_wait_while_the_network_is_gone(api: Simulator, raw: Raw) -> None:
    api.webhook.pauses = 0.001
    got: list[str] = []

    async def take(request: aiohttp.web.Request) -> aiohttp.web.Response:
        got.append((await request.json())["message"]["text"])
        return aiohttp.web.Response()

    application = aiohttp.web.Application()
    application.router.add_post("/", take)
    runner = aiohttp.web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    await raw.done("setWebhook", url=f"http://127.0.0.1:{runner.addresses[0][1]}/")
    api.switch(gone_seconds=60)
    api.says("甲")
    await asyncio.sleep(0.2)
    assert got == []
    api.switch(gone_seconds=0)
    async with asyncio.timeout(10):
        while not got:
            await asyncio.sleep(0.01)
    await runner.cleanup()


async def test_an_unknown_fault_is_named(api: Simulator, raw: Raw) -> None:
    with pytest.raises(ValueError, match="unknown faults"):
        api.switch(earthquake=1)
    async with raw.session.post(f"{api.url}/api/faults", json={"earthquake": 1}) as answer:
        assert answer.status == 400
        assert "earthquake" in await answer.text()


async def test_two_servers_do_not_share_faults(api: Simulator) -> None:
    async with serving() as other:
        api.switch(latency_ms=5)
        assert other.faults.latency_ms == 0
