"""No chat and no resident takes the others' turn: not with a flood, not with cries for help, not with what waits."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram.error import RetryAfter

from bot.channels.telegram.answer import Post
from bot.channels.telegram.intake.backlog import FEWEST, Backlog
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.sending import Sender
from bot.delivery.flood import CRIES, RateLimit, Verdict
from bot.simulator.simulator import Simulator
from bot.store.records import Entry
from bot.store.store import Store
from tests.bot.channels.telegram.test_odd_updates import Fetching, message, store
from tests.bot.channels.telegram.test_pace import Telegram
from tests.running import Running, rows, running, until

__all__ = ["store"]

ADMIT, WARN, CALM, DROP = Verdict.ADMIT, Verdict.WARN, Verdict.CALM, Verdict.DROP
MANY = 2_100
ASK = "低保怎么申请"
DANGER = "救命，我被人打了"
NUMBERS = "我是程序，救不了人"
TOO_FAST = "您发得太快了"
TOO_FAST_HERE = "群里问得太快"


def urgent(text: str) -> bool:
    return "danger" in text


async def test_cries_for_help_are_answered_then_calmed_once_then_dropped_and_others_are_not_charged() -> None:
    looks: list[str] = []

    def look(text: str) -> bool:
        looks.append(text)
        return urgent(text)

    gate = RateLimit(20, look)
    found = [await gate.check(7, "danger") for _ in range(MANY)]
    assert found[: 20 + CRIES] == [ADMIT] * (20 + CRIES)
    assert found[20 + CRIES] is CALM
    assert set(found[21 + CRIES :]) == {DROP}
    assert len(looks) < 50, "what is dropped whatever it says is not read"
    assert await gate.check(8, "danger") is ADMIT


async def test_cries_have_a_limit_where_nothing_else_has() -> None:
    gate = RateLimit(0, urgent)
    found = [await gate.check(7, "danger") for _ in range(MANY)]
    assert found.count(ADMIT) <= 20 + CRIES
    assert found.count(CALM) == 1
    assert await gate.check(7, "hello") is ADMIT


async def test_danger_is_answered_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.flood._PERIOD", 0.3)
    gate = RateLimit(2, urgent)
    first = [await gate.check(7, "danger") for _ in range(20)]
    await asyncio.sleep(0.4)
    assert [await gate.check(7, "danger") for _ in range(20)] == first
    assert first.count(CALM) == 1


async def test_a_group_has_a_limit_one_resident_a_part_of_it_and_danger_of_another_is_admitted() -> None:
    gate = RateLimit(20, urgent)
    one = [await gate.check(7, "hello", -5) for _ in range(100)]
    assert one == [ADMIT] * 10 + [WARN] + [DROP] * 89
    others = [await gate.check(100 + n, "hello", -5) for n in range(100)]
    assert others == [ADMIT] * 10 + [DROP] * 90, "and the group is told once"
    assert [await gate.check(9, "danger", -5) for _ in range(CRIES + 1)] == [ADMIT] * CRIES + [CALM]
    assert await gate.check(7, "hello") is ADMIT, "in private he has not written yet"
    assert await gate.check(8, "hello", -6) is ADMIT


async def test_one_resident_in_fifty_groups_is_one_resident() -> None:
    gate = RateLimit(20, urgent)
    found = [await gate.check(7, "hello", -group) for _ in range(10) for group in range(1, 51)]
    assert found.count(ADMIT) == 20
    assert found.count(WARN) <= 50


async def test_in_a_crowd_only_danger_is_admitted() -> None:
    gate = RateLimit(0, urgent)
    assert [await gate.check(7, "hello", crowded=True) for _ in range(3)] == [WARN, DROP, DROP]
    assert await gate.check(7, "danger", crowded=True) is ADMIT


async def test_long_messages_beyond_the_share_are_not_read_for_ever() -> None:
    read: list[int] = []

    def look(text: str) -> bool:
        read.append(len(text))
        return False

    gate = RateLimit(1, look)
    for _ in range(500):
        await gate.check(7, "x" * 4096)
    assert sum(read) < 130_000, "of two million"


def test_one_chat_takes_a_twentieth_of_the_places_and_what_it_has_beyond_none() -> None:
    backlog = Backlog(2_000)
    for number in range(MANY):
        backlog.open(number, -5)
    assert (backlog.crowded(-5), backlog.crowded(7), backlog.is_full, backlog.full_chats) == (True, False, False, 1)
    for chat in range(1, 1_900):
        backlog.open(10_000 + chat, chat)
    assert not backlog.is_full
    backlog.open(20_000, 5_000)
    assert backlog.is_full
    for number in range(MANY):
        backlog.close(number)
    assert (backlog.of(-5), backlog.is_full, backlog.full_chats) == (0, False, 0)


@pytest.fixture
async def polling(store: Store) -> AsyncIterator[Fetching]:
    async with Fetching(store, limit=200).started() as fetching:
        yield fetching


async def test_what_a_full_chat_sends_further_is_confirmed_and_turned_away_and_others_are_taken(
    polling: Fetching, tmp_path: Path
) -> None:
    for start in range(1, MANY, 100):
        await polling.fetch(*(message(number, chat=7) for number in range(start, start + 100)))
    assert await asyncio.wait_for(polling.fetch(message(5_000, chat=8)), 30) == 5_000
    assert len(polling.backlog) == FEWEST + 1
    assert polling.backlog.full_chats == 1
    assert rows(tmp_path, "SELECT count(*) FROM inbox") == [(FEWEST + 1,)], "what is turned away is not written"


async def test_a_backlog_of_one_chat_from_before_is_replayed_and_leaves_room_for_the_others(
    polling: Fetching,
    store: Store,
) -> None:
    entries = [
        Entry(n, "a", json.dumps(message(n, chat=7, text="danger" if n == 900 else "b"))) for n in range(1, 1001)
    ]
    await store.add(entries)
    await polling.intake.replay()
    assert len(polling.backlog) == 1_000
    assert polling.lanes.urgent == {900}, "danger does not wait behind the rest"
    assert not polling.backlog.is_full
    assert await asyncio.wait_for(polling.fetch(message(5_000, chat=8)), 30) == 5_000


async def test_a_chat_that_must_wait_says_for_how_long_before_it_takes_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    monkeypatch.setattr("bot.channels.telegram.pace._GROUP", (2, 6.0))
    telegram = Telegram()
    sender = Sender(telegram, Pace())  # type: ignore[arg-type]
    assert sender.wait(-5) == 0
    for _ in range(2):
        await sender.say(Post(-5, "a"))
    assert sender.wait(-5) == 3.0
    telegram.refuse[7] = RetryAfter(5)
    with pytest.raises(RetryAfter):
        await sender.say(Post(7, "a"))
    assert 4 < sender.wait(7) <= 5
    assert sender.wait(8) == 0


async def until_answered(api: Simulator, chat: int) -> tuple[float, dict[int, list[str]]]:
    """Return seconds until `chat` is written to, and all that was sent until then."""
    start, sent = time.monotonic(), dict[int, list[str]]()
    while chat not in sent:
        reply = await api.reply(60)
        sent.setdefault(reply["chat"]["id"], []).append(reply["text"])
    return time.monotonic() - start, sent


async def rest(api: Simulator, sent: dict[int, list[str]], quiet: float = 4.0) -> dict[int, list[str]]:
    """Add to `sent` what comes until it has been quiet for so many seconds."""
    while True:
        try:
            reply = await api.reply(quiet)
        except TimeoutError:
            return sent
        sent.setdefault(reply["chat"]["id"], []).append(reply["text"])


async def turned_away(bot: Running) -> None:
    """Wait until the metrics count an update that was turned away."""
    while "bot_flood_dropped_total 0.0" in (await bot.page("/metrics"))[1]:
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("limit", ["20", "0"])
async def test_a_private_chat_is_served_beside_a_group_that_asks_two_thousand_times(
    api: Simulator, own: Path, limit: str
) -> None:
    group, name = api.founds("小区群")["id"], api.chats.bot["username"]
    async with running(api, own, FLOOD_PER_MINUTE=limit, ADMIN_PORT="0", BACKLOG_LIMIT="400") as bot:
        for number in range(MANY):
            api.says(f"@{name} {ASK}", 10_000 + number % 105, chat=group)
        api.says("/help", 7)
        seconds, sent = await until_answered(api, 7)
        assert seconds < 15, "a loaded machine is slow; it was 240 s"
        await asyncio.wait_for(turned_away(bot), 15)
        api.says(f"@{name} {DANGER}", 20_001, chat=group)
        start = time.monotonic()
        while not any("110" in text and TOO_FAST_HERE not in text for text in sent[group]):
            reply = await api.reply(30)
            sent.setdefault(reply["chat"]["id"], []).append(reply["text"])
        assert time.monotonic() - start < 15, "danger of another resident waits behind nobody"
        assert sum(TOO_FAST_HERE in text for text in sent[group]) <= 1


async def test_a_resident_who_cries_for_help_two_thousand_times_keeps_nobody_waiting(api: Simulator, own: Path) -> None:
    async with running(api, own, FLOOD_PER_MINUTE="20", BACKLOG_LIMIT="400"):
        for _ in range(MANY):
            api.says(DANGER, 7)
        api.says(DANGER, 8)
        api.says("/help", 9)
        seconds, sent = await until_answered(api, 8)
        more, also = await until_answered(api, 9) if 9 not in sent else (0.0, {})
        assert seconds + more < 15, "a loaded machine is slow; it was 74 s"
        for chat, texts in also.items():
            sent.setdefault(chat, []).extend(texts)
        texts = (await rest(api, sent, 6.0))[7]
        assert "110" in texts[0]
        assert 20 <= len(texts) <= 30
        (told,) = [text for text in texts if NUMBERS in text]
        assert all(number in told for number in ("110", "120", "119"))
        await until(lambda: set(rows(own, "SELECT state FROM inbox")) == {("done",)})


async def test_groups_that_wait_for_their_pace_take_no_place(api: Simulator, own: Path) -> None:
    groups = [api.founds(f"群{number}")["id"] for number in range(2)]
    name = api.chats.bot["username"]
    async with running(api, own, CHATS_AT_ONCE="2"):
        for number in range(23):
            for group in groups:
                api.says(f"@{name} /help", 100 + number, chat=group)
        for _ in range(40):
            await api.reply()
        await asyncio.sleep(0.5)
        for user in range(7, 17):
            api.says("/help", user)
        order = [(await api.reply())["chat"]["id"] for _ in range(12)]
        assert sum(chat < 0 for chat in order) <= 2, "residents are served while both groups wait"
