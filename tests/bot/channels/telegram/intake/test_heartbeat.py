"""Silence of getUpdates is noticed after 90 seconds and not before."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.telegram.intake.heartbeat import SILENCE, Heartbeat, WedgedError


class Clock:
    """Shows the seconds it is set to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_silence_is_counted_from_the_last_success() -> None:
    clock = Clock()
    heart = Heartbeat(clock)
    clock.now += 60
    assert heart.silence == 60
    heart.beat()
    assert heart.silence == 0


async def test_the_watch_ends_only_after_ninety_seconds_of_silence() -> None:
    clock = Clock()
    heart = Heartbeat(clock)
    watch = asyncio.create_task(heart.watch(every=0.001))
    for _ in range(3):
        clock.now += SILENCE - 1
        await asyncio.sleep(0.02)
        assert not watch.done(), "it must not end before the time"
        heart.beat()
    clock.now += SILENCE
    with pytest.raises(WedgedError, match="90 s"):
        await asyncio.wait_for(watch, 30)
