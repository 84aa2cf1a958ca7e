"""The HTTP client does over real connections what the library expects of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.channels.telegram.api import Api, Timeouts
from tests.proxies import http_proxy, socks_proxy

TOKEN = "123456:secret-token"
PATIENCE = Timeouts(pool=0.3, connect=0.3, read=0.3, write=0.3)


class Server:
    """Answers as it is told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.answer: object = {"ok": True, "result": True}
        self.wait = 0.0
        self.drop = False
        self.asked: list[dict[str, object]] = []
        self.connections: set[object] = set()

    async def handle(self, request: web.Request) -> web.Response:
        self.connections.add(request.transport)
        self.asked.append(await request.json() if request.can_read_body else {})
        await asyncio.sleep(self.wait)
        if self.drop and request.transport:
            request.transport.abort()
        text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        return web.Response(status=self.status, text=text, content_type="application/json")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


def api(server: Server, timeouts: Timeouts = PATIENCE, **more: Any) -> Api:
    return Api(TOKEN, server.url, timeouts=timeouts, **more)


@pytest.fixture(autouse=True)
def modern(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


async def ask(server: Server, opened: Api | None = None) -> object:
    """Ask for something cheap."""
    async with opened or api(server) as asked:
        return await asked.call("sendChatAction", {"chat_id": 7})


async def test_fields_arrive_as_the_bot_api_reads_them(server: Server) -> None:
    server.answer = {"ok": True, "result": {"message_id": 1}}
    async with api(server) as opened:
        said = {"chat_id": 7, "text": "低保 & <b>50%+</b>\n怎么办", "disable_notification": True, "reply_markup": None}
        assert await opened.call("sendMessage", said) == {"message_id": 1}
    assert server.asked == [{"chat_id": 7, "text": "低保 & <b>50%+</b>\n怎么办", "disable_notification": True}]


async def test_half_a_character_in_a_name_keeps_no_message_from_being_sent(server: Server) -> None:
    async with api(server) as opened:
        assert await opened.call("sendMessage", {"text": "甲\ud83d"})
    assert server.asked == [{"text": "甲?"}]


@pytest.mark.parametrize("ending", ["", "/", "/bot", "/bot/"])
async def test_the_address_of_the_server_may_end_in_several_ways(server: Server, ending: str) -> None:
    server.url += ending
    assert await ask(server)


async def test_one_connection_serves_many_requests(server: Server) -> None:
    async with api(server) as opened:
        for _ in range(5):
            await opened.call("sendChatAction", {"chat_id": 7})
    assert len(server.connections) == 1


@pytest.mark.parametrize(
    ("status", "extra", "error"),
    [
        (400, {}, BadRequest),
        (401, {}, InvalidToken),
        (403, {}, Forbidden),
        (409, {}, Conflict),
        (429, {"parameters": {"retry_after": 3}}, RetryAfter),
        (500, {}, NetworkError),
        (502, {}, NetworkError),
    ],
)
async def test_each_refusal_becomes_the_librarys_error(
    server: Server, status: int, extra: dict[str, object], error: type[Exception]
) -> None:
    server.status, server.answer = status, {"ok": False, "error_code": status, "description": "said so", **extra}
    with pytest.raises(error) as raised:
        await ask(server)
    assert type(raised.value) is error


@pytest.mark.parametrize("page", ["<html>", '{"error": "no"}'])
@pytest.mark.parametrize("status", [401, 403, 404, 409, 502])
async def test_an_error_page_of_a_proxy_on_the_way_is_a_network_error_whatever_its_status(
    server: Server, status: int, page: str
) -> None:
    server.status, server.answer = status, page
    with pytest.raises(NetworkError, match=f"({status})") as raised:
        await ask(server)
    assert type(raised.value) is NetworkError


async def test_a_page_instead_of_an_answer_is_a_network_error(server: Server) -> None:
    server.answer = "<html>"
    with pytest.raises(NetworkError, match="not of the Bot API's form"):
        await ask(server)


async def test_a_silent_server_times_out(server: Server) -> None:
    server.wait = 5
    with pytest.raises(TimedOut):
        await ask(server)


async def test_a_long_poll_may_take_as_long_as_it_was_asked_to_wait(server: Server) -> None:
    server.wait = 0.6
    async with api(server) as opened:
        assert await opened.call("getUpdates", {"timeout": 1}, wait=1.0)


async def test_a_full_pool_times_out_and_says_that_nothing_was_sent(server: Server) -> None:
    server.wait = 0.8
    async with api(server, Timeouts(pool=0.2), connections=1) as opened:
        first = asyncio.create_task(opened.call("sendChatAction", {"chat_id": 1}))
        await asyncio.sleep(0.1)
        with pytest.raises(TimedOut, match="not sent"):
            await opened.call("sendChatAction", {"chat_id": 2})
        await first
    assert [asked["chat_id"] for asked in server.asked] == [1]


async def test_requests_that_hang_do_not_keep_updates_from_being_fetched(server: Server) -> None:
    server.wait = 0.8
    async with api(server, Timeouts(pool=5), connections=1) as opened:
        hanging = asyncio.create_task(opened.call("sendMessage", {"chat_id": 1}))
        await asyncio.sleep(0.1)
        server.wait = 0.0
        assert await asyncio.wait_for(opened.call("getUpdates", {"timeout": 1}, wait=1.0), 0.4)
        await hanging


async def test_a_dropped_connection_is_a_network_error_and_the_next_request_works(server: Server) -> None:
    async with api(server) as opened:
        server.drop = True
        with pytest.raises(NetworkError) as raised:
            await opened.call("sendChatAction", {"chat_id": 7})
        assert type(raised.value) is NetworkError
        server.drop = False
        assert await opened.call("sendChatAction", {"chat_id": 7})


async def test_a_closed_port_is_a_network_error_that_does_not_name_the_token() -> None:
    nowhere = Server()
    nowhere.url = "http://127.0.0.1:9"
    with pytest.raises(NetworkError, match="ClientConnectorError") as raised:
        await ask(nowhere)
    assert "secret-token" not in str(raised.value)


async def test_a_redirect_is_not_followed(server: Server) -> None:
    server.status, server.answer = 302, {"ok": False}
    with pytest.raises(NetworkError):
        await ask(server)
    assert len(server.asked) == 1


async def test_what_failed_is_told_by_its_method_and_long_polls_are_not(server: Server) -> None:
    failed: list[tuple[str, str]] = []
    server.status = 500
    async with api(server, failed=lambda method, error: failed.append((method, type(error).__name__))) as opened:
        for wait in (0.0, 1.0):
            with pytest.raises(NetworkError):
                await opened.call("getMe", wait=wait)
    assert failed == [("getMe", "NetworkError")]


async def test_requests_go_through_an_http_proxy(server: Server) -> None:
    async with http_proxy() as proxy:
        assert await ask(server, api(server, proxy=proxy.url))
        assert proxy.asked == [f"{server.url}/bot{TOKEN}/sendChatAction"]


async def test_requests_go_through_a_socks_proxy(server: Server) -> None:
    async with socks_proxy() as proxy:
        assert await ask(server, api(server, proxy=proxy.url))
        assert proxy.asked == [server.url.removeprefix("http://")]


async def test_a_socks5h_proxy_is_given_the_name_to_resolve(server: Server) -> None:
    server.url = server.url.replace("127.0.0.1", "bot-api.invalid")
    async with socks_proxy() as proxy:
        assert await ask(server, api(server, proxy=proxy.url.replace("socks5:", "socks5h:")))
        assert proxy.asked == [server.url.removeprefix("http://")]


async def test_a_proxy_that_is_gone_is_a_network_error(server: Server) -> None:
    for scheme in ("http", "socks5", "socks5h"):
        with pytest.raises(NetworkError):
            await ask(server, api(server, proxy=f"{scheme}://127.0.0.1:9"))
    assert server.asked == []


async def test_it_can_be_opened_again_and_not_used_while_closed(server: Server) -> None:
    opened = api(server)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="before it was opened"):
            await opened.call("getMe")
        assert await ask(server, opened)
