"""A strict server, and a data folder with the trained model, for the bot as a process of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.server import serving
from bot.simulator.simulator import Simulator
from intents.classifier.model import Model


@pytest.fixture
async def api() -> AsyncIterator[Simulator]:
    async with serving() as simulator:
        yield simulator


@pytest.fixture
def own(model: Model, data: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own with the trained model."""
    folder = tmp_path / "own"
    folder.mkdir()
    for part in ("models", "cache"):
        (folder / part).symlink_to(data / part)
    return folder
