"""Run until a signal: reach the server, take updates by webhook, keep house, show the operations pages."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from telegram.error import InvalidToken, NetworkError, TelegramError

from bot.channels.telegram.api import Api
from bot.channels.telegram.intake.addressing import Me
from bot.channels.telegram.intake.incoming import UPDATES
from bot.channels.telegram.intake.intake import Intake
from bot.channels.telegram.intake.webhook import register, webhook
from bot.delivery.operations import listening
from bot.delivery.outage import Outage
from bot.settings import Address, Settings
from bot.store.errors import StoreError
from bot.store.store import Store

log = logging.getLogger(__name__)

Take = Callable[[Sequence[object]], Awaitable[int | None]]
"""What commits updates as Telegram sends them: Intake.take, or what hands them over to other processes."""

UPKEEP = 60.0
"""Seconds between two looks for what may no longer be kept and what an admin has revived."""

_ORDERLY = 8.0
"""Seconds after which an orderly end is given up; nothing is lost by it, for the inbox holds what is not answered."""
_LAST = 10.0
"""Seconds after which any end is given up and the process is gone; systemd and Docker are asked to wait 15."""
_LONGEST_WAIT = 30.0
"""Seconds between two attempts to reach the Bot API server at the start, at most."""


class StartError(Exception):
    """Raised when the bot cannot be started as it is set up; says which setting to mend."""


async def until_stopped(serving: Coroutine[Any, Any, None], guards: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run `serving` until SIGINT or SIGTERM, or until one of `guards` ends; raises what they do."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ends = {asyncio.create_task(work) for work in (serving, *guards)} | {asyncio.create_task(_wait(stop))}
    done, others = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    _end_surely()
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=_ORDERLY)
    for task in done:
        task.result()


async def _wait(stop: asyncio.Event) -> None:
    await stop.wait()


def _end_surely() -> None:
    """End the process in the end: a thread that waits for a silent server can neither be cancelled nor left behind."""
    last = threading.Timer(_LAST, os._exit, (1,))
    last.daemon = True
    last.start()


async def reach(api: Api) -> Me:
    """Ask the Bot API server who the bot is, again and again while the network is down. Raises InvalidToken."""
    wait = 1.0
    while True:
        try:
            return _me(await api.call("getMe"))
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("the Bot API server is out of reach (%s); asking again in %.0f s", error, wait)
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT)


def _me(told: object) -> Me:
    number = told.get("id") if isinstance(told, dict) else None
    if isinstance(told, dict) and isinstance(number, int):
        name = told.get("username")  # Telegram's own server gives each bot one, others need not
        able = (told.get(f"supports_{kind}_queries") is True for kind in ("inline", "guest"))
        return Me(number, name if isinstance(name, str) else "", *able)
    raise NetworkError("the answer tells of no bot, so it is not Telegram's")


async def until_cancelled(started: Coroutine[Any, Any, None], ready: Callable[[], None]) -> None:
    """Say that the bot serves, await what is to be done when it does, call `ready`, and go on until cancelled."""
    log.info("serving")
    await started
    ready()
    await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def by_webhook(
    api: Api, take: Take, settings: Settings, token: str, kinds: Sequence[str] = UPDATES
) -> AsyncIterator[None]:
    """Have updates of `kinds` brought by Telegram, for `take`; the page is there before Telegram is told of it."""
    url, address = settings.webhook_url, settings.webhook_listen
    if url is None or address is None:
        raise StartError("WEBHOOK_LISTEN is off; without it nobody can bring updates: set it, or take WEBHOOK_URL away")

    async def accept(update: object) -> None:
        await take([update])

    page = webhook(urlsplit(url).path or "/", token, accept)
    try:
        async with listening(page, address) as port:
            log.info("webhook: listening on %s:%d", address.host, port)
            await register(api, url, token, kinds)
            yield
    except OSError as error:
        raise StartError(f"WEBHOOK_LISTEN: {error.strerror}; set it to a free address") from error


@contextlib.asynccontextmanager
async def housekeeping(store: Store, intake: Intake, purges: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
    """Delete what may no longer be kept and take up what an admin has revived, again and again.

    While not `purges`, another process does so in the database.
    """
    task = asyncio.create_task(_keep_house(store, intake, purges))
    try:
        yield
    finally:
        task.cancel()


async def _keep_house(store: Store, intake: Intake, purges: Callable[[], bool]) -> None:
    untidy = Outage(log, "the store could not be tidied up: %s", "the store could be tidied up again")
    while True:
        await asyncio.sleep(UPKEEP)
        try:
            await (store.purge() if purges() else store.refresh())
            await intake.replay()
        except Exception as error:  # noqa: BLE001 - whatever it is, in a minute it may be well
            untidy.begin(error if isinstance(error, StoreError) else type(error).__name__)
        else:
            untidy.end()


@contextlib.asynccontextmanager
async def operating(pages: web.Application, address: Address | None) -> AsyncIterator[None]:
    """Show the operations pages; residents are served even if their port is taken."""
    async with contextlib.AsyncExitStack() as stack:
        if address:
            try:
                port = await stack.enter_async_context(listening(pages, address))
                log.info("operations: http://%s:%d/healthz, /readyz, /metrics", address.host, port)
            except OSError as error:
                log.error("ADMIN_PORT: %s; the bot serves without /healthz, /readyz and /metrics", error.strerror)
        yield
