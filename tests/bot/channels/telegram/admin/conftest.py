"""A bot with an owner and an editor, on the small knowledge base, over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.simulator import Simulator
from intents.registry.checksums import write_sums
from tests.running import Running, rows, running, until

OWNER, EDITOR, OTHER = 9101, 9102, 9103

Bot = Callable[..., AbstractAsyncContextManager[Running]]


def without_luck(folder: Path) -> Path:
    """Take questions out of golden.tsv that stand at the threshold of a model of six intents, as if none had been."""
    published = folder / "var" / "models" / "v0001"
    for golden in (folder / "faq" / "golden.tsv", published / "faq" / "golden.tsv"):
        lines = golden.read_text("utf-8").splitlines(keepends=True)
        golden.write_text("".join(line for line in lines if not line.startswith("chat.crisis\t")), encoding="utf-8")
    write_sums(published)
    return folder


@pytest.fixture
def bot(api: Simulator, small: Path) -> Bot:
    without_luck(small)

    def start(**settings: str) -> AbstractAsyncContextManager[Running]:
        who = {"ADMIN_IDS": str(OWNER), "EDITOR_IDS": f"{EDITOR}, {OTHER}"}
        return running(api, small / "var", small / "faq", **{**who, **settings})

    return start


def labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def says(api: Simulator, words: str, user: int) -> dict[str, Any]:
    """Return what the bot says to `words` of a user, whatever others are told meanwhile."""
    api.says(words, user)
    return await told(api, user)


async def in_vain(api: Simulator, data: Path, *texts: str) -> None:
    """Let residents ask what is not answered, and wait until it is kept: they are answered a moment before."""
    for number, words in enumerate(texts):
        await says(api, words, 7001 + number)
    await kept(data, len(texts))


async def kept(data: Path, count: int) -> None:
    """Wait until so many unanswered questions are kept, and known to the bot."""
    await until(lambda: rows(data, "SELECT count(*) FROM unanswered") == [(count,)])
    await asyncio.sleep(0.3)


async def pressed(api: Simulator, message: dict[str, Any], label: str) -> dict[str, Any]:
    """Return what comes of a press: the same message, changed, or another."""
    api.presses(message, label)
    return await told(api, message["chat"]["id"])


async def told(api: Simulator, user: int, words: str = "", seconds: float = 90.0) -> dict[str, Any]:
    """Return the next message to a user that holds `words`, new or changed."""
    end, others = time.monotonic() + seconds, list[str]()
    while True:
        try:
            message = await api.reply(max(0.1, end - time.monotonic()))
        except TimeoutError as error:
            raise AssertionError(f"{words!r} was not told, but {others}") from error
        if message["chat"]["id"] == user and words in message["text"]:
            return message
        others.append(message["text"])
