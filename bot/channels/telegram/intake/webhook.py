"""Receive updates by webhook: Telegram is told "accepted" only after the update is safe."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.channels.telegram.api import Api
from bot.channels.telegram.intake.incoming import UPDATES, numbered
from bot.store.errors import StoreError

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_LARGEST = 1024 * 1024
"""Bytes of the largest body read; Telegram's updates have a few thousand."""
_CONNECTIONS = 40
"""Requests that Telegram may have open at once; its own default."""


def secret(token: str) -> str:
    """Return the secret that Telegram shows with each update; made from the token, so that it need not be kept.

    >>> secret('123:abc') == secret('123:abc') != secret('123:abd')
    True
    """
    return hmac.new(token.encode(), b"webhook secret", hashlib.sha256).hexdigest()


def knows(request: web.Request, expected: str) -> bool:
    """Tell whether whoever calls knows the secret; how long the answer takes does not depend on what he guesses."""
    return hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(errors="replace"), expected.encode())


def webhook(path: str, token: str, accept: Callable[[object], Awaitable[object]]) -> web.Application:
    """Return the page at `path` that hands whatever comes with Telegram's secret to `accept`.

    `accept` returns when the update is safe, and raises StoreError if it cannot be kept. It takes those that cannot
    be read too: refused, Telegram would offer them again for a day and hold back the chat's other updates.
    """
    expected = secret(token)

    async def receive(request: web.Request) -> web.Response:
        if not knows(request, expected):
            return web.Response(status=403)
        try:
            update = json.loads(await request.read())
        except (ValueError, RecursionError):
            update = None
        try:
            await accept(update)
        except StoreError:  # it could not be kept: Telegram will offer it again
            return web.Response(status=503)
        return web.Response(status=200 if numbered(update) else 400)

    app = web.Application(client_max_size=_LARGEST)
    app.router.add_post(path, receive)
    return app


async def register(api: Api, url: str, token: str, kinds: Sequence[str] = UPDATES) -> None:
    """Have updates of `kinds` sent to `url`. Raises TelegramError.

    It is asked only if it is not so already, or if the last one did not get through.
    """
    wanted = {"url": url, "max_connections": _CONNECTIONS, "allowed_updates": sorted(kinds)}
    now = await api.call("getWebhookInfo")
    if isinstance(now, dict) and not now.get("last_error_date"):
        served = now.get("allowed_updates")
        known = {**now, "allowed_updates": sorted(served) if isinstance(served, list) else None}
        if all(known.get(name) == value for name, value in wanted.items()):
            return
    await api.call("setWebhook", {**wanted, "secret_token": secret(token), "drop_pending_updates": False})
    log.info("the webhook is set")
