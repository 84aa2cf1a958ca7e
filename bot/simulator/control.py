"""What the page and benchmarks ask for over HTTP: act as residents, switch faults, read the record."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.simulator.chats import bare
from bot.simulator.refusal import Json
from bot.simulator.simulator import Simulator

RECENT = 200
"""Requests that a page is shown when it opens."""


BEAT = 2.0
"""Seconds of quiet after which a page is told that all is well."""


class Control:
    """Serves everything below /api/."""

    def __init__(self, simulator: Simulator) -> None:
        """Take the state to work on."""
        self._simulator = simulator

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses served."""
        return [
            web.get("/api/state", self._state),
            web.get("/api/events", self._events),
            web.get("/api/record", self._record),
            web.delete("/api/record", self._clear),
            web.get("/api/pending", self._pending),
            web.post("/api/messages", self._all(self._say)),
            web.post("/api/edits", self._all(self._edit)),
            web.post("/api/presses", self._all(self._press)),
            web.post("/api/updates", self._all(self._update)),
            web.post("/api/blocks", self._all(self._block)),
            web.post("/api/people", self._all(self._meet)),
            web.post("/api/groups", self._all(self._found)),
            web.delete("/api/chats/{id}", self._part),
            web.post("/api/faults", self._switch),
        ]

    def _all(self, act: Callable[[Json], Any]) -> Callable[[web.Request], Any]:
        """Return a handler that does `act` for each object of a JSON array, or for one object."""

        async def handler(request: web.Request) -> web.Response:
            wanted = await _json(request)
            each = wanted if isinstance(wanted, list) else [wanted]
            try:
                done = [act(one) for one in each]
            except (KeyError, TypeError, ValueError, StopIteration) as error:
                raise web.HTTPBadRequest(text=f"{type(error).__name__}: {error}") from None
            return web.json_response(done)

        return handler

    def _say(self, wanted: Json) -> int:
        wanted = dict(wanted)
        text, user, chat = wanted.pop("text", None), int(wanted.pop("user")), wanted.pop("chat", None)
        if (replied := wanted.pop("reply_to", None)) is not None:
            known = self._simulator.chats.of(user if chat is None else int(chat)).messages
            wanted["reply_to_message"] = bare(known[int(replied)])
        return int(self._simulator.says(text, user, chat=chat, **wanted)["message_id"])

    def _edit(self, wanted: Json) -> int:
        chat = self._simulator.chats.of(int(wanted["chat"]))
        message = chat.messages[int(wanted["message_id"])]
        return int(self._simulator.edits(message, str(wanted["text"]))["message_id"])

    def _press(self, wanted: Json) -> str:
        chat = self._simulator.chats.of(int(wanted["chat"]))
        message = chat.messages[int(wanted["message_id"])]
        return self._simulator.presses_data(message, str(wanted["data"]), int(wanted["user"]))

    def _update(self, wanted: Json) -> int | None:
        ((kind, content),) = wanted.items()
        return self._simulator.update(kind, content)

    def _block(self, wanted: Json) -> bool:
        self._simulator.blocks(int(wanted["user"]), blocked=bool(wanted["blocked"]))
        return True

    def _meet(self, wanted: Json) -> Json:
        return self._simulator.meets(str(wanted["name"]), admin=bool(wanted.get("admin")))

    def _found(self, wanted: Json) -> Json:
        return self._simulator.founds(str(wanted["title"]))

    async def _part(self, request: web.Request) -> web.Response:
        self._simulator.parts(int(request.match_info["id"]))
        return web.json_response(True)

    async def _switch(self, request: web.Request) -> web.Response:
        try:
            self._simulator.switch(**await _json(request))
        except (TypeError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.json_response(self._simulator.faults.state(self._simulator.clock()))

    async def _record(self, request: web.Request) -> web.Response:
        return web.json_response(self._simulator.record.since(int(request.query.get("since", "0"))))

    async def _clear(self, request: web.Request) -> web.Response:
        self._simulator.record.clear()
        return web.json_response(True)

    async def _pending(self, request: web.Request) -> web.Response:
        return web.json_response(len(self._simulator.updates))

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(self._whole())

    def _whole(self) -> Json:
        simulator = self._simulator
        shown = [
            {**simulator.state(chat), "messages": list(chat.messages.values())}
            for chat in simulator.chats.chats.values()
        ]
        return {
            "bot": simulator.chats.bot,
            "online": simulator.online,
            "description": simulator.profile.text("description"),
            "chats": shown,
            "faults": simulator.faults.state(simulator.clock()),
            "record": simulator.record.latest(RECENT),
        }

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Send the whole state, then each change as it happens (server-sent events)."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        with (
            self._simulator.feed.listening() as changes,
            contextlib.suppress(ConnectionResetError),
        ):  # the page is closed
            event: Json | None = {"event": "state", "state": self._whole()}
            while event is not None:
                if event["event"] == "profile":
                    event = {"event": "state", "state": self._whole()}
                await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
                event = await self._next(changes)
        return response

    async def _next(self, changes: asyncio.Queue[Json | None]) -> Json | None:
        """Return the next change; at quiet times tell whether a bot is there, which also finds closed pages."""
        try:
            return await asyncio.wait_for(changes.get(), BEAT)
        except TimeoutError:
            return {"event": "beat", "online": self._simulator.online}


async def _json(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="send JSON with Content-Type: application/json")
    try:
        return await request.json()
    except ValueError:
        raise web.HTTPBadRequest(text="the body is not JSON") from None
