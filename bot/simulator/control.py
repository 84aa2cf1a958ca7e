"""What the page and benchmarks ask for over HTTP: act as residents, switch faults, read the record."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.simulator.chats import bare
from bot.simulator.parameters import loads
from bot.simulator.refusal import Json
from bot.simulator.simulator import Simulator

RECENT = 200
"""Requests that a page is shown when it opens."""


BEAT = 2.0
"""Seconds of quiet after which a page is told that all is well."""


PATIENCE = 5.0
"""Seconds for which a page waits for the results of an inline query."""


LARGEST = 2**53
"""Numbers of Telegram's have at most 52 significant bits."""


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
            web.post("/api/inline", self._type),
            web.post("/api/chosen", self._all(self._choose)),
            web.delete(r"/api/chats/{id:-?[0-9]{1,19}}", self._part),
            web.post("/api/faults", self._switch),
        ]

    def _all(self, act: Callable[[Json], Any]) -> Callable[[web.Request], Any]:
        """Return a handler that does `act` for each object of a JSON array, or for one object."""

        async def handler(request: web.Request) -> web.Response:
            wanted = await _json(request)
            each = wanted if isinstance(wanted, list) else [wanted]
            try:
                done = [act(one) for one in each]
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                raise web.HTTPBadRequest(text=f"{type(error).__name__}: {error}") from None
            return web.json_response(done)

        return handler

    def _say(self, wanted: Json) -> int:
        wanted = dict(wanted)
        user, chat = _number(wanted.pop("user")), wanted.pop("chat", None)
        where = user if chat is None else _number(chat)
        for words in ("text", "caption"):
            _text(wanted.get(words, ""))
        if not isinstance(wanted.get("from", {}), dict) or not isinstance(wanted.get("message_id", 0), int):
            raise TypeError("from must be an object, message_id a whole number")
        if (replied := wanted.pop("reply_to", None)) is not None:
            wanted["reply_to_message"] = bare(self._simulator.chats.chats[where].messages[_number(replied)])
        text = wanted.pop("text", None)
        return int(self._simulator.says(text, user, chat=chat, **wanted)["message_id"])

    def _edit(self, wanted: Json) -> int:
        message = self._message(wanted)
        return int(self._simulator.edits(message, _text(wanted["text"]))["message_id"])

    def _press(self, wanted: Json) -> str:
        return self._simulator.presses_data(self._message(wanted), _text(wanted["data"]), _number(wanted["user"]))

    def _message(self, wanted: Json) -> Json:
        """Return the message that is meant; KeyError: it is not there."""
        return self._simulator.chats.chats[_number(wanted["chat"])].messages[_number(wanted["message_id"])]

    def _update(self, wanted: Json) -> int | None:
        ((kind, content),) = wanted.items()
        return self._simulator.update(kind, content)

    def _block(self, wanted: Json) -> bool:
        user, blocked = _number(wanted["user"]), wanted["blocked"]
        if user <= 0 or not isinstance(blocked, bool):
            raise TypeError("user must be a resident, blocked true or false")
        self._simulator.blocks(user, blocked=blocked)
        return True

    def _meet(self, wanted: Json) -> Json:
        return self._simulator.meets(_text(wanted["name"]), admin=bool(wanted.get("admin")))

    def _found(self, wanted: Json) -> Json:
        founded = self._simulator.founds(_text(wanted["title"]))
        self._simulator.invites(founded["id"])
        return founded

    async def _type(self, request: web.Request) -> web.Response:
        """Type a query in a chat; answer with its id and the results, null if the bot stays silent."""
        wanted = await _json(request)
        try:
            query = self._simulator.types(_text(wanted["query"]), _number(wanted["user"]), chat=wanted.get("chat"))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise web.HTTPBadRequest(text=f"{type(error).__name__}: {error}") from None
        with contextlib.suppress(TimeoutError):
            await self._simulator.found(query, PATIENCE)
        typed = self._simulator.inline.of(query)
        return web.json_response({"id": query, "results": typed.results, "button": typed.button})

    def _choose(self, wanted: Json) -> int:
        chat = _number(wanted["chat"])
        return int(self._simulator.chooses(_text(wanted["id"]), _text(wanted["result"]), chat=chat)["message_id"])

    async def _part(self, request: web.Request) -> web.Response:
        chat = self._simulator.chats.chats.get(int(request.match_info["id"]))
        if chat is None:
            raise web.HTTPNotFound(text="there is no such chat")
        self._simulator.parts(chat.id)
        return web.json_response(True)

    async def _switch(self, request: web.Request) -> web.Response:
        try:
            self._simulator.switch(**await _json(request))
        except (TypeError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.json_response(self._simulator.faults.state(self._simulator.clock()))

    async def _record(self, request: web.Request) -> web.Response:
        try:
            since = int(request.query.get("since", "0"))
        except ValueError:
            raise web.HTTPBadRequest(text="since must be a whole number") from None
        return web.json_response(self._simulator.record.since(since))

    async def _clear(self, _request: web.Request) -> web.Response:
        self._simulator.record.clear()
        return web.json_response(True)

    async def _pending(self, _request: web.Request) -> web.Response:
        return web.json_response(len(self._simulator.updates))

    async def _state(self, _request: web.Request) -> web.Response:
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
                await response.write(f"data: {json.dumps(event)}\n\n".encode())  # ASCII: half a character has no UTF-8
                event = await self._next(changes)
        return response

    async def _next(self, changes: asyncio.Queue[Json | None]) -> Json | None:
        """Return the next change; at quiet times tell whether a bot is there, which also finds closed pages."""
        try:
            return await asyncio.wait_for(changes.get(), BEAT)
        except TimeoutError:
            return {"event": "beat", "online": self._simulator.online}


def _number(value: object) -> int:
    """Return a number of Telegram's. Raises TypeError, ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"a whole number is wanted, not {type(value).__name__}")
    number = int(value)
    if abs(number) > LARGEST:
        raise ValueError("no user, chat or message has so large a number")
    return number


def _text(value: object) -> str:
    """Return a text. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError(f"a text is wanted, not {type(value).__name__}")
    return value


async def _json(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="send JSON with Content-Type: application/json")
    try:
        return await request.json(loads=loads)
    except (ValueError, LookupError, RecursionError):
        raise web.HTTPBadRequest(text="the body is not JSON") from None
