"""Serve the simulator on this machine: for a test's own loop, in a thread, or as a program of its own."""

from __future__ import annotations

import asyncio
import errno
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from aiohttp import web

from bot.simulator.botapi import BotApi
from bot.simulator.control import Control
from bot.simulator.simulator import Simulator

HOST = "127.0.0.1"
PAGE = Path(__file__).parent / "page"
_OWN = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)
_UPLOAD = 50 * 2**20
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortError(Exception):
    """Raised when the port is taken or not allowed."""


@asynccontextmanager
async def serving(port: int = 0, simulator: Simulator | None = None) -> AsyncIterator[Simulator]:
    """Serve in the running loop and yield the simulator; port 0 takes any free one. Raises PortError."""
    simulator = simulator or Simulator()
    simulator.loop, simulator.thread = asyncio.get_running_loop(), threading.get_ident()
    runner = web.AppRunner(_application(simulator), access_log=None, shutdown_timeout=0.2, handle_signals=False)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port, reuse_address=True).start()
        except OSError as error:
            raise PortError(_why(port, error)) from error
        simulator.url = f"http://{HOST}:{runner.addresses[0][1]}"
        yield simulator
    finally:
        await simulator.close()
        await runner.cleanup()


@contextmanager
def serving_in_thread(port: int = 0, simulator: Simulator | None = None) -> Iterator[Simulator]:
    """Serve in a thread of its own and yield the simulator, whose methods may be called from here. Raises PortError."""
    started: Future[Simulator] = Future()
    stop = asyncio.Event()

    async def serve() -> None:
        try:
            async with serving(port, simulator) as running:
                started.set_result(running)
                await stop.wait()
        except PortError as error:
            started.set_exception(error)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="simulator", daemon=True)
    thread.start()
    running = started.result()
    try:
        yield running
    finally:
        if running.loop is not None:
            running.loop.call_soon_threadsafe(stop.set)
        thread.join()


def _why(port: int, error: OSError) -> str:
    """Say what to do about a port that cannot be had."""
    reason = "is taken by another program" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
    return f"port {port} {reason}; choose another one with --port or SIMULATOR_PORT"


def _application(simulator: Simulator) -> web.Application:
    application = web.Application(middlewares=[_own_machine_only], client_max_size=_UPLOAD)
    bot_api = BotApi(simulator)
    application.router.add_route("GET", "/bot{token}/{method}", bot_api.handle)
    application.router.add_route("POST", "/bot{token}/{method}", bot_api.handle)
    application.add_routes(Control(simulator).routes())
    application.router.add_get("/", _index)
    application.router.add_static("/page", PAGE)
    return application


async def _index(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html")


@web.middleware
async def _own_machine_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other hosts' names (DNS rebinding) and requests that another page's script makes."""
    if not _OWN.fullmatch(request.host):
        raise web.HTTPForbidden(text="this server answers to 127.0.0.1 and localhost only")
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin != f"http://{request.host}"
    foreign |= request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    if foreign and not (request.method == "GET" and request.path == "/"):  # a link to the page may stand anywhere
        raise web.HTTPForbidden(text="requests of other sites are refused")
    try:
        response = await handler(request)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise web.HTTPNotFound from None
        raise
    if not response.prepared:
        response.headers.update(_HEADERS)
    return response
