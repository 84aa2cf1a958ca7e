"""A Bot API server that hands out whatever it is told to, and answers as oddly as it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

TOKEN = "123456:hostile-run-token"
ME = {"id": 123456, "is_bot": True, "first_name": "bot", "username": "hostile_bot"}
Json = dict[str, Any]
Answer = Callable[[web.Request, Json], Awaitable[web.StreamResponse | None]]
"""Answers a request in the server's stead; None: the server answers after all."""

_ABILITIES = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
_FIXED: dict[str, object] = {
    "getMe": {**ME, **_ABILITIES},
    "getMyCommands": [],
    "getMyDescription": {"description": ""},
    "getMyShortDescription": {"short_description": ""},
}
_MESSAGES = ("sendMessage", "editMessageText")


@dataclass(frozen=True)
class Sent:
    """A message that was accepted."""

    at: float
    """When, by the monotonic clock."""
    chat: int
    """To whom."""
    text: str
    """Its words."""
    fields: Json
    """All that was asked."""


class Telegram:
    """Updates that wait, messages that were accepted, and how to answer oddly."""

    def __init__(self) -> None:
        self.url = ""
        self.waiting: dict[int, str] = {}
        self.sent: dict[int, list[Sent]] = defaultdict(list)
        self.attempts: Counter[int] = Counter()
        """Requests to send, by chat, whatever became of them."""
        self.calls: list[tuple[str, Json]] = []
        self.polls = 0
        self.last = 0.0
        self.latency = 0.0
        self.odd: dict[int, Answer] = {}
        """How to answer a message to a chat."""
        self.odd_methods: dict[str, Answer] = {}
        """How to answer other methods."""
        self.odd_poll: Answer | None = None
        """How to answer getUpdates."""
        self.hook: tuple[str, str] | None = None
        """Address and secret of the webhook."""
        self.number = int(time.time()) - 1_000_000_000  # below 2^31, as Telegram's are: higher ones confirm nothing
        self._news = asyncio.Condition()

    def arrive(self, *updates: Mapping[str, object] | str) -> None:
        """Let `updates` wait; a text goes out as it is, anything else gets the next number unless it has one."""
        for update in updates:
            self.number += 1
            text = update if isinstance(update, str) else json.dumps({"update_id": self.number, **update})
            self.waiting[self.number] = text.replace('"@next"', str(self.number))

    def drop(self) -> None:
        """Forget what waits."""
        self.waiting.clear()

    def texts(self, chat: int) -> list[str]:
        """Return what was accepted for `chat`."""
        return [sent.text for sent in self.sent[chat]]

    async def reply(self, chat: int, seconds: float, count: int = 1) -> list[str]:
        """Return the messages to `chat` as soon as there are `count`; what there is after `seconds` otherwise."""
        await self.until(lambda: len(self.sent[chat]) >= count, seconds)
        return self.texts(chat)

    async def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Wait until `true` says so, at most `seconds`; return what it says at the end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(true)
        return true()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        method = request.match_info["method"]
        fields = await _fields(request)
        if method == "getUpdates":
            return await self._updates(request, fields)
        self.calls.append((method, fields))
        if (odd := self.odd_methods.get(method)) and (answer := await odd(request, fields)) is not None:
            return answer
        if method == "setWebhook" and fields.get("url"):
            self.hook = (str(fields["url"]), str(fields.get("secret_token", "")))
        if method == "getWebhookInfo":
            url = self.hook[0] if self.hook else ""
            return ok({"url": url, "has_custom_certificate": False, "pending_update_count": len(self.waiting)})
        if method in _MESSAGES:
            return await self._send(request, fields)
        return ok(_FIXED.get(method, True))

    async def accept(self, fields: Json) -> Json:
        """Note a message as sent, and return it as Telegram would."""
        chat = int(fields["chat_id"])
        self.sent[chat].append(Sent(time.monotonic(), chat, str(fields.get("text", "")), fields))
        self.last = time.monotonic()
        async with self._news:
            self._news.notify_all()
        about = {"id": chat, "type": "private" if chat > 0 else "supergroup", "title": "g", "first_name": "r"}
        return {"message_id": len(self.sent[chat]), "date": int(time.time()), "chat": about, "from": ME, "text": "x"}

    async def _send(self, request: web.Request, fields: Json) -> web.StreamResponse:
        chat = int(fields["chat_id"])
        self.attempts[chat] += 1
        if self.latency:
            await asyncio.sleep(self.latency)
        if (odd := self.odd.get(chat)) and (answer := await odd(request, fields)) is not None:
            return answer
        return ok(await self.accept(fields))

    async def _updates(self, request: web.Request, fields: Json) -> web.StreamResponse:
        self.polls += 1
        offset = int(fields.get("offset") or 0)
        for number in [number for number in self.waiting if number < offset]:
            del self.waiting[number]
        if self.odd_poll and (answer := await self.odd_poll(request, fields)) is not None:
            return answer
        end = time.monotonic() + min(float(fields.get("timeout") or 0), 10)
        while not self.waiting and time.monotonic() < end:
            await asyncio.sleep(0.02)
        batch = list(self.waiting.values())[: int(fields.get("limit") or 100)]
        return raw('{"ok":true,"result":[' + ",".join(batch) + "]}")


def ok(result: object) -> web.Response:
    """Return a good answer."""
    return raw(json.dumps({"ok": True, "result": result}))


def raw(text: str, status: int = 200, kind: str = "application/json") -> web.Response:
    """Return `text` as it is."""
    return web.Response(body=text.encode(errors="surrogatepass"), status=status, content_type=kind)


async def _fields(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(json.loads(await request.read() or b"{}"))
    return dict(await request.post()) if request.can_read_body else dict(request.query)


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[Telegram]:
    """Run a server on a free port of this machine."""
    telegram = Telegram()
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/bot{token}/{method}", telegram.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        telegram.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield telegram
    finally:
        await runner.cleanup()
