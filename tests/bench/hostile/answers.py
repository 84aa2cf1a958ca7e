"""Answers as Telegram, a proxy or a broken network give them, and what a bot has to make of each."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from aiohttp import web

from tests.bench.hostile.telegram import Answer, Json, Telegram, ok, raw


class Wanted(Enum):
    """What is to become of a message that is answered oddly."""

    ARRIVES = auto()
    """It arrives, once the odd answers are over, one to three times."""
    GIVEN_UP = auto()
    """It is tried three times at most, without anything for an admin to do."""
    MOVES = auto()
    """It arrives in the chat that the answer names."""
    PLAIN = auto()
    """It arrives without the thread or the message that is gone."""


@dataclass(frozen=True)
class Case:
    """One odd answer."""

    name: str
    """What is odd."""
    answer: Answer
    """Gives it."""
    wanted: Wanted
    """What is to become of the message."""
    group: bool = False
    """Whether the chat is a group."""
    thread: int = 0
    """Number of the thread written in; 0: none."""


class Times:
    """Answer oddly a number of times, or for some seconds, then as usual."""

    def __init__(self, answer: Answer, times: int = 1, seconds: float = float("inf")) -> None:
        self.left = times
        self._answer, self._seconds, self._until = answer, seconds, float("inf")

    async def __call__(self, request: web.Request, fields: Json) -> web.StreamResponse | None:
        """Answer, or leave it to the server."""
        now = time.monotonic()
        self._until = min(self._until, now + self._seconds)
        if self.left <= 0 or now > self._until:
            return None
        self.left -= 1
        return await self._answer(request, fields)


def plain(text: str, status: int = 200, kind: str = "application/json") -> Answer:
    """Answer with `text`."""

    async def answer(request: web.Request, fields: Json) -> web.StreamResponse | None:
        return raw(text, status, kind)

    return answer


def refusal(code: int, description: str, **parameters: object) -> Answer:
    """Refuse as Telegram does."""
    body: Json = {"ok": False, "error_code": code, "description": description}
    return plain(json.dumps({**body, **({"parameters": parameters} if parameters else {})}), code)


def cut(telegram: Telegram, *, accepted: bool, late: float = 0.0) -> Answer:
    """Cut the connection, after the message was `accepted` or before, `late` seconds after it came."""

    async def answer(request: web.Request, fields: Json) -> web.StreamResponse | None:
        if accepted:
            await telegram.accept(fields)
        await asyncio.sleep(late)
        if request.transport:
            request.transport.abort()
        return web.Response()

    return answer


def slow(telegram: Telegram, seconds: float, *, broken: bool = False) -> Answer:
    """Accept, and send the answer byte by byte; `broken`: without its end."""

    async def answer(request: web.Request, fields: Json) -> web.StreamResponse | None:
        body = json.dumps({"ok": True, "result": await telegram.accept(fields)}).encode()
        response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
        await response.prepare(request)
        for number in range(10):
            await response.write(body[number : number + 1])
            await asyncio.sleep(seconds / 10)
        if broken and request.transport:
            request.transport.abort()
            return response
        await response.write(body[10:])
        return response

    return answer


def unless(key: str, answer: Answer) -> Answer:
    """Answer oddly as long as the request holds `key`."""

    async def asked(request: web.Request, fields: Json) -> web.StreamResponse | None:
        return await answer(request, fields) if fields.get(key) else None

    return asked


def accepted_with(telegram: Telegram, kind: str) -> Answer:
    """Accept, and call the answer's JSON `kind`."""

    async def answer(request: web.Request, fields: Json) -> web.StreamResponse | None:
        good = ok(await telegram.accept(fields))
        return web.Response(body=good.body, headers={"Content-Type": kind})

    return answer


LOST_RIGHTS = (
    "not enough rights to send text messages to the chat", "CHAT_WRITE_FORBIDDEN", "CHAT_RESTRICTED", "chat not found",
    "have no rights to send a message", "CHAT_SEND_PLAIN_FORBIDDEN", "need administrator rights in the channel chat",
    "TOPIC_CLOSED", "PEER_ID_INVALID", "CHANNEL_PRIVATE", "USER_BANNED_IN_CHANNEL", "CHAT_GUEST_SEND_FORBIDDEN",
    "user not found", "group chat was deactivated",
)  # fmt: skip
BLOCKED = (
    "bot was blocked by the user", "user is deactivated", "bot was kicked from the supergroup chat",
    "bot is not a member of the supergroup chat", "the group chat was deleted",
    "bot can't initiate conversation with a user",
)  # fmt: skip
LOST_THREADS = ("message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID")
LOST_QUESTIONS = ("message to be replied not found", "replied message not found", "MESSAGE_ID_INVALID")
FOREIGN = (
    "{}", "[]", "null", "5", '"x"', '{"ok":false}', '{"ok":"yes"}', '{"error":"login required"}', '{"result":{}}', "",
    '{"ok":true}', "true", "{", "[[[[", '{"ok":false,"error_code":0}', '{"ok":null,"result":null}', "\ufeff{}",
)  # fmt: skip
WAITS: tuple[object, ...] = (0, -5, 0.5, "1", "abc", None, [], True, 1e-9, "", {}, "-1")
KINDS = (
    "text/html", "text/plain; charset=gbk", "application/octet-stream", "image/png", "x/y; charset=nonsense",
)  # fmt: skip
PAGES = (
    "<html><h1>502 Bad Gateway</h1></html>",
    "<html>Login to WiFi</html>",
    "",
    "upstream timed out",
    "\x00\x1f\x8b",
)


def cases(telegram: Telegram, rng: random.Random) -> Iterator[Case]:
    """Yield odd answers to sendMessage of all kinds, about 200."""
    for said in LOST_RIGHTS:
        bad = refusal(400, f"Bad Request: {said}")
        yield Case(f"400 {said}", bad, Wanted.GIVEN_UP, group=True)
        yield Case(f"400 {said} in a thread", bad, Wanted.GIVEN_UP, group=True, thread=12)
        yield Case(f"400 {said}, private", bad, Wanted.GIVEN_UP)
    for said in BLOCKED:
        yield Case(f"403 {said}", refusal(403, f"Forbidden: {said}"), Wanted.GIVEN_UP)
        yield Case(f"403 {said}, group", refusal(403, f"Forbidden: {said}"), Wanted.GIVEN_UP, group=True)
    for said in LOST_THREADS:
        lost = unless("message_thread_id", refusal(400, f"Bad Request: {said}"))
        yield Case(f"400 {said}", lost, Wanted.PLAIN, group=True, thread=rng.randint(2, 99))
        yield Case(f"400 {said}, private topic", lost, Wanted.PLAIN, thread=rng.randint(2, 99))
    for said in LOST_QUESTIONS[:2]:
        yield Case(f"400 {said}", _unanswerable(f"Bad Request: {said}"), Wanted.PLAIN, group=True)
    for number in range(10):
        to = -1_009_000_000 - rng.randint(1, 10**6)
        moved = refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=to)
        yield Case(f"400 upgraded to {to}", moved, Wanted.MOVES, group=True, thread=5 * (number % 2))
    yield from _passing(telegram, rng)


def _passing(telegram: Telegram, rng: random.Random) -> Iterator[Case]:
    """Yield odd answers that pass."""
    arrives = Wanted.ARRIVES
    for text in FOREIGN:
        for times in (1, 2):
            yield Case(f"200 {text!r}", Times(plain(text), times), arrives, group=rng.random() < 0.3)
    for asked in WAITS:
        odd = refusal(429, "Too Many Requests: retry after x", retry_after=asked)
        yield Case(f"429 retry_after {asked!r}", Times(odd), arrives)
        yield Case(f"429 retry_after {asked!r}, group", Times(odd, 2), arrives, group=True)
    yield Case("429 without parameters", Times(refusal(429, "Too Many Requests")), arrives)
    for page in PAGES:
        for status in (200, 400, 403, 404, 413, 500, 502, 503, 504, 302):
            yield Case(f"{status} {page[:14]!r}", Times(plain(page, status, "text/html"), rng.randint(1, 2)), arrives)
    for kind in KINDS:
        yield Case(f"good answer as {kind}", Times(accepted_with(telegram, kind)), arrives)
    for code in (401, 404, 409, 500, 502):
        yield Case(f"{code} in JSON", Times(refusal(code, "odd"), rng.randint(1, 2)), arrives)
    yield from _cut(telegram)


def _cut(telegram: Telegram) -> Iterator[Case]:
    """Yield connections that are cut, and answers that come slowly."""
    arrives = Wanted.ARRIVES
    for seconds in (1.0, 30.0, 60.0):
        for late in (0.0, 0.5):
            after, before = cut(telegram, accepted=True, late=late), cut(telegram, accepted=False, late=late)
            yield Case(f"accepted, then cut for {seconds:.0f} s", Times(after, 99, seconds), arrives)
            yield Case(f"cut for {seconds / 2:.0f} s", Times(before, 99, seconds / 2), arrives)
    for seconds in (3.0, 8.0):
        yield Case(f"accepted, slow for {seconds:.0f} s", Times(slow(telegram, seconds)), arrives)
        yield Case(f"accepted, half an answer in {seconds:.0f} s", Times(slow(telegram, seconds, broken=True)), arrives)


def _unanswerable(description: str) -> Answer:
    """Refuse what quotes a message that is gone, unless it may be sent without."""

    async def answer(request: web.Request, fields: Json) -> web.StreamResponse | None:
        quoted = fields.get("reply_parameters") or {}
        quoted = json.loads(quoted) if isinstance(quoted, str) else quoted
        if not (quoted or fields.get("reply_to_message_id")):
            return None
        if isinstance(quoted, dict) and quoted.get("allow_sending_without_reply"):
            return None
        return await refusal(400, description)(request, fields)

    return answer
