"""Receive updates by webhook: Telegram is told "accepted" only after the update is safe."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.intake.updates import numbered

log = logging.getLogger(__name__)

_HEADER = "X-Telegram-Bot-Api-Secret-Token"
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


def webhook(path: str, token: str, accept: Callable[[dict[str, Any]], Awaitable[None]]) -> web.Application:
    """Return the page at `path` that hands each update to `accept`.

    `accept` returns when the update is safe, and raises TelegramError if it cannot be kept. It takes those that cannot
    be read too: refused, Telegram would offer them again for a day and hold back the chat's other updates.
    """
    expected = secret(token).encode()

    async def receive(request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.headers.get(_HEADER, "").encode(errors="replace"), expected):
            return web.Response(status=403)
        try:
            update = json.loads(await request.read())
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not isinstance(update, dict) or not numbered(update):
            return web.Response(status=400)
        try:
            await accept(update)
        except TelegramError:  # it could not be kept: Telegram will offer it again
            return web.Response(status=503)
        return web.Response()

    app = web.Application(client_max_size=_LARGEST)
    app.router.add_post(path, receive)
    return app


async def register(bot: Bot, url: str, kinds: list[str]) -> None:
    """Have updates sent to `url`; asked only if it is not so already, or if the last one did not get through."""
    now = await bot.get_webhook_info()
    same = (now.url, set(now.allowed_updates), now.max_connections) == (url, set(kinds), _CONNECTIONS)
    if same and not now.last_error_date:
        return
    await bot.set_webhook(
        url,
        allowed_updates=kinds,
        max_connections=_CONNECTIONS,
        secret_token=secret(bot.token),
        drop_pending_updates=False,
    )
    log.info("the webhook is set")
