"""Tell machines how the bot is: /healthz (it runs), /readyz (it can serve, or why not), /metrics (Prometheus)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TypeAlias

from aiohttp import web

from bot.settings import Address

log = logging.getLogger(__name__)

Check: TypeAlias = Callable[[], Awaitable[str | None]]
"""Returns why something is not ready, or None if it is."""

_PATIENCE = 2.0
"""Seconds after which a check that does not answer has failed."""


def operations(
    checks: Mapping[str, Check], exposition: Callable[[], Awaitable[bytes]], alarms: Mapping[str, Check] | None = None
) -> web.Application:
    """Return the pages for the probes and for Prometheus; of `alarms` only those that fail are shown."""
    alarms = alarms or {}

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def ready(_request: web.Request) -> web.Response:
        asked = {**checks, **alarms}
        reasons = dict(zip(asked, await asyncio.gather(*map(_reason, asked.values())), strict=True))
        fine = not any(reasons.values())
        shown = {name: reason or "ok" for name, reason in reasons.items() if reason or name in checks}
        body = {"ready": fine, "checks": shown}
        return web.json_response(body, status=200 if fine else 503)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(
            body=await exposition(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    app = web.Application()
    app.add_routes([web.get("/healthz", live), web.get("/readyz", ready), web.get("/metrics", metrics)])
    return app


async def _reason(check: Check) -> str | None:
    try:
        return await asyncio.wait_for(check(), _PATIENCE)
    except TimeoutError:
        return f"no answer within {_PATIENCE:.0f} s"
    except Exception as error:  # noqa: BLE001 - whatever it is, the page must say so rather than fail
        return type(error).__name__


@contextlib.asynccontextmanager
async def listening(app: web.Application, address: Address) -> AsyncIterator[int]:
    """Serve `app` at `address` as long as the context lasts; yields the port. Raises OSError if it is taken."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, address.host, address.port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
