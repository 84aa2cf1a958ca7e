"""A small Bot API server on loopback: the real bot talks to it over real HTTP, and it refuses what Telegram refuses."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from aiohttp import web

Fields = dict[str, Any]
TOKEN = "123456:test-token"
BOT = {"id": 123456, "is_bot": True, "first_name": "鹤壁问答", "username": "hebi_test_bot"}
BOT_ABILITIES = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
_TAGS = {"b", "i", "u", "s", "code", "pre", "a", "blockquote"}


class Refusal(Exception):
    """An answer with ok=false."""

    def __init__(self, code: int, description: str) -> None:
        self.code, self.description = code, description
        super().__init__(description)


class _Plain(HTMLParser):
    """Strips Telegram's HTML; refuses unknown and unclosed tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.open = "", list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise Refusal(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refusal(400, "Bad Request: can't parse entities: Unmatched end tag")

    def handle_data(self, data: str) -> None:
        self.text += data


@dataclass
class BotApi:
    """State of the server: updates waiting for the bot, and everything the bot has asked for."""

    url: str = ""
    calls: list[tuple[str, Fields]] = field(default_factory=list)
    sent: asyncio.Queue[Fields] = field(default_factory=asyncio.Queue)
    refuse_next: bool = False
    _waiting: list[Fields] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _open_queries: set[str] = field(default_factory=set)
    _texts: dict[int, str] = field(default_factory=dict)

    # what residents do

    def says(self, text: str | None = None, user: int = 7, **extra: Any) -> None:
        """Queue a message of resident `user`; `extra` replaces the text by a photo, voice and so on."""
        content = {"text": text} if text is not None else {}
        if text and text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]  # type: ignore[assignment]
        self.update("message", self._message(user, **content, **extra))

    def presses(self, message: Fields, label: str, user: int = 7) -> None:
        """Queue a press on the button `label` of `message`, as the bot sent it."""
        rows = message["reply_markup"]["inline_keyboard"]
        data = next(button["callback_data"] for row in rows for button in row if button["text"] == label)
        self.presses_data(message, data, user)

    def presses_data(self, message: Fields, data: str, user: int = 7) -> None:
        """Queue a press with raw callback data."""
        query = str(next(self._numbers))
        self._open_queries.add(query)
        person = {"id": user, "is_bot": False, "first_name": "居民"}
        self.update(
            "callback_query", {"id": query, "from": person, "message": message, "chat_instance": "1", "data": data}
        )

    def update(self, kind: str, content: Fields) -> None:
        """Queue any update."""
        self._waiting.append({"update_id": next(self._numbers), kind: content})
        self._arrived.set()

    async def reply(self) -> Fields:
        """Return the next message that the bot sends or edits."""
        return await asyncio.wait_for(self.sent.get(), 30)

    def _message(self, user: int, **content: Any) -> Fields:
        person = {"id": user, "is_bot": False, "first_name": "居民"}
        chat = {"id": user, "type": "private", "first_name": "居民"}
        return {"message_id": next(self._numbers), "date": int(time.time()), "chat": chat, "from": person, **content}

    # what the bot asks for

    async def handle(self, request: web.Request) -> web.Response:
        """Serve one request of the bot."""
        if request.match_info["token"] != TOKEN:
            return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)
        name = request.match_info["method"]
        fields = {key: _value(str(value)) for key, value in (await request.post()).items()}
        if request.content_type == "application/json":
            fields = await request.json()
        if name != "getUpdates":
            self.calls.append((name, fields))
        method: Callable[[Fields], Awaitable[Any]] | None = getattr(self, f"on_{name}", None)
        try:
            if method is None:
                raise Refusal(404, "Not Found: method not found")
            return web.json_response({"ok": True, "result": await method(fields)})
        except Refusal as refusal:
            body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            return web.json_response(body, status=refusal.code)

    async def on_getMe(self, fields: Fields) -> Fields:
        return {**BOT, **BOT_ABILITIES}

    async def on_getUpdates(self, fields: Fields) -> list[Fields]:
        self._waiting = [u for u in self._waiting if u["update_id"] >= int(fields.get("offset", 0))]
        if not self._waiting:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), float(fields.get("timeout", 0)))
            except TimeoutError:
                return []
        return list(self._waiting)

    async def on_deleteWebhook(self, fields: Fields) -> bool:
        return True

    async def on_getMyCommands(self, fields: Fields) -> list[Fields]:
        return []

    async def on_setMyCommands(self, fields: Fields) -> bool:
        for command in fields["commands"]:
            if not command["command"].isascii() or not 1 <= len(command["description"]) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
        return True

    async def on_getMyDescription(self, fields: Fields) -> Fields:
        return {"description": ""}

    async def on_setMyDescription(self, fields: Fields) -> bool:
        return True

    async def on_getMyShortDescription(self, fields: Fields) -> Fields:
        return {"short_description": ""}

    async def on_setMyShortDescription(self, fields: Fields) -> bool:
        return True

    async def on_sendChatAction(self, fields: Fields) -> bool:
        return True

    async def on_sendMessage(self, fields: Fields) -> Fields:
        if self.refuse_next:
            self.refuse_next = False
            raise Refusal(400, "Bad Request: something odd")
        message = self._bot_message(next(self._numbers), fields)
        await self.sent.put(message)
        return message

    async def on_editMessageText(self, fields: Fields) -> Fields:
        number = int(fields["message_id"])
        before = self._texts.get(number)
        message = self._bot_message(number, fields)
        if message["text"] == before:
            raise Refusal(400, "Bad Request: message is not modified")
        await self.sent.put({**message, "edited": True})
        return message

    async def on_answerCallbackQuery(self, fields: Fields) -> bool:
        if str(fields["callback_query_id"]) not in self._open_queries:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self._open_queries.discard(str(fields["callback_query_id"]))
        return True

    def _bot_message(self, number: int, fields: Fields) -> Fields:
        parser = _Plain()
        parser.feed(str(fields["text"]))
        parser.close()
        if parser.open:
            raise Refusal(400, "Bad Request: can't parse entities: Can't find end tag")
        if not parser.text.strip() or len(parser.text.encode("utf-16-le")) // 2 > 4096:
            raise Refusal(400, "Bad Request: message is too long or empty")
        markup = fields.get("reply_markup") or {}
        for button in (button for row in markup.get("inline_keyboard", []) for button in row):
            if not 1 <= len(button["callback_data"].encode()) <= 64:
                raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        self._texts[number] = parser.text
        chat = {"id": int(fields["chat_id"]), "type": "private", "first_name": "居民"}
        message = {"message_id": number, "date": int(time.time()), "chat": chat, "from": BOT, "text": parser.text}
        return {**message, "reply_markup": markup} if markup else message


def _value(text: str) -> Any:
    """Read a form field: PTB sends objects as JSON."""
    try:
        return json.loads(text) if text[:1] in "[{" else text
    except ValueError:
        return text


async def start() -> tuple[BotApi, web.AppRunner]:
    """Start a server on a free port."""
    api = BotApi()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", api.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    api.url = f"http://{host}:{port}"
    return api, runner
