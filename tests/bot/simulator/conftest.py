"""A server with a clock that a test sets, and raw HTTP to it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.simulator.server import serving
from bot.simulator.simulator import TOKEN, Simulator


@dataclass
class Clock:
    """Stands still until it is set."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Raw:
    """Asks the server as any HTTP client would."""

    session: aiohttp.ClientSession
    url: str

    async def ask(self, method: str, token: str = TOKEN, **fields: Any) -> tuple[int, dict[str, Any]]:
        """Return status and body of a method called with form fields."""
        form = {key: value if isinstance(value, str) else json.dumps(value) for key, value in fields.items()}
        async with self.session.post(f"{self.url}/bot{token}/{method}", data=form) as answer:
            return answer.status, await answer.json()

    async def done(self, method: str, **fields: Any) -> Any:
        """Return the result of a method that is carried out."""
        status, body = await self.ask(method, **fields)
        assert (status, body["ok"]) == (200, True), body
        return body["result"]

    async def refused(self, method: str, **fields: Any) -> tuple[int, str]:
        """Return code and words of a method that is refused."""
        status, body = await self.ask(method, **fields)
        assert body["ok"] is False, body
        assert body["error_code"] == status
        return status, body["description"]

    async def updates(self, **fields: Any) -> list[dict[str, Any]]:
        """Poll."""
        found: list[dict[str, Any]] = await self.done("getUpdates", **fields)
        return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def api(clock: Clock) -> AsyncIterator[Simulator]:
    async with serving(simulator=Simulator(clock=clock)) as simulator:
        yield simulator


@pytest.fixture
async def raw(api: Simulator) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(session, api.url)
