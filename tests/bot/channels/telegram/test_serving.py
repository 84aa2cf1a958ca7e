"""The whole bot as its own process: webhook and polling, operations pages, floods, proxies, and a wedged network."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.channels.telegram.intake.webhook import secret
from bot.simulator.simulator import TOKEN, Simulator
from tests.conftest import ROOT
from tests.proxies import http_proxy, socks_proxy
from tests.running import rows, running, until

ASK = "低保怎么申请"
TOO_FAST = "您发得太快了"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def by_webhook() -> dict[str, str]:
    """Settings for updates by webhook."""
    port = free_port()
    return {"WEBHOOK_URL": f"http://127.0.0.1:{port}/updates", "WEBHOOK_LISTEN": f"127.0.0.1:{port}"}


def called(api: Simulator, method: str) -> list[dict[str, object]]:
    return [fields for name, fields in api.calls if name == method]


async def test_by_webhook_it_answers_and_is_registered_once(
    api: Simulator, own: Path, by_webhook: dict[str, str]
) -> None:
    for _ in range(2):
        async with running(api, own, **by_webhook):
            api.says(ASK)
            answer = await api.reply()
            assert "依据：" in answer["text"]
            api.presses(answer, "全部问题")
            assert "点您关心的题目" in (await api.reply())["text"]
    (registered,) = called(api, "setWebhook")
    assert registered["url"] == by_webhook["WEBHOOK_URL"]
    assert registered["secret_token"] == secret(TOKEN)
    assert TOKEN.split(":")[1] not in str(registered)
    assert called(api, "getUpdates") == []


async def test_what_comes_by_webhook_while_the_bot_is_down_is_answered_by_polling_later(
    api: Simulator, own: Path, by_webhook: dict[str, str]
) -> None:
    api.webhook.pauses = 0.1
    async with running(api, own, **by_webhook):
        pass
    api.says(ASK)
    await asyncio.sleep(0.3)
    async with running(api, own):
        assert "依据：" in (await api.reply())["text"]
    assert called(api, "deleteWebhook")
    assert not any(fields.get("drop_pending_updates") for fields in called(api, "deleteWebhook"))


async def test_a_stranger_at_the_webhook_is_turned_away(api: Simulator, own: Path, by_webhook: dict[str, str]) -> None:
    async with running(api, own, **by_webhook):
        forged = {"update_id": 1, "message": api.message(7, text=ASK)}
        async with (
            aiohttp.ClientSession() as session,
            session.post(by_webhook["WEBHOOK_URL"], json=forged) as response,
        ):
            assert response.status == 403
        api.says("谢谢", user=8)
        await api.reply()
        assert [fields["chat_id"] for fields in called(api, "sendMessage")] == [8]


async def test_an_unreadable_update_by_webhook_is_not_offered_again(
    api: Simulator, own: Path, by_webhook: dict[str, str]
) -> None:
    api.webhook.pauses = 0.01
    async with running(api, own, **by_webhook) as bot:
        api.update("callback_query", {"id": "1", "from": api.chats.person(7).user, "data": "a:dibao.apply"})
        await bot.logs("it is skipped")
        api.says(ASK)
        assert "依据：" in (await api.reply())["text"]
        await until(lambda: not len(api.updates))
        assert bot.log.count("it is skipped") == 1
    assert rows(own, "SELECT state FROM inbox ORDER BY update_id") == [("skipped",), ("done",)]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_the_operations_pages_are_there_in_both_modes_and_name_nobody(
    api: Simulator, own: Path, mode: str, by_webhook: dict[str, str]
) -> None:
    settings = by_webhook if mode == "webhook" else {}
    async with running(api, own, **(settings | {"ADMIN_PORT": "0"})) as bot:
        api.says(ASK, user=987654321)
        await api.reply()
        assert (await bot.page("/healthz"))[0] == 200
        status, body = await bot.page("/readyz")
        wanted = {"model": "ok", "database": "ok"} | ({"polling": "ok"} if mode == "polling" else {})
        assert (status, json.loads(body)) == (200, {"ready": True, "checks": wanted})
        await until(lambda: rows(own, "SELECT state FROM inbox") == [("done",)])
        _, text = await bot.page("/metrics")
    samples = {s.name: s.value for family in text_string_to_metric_families(text) for s in family.samples}
    assert samples["bot_answer_seconds_count"] == 1
    assert samples["bot_backlog"] == 0
    assert samples["bot_dead_letters"] == 0
    assert 'bot_decisions_total{decision="answer"} 1.0' in text
    assert 'bot_updates_total{kind="message"} 1.0' in text
    assert "987654321" not in text
    assert "dibao" not in text


async def test_it_says_why_it_is_not_ready(api: Simulator, own: Path) -> None:
    async with running(api, own, ADMIN_PORT="0") as bot:
        assert (await bot.page("/readyz"))[0] == 200
        with closing(sqlite3.connect(own / "bot.sqlite3")) as other:
            other.execute("ALTER TABLE inbox RENAME TO away")
            status, body = await bot.page("/readyz")
            checks = json.loads(body)["checks"]
            assert (status, checks["model"], checks["polling"]) == (503, "ok", "ok")
            assert "OperationalError: no such table: inbox" in checks["database"]
            other.execute("ALTER TABLE away RENAME TO inbox")
        assert (await bot.page("/readyz"))[0] == 200


async def test_a_taken_admin_port_does_not_keep_residents_from_being_served(api: Simulator, own: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with running(api, own, ADMIN_PORT=str(taken.getsockname()[1])) as bot:
            api.says(ASK)
            assert "依据：" in (await api.reply())["text"]
            assert "ADMIN_PORT: " in bot.log


async def test_a_flood_is_told_once_kept_nowhere_and_danger_gets_through(api: Simulator, own: Path) -> None:
    async with running(api, own, FLOOD_PER_MINUTE="3", ADMIN_PORT="0") as bot:
        for _ in range(10):
            api.says(ASK, user=7)
        api.says("我不想活了，药都买好了", user=7)
        api.says(ASK, user=8)
        texts: dict[int, list[str]] = {7: [], 8: []}
        for _ in range(6):
            reply = await api.reply()
            texts[reply["chat"]["id"]].append(reply["text"])
        assert [TOO_FAST in text for text in texts[7]].count(True) == 1
        assert sum("依据：" in text for text in texts[7]) == 3
        assert any("110" in text and TOO_FAST not in text for text in texts[7]), "danger is answered"
        assert "依据：" in texts[8][0]
        await asyncio.sleep(0.5)
        assert api.sent.empty(), "nothing else is sent"
        assert len(rows(own, "SELECT update_id FROM inbox")) == 5
        assert "bot_flood_dropped_total 7.0" in (await bot.page("/metrics"))[1]


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks5h"])
async def test_polling_and_replies_go_through_the_proxy(api: Simulator, own: Path, scheme: str) -> None:
    async with (http_proxy if scheme == "http" else socks_proxy)() as proxy:
        url = proxy.url.replace("socks5:", f"{scheme}:")
        async with running(api, own, TELEGRAM_PROXY=url):
            api.says(ASK)
            assert "依据：" in (await api.reply())["text"]
        assert len(proxy.asked) >= 2, "one connection for polling and one for the rest"


async def test_the_proxy_that_the_environment_names_is_used(api: Simulator, own: Path) -> None:
    elsewhere = api.url.replace("127.0.0.1", "bot-api.invalid")
    async with socks_proxy() as proxy:
        named = proxy.url.replace("socks5:", "socks5h:")
        settings = {"TELEGRAM_BASE_URL": elsewhere, "ALL_PROXY": named, "NO_PROXY": ""}
        async with running(api, own, ready="asking again", **settings):
            pass  # the server does not answer to that name; that it was asked is what counts
        assert set(proxy.asked) == {elsewhere.removeprefix("http://")}


async def test_without_a_network_at_the_start_it_waits_and_serves_when_it_is_back(api: Simulator, own: Path) -> None:
    api.switch(gone_seconds=60)
    api.says(ASK)
    async with running(api, own, ready="asking again") as bot:
        api.switch(gone_seconds=0)
        assert "依据：" in (await api.reply())["text"]
        assert "serving" in bot.log


async def test_stopped_while_it_waits_for_a_network_it_ends_at_once(api: Simulator, own: Path) -> None:
    api.switch(gone_seconds=60)
    async with running(api, own, ready="asking again") as bot:
        assert await bot.end() < 2


WEDGED = """
import bot.channels.telegram.intake.heartbeat
bot.channels.telegram.intake.heartbeat.SILENCE = 12.0
from bot.cli.main import main
main()
"""


async def test_polling_that_stays_silent_ends_the_process_with_an_error(api: Simulator, own: Path) -> None:
    environment = {**os.environ, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_BASE_URL": api.url, "ADMIN_PORT": "off"}
    with (own / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", WEDGED, "--faq", str(own.parent / "faq"), "--data", str(own)),
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
    await until(lambda: b"serving" in (own / "log").read_bytes())
    api.switch(gone_seconds=600)
    assert await asyncio.wait_for(process.wait(), 60) == 1
    output = (own / "log").read_text("utf-8")
    assert "no successful getUpdates for 1" in output
    assert "Traceback" not in output
