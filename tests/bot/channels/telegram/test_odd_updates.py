"""One odd update, or an odd answer of getUpdates, costs nobody else a reply: it is skipped, recorded, and paused at."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from telegram.error import NetworkError

from bot.channels.telegram.api import Api
from bot.channels.telegram.intake.addressing import Me
from bot.channels.telegram.intake.albums import Albums
from bot.channels.telegram.intake.backlog import Backlog
from bot.channels.telegram.intake.incoming import Incoming
from bot.channels.telegram.intake.intake import Intake, Unreadable
from bot.channels.telegram.intake.polling import Polling
from bot.delivery.metrics import Gauges, Metrics
from bot.simulator.simulator import Simulator
from bot.store.database import Database
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.store import Store
from tests.running import rows, running, until

TOKEN = "123456:secret-token"
ME = {"id": 1, "is_bot": True, "first_name": "bot", "username": "test_bot"}


class Open:
    """An admission that lets everybody in."""

    async def admits(self, incoming: Incoming, *, crowded: bool) -> bool:
        return not crowded

    def urgent(self, incoming: Incoming) -> bool:
        return incoming.words == "danger"


class Waiting:
    """Lanes in which nothing is served."""

    def __init__(self) -> None:
        self.updates: list[int] = []
        self.urgent: set[int] = set()

    def accept(self, incoming: Incoming, tries: int = 0, *, urgent: bool = False) -> None:
        self.updates.append(incoming.number)
        if urgent:
            self.urgent.add(incoming.number)


class Fetching:
    """An intake that fetches from a server which answers as it is told."""

    def __init__(self, store: Store, limit: int = 2_000) -> None:
        self.answer: object = []
        self.offset: int | None = None
        self.heard = 0
        self.backlog = Backlog(limit)
        self.lanes = Waiting()
        self.metrics = Metrics()
        self.intake = Intake(
            Me(ME["id"], ME["username"]),  # type: ignore[arg-type]
            store,
            self.backlog,
            Open(),  # type: ignore[arg-type]
            Albums(),
            self.lanes,  # type: ignore[arg-type]
            Unreadable(self.metrics),
        )

    async def handle(self, request: web.Request) -> web.Response:
        self.offset = (await request.json()).get("offset")
        text = self.answer if isinstance(self.answer, str) else json.dumps({"ok": True, "result": self.answer})
        return web.Response(text=text, content_type="application/json")

    async def fetch(self, *updates: object, raw: object = None) -> int | None:
        """Poll once; return the number that is confirmed, None: the same as before."""
        before = self.polling.confirmed
        self.answer = list(updates) if raw is None else raw
        await self.polling.fetch()
        return self.polling.confirmed if self.polling.confirmed != before else None

    @property
    def taken(self) -> list[int]:
        taken, self.lanes.updates = self.lanes.updates, []
        return taken

    @property
    def unreadable(self) -> float:
        text = self.metrics.exposition(Gauges("", 0, 0, 0, None)).decode()
        return float(text.split("\nbot_unreadable_total ")[1].split()[0])

    @asynccontextmanager
    async def started(self) -> AsyncIterator[Fetching]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with Api(TOKEN, f"http://127.0.0.1:{runner.addresses[0][1]}") as api:
            self.polling = Polling(api, self.intake.take, self.backlog, self._hear)
            yield self
        await runner.cleanup()

    def _hear(self) -> None:
        self.heard += 1


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = Database(None, tmp_path)
    store = Store(Inbox(database), Pseudonyms(tmp_path), InFlight(tmp_path))
    yield store
    await store.close()
    database.close()


@pytest.fixture
async def polling(store: Store) -> AsyncIterator[Fetching]:
    async with Fetching(store).started() as fetching:
        yield fetching


def message(number: object, chat: object = 7, **changed: object) -> dict[str, Any]:
    content = {
        "message_id": 1,
        "date": 1_700_000_000,
        "chat": {"id": chat, "type": "private", "first_name": "a"},
        "from": {"id": chat, "is_bot": False, "first_name": "a"},
        "text": "b",
    }
    return {"update_id": number, "message": content | changed}


NUMBERED: dict[str, object] = {
    "no chat": {"update_id": 5, "message": {"message_id": 1, "date": 1, "text": "a"}},
    "chat is null": {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": None, "text": "a"}},
    "chat number is a word": message(5, chat="\ud800"),
    "chat number is huge": message(5, chat=10**30),
    "chat number is a list": message(5, chat=[1]),
    "date is huge": message(5, date=10**30),
    "date is a word": message(5, date="x"),
    "text is a number": message(5, text=5),
    "text is a list": message(5, text=["a"]),
    "message is a word": {"update_id": 5, "message": "a"},
    "press without sender": {"update_id": 5, "callback_query": {"id": "1", "chat_instance": "x", "data": "m:"}},
    "entities are a word": message(5, entities="x"),
    "new rights without a chat": {"update_id": 5, "my_chat_member": {"date": 1}},
    "message is empty": {"update_id": 5, "message": {}},
    "message is null": {"update_id": 5, "message": None},
    "press is an empty list": {"update_id": 5, "callback_query": []},
    "nothing but a number": {"update_id": 5},
}
UNNUMBERED: dict[str, object] = {
    "null": None,
    "a list": [],
    "a word": "x",
    "no number": {},
    "number is a word": message("abc"),
    "number is a numeral": message("5"),
    "number is null": message(None),
    "number is false": message(False),
    "number is negative": message(-5),
    "number is a fraction": message(5.5),
    "number is infinite": message(float("inf")),
    "number is 2 to the 63": message(2**63),
    "number is huge": message(10**40),
}


@pytest.mark.parametrize("odd", NUMBERED.values(), ids=NUMBERED)
async def test_an_odd_update_is_recorded_confirmed_and_those_around_it_are_taken(
    polling: Fetching, tmp_path: Path, odd: object
) -> None:
    assert await polling.fetch(message(4), odd, message(6)) == 6
    assert polling.taken == [4, 6]
    assert rows(tmp_path, "SELECT state FROM inbox ORDER BY update_id") == [("open",), ("skipped",), ("open",)]
    assert polling.unreadable == 1
    assert await polling.fetch(message(7)) == 7, "and it goes on"


async def test_every_odd_update_is_counted_and_told_even_if_many_come_within_a_second(
    polling: Fetching, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.intake.intake._QUIET", 0.3)
    for number in range(1, 6):
        await polling.fetch(message(number, text=["secret words"]))
    await asyncio.sleep(0.4)
    await polling.fetch(message(6))
    assert polling.unreadable == 5
    said = [record.message for record in caplog.records if "cannot be read" in record.message]
    assert [int(line.split()[0]) for line in said] == [1, 4]
    assert "secret" not in caplog.text


@pytest.mark.parametrize("odd", UNNUMBERED.values(), ids=UNNUMBERED)
async def test_what_has_no_number_is_passed_over_and_moves_the_offset_nowhere(polling: Fetching, odd: object) -> None:
    assert await polling.fetch(message(4), odd, message(6)) == 6
    assert polling.taken == [4, 6]
    assert await polling.fetch(odd) is None
    assert await polling.fetch(odd, message(7)) == 7
    assert polling.taken == [7]
    assert polling.unreadable == 3


async def test_a_number_beyond_telegrams_is_served_and_does_not_make_it_forget_the_next_ones(polling: Fetching) -> None:
    assert await polling.fetch(message(4), message(2**62)) == 4
    assert polling.taken == [4, 2**62]


@pytest.mark.parametrize("deep", ["[" * 30_000 + "]" * 30_000, '{"a":' * 30_000 + "1" + "}" * 30_000])
async def test_an_update_too_deep_to_be_parsed_is_confirmed_and_those_around_it_are_taken(
    polling: Fetching, deep: str
) -> None:
    before, after = json.dumps(message(1)), json.dumps(message(3, text='a "b" \\ [c'))
    odd = f'{{"update_id": 2, "message": {{"text": "[{{\\"", "entities": {deep}, "chat": {{"id": 7}}}}}}'
    assert await polling.fetch(raw=f'{{"ok": true, "result": [{before}, {odd}, {after}]}}') == 3
    assert polling.taken == [1, 3]


@pytest.mark.parametrize(
    "raw",
    [
        *("null", "[]", "{}", '"x"', "1", '{"ok":true}', '{"ok":true,"result":null}', '{"ok":true,"result":{}}'),
        *('{"ok":true,"result":"x"}', '{"ok":true,"result":5}', '{"ok":false}', "<html>", "[" * 100_000),
    ],
    ids=lambda raw: raw[:26],
)
async def test_an_answer_that_is_no_list_of_updates_is_a_failure_of_the_network_and_no_sign_of_life(
    polling: Fetching, raw: str
) -> None:
    with pytest.raises(NetworkError):
        await polling.fetch(raw=raw)
    assert polling.heard == 0
    assert await polling.fetch(message(4)) == 4
    assert polling.heard == 1


@pytest.mark.parametrize("stuck", [[None], [message(2**63)], [message("x"), message(9)]], ids=["null", "2^63", "known"])
async def test_what_comes_again_and_again_is_paused_at_without_words_and_is_no_sign_of_life(
    polling: Fetching, caplog: pytest.LogCaptureFixture, stuck: list[object]
) -> None:
    caplog.set_level(logging.INFO)
    await polling.fetch(*stuck)
    heard, start = polling.heard, time.monotonic()
    for _ in range(2):
        await polling.fetch(*stuck)
    assert time.monotonic() - start > 1.9
    assert polling.heard == heard
    assert sum("cannot be read" in record.message for record in caplog.records) <= 1


async def test_a_thousand_odd_updates_are_two_lines_at_most(
    polling: Fetching, caplog: pytest.LogCaptureFixture
) -> None:
    await polling.fetch(*({"update_id": number, "message": "x"} for number in range(1, 1001)), message(1001))
    assert polling.taken == [1001]
    assert sum("cannot be read" in record.message for record in caplog.records) <= 2


async def test_a_huge_batch_with_repeated_updates_is_taken_once_each(polling: Fetching, tmp_path: Path) -> None:
    many = [message(number, chat=1000 + number % 700) for number in range(1, 1500) for _ in (1, 2)]
    assert await polling.fetch(*many) == 1499
    assert len(polling.taken) == len(set(range(1, 1500)))
    assert rows(tmp_path, "SELECT count(*) FROM inbox") == [(1499,)]


async def test_the_bot_answers_the_next_resident_after_an_odd_update(api: Simulator, own: Path) -> None:
    odd: list[dict[str, object]] = [
        {"message": {"message_id": 1, "date": 1, "text": "x"}},
        {"callback_query": {"id": "1", "data": "m:"}},
        {},
    ]
    async with running(api, own) as bot:
        for content in odd:
            api.updates.add("message", {})
            (number, _), *_ = list(api.updates)
            api.updates._waiting[number] = (api.clock(), {"update_id": number, **content})
            api.says("/help")
            assert "12345" in (await api.reply())["text"]
        await until(lambda: {state for (state,) in rows(own, "SELECT state FROM inbox")} == {"done", "skipped"})
        polls = [call for call in api.record.calls() if call.method == "getUpdates"]
        assert len(polls) < 20
        assert bot.log.count("\n") < 30
