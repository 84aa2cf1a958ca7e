"""Run the application until a signal: by polling or by webhook, with the operations pages beside it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from aiohttp import web
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application

from bot.channels.telegram.intake.durable_queue import DurableQueue
from bot.channels.telegram.intake.heartbeat import Heartbeat
from bot.channels.telegram.intake.webhook import register, webhook
from bot.delivery.operations import listening
from bot.settings import Address, Settings

log = logging.getLogger(__name__)

Bot: TypeAlias = Application[Any, Any, Any, Any, Any, Any]

UPDATES = ["message", "callback_query", "my_chat_member"]
"""Kinds of updates asked of Telegram; edited messages are not among them, so nothing is answered twice."""

MALFORMED = (AttributeError, KeyError, TypeError, ValueError)
"""What the library raises where an answer's result is not what the Bot API says."""

_ORDERLY = 8.0
"""Seconds after which an orderly end is given up; nothing is lost by it, for the inbox holds what is not answered."""
_LAST = 10.0
"""Seconds after which any end is given up and the process is gone; systemd and Docker are asked to wait 15."""
_LONGEST_WAIT = 30.0
"""Seconds between two attempts to reach the Bot API server at the start, at most."""


class StartError(Exception):
    """Raised when the bot cannot be started as it is set up; says which setting to mend."""


async def run(
    application: Bot,
    queue: DurableQueue,
    settings: Settings,
    heartbeat: Heartbeat,
    pages: web.Application,
    started: Callable[[], Awaitable[None]],
) -> None:
    """Serve until SIGINT or SIGTERM; raises InvalidToken, StartError, WedgedError.

    `pages` are the operations pages; `started` is awaited when the bot serves.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    intake = _by_webhook(application, queue, settings) if settings.webhook_url else _by_polling(application)
    serving = asyncio.create_task(_serve(application, intake, pages, settings.admin_port, started))
    ends = {serving, asyncio.create_task(stop.wait()), asyncio.create_task(_refused(application))}
    if not settings.webhook_url:
        ends.add(asyncio.create_task(heartbeat.watch()))
    done, others = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    _end_surely()
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=_ORDERLY)
    for task in done:
        task.result()


async def _refused(application: Bot) -> None:
    """Wait until the server insists that it does not know the token. Raises InvalidToken."""
    await application.bot.token_refused.wait()
    raise InvalidToken


def _end_surely() -> None:
    """End the process in the end: a thread that waits for a silent server can neither be cancelled nor left behind."""
    last = threading.Timer(_LAST, os._exit, (1,))
    last.daemon = True
    last.start()


async def _serve(
    application: Bot,
    intake: contextlib.AbstractAsyncContextManager[None],
    pages: web.Application,
    address: Address | None,
    started: Callable[[], Awaitable[None]],
) -> None:
    """Serve until cancelled; then close in reverse order what was opened."""
    async with _operating(pages, address):
        try:
            await _reach(application)
            await application.start()
            async with intake:
                log.info("serving")
                await started()
                await asyncio.Event().wait()
        finally:
            if application.running:
                await application.stop()
            await application.shutdown()
            await application.bot.shutdown()  # of effect only if the start got no further than this


async def _reach(application: Bot) -> None:
    """Say hello to the Bot API server, again and again while the network is down."""
    wait = 1.0
    while True:
        try:
            await application.initialize()
            return
        except InvalidToken:
            raise
        except (TelegramError, *MALFORMED) as error:
            reason = error if isinstance(error, TelegramError) else type(error).__name__
            log.warning("the Bot API server is out of reach (%s); asking again in %.0f s", reason, wait)
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT)


@contextlib.asynccontextmanager
async def _by_polling(application: Bot) -> AsyncIterator[None]:
    """Fetch updates by long polling, which also takes a webhook away; what waits at Telegram is kept."""
    updater = application.updater
    if updater is None:
        raise TypeError("the application was built without an updater")

    def failed(error: TelegramError) -> None:
        application.create_task(application.process_error(update=None, error=error))

    await updater.start_polling(allowed_updates=UPDATES, bootstrap_retries=-1, error_callback=failed)
    try:
        yield
    finally:
        await updater.stop()


@contextlib.asynccontextmanager
async def _by_webhook(application: Bot, queue: DurableQueue, settings: Settings) -> AsyncIterator[None]:
    """Have updates brought by Telegram; the page is there before Telegram is told of it."""
    url, address = settings.webhook_url, settings.webhook_listen
    if url is None or address is None:
        raise StartError("WEBHOOK_LISTEN is off; without it nobody can bring updates: set it, or take WEBHOOK_URL away")

    async def accept(update: dict[str, Any]) -> None:
        await queue.room()
        await queue.take([update], application.bot)

    page = webhook(urlsplit(url).path or "/", application.bot.token, accept)
    try:
        async with listening(page, address) as port:
            log.info("webhook: listening on %s:%d", address.host, port)
            await register(application.bot, url, UPDATES)
            yield
    except OSError as error:
        raise StartError(f"WEBHOOK_LISTEN: {error.strerror}; set it to a free address") from error


@contextlib.asynccontextmanager
async def _operating(pages: web.Application, address: Address | None) -> AsyncIterator[None]:
    """Show the operations pages; residents are served even if their port is taken."""
    async with contextlib.AsyncExitStack() as stack:
        if address:
            try:
                port = await stack.enter_async_context(listening(pages, address))
                log.info("operations: http://%s:%d/healthz, /readyz, /metrics", address.host, port)
            except OSError as error:
                log.error("ADMIN_PORT: %s; the bot serves without /healthz, /readyz and /metrics", error.strerror)
        yield
