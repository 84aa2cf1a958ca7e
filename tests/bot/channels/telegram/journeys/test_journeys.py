"""Each journey arrives where its resident wanted to go, and the docs show it as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from intents.classifier.model import Model
from tests.bench.journeys import PAGE, row
from tests.bot.channels.telegram.journeys.journeys import JOURNEYS
from tests.bot.channels.telegram.journeys.walk import STAFF, Walk
from tests.bot.channels.telegram.town import House, housed
from tests.conftest import FAQ

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(model: Model, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    own = tmp_path_factory.mktemp("journeys") / "var"
    own.mkdir()
    for part in ("models", "cache"):
        (own / part).symlink_to(data / part)
    with housed(FAQ, own, STAFF_CHAT_ID=str(STAFF)) as house:
        yield house


@pytest.mark.parametrize("name", JOURNEYS)
async def test_a_journey_arrives_and_stands_in_the_docs(house: House, name: str) -> None:
    title, go = JOURNEYS[name]
    walk = Walk(house, title)
    await go(walk)
    written = PAGE.read_text("utf-8")
    assert f"\n{row(name, walk)}" in written, "write it anew: python -m tests.bench.journeys"
    section = written.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    shown = [line for line in section.split("\n") if line.startswith("**")]
    assert shown == walk.acts(), "write it anew: python -m tests.bench.journeys"
