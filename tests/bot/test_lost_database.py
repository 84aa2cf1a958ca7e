"""A database that is lost while the bot runs: it is said within a minute, and what waits is answered all the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels.telegram.serving import UPKEEP
from bot.simulator.simulator import Simulator
from bot.store.database import FILE
from tests.running import rows, running, until

ASK = "低保怎么申请"


def delete(own: Path) -> None:
    for path in own.glob(f"{FILE}*"):
        path.unlink()


def delete_log(own: Path) -> None:
    (own / f"{FILE}-wal").unlink()


def cut(own: Path) -> None:
    (own / FILE).write_bytes(b"")
    (own / f"{FILE}-wal").write_bytes(b"")


def cut_what_is_in_flight(own: Path) -> None:
    delete(own)
    (own / "bot.in-flight").write_bytes(b"")


@pytest.mark.parametrize("harm", [delete, delete_log, cut, cut_what_is_in_flight])
async def test_what_waits_when_the_database_is_lost_is_answered_even_after_a_kill_and_the_loss_is_said(
    api: Simulator, own: Path, harm: Callable[[Path], None]
) -> None:
    async with running(api, own, ADMIN_PORT="0") as bot:
        api.says(ASK, 100)
        assert (await api.reply())["chat"]["id"] == 100
        assert (await bot.page("/readyz"))[0] == 200
        api.switch(latency_ms=5000)
        api.says(ASK, 200)
        await until(lambda: rows(own, "SELECT count(*) FROM inbox WHERE state = 'open'") == [(1,)])
        harm(own)
        status, page = await bot.page("/readyz")
        assert status == 503
        assert "while the bot runs" in json.loads(page)["checks"]["database"]
        assert bot.log.count("while the bot runs") == 1
        assert "find out" in bot.log
        bot.process.kill()
        await bot.process.wait()
    api.switch(latency_ms=0)
    async with running(api, own):
        while (await api.reply(90))["chat"]["id"] != 200:
            pass
        await until(lambda: rows(own, "SELECT count(*) FROM inbox WHERE state = 'open'") == [(0,)])


def test_it_is_looked_for_every_minute() -> None:
    assert UPKEEP <= 60


async def test_a_lost_database_is_noticed_without_a_message_or_a_probe(api: Simulator, own: Path) -> None:
    code = "from bot.channels.telegram import serving\nserving.UPKEEP = 0.5\nfrom bot.cli.main import main\nmain()"
    async with running(api, own, code=code) as bot:
        delete(own)
        await bot.logs("was deleted or moved away while the bot runs", 20)
        await until((own / FILE).exists, 10)
        api.says(ASK)
        assert ASK in (await api.reply())["text"]
        assert bot.log.count("while the bot runs") == 1
