"""The address that the bot talks to: token, faults, parameters, method, record."""

from __future__ import annotations

import inspect
import time

from aiohttp import web

from bot.simulator.faults import POLL
from bot.simulator.methods import BY_SMALL_NAME
from bot.simulator.parameters import checked, received
from bot.simulator.record import Call
from bot.simulator.refusal import Json, Refusal, bad
from bot.simulator.simulator import TOKEN, Simulator

_BROKEN = 0
"""Status in the record of a request whose connection was broken off."""


class BotApi:
    """Serves the requests of the bot."""

    def __init__(self, simulator: Simulator) -> None:
        """Take the state to work on."""
        self._simulator = simulator

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request and record it."""
        began = time.perf_counter()
        record, at = self._simulator.record, self._simulator.clock()
        number, name = record.number(), request.match_info["method"]
        try:
            status, body, fields = await self._answer(request, name)
        except Refusal as refusal:
            status, body, fields = refusal.code, refusal.body, refusal.fields
        took = (time.perf_counter() - began) * 1000
        result = body.get("result")
        sent = result.get("message_id") if isinstance(result, dict) else None
        call = Call(number, at, name, fields, status, round(took, 2), str(body.get("description", "")), sent)
        record.add(call)
        self._simulator.feed.call(call)
        if status != 200:
            self._simulator.tell_faults()
        return self._response(request, status, body)

    async def _answer(self, request: web.Request, name: str) -> tuple[int, Json, Json]:
        """Return status, body and the fields that came. Raises Refusal."""
        if request.match_info["token"] != TOKEN:
            raise Refusal(401, "Unauthorized")
        faults, clock = self._simulator.faults, self._simulator.clock
        small = name.lower()
        if faults.gone(clock()) or faults.breaks(faults.dropped, small):
            return _BROKEN, {}, {}
        if small == POLL:
            self._simulator.line = lambda: request.transport is not None
        fields = await received(request)
        try:
            await faults.delay(small)
            if faults.breaks(faults.server_error, small):
                return 502, {"description": "Bad Gateway"}, fields
            faults.refuse(small)
            method = BY_SMALL_NAME.get(small)
            if method is None:
                raise Refusal(404, "Not Found")
            result = method.handler(self._simulator, checked(fields, method.known, method.required))
            if inspect.isawaitable(result):
                result = await result
        except (LookupError, TypeError, ValueError, AttributeError) as error:  # deep in an object of the bot's
            refusal = bad(f"can't parse parameters: {type(error).__name__}")
            refusal.fields = fields
            raise refusal from error
        except Refusal as refusal:
            refusal.fields = fields
            raise
        if faults.gone(clock()) or faults.breaks(faults.unanswered, small):
            return _BROKEN, {}, fields
        return 200, {"ok": True, "result": result}, fields

    def _response(self, request: web.Request, status: int, body: Json) -> web.StreamResponse:
        if status == _BROKEN:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if status == 502:
            return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        return web.json_response(body, status=status)
