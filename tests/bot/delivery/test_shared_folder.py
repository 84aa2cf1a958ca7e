"""Several bots on one folder of knowledge and one of data, as replicas are: one trains, all take it over."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.delivery.live import Live
from intents.registry.registry import Registry
from tests.bot.delivery.test_live import NEW, answer, edit_answer, eventually
from tests.intents.registry.test_gate import APPLY, add_questions

pytestmark = pytest.mark.slow


@pytest.fixture
def both(small: Path) -> Iterator[list[Live]]:
    serving = [Live(small / "faq", small / "var") for _ in range(2)]
    stop = threading.Event()
    for live in serving:
        live.watch(stop)
    time.sleep(0.5)  # until the watch has begun; the files were read at the start
    yield serving
    stop.set()


def test_a_saved_answer_is_told_by_all_within_five_seconds(small: Path, both: list[Live]) -> None:
    edit_answer(small)
    began = time.monotonic()
    assert eventually(lambda: all(NEW in answer(live) for live in both))
    assert time.monotonic() - began < 5
    assert eventually(lambda: all(live.reloads == 1 for live in both))
    assert Registry(small / "var").versions() == ["v0001", "v0002"], "one has published it, for all"


def test_one_trains_and_all_take_the_model_over(small: Path, both: list[Live]) -> None:
    registry = Registry(small / "var")
    trained_on = registry.trained_on()
    add_questions(small, APPLY, "俺想给俺爹把低保办下来咋弄嘞")
    assert eventually(lambda: registry.trained_on() != trained_on)
    trained_at = time.monotonic()
    assert eventually(lambda: all(live.dialogue.faq.fingerprint == registry.serves() for live in both))
    assert time.monotonic() - trained_at < 5
    assert eventually(lambda: all(live.reloads == 1 for live in both))
    assert registry.versions() == ["v0001", "v0002"], "trained once"
