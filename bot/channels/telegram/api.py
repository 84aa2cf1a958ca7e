"""Ask the Bot API over aiohttp; what it refuses, and what the network does, is raised as the library's own errors."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from telegram.error import InvalidToken, NetworkError, TelegramError, TimedOut

from bot.channels.telegram.failures import refusal, whole

CONNECTIONS = 256
"""Most requests under way at once, getUpdates aside: more than lanes may wait for (`places.WAITING`)."""

AT_START, LATER = (1.0, 2.0), (1.0, 2.0, 4.0, 8.0)
"""Seconds before each question whether the token is refused indeed: before it was ever accepted, and afterwards."""

_HEADERS = {"Content-Type": "application/json"}

_KEEP_ALIVE = 30.0
"""Seconds an idle connection is kept: shorter than a server keeps it (nginx: 75), so that none is used as it closes."""

_LONGEST = 32 * 1024 * 1024
"""Bytes of the largest answer read; a hundred updates of the longest messages have two million."""

_DEEPEST = 64
"""Lists and objects within each other that an answer may have; Telegram's have about ten."""

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]|[^"\[\]{}]++', re.DOTALL)


@dataclass(frozen=True)
class Timeouts:
    """Seconds after which a request is given up."""

    pool: float = 10
    """Waiting for a free connection; connecting counts as well."""
    connect: float = 10
    """Connecting."""
    read: float = 20
    """Silence of the server, beyond the time it was asked to wait."""
    write: float = 20
    """Sending the request."""


class Api:
    """The methods of the Bot API for one bot, over connections that are kept; an asynchronous context manager."""

    def __init__(
        self,
        token: str,
        server: str,
        *,
        proxy: str | None = None,
        connections: int = CONNECTIONS,
        timeouts: Timeouts | None = None,
        failed: Callable[[str, Exception], None] = lambda *_: None,
    ) -> None:
        """Ask `server` (with or without /bot at its end) through `proxy` (http, https, socks5, socks5h) if given.

        `failed` is told the method and the error of each request that failed, long polls aside.
        """
        self._root = f"{server.rstrip('/').removesuffix('/bot')}/bot{token}/"
        self._connections = connections
        self._timeouts = timeouts or Timeouts()
        self._socks = proxy if proxy and proxy.startswith("socks") else None
        self._proxy = None if self._socks else proxy
        self._failed = failed
        self._session: aiohttp.ClientSession | None = None
        self._polls: aiohttp.ClientSession | None = None
        self._known = False
        self._asking: asyncio.Task[bool] | None = None
        self.token_refused = asyncio.Event()
        """Set when the server has said again and again that it does not know the token."""

    async def __aenter__(self) -> Api:
        """Open the connections; long polls have one of their own, which nothing else can use up."""
        self._session, self._polls = self._open(self._connections), self._open(1)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        for session in (self._session, self._polls):
            if session:
                await session.close()
        self._session = self._polls = None

    async def call(self, method: str, fields: Mapping[str, object] | None = None, *, wait: float = 0.0) -> object:
        """Return what `method` with those of `fields` that are not None results in; the server may take `wait` s.

        A field of bytes is a picture, PNG, that is uploaded.

        Raises TelegramError. InvalidToken only when the server insists: a proxy on the way may say once what it likes.
        """
        try:
            result = await self._ask(method, wait, fields or {})
        except InvalidToken as error:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._insists())
            if not await asyncio.shield(self._asking):
                raise NetworkError("the server refused the token once, but knows it") from error
            self.token_refused.set()
            raise
        except TelegramError as error:
            if not wait:
                self._failed(method, error)
            raise
        self._known = True
        return result

    async def refused(self) -> None:
        """Wait until the server insists that it does not know the token. Raises InvalidToken."""
        await self.token_refused.wait()
        raise InvalidToken

    async def _insists(self) -> bool:
        """Ask again and again whether the server knows the token; return whether it never did."""
        for pause in LATER if self._known else AT_START:
            await asyncio.sleep(pause)
            try:
                await self._ask("getMe", 0.0, {})
            except InvalidToken:
                continue
            except TelegramError:  # whatever it is, it is no refusal
                return False
            return False
        return True

    async def _ask(self, method: str, wait: float, fields: Mapping[str, object]) -> object:
        """Ask once. Raises TelegramError, which never names the URL: it holds the token."""
        session = self._polls if wait else self._session
        if session is None:
            raise RuntimeError("the Bot API is asked before it was opened or after it was closed")
        said = {name: value for name, value in fields.items() if value is not None}
        body, headers = _body(said)
        try:
            async with session.post(
                self._root + method,
                data=body,
                headers=headers,
                timeout=self._timeout(wait),
                proxy=self._proxy,
                allow_redirects=False,
            ) as response:
                status, reason, content = response.status, response.reason, await _read(response)
        except aiohttp.ConnectionTimeoutError as error:
            raise TimedOut("no connection in time; the request was not sent") from error
        except TimeoutError as error:
            raise TimedOut from error
        except TelegramError:
            raise
        except Exception as error:  # aiohttp's own, the system's, and those of the proxy's library
            raise NetworkError(_named(error)) from error
        answer = _object(content)
        if 200 <= status < 300:
            if answer.get("ok") is True and answer.get("result") is not None:
                return answer["result"]
            raise NetworkError("the answer is not of the Bot API's form, so it is not Telegram's")
        if status < 400 or answer.get("ok") is not False or not whole(answer.get("error_code")):
            raise NetworkError(f"{reason} ({status}), which is no answer of Telegram's")
        raise refusal(status, str(reason), answer)

    def _timeout(self, wait: float) -> aiohttp.ClientTimeout:
        """Return the limits; aiohttp has none for writing, so that one counts in the total."""
        limits = self._timeouts
        return aiohttp.ClientTimeout(
            total=limits.pool + limits.read + limits.write + wait,
            connect=limits.pool,
            sock_connect=limits.connect,
            sock_read=limits.read + wait,
        )

    def _open(self, connections: int) -> aiohttp.ClientSession:
        connector = through_socks(self._socks, connections) if self._socks else None
        connector = connector or aiohttp.TCPConnector(limit=connections, keepalive_timeout=_KEEP_ALIVE)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


def through_socks(proxy: str, connections: int) -> aiohttp.BaseConnector:
    """Return what connects through `proxy`, a URL of socks5 or socks5h."""
    from aiohttp_socks import ProxyConnector  # noqa: PLC0415 - few need it, and importing it takes 30 ms

    scheme, rest = proxy.split("://", 1)
    return ProxyConnector.from_url(
        f"{scheme.removesuffix('h')}://{rest}",
        rdns=scheme == "socks5h",
        limit=connections,
        keepalive_timeout=_KEEP_ALIVE,
    )


def uncertain(error: BaseException | None) -> bool:
    """Tell whether the request that failed with `error` may have been carried out: it was sent, then silence."""
    cause = error.__cause__ if isinstance(error, NetworkError) else None
    silent = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError, TimeoutError)
    unsent = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
    return isinstance(cause, silent) and not isinstance(cause, unsent)


def _body(said: Mapping[str, object]) -> tuple[bytes | aiohttp.FormData | None, Mapping[str, str] | None]:
    """Return the body of a request and its headers: JSON, or a form where a field is a file."""
    if not any(isinstance(value, bytes) for value in said.values()):
        return (json.dumps(said, ensure_ascii=False).encode(errors="replace"), _HEADERS) if said else (None, None)
    form = aiohttp.FormData()
    for name, value in said.items():
        if isinstance(value, bytes):
            form.add_field(name, value, filename=f"{name}.png", content_type="image/png")
        else:
            form.add_field(name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return form, None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Return the body. Raises NetworkError if it is longer than any of Telegram's."""
    parts, length = [], 0
    async for part in response.content.iter_any():
        parts.append(part)
        length += len(part)
        if length > _LONGEST:
            response.close()
            raise NetworkError("the answer is longer than any of Telegram's")
    return b"".join(parts)


def _object(content: bytes) -> dict[str, Any]:
    """Return an answer's JSON object; empty if it is none: the page of a proxy, say."""
    text = content.decode(errors="replace")
    try:
        try:
            answer = json.loads(text)
        except RecursionError:  # because of one update, say, and without its number it could never be confirmed
            answer = json.loads(_shallow(text))
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _shallow(text: str) -> str:
    """Return the JSON `text` with null for what lies deeper than `_DEEPEST`."""
    kept, depth = [], 0
    for token in _TOKENS.findall(text):
        depth += token in ("[", "{")
        if depth <= _DEEPEST:
            kept.append(token)
        elif depth == _DEEPEST + 1 and token in ("[", "{"):
            kept.append("null")
        depth -= token in ("]", "}")
    return "".join(kept)


def _named(error: Exception) -> str:
    """Return what went wrong, without the address: the text of some errors holds it."""
    reason = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__
