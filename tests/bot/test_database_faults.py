"""A database that hangs, errors of a kind nobody foresaw, and rows of another version: the bot goes on, or ends."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bot.simulator.simulator import Simulator
from bot.store.database import FILE, Database
from bot.store.errors import StoreError
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.records import Entry
from bot.store.store import Store
from tests import postgres
from tests.running import launch, rows, running, until

ASK = "低保怎么申请"
NO_CHANGES = "the database takes no changes"

IMPATIENT = """
from bot.channels.telegram import serving
serving._LAST = 5.0
from bot.cli.main import main
main()
"""
"""The bot, but its end takes no longer than five seconds."""

STUMBLING = """
import sqlite3
from bot.store.store import Store
from bot.channels.telegram import serving
serving.UPKEEP = 0.5
purge, calls = Store.purge, []
async def stumbling(self):
    calls.append(1)
    if len(calls) == 2:
        raise LookupError("nobody foresaw this")
    await purge(self)
Store.purge = stumbling
from bot.cli.main import main
main()
"""
"""The bot, but its first tidying up after the start fails in a way that nobody foresaw."""


async def test_tables_locked_on_a_server_are_said_to_be_delay_answers_and_hold_no_stop_up(
    api: Simulator, own: Path
) -> None:
    if reason := postgres.obstacle():
        pytest.skip(reason)
    with postgres.server() as url:
        async with running(api, own, DATABASE_URL=url) as bot:
            with closing(psycopg.connect(url)) as other:
                other.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
                api.says(ASK)
                await bot.logs(NO_CHANGES)
                assert "LockNotAvailable" in bot.log
                other.rollback()
                assert ASK in (await api.reply())["text"]
                other.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
                assert await bot.end() < 5.0, "a loaded machine is slow"


async def test_a_server_that_hangs_does_not_keep_the_process_from_ending(api: Simulator, own: Path) -> None:
    if reason := postgres.obstacle():
        pytest.skip(reason)
    with postgres.server() as url:
        bot = await launch(api, own, code=IMPATIENT, DATABASE_URL=url)
        await bot.logs("serving")
        with psycopg.connect(url) as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchall()
        try:
            for (pid,) in found:
                os.kill(pid, signal.SIGSTOP)
            api.says(ASK)
            await asyncio.sleep(1)
            assert await bot.end() < 8.0
        finally:
            for (pid,) in found:
                os.kill(pid, signal.SIGCONT)
        assert found
        assert "the database does not answer" in bot.log
    assert "Traceback" not in bot.log


def test_a_log_that_a_full_disk_keeps_from_being_emptied_is_an_error_of_the_store(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    Inbox(database).write([Entry(number, "a", "…" * 1000) for number in range(1, 100)], 1.0)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / FILE).stat().st_size, hard))
    try:
        with pytest.raises(StoreError, match=f"{FILE}: OperationalError"):
            database.scrub()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    database.scrub()
    database.close()


async def test_an_error_that_nobody_foresaw_reaches_those_who_wait_and_the_store_goes_on(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    store = Store(Inbox(database), Pseudonyms(tmp_path), InFlight(tmp_path))
    with pytest.raises(OverflowError):
        await asyncio.wait_for(store.add([Entry(2**64, "a", "{}")]), 60)
    assert await asyncio.wait_for(store.add([Entry(1, "a", "{}")]), 60) == {1}
    await store.close()
    database.close()


async def test_a_tidying_up_that_fails_is_tried_again(api: Simulator, own: Path) -> None:
    async with running(api, own, code=STUMBLING) as bot:
        await bot.logs("the store could not be tidied up: LookupError")
        with closing(sqlite3.connect(own / FILE, timeout=10)) as other, other:
            row = (1, "done", None, None, 0, None, 0, 0)
            other.execute("INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        await until(lambda: rows(own, "SELECT * FROM inbox") == [], 10)


async def test_an_update_kept_by_another_version_that_cannot_be_read_is_set_aside_and_the_others_are_answered(
    api: Simulator, own: Path
) -> None:
    database = Database(None, own)
    message = api.message(7, text=ASK)
    broken, whole = {"update_id": 1, "callback_query": {"id": "1"}}, {"update_id": 2, "message": message}
    Inbox(database).write([Entry(1, "a", json.dumps(broken)), Entry(2, "b", json.dumps(whole))], 4e9)
    database.close()
    async with running(api, own) as bot:
        assert ASK in (await api.reply())["text"]
        await until(lambda: rows(own, "SELECT state FROM inbox ORDER BY update_id") == [("dead",), ("done",)])
        assert "update 1 can no longer be read (TypeError); it is set aside" in bot.log
