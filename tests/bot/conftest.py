"""A strict server, for the bot as a process of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.simulator.server import serving
from bot.simulator.simulator import Simulator


@pytest.fixture
async def api() -> AsyncIterator[Simulator]:
    async with serving() as simulator:
        yield simulator
