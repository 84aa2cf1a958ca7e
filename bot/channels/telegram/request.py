"""Ask the Bot API over aiohttp: the outgoing request is 90 % of an answer's cost, and this client halves it."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TypeGuard

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_JSON = {"Content-Type": "application/json", "User-Agent": BaseRequest.USER_AGENT}
_PLAIN = {"User-Agent": BaseRequest.USER_AGENT}
_UNSET = BaseRequest.DEFAULT_NONE

_KEEP_ALIVE = 30.0
"""Seconds an idle connection is kept: shorter than a server keeps it (nginx: 75), so that none is used as it closes."""

_LONGEST = 32 * 1024 * 1024
"""Bytes of the largest answer read; a hundred updates of the longest messages have two million."""

_LONGEST_WAIT = 86_400
"""Most seconds of a 429 that are believed."""

_TOO_LARGE = 413


@dataclass(frozen=True)
class Timeouts:
    """Seconds after which a request is given up."""

    pool: float = 10
    """Waiting for a free connection; connecting counts as well."""
    connect: float = 10
    """Connecting."""
    read: float = 20
    """Silence of the server."""
    write: float = 20
    """Sending the request."""
    upload: float = 60
    """Sending a request with files."""


class AiohttpRequest(BaseRequest):
    """A pool of kept-alive connections to the Bot API server."""

    def __init__(
        self,
        *,
        connections: int = 32,
        timeouts: Timeouts | None = None,
        proxy: str | None = None,
    ) -> None:
        """Take at most `connections` at once, through `proxy` (http, https, socks5, socks5h) if given."""
        self._connections = connections
        self._timeouts = timeouts or Timeouts()
        self._socks = proxy if proxy and proxy.startswith("socks") else None
        self._proxy = None if self._socks else proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds of silence allowed; the library adds the time of a long poll."""
        return self._timeouts.read

    async def initialize(self) -> None:
        """Open the pool; without effect if it is open."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=self._connector(), cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        """Close the pool; without effect if it is closed. It may be opened anew."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = _UNSET,
        write_timeout: ODVInput[float] = _UNSET,
        connect_timeout: ODVInput[float] = _UNSET,
        pool_timeout: ODVInput[float] = _UNSET,
    ) -> tuple[int, bytes]:
        """Return status and body. Raises TimedOut, NetworkError; neither names the URL, which holds the token.

        What is no answer of Telegram's is a NetworkError whatever its status: a proxy's own 403 blocks no chat.
        """
        if self._session is None:
            raise RuntimeError("the request is used before initialize() or after shutdown()")
        default = self._timeouts
        timeout = _timeout(
            _given(pool_timeout, default.pool),
            _given(connect_timeout, default.connect),
            _given(read_timeout, default.read),
            _given(write_timeout, default.upload if request_data and request_data.contains_files else default.write),
        )
        body, headers = _body(request_data)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, proxy=self._proxy, allow_redirects=False
            ) as response:
                status, reason, content = response.status, response.reason, await _read(response)
        except aiohttp.ConnectionTimeoutError as error:
            raise TimedOut("no connection in time; the request was not sent") from error
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(_named(error)) from error
        if 200 <= status < 300:
            return status, content
        refusal = _refusal(content) if status >= 400 else None
        if refusal is None:
            raise NetworkError(f"{reason} ({status}), which is no answer of Telegram's")
        if status == _TOO_LARGE:
            raise BadRequest(f"{reason} ({status})")  # else it would be sent again and again
        return status, json.dumps(refusal).encode()

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Return the answer's JSON. Raises NetworkError; the library would log a proxy's page in full."""
        try:
            answer = json.loads(payload.decode(errors="replace"))
        except (ValueError, RecursionError) as error:
            raise NetworkError("the answer is not JSON") from error
        if not isinstance(answer, dict):
            raise NetworkError("the answer is no object of the Bot API")
        if answer.get("ok") is not True or answer.get("result") is None:
            answer.pop("result", None)
        return _Answer(answer)

    def _connector(self) -> aiohttp.BaseConnector:
        if self._socks is None:
            return aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_KEEP_ALIVE)
        from aiohttp_socks import ProxyConnector  # noqa: PLC0415 - few need it, and importing it takes 30 ms

        scheme, rest = self._socks.split("://", 1)
        return ProxyConnector.from_url(
            f"{scheme.removesuffix('h')}://{rest}",
            rdns=scheme == "socks5h",
            limit=self._connections,
            keepalive_timeout=_KEEP_ALIVE,
        )


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """Return body and headers: JSON, a third of a form's length in Chinese, or multipart if there are files."""
    if data is None:
        return None, _PLAIN
    if not data.contains_files:
        return json.dumps(data.parameters, ensure_ascii=False).encode(), _JSON
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return form, _PLAIN


class _Answer(JSONDict):
    """An answer of the Bot API; the library asks for its result whether there is one or not."""

    def __missing__(self, name: str) -> object:
        raise NetworkError(f"the answer has no {name}, so it is not Telegram's")


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


def _refusal(content: bytes) -> JSONDict | None:
    """Return a Bot API server's refusal without what the library cannot read; None if it is not one."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or answer.get("ok") is not False or not _whole(answer.get("error_code")):
        return None
    said, told = answer.get("description"), answer.get("parameters")
    told = told if isinstance(told, dict) else {}
    wait, moved = told.get("retry_after"), told.get("migrate_to_chat_id")
    parameters = {
        **({"retry_after": min(wait, _LONGEST_WAIT)} if _whole(wait) and wait > 0 else {}),
        **({"migrate_to_chat_id": moved} if _whole(moved) and moved < 0 else {}),
    }
    return {"ok": False, "description": said if isinstance(said, str) else None, "parameters": parameters}


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def uncertain(error: BaseException | None) -> bool:
    """Tell whether the request that failed with `error` may have been carried out: it was sent, then silence."""
    cause = error.__cause__ if isinstance(error, NetworkError) else None
    silent = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError, TimeoutError)
    unsent = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
    return isinstance(cause, silent) and not isinstance(cause, unsent)


def _given(value: ODVInput[float], default: float) -> float | None:
    return default if isinstance(value, DefaultValue) else value


@functools.lru_cache(maxsize=64)
def _timeout(
    pool: float | None, connect: float | None, read: float | None, write: float | None
) -> aiohttp.ClientTimeout:
    """Return the limits; aiohttp has none for writing, so that one counts in the total."""
    parts = [part for part in (pool, read, write) if part is not None]
    total = sum(parts) if len(parts) == 3 else None
    return aiohttp.ClientTimeout(total=total, connect=pool, sock_connect=connect, sock_read=read)


def _named(error: Exception) -> str:
    """Return what went wrong, without the address: the text of some errors holds it."""
    reason = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__
