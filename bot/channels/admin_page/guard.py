"""What every request must show before anything is read or done: the right host, a session, a form of our own."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.admin_page.login import Logins, Session
from bot.store.errors import StoreError

log = logging.getLogger(__name__)

COOKIE = "desk"
"""Name of the session's cookie."""

LOGIN, STYLE = "/login", "/style.css"
"""What is shown without a session."""

LARGEST = 1_000_000
"""Bytes of a form, URL-encoded: nine a Chinese character; the largest intent's file of ours takes 173,000."""

_LOCAL = ("127.0.0.1", "localhost", "[::1]")

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers send forms with the origin null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of every answer: no script at all, nothing from elsewhere, in no frame, in no cache."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SESSION = web.RequestKey("session", Session)
"""The session of a request that was let pass."""


class Guard:
    """The middleware of the page."""

    def __init__(self, logins: Logins, public: str | None) -> None:
        """Take the logins, and the public address of the page if it has one."""
        self._logins = logins
        self._public = urlsplit(public).netloc.lower() if public else None
        self.secure = bool(public and public.startswith("https:"))
        """Whether the cookie is for HTTPS alone."""

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let `request` pass, or answer it with what is wrong; the headers are put on every answer."""
        try:
            response = await self._checked(request, handler)
        except web.HTTPException as error:
            response = error
        except StoreError:
            response = web.Response(status=503, text="the database cannot be used just now; see the log")
        except Exception as error:  # noqa: BLE001 - a stack may hold residents' words
            log.error("%s while serving the admins' page", type(error).__name__)
            response = web.Response(status=500, text="something went wrong; see the log")
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if isinstance(response, web.HTTPException):
            raise response
        return response

    async def _checked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._is_ours(request):
            raise web.HTTPForbidden(text="this page answers to its own address only")
        if request.path in (LOGIN, STYLE):
            return await handler(request)
        session = self._logins.session(request.cookies.get(COOKIE, ""))
        if session is None:
            raise web.HTTPSeeOther(LOGIN)
        if request.method == "POST":
            given = (await request.post()).get("csrf", "")
            if not isinstance(given, str) or not hmac.compare_digest(given.encode(), session.token.encode()):
                raise web.HTTPForbidden(text="this form is not of this page, or too old; open the page again")
        request[SESSION] = session
        return await handler(request)

    def _is_ours(self, request: web.Request) -> bool:
        """Refuse foreign hosts' names (DNS rebinding) and forms that another page sends."""
        host = request.host.lower()
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if host != self._public and name not in _LOCAL:
            return False
        if request.method == "GET":
            return True
        origin = request.headers.get("Origin")
        foreign = origin is not None and urlsplit(origin).netloc.lower() != host
        return not foreign and request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
