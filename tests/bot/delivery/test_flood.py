"""One resident's flood is dropped with one notice; danger and other residents always get through."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery import flood
from bot.delivery.flood import RateLimit, Verdict

ADMIT, WARN, DROP = Verdict.ADMIT, Verdict.WARN, Verdict.DROP


def urgent(message: str) -> bool:
    return message == "danger"


async def sent(gate: RateLimit, times: int, resident: int = 7, message: str | None = "hello") -> list[Verdict]:
    return [await gate.check(resident, message) for _ in range(times)]


async def test_a_burst_is_served_then_one_notice_then_silence() -> None:
    gate = RateLimit(20, urgent)
    assert await sent(gate, 25) == [ADMIT] * 20 + [WARN] + [DROP] * 4


async def test_danger_gets_through_a_flood_and_is_not_charged_for_it() -> None:
    gate = RateLimit(2, urgent)
    await sent(gate, 4)
    assert await sent(gate, 3, message="danger") == [ADMIT] * 3
    assert await sent(gate, 1) == [DROP]


async def test_others_are_not_charged() -> None:
    gate = RateLimit(2, urgent)
    await sent(gate, 10)
    assert await sent(gate, 2, resident=8) == [ADMIT, ADMIT]


async def test_a_press_without_text_counts_as_well() -> None:
    assert await sent(RateLimit(1, urgent), 2, message=None) == [ADMIT, WARN]


async def test_zero_means_no_limit() -> None:
    assert set(await sent(RateLimit(0, urgent), 500)) == {ADMIT}


async def test_the_bucket_refills_and_a_second_flood_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "_PERIOD", 0.2)
    gate = RateLimit(4, urgent)
    assert await sent(gate, 6) == [ADMIT] * 4 + [WARN, DROP]
    await asyncio.sleep(0.06)
    assert await sent(gate, 3) == [ADMIT, DROP, DROP], "one message has dripped in; the same flood is not told twice"
    await asyncio.sleep(0.25)
    assert await sent(gate, 5) == [ADMIT] * 4 + [WARN]


async def test_memory_is_bounded_and_a_bucket_in_use_outlives_its_period(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "_PERIOD", 0.3)
    monkeypatch.setattr(flood, "_RESIDENTS", 10)
    gate = RateLimit(100, urgent)
    for resident in range(50):
        await gate.check(resident, "hello")
    assert len(gate._buckets) == 10
    admitted = 0
    for _ in range(60):
        admitted += (await sent(gate, 20, resident=1)).count(ADMIT)
        await asyncio.sleep(0.01)
    assert admitted < 450, "100 at once and about 200 in 0.6 s; a forgotten bucket would begin anew"
