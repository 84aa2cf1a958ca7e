"""A bot with a staff's group, on the small knowledge base, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.simulator import Simulator
from tests.running import Running, running

STAFF = -5002
CLERK = 9001

Bot = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture
def bot(api: Simulator, small: Path) -> Bot:
    """Start the bot with a staff's group; it keeps its data from one start to the next."""
    api.founds("工作人员群", STAFF)

    def start(**settings: str) -> AbstractAsyncContextManager[Running]:
        return running(api, small / "var", small / "faq", **{"STAFF_CHAT_ID": str(STAFF), **settings})

    return start


def labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
