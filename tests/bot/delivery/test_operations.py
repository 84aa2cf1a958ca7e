"""The operations pages tell the truth to probes and to Prometheus, and nothing personal to anybody."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Mapping

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot.delivery.metrics import Gauges, Metrics
from bot.delivery.operations import Check, listening, operations
from bot.dialogue.reply import Decision
from bot.settings import Address

GAUGES = Gauges(model="abc123", reloads=2, refused_reloads=1, backlog=5, dead=3)


async def fine() -> str | None:
    return None


async def locked() -> str | None:
    return "the database is locked"


async def broken() -> str | None:
    raise OSError("/secret/path")


async def hangs() -> str | None:
    await asyncio.sleep(60)
    return None


async def get(page: str, checks: Mapping[str, Check], metrics: Metrics | None = None) -> tuple[int, str]:
    counted = metrics or Metrics()

    async def exposition() -> bytes:
        return counted.exposition(GAUGES)

    pages = operations(checks, exposition)
    async with (
        listening(pages, Address("127.0.0.1", 0)) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        session.get(page) as response,
    ):
        return response.status, await response.text()


async def test_a_bot_whose_parts_all_work_is_ready() -> None:
    status, body = await get("/readyz", {"model": fine, "database": fine})
    assert status == 200
    assert json.loads(body) == {"ready": True, "checks": {"model": "ok", "database": "ok"}}


async def test_each_reason_is_named_and_no_check_can_break_the_page() -> None:
    status, body = await get("/readyz", {"model": fine, "database": locked, "telegram": broken, "disk": hangs})
    assert status == 503
    assert json.loads(body) == {
        "ready": False,
        "checks": {
            "model": "ok",
            "database": "the database is locked",
            "telegram": "OSError",
            "disk": "no answer within 2 s",
        },
    }


async def test_it_is_live_even_while_it_is_not_ready() -> None:
    assert (await get("/healthz", {"database": locked}))[0] == 200


def samples(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_prometheus_reads_what_was_counted() -> None:
    metrics = Metrics()
    metrics.received("message")
    metrics.decided(Decision.ANSWER)
    metrics.decided(Decision.ANSWER)
    metrics.answered(0.03)
    metrics.failed("sendMessage", TimeoutError())
    metrics.dropped()
    metrics.unreadable(4)
    status, body = await get("/metrics", {}, metrics)
    found = samples(body)
    assert status == 200
    assert found["bot_updates_total", ("message",)] == 1
    assert found["bot_decisions_total", ("answer",)] == 2
    assert found["bot_decisions_total", ("emergency",)] == 0
    assert found["bot_answer_seconds_count", ()] == 1
    assert found["bot_answer_seconds_bucket", ("0.025",)] == 0
    assert found["bot_answer_seconds_bucket", ("0.05",)] == 1
    assert found["bot_send_errors_total", ("TimeoutError",)] == 1
    assert found["bot_flood_dropped_total", ()] == 1
    assert found["bot_model", ("abc123",)] == 1
    assert found["bot_backlog", ()] == 5
    assert found["bot_dead_letters", ()] == 3
    assert found["bot_unreadable_total", ()] == 4
    assert found["bot_faq_reloads_total", ("taken_over",)] == 2
    assert found["bot_faq_reloads_total", ("refused",)] == 1
    assert found["process_resident_memory_bytes", ()] > 1e6


async def test_two_bots_in_a_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.dropped()
    assert b"bot_flood_dropped_total 0.0" in other.exposition(GAUGES)


async def test_a_taken_port_is_an_error_of_the_system() -> None:
    async with listening(web.Application(), Address("127.0.0.1", 0)) as port:
        with pytest.raises(OSError, match="in use"):
            async with listening(web.Application(), Address("127.0.0.1", port)):
                pass


def test_a_database_that_does_not_answer_leaves_the_other_metrics_readable() -> None:
    text = Metrics().exposition(dataclasses.replace(GAUGES, dead=None)).decode()
    assert "bot_dead_letters" not in text
    assert "bot_backlog 5.0" in text
