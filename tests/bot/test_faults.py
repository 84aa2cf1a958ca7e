"""What residents, admins and the log get when something is broken; and nothing is lost."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
import resource
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from bot.dialogue.session import Session
from bot.simulator.simulator import Simulator
from bot.store.database import FILE, Database
from bot.store.errors import StoreError
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.records import Attempt, Entry
from bot.store.store import Store
from tests import postgres
from tests.running import Running, launch, rows, running, until

ASK = "低保怎么申请"
NO_CHANGES = "the database takes no changes"


async def answered(api: Simulator, users: range) -> None:
    """Wait until each of `users` has got one answer, and nobody a second one."""
    chats = sorted([(await api.reply(90))["chat"]["id"] for _ in users])
    assert chats == list(users)


def done(own: Path, count: int) -> bool:
    return rows(own, "SELECT state, count(*) FROM inbox GROUP BY state") == [("done", count)]


def ask(api: Simulator, users: range) -> None:
    for user in users:
        api.says(ASK, user)


async def test_a_network_that_is_gone_for_a_while_is_logged_once_and_everybody_answered_afterwards(
    api: Simulator, own: Path
) -> None:
    async with running(api, own) as bot:
        ask(api, range(100, 110))
        await answered(api, range(100, 110))
        api.switch(latency_ms=500)
        ask(api, range(200, 220))
        await until(lambda: rows(own, "SELECT count(*) FROM inbox WHERE state = 'open'") == [(20,)])
        api.switch(gone_seconds=20, latency_ms=0)
        ask(api, range(300, 310))
        await bot.logs("Telegram cannot be reached")
        await asyncio.sleep(1.0)  # requests that were under way when the network went are accepted by then
        early = [api.sent.get_nowait()["chat"]["id"] for _ in range(api.sent.qsize())]  # accepted just before
        assert not await _any(api, 2.0), "nobody is answered without a network"
        waiting = {*range(200, 220), *range(300, 310)} - set(early)
        late: list[int] = []
        while waiting:
            late.append((await api.reply(90))["chat"]["id"])
            waiting.discard(late[-1])
        assert set(early) | set(late) == {*range(200, 220), *range(300, 310)}
        # Accepted by Telegram, but the network took the receipt: sending again is the only way to be sure.
        repeated = [chat for chat, times in Counter(early + late).items() if times > 1]
        assert set(repeated) <= set(early), "only an answer whose receipt may be lost is sent again"
        await until(lambda: done(own, 40))
        await bot.logs("Telegram can be reached again")
        assert bot.log.count("Telegram cannot be reached") == 1
        assert bot.log.count("updates cannot be fetched") == 1


async def _any(api: Simulator, seconds: float) -> bool:
    try:
        await api.reply(seconds)
    except TimeoutError:
        return False
    return True


async def test_a_start_without_network_waits_for_it(api: Simulator, own: Path) -> None:
    api.switch(gone_seconds=600)
    ask(api, range(100, 103))
    async with running(api, own, ready="out of reach"):
        api.switch(gone_seconds=0)
        await answered(api, range(100, 103))


async def test_a_database_locked_by_another_program_delays_answers_and_loses_none(api: Simulator, own: Path) -> None:
    async with running(api, own) as bot:
        api.switch(latency_ms=300)
        ask(api, range(100, 105))
        await until(lambda: rows(own, "SELECT count(*) FROM inbox WHERE state = 'open'") == [(5,)])
        with closing(sqlite3.connect(own / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            ask(api, range(200, 205))
            await answered(api, range(100, 105))  # accepted before; that they are answered cannot be noted yet
            await bot.logs(NO_CHANGES)
            assert "OperationalError: database is locked" in bot.log
            other.execute("ROLLBACK")
        await answered(api, range(200, 205))
        await until(lambda: done(own, 10))
        assert bot.log.count(NO_CHANGES) == bot.log.count("the database takes changes again") == 1


async def test_a_database_server_that_goes_away_delays_answers_loses_none_and_is_logged_once(
    api: Simulator, own: Path
) -> None:
    if reason := postgres.obstacle():
        pytest.skip(reason)

    def count(state: str) -> int:
        with psycopg.connect(url) as connection:
            found = connection.execute("SELECT count(*) FROM inbox WHERE state = %s", [state]).fetchone()
            return int(found[0]) if found else -1

    with postgres.server() as url:
        async with running(api, own, DATABASE_URL=url, ADMIN_PORT="0") as bot:
            ask(api, range(100, 103))
            await answered(api, range(100, 103))
            await until(lambda: count("done") == 3)
            api.switch(latency_ms=500)
            ask(api, range(200, 205))
            await until(lambda: count("open") == 5)
            await asyncio.to_thread(postgres.stop, url)
            await answered(api, range(200, 205))  # each once; that they are answered cannot be noted yet
            ask(api, range(300, 305))
            await bot.logs(NO_CHANGES)
            assert not await _any(api, 4.0), "nothing is answered that is not kept"
            assert len(api.updates) == 5, "Telegram was not told to forget them"
            status, body = await bot.page("/readyz")
            assert (status, json.loads(body)["checks"]["model"]) == (503, "ok")
            assert "OperationalError" in json.loads(body)["checks"]["database"]
            await asyncio.to_thread(postgres.start, url)
            await answered(api, range(300, 305))
            await until(lambda: count("done") == 13)
            assert (await bot.page("/readyz"))[0] == 200
            assert bot.log.count(NO_CHANGES) == bot.log.count("the database takes changes again") == 1
            assert bot.log.count("updates cannot be fetched") == bot.log.count("updates can be fetched again") == 1
            assert await bot.end() < 5.0, "a loaded machine is slow; the benchmark measures"


@contextmanager
def full_disk(bot: Running, own: Path) -> Iterator[None]:
    """Let the kernel refuse what would make the database longer, as a full disk does; the shorter log still grows."""
    hard = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)[1]
    size = (own / f"{FILE}-wal").stat().st_size
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


async def test_a_full_disk_leaves_messages_with_telegram_until_there_is_room(api: Simulator, own: Path) -> None:
    async with running(api, own, ADMIN_PORT="0", FLOOD_PER_MINUTE="1") as bot:  # asked for again, not sent again
        ask(api, range(100, 103))
        await answered(api, range(100, 103))
        await until(lambda: done(own, 3))
        with full_disk(bot, own):
            ask(api, range(200, 205))
            assert not await _any(api, 4.0), "nothing is answered that is not kept"
            assert len(api.updates) == 5, "Telegram was not told to forget them"
            assert bot.process.returncode is None
            status, body = await bot.page("/readyz")
            assert (status, json.loads(body)["checks"]["database"]) == (503, "takes no changes; see the log")
        await answered(api, range(200, 205))
        await until(lambda: done(own, 8))
        assert (await bot.page("/readyz"))[0] == 200
        assert 'bot_updates_total{kind="message"} 8.0' in (await bot.page("/metrics"))[1]
        assert NO_CHANGES in bot.log


async def test_a_file_that_is_no_database_ends_the_start_with_its_name(api: Simulator, own: Path) -> None:
    (own / FILE).write_bytes(b"no database " * 1000)
    bot = await ended(api, own)
    assert bot.process.returncode == 1
    assert f"{FILE}: DatabaseError: file is not a database" in bot.log


async def test_a_second_bot_on_the_same_folder_is_refused_and_the_first_goes_on(api: Simulator, own: Path) -> None:
    async with running(api, own):
        second = await ended(api, own)
        assert second.process.returncode == 1
        assert "a running bot uses this folder; stop it" in second.log
        ask(api, range(100, 101))
        await answered(api, range(100, 101))


async def ended(api: Simulator, own: Path, faq: Path | None = None) -> Running:
    """Start a bot that cannot start; return it when it has ended."""
    bot = await launch(api, own, faq)
    await asyncio.wait_for(bot.process.wait(), 60)
    return bot


@pytest.mark.slow
async def test_an_unreadable_faq_ends_the_start_with_its_place_and_loses_no_message(
    api: Simulator, small: Path
) -> None:
    own, folder = small / "own", small / "faq"
    own.mkdir()
    path = folder / "topics" / "dibao" / "apply.yaml"
    good = path.read_text("utf-8")
    path.write_text(good.replace("office:", "ofice:"), encoding="utf-8")
    ask(api, range(100, 103))
    bot = await ended(api, own, folder)
    assert bot.process.returncode == 1
    assert "apply.yaml:" in bot.log
    assert "run_bot.py check --faq" in bot.log
    assert len(api.updates) == 3
    path.write_text(good, encoding="utf-8")
    shutil.copytree(small / "var", own, dirs_exist_ok=True)  # rather than a training
    async with running(api, own, folder):
        await answered(api, range(100, 103))


async def test_knowledge_that_breaks_while_the_bot_runs_changes_nothing(
    api: Simulator, own: Path, folder: Path
) -> None:
    async with running(api, own, folder) as bot:
        shutil.rmtree(folder / "topics" / "dibao")
        (folder / "topics.yaml").write_bytes(b"\xff\xfe broken")
        await bot.logs("机器人照旧用原来的知识回答")
        ask(api, range(100, 103))
        await answered(api, range(100, 103))


@pytest.mark.slow
async def test_a_broken_model_file_is_reported_trained_anew_and_loses_no_message(api: Simulator, small: Path) -> None:
    own, folder = small / "var", small / "faq"
    weights = own / "models" / "v0001" / "weights.npz"
    weights.write_bytes(weights.read_bytes()[:-100])
    ask(api, range(100, 103))
    async with running(api, own, folder) as bot:
        await answered(api, range(100, 103))
        assert "weights.npz" in bot.log


class Clock:
    """A clock that can be set."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 5, 1, 12, 0, 0).timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("hours", [-25.0, -1.0, 1.0, 25.0, 8760.0])
async def test_a_clock_that_is_set_loses_no_update_and_repeats_none_that_telegram_still_has(
    tmp_path: Path, hours: float
) -> None:
    clock = Clock()
    database = Database(None, tmp_path)
    store = Store(Inbox(database), Pseudonyms(tmp_path), InFlight(tmp_path), clock)
    await store.add([Entry(1, "a", "{}"), Entry(2, "a", "{}")])
    await store.settle(Attempt(1, "a"))
    clock.now += hours * 3600
    await store.purge()
    assert [entry.update_id for entry in await store.open()] == [2]
    assert await store.add([Entry(2, "a", "{}")]) == set()
    if hours <= 24:
        assert await store.add([Entry(1, "a", "{}")]) == set()
    await store.close()
    database.close()


@pytest.mark.parametrize("hours", [-3.0, 3.0])
def test_a_clock_that_is_set_makes_the_bot_forget_the_chat_and_trust_no_old_topic(hours: float) -> None:
    then = dt.datetime(2026, 5, 1, 12, 0, 0)
    session = Session("浚县", None, "dibao.apply", then)
    later = then + dt.timedelta(hours=hours)
    assert session.freshness(later) == 0.0
    assert session.at(later) == Session(heard_at=later)
    assert session.freshness(then - dt.timedelta(minutes=5)) == session.freshness(then + dt.timedelta(minutes=5)) == 0.5


async def test_a_store_that_fails_reports_each_change_and_keeps_none(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    store = Store(Inbox(database), Pseudonyms(tmp_path), InFlight(tmp_path))
    await store.add([Entry(1, "a", "{}")])
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        session = Session("浚县", heard_at=dt.datetime(2026, 5, 1))
        changes = [store.settle(Attempt(1, "a", remembered={"r": session})), store.add([Entry(2, "a", "{}")])]
        failed = await asyncio.gather(*changes, return_exceptions=True)
        assert [type(error) for error in failed] == [StoreError, StoreError]
        assert store.session("r") == Session(), "what is not on disk is not remembered"
        other.execute("ROLLBACK")
    await store.settle(Attempt(1, "a", remembered={"r": session}))
    assert store.session("r") == session
    await store.close()
    database.close()


async def test_what_a_resident_told_is_kept_for_minutes_and_never_on_disk(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    store = Store(Inbox(database), Pseudonyms(tmp_path), InFlight(tmp_path))
    await store.add([Entry(number, "a", "{}") for number in (1, 2, 3)])
    told = Session("浚县", heard_at=dt.datetime.now(), story=("俺爹瘫了三年",))
    await store.settle(Attempt(1, "a", remembered={"r": told}))
    assert store.session("r") == told
    assert all("瘫了".encode() not in path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    await store.settle(Attempt(2, "a", remembered={"r": dataclasses.replace(told, story=())}))
    assert store.session("r").story == (), "an answer ends the story"
    await store.settle(Attempt(3, "a", remembered={"r": told}))
    await store.close()
    again = Store(Inbox(database), Pseudonyms(tmp_path), InFlight(tmp_path))
    assert (again.session("r").district, again.session("r").story) == ("浚县", ())
    await again.close()
    database.close()
