"""The HTTP client does over real connections what the library expects of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.channels.telegram.intake.inbox_bot import InboxBot
from bot.channels.telegram.request import AiohttpRequest, Timeouts
from tests.proxies import http_proxy, socks_proxy

TOKEN = "123456:secret-token"
PATIENCE = Timeouts(pool=0.3, connect=0.3, read=0.3, write=0.3, upload=0.3)


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
        if request.content_type == "application/json":
            self.asked.append(await request.json())
        else:
            form = dict(await request.post())
            self.asked.append({key: v.file.read() if isinstance(v, web.FileField) else v for key, v in form.items()})
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


def bot(server: Server, request: AiohttpRequest) -> Bot:
    return Bot(TOKEN, base_url=f"{server.url}/bot", request=request, get_updates_request=AiohttpRequest())


@pytest.fixture(autouse=True)
def modern(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


async def ask(server: Server, request: AiohttpRequest | None = None) -> object:
    """Ask for something cheap."""
    request = request or AiohttpRequest(timeouts=PATIENCE)
    await request.initialize()
    try:
        return await bot(server, request).send_chat_action(7, "typing")
    finally:
        await request.shutdown()


async def test_fields_arrive_as_the_bot_api_reads_them(server: Server) -> None:
    request = AiohttpRequest()
    await request.initialize()
    server.answer = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}
    await bot(server, request).send_message(7, "低保 & <b>50%+</b>\n怎么办", disable_notification=True)
    await request.shutdown()
    assert server.asked == [{"chat_id": 7, "text": "低保 & <b>50%+</b>\n怎么办", "disable_notification": True}]


async def test_files_are_uploaded_beside_the_fields(server: Server) -> None:
    request = AiohttpRequest()
    await request.initialize()
    server.answer = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}
    await bot(server, request).send_document(7, InputFile(b"\x00\x01content", "表.pdf"), caption="说明")
    await request.shutdown()
    (asked,) = server.asked
    assert b"\x00\x01content" in asked.values()
    assert asked["caption"] == "说明"
    assert asked["chat_id"] == "7"


async def test_one_connection_serves_many_requests(server: Server) -> None:
    request = AiohttpRequest()
    await request.initialize()
    for _ in range(5):
        await bot(server, request).send_chat_action(7, "typing")
    assert len(server.connections) == 1
    await request.shutdown()


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
    with pytest.raises(NetworkError, match="not JSON"):
        await ask(server)


async def test_a_silent_server_times_out(server: Server) -> None:
    server.wait = 5
    with pytest.raises(TimedOut):
        await ask(server)


async def test_a_caller_may_wait_longer_than_the_default(server: Server) -> None:
    server.wait = 0.6
    request = AiohttpRequest(timeouts=PATIENCE)
    await request.initialize()
    assert await bot(server, request).send_chat_action(7, "typing", read_timeout=5, write_timeout=5)
    await request.shutdown()


async def test_a_full_pool_times_out_and_says_that_nothing_was_sent(server: Server) -> None:
    server.wait = 0.8
    request = AiohttpRequest(connections=1, timeouts=Timeouts(pool=0.2))
    await request.initialize()
    first = asyncio.create_task(bot(server, request).send_chat_action(1, "typing"))
    await asyncio.sleep(0.1)
    with pytest.raises(TimedOut, match="not sent"):
        await bot(server, request).send_chat_action(2, "typing")
    await first
    assert [asked["chat_id"] for asked in server.asked] == [1]
    await request.shutdown()


async def test_a_dropped_connection_is_a_network_error_and_the_next_request_works(server: Server) -> None:
    request = AiohttpRequest(timeouts=PATIENCE)
    await request.initialize()
    server.drop = True
    with pytest.raises(NetworkError) as raised:
        await bot(server, request).send_chat_action(7, "typing")
    assert type(raised.value) is NetworkError
    server.drop = False
    assert await bot(server, request).send_chat_action(7, "typing")
    await request.shutdown()


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


class Nothing:
    """A queue that has room and keeps nothing."""

    async def room(self) -> None: ...

    async def take(self, received: object, bot: Bot) -> tuple[()]:
        return ()


async def test_a_poll_is_noted_when_telegram_has_answered_and_not_when_a_proxy_has(server: Server) -> None:
    heard: list[str] = []

    async def poll() -> None:
        request = AiohttpRequest(timeouts=PATIENCE)
        await request.initialize()
        polling = InboxBot(
            Nothing(),  # type: ignore[arg-type]
            lambda: heard.append("Telegram"),
            token=TOKEN,
            base_url=f"{server.url}/bot",
            get_updates_request=request,
        )
        try:
            await polling.get_updates(timeout=1)
        finally:
            await request.shutdown()

    server.answer = {"ok": True, "result": []}
    await poll()
    for server.status, server.answer in ((200, "<html>"), (500, {"ok": False})):
        with pytest.raises(NetworkError):
            await poll()
    assert heard == ["Telegram"]


async def test_requests_go_through_an_http_proxy(server: Server) -> None:
    async with http_proxy() as proxy:
        assert await ask(server, AiohttpRequest(proxy=proxy.url))
        assert proxy.asked == [f"{server.url}/bot{TOKEN}/sendChatAction"]


async def test_requests_go_through_a_socks_proxy(server: Server) -> None:
    async with socks_proxy() as proxy:
        assert await ask(server, AiohttpRequest(proxy=proxy.url))
        assert proxy.asked == [server.url.removeprefix("http://")]


async def test_a_socks5h_proxy_is_given_the_name_to_resolve(server: Server) -> None:
    server.url = server.url.replace("127.0.0.1", "bot-api.invalid")
    async with socks_proxy() as proxy:
        assert await ask(server, AiohttpRequest(proxy=proxy.url.replace("socks5:", "socks5h:")))
        assert proxy.asked == [server.url.removeprefix("http://")]


async def test_a_proxy_that_is_gone_is_a_network_error(server: Server) -> None:
    for scheme in ("http", "socks5", "socks5h"):
        with pytest.raises(NetworkError):
            await ask(server, AiohttpRequest(proxy=f"{scheme}://127.0.0.1:9", timeouts=PATIENCE))
    assert server.asked == []


async def test_it_can_be_closed_twice_opened_again_and_not_used_while_closed(server: Server) -> None:
    request = AiohttpRequest()
    await request.shutdown()
    with pytest.raises(NetworkError, match="before initialize"):
        await bot(server, request).send_chat_action(7, "typing")
    for _ in range(2):
        await request.initialize()
        assert await bot(server, request).send_chat_action(7, "typing")
        await request.shutdown()
        await request.shutdown()
