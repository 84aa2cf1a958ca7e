"""Nothing is lost on the way: the whole bot, as its own process, against a strict server that misbehaves on demand."""

from __future__ import annotations

import asyncio
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.simulator.refusal import Json
from bot.simulator.simulator import Simulator
from bot.store.in_flight import InFlight
from intents.registry.registry import Registry
from tests import postgres, warm
from tests.crash import crash
from tests.running import HASTY, launch, rows, running, until

ASK, ASKED = "低保怎么申请", "低保怎么申请"
OTHER = "临时救助怎么申请"


@pytest.fixture(scope="module")
def dialogue(thinned_data: Path) -> Dialogue:
    """The dialogue of the bot that is started."""
    return Dialogue(Registry(thinned_data).open())


def command(own: Path, *arguments: str) -> str:
    done = warm.run([*arguments, "--data", str(own)])
    return done.stdout + done.stderr


def states(own: Path) -> list[str]:
    return [str(state) for (state,) in rows(own, "SELECT state FROM inbox ORDER BY update_id")]


def sends(api: Simulator) -> list[Json]:
    return [fields for name, fields in api.calls if name == "sendMessage"]


def sent_to(api: Simulator, chat: int) -> list[Json]:
    return [fields for fields in sends(api) if int(fields["chat_id"]) == chat]


@pytest.mark.parametrize(
    ("mode", "database"), [("polling", "sqlite"), ("webhook", "sqlite"), ("polling", "postgresql")]
)
async def test_killed_and_stopped_at_random_it_answers_every_message_in_order(
    dialogue: Dialogue, own: Path, mode: str, database: str
) -> None:
    with ExitStack() as stack:
        settings = {}
        if database == "postgresql":
            if reason := postgres.obstacle():
                pytest.skip(reason)
            settings["DATABASE_URL"] = stack.enter_context(postgres.server())
        count = await crash(dialogue, own.parent / "faq", own, rounds=3, mode=mode, chats=10, settings=settings)
    assert (count.asked, count.kills, count.stops) == (300, 2, 2)
    assert count.never == 0
    assert count.out_of_order == 0
    assert count.most_repeated <= 16


async def test_an_unreadable_update_is_skipped_and_remembered_and_those_around_it_are_answered(
    api: Simulator, own: Path
) -> None:
    broken = {"id": "1", "from": api.chats.person(7).user, "data": "a:dibao.apply"}  # no chat_instance
    api.says(ASK)
    api.update("callback_query", broken)
    api.says(OTHER)
    async with running(api, own) as bot:
        assert ASKED in (await api.reply())["text"]
        assert "临时救助" in (await api.reply())["text"]
        assert "cannot be read (KeyError); it is skipped" in bot.log or "cannot be read (TypeError)" in bot.log
        await until(lambda: states(own) == ["done", "skipped", "done"])
        polls = [call for call in api.record.calls() if call.method == "getUpdates"]
        assert len(polls) <= 5, "it is fetched once and not again and again"


@pytest.mark.parametrize(
    "fault",
    [
        {"too_many": {"next": 2, "method": "sendMessage"}},
        {"server_error": {"next": 2, "method": "sendMessage"}},
        {"dropped": {"next": 2, "method": "sendMessage"}},
    ],
    ids=["429", "502", "broken off"],
)
async def test_a_refused_reply_is_sent_again_and_each_resident_is_answered_once_and_in_order(
    api: Simulator, own: Path, fault: dict[str, object]
) -> None:
    api.switch(**fault)
    for text in (ASK, OTHER):
        api.says(text, 7)
    async with running(api, own, code=HASTY):
        assert ASKED in (await api.reply())["text"]
        assert "临时救助" in (await api.reply())["text"]
        await until(lambda: states(own) == ["done", "done"])
        assert api.sent.empty()


async def test_after_three_failures_the_resident_gets_one_apology_and_the_admin_can_retry(
    api: Simulator, own: Path
) -> None:
    api.switch(refused={"next": 3, "method": "sendMessage"})
    api.says(ASK)
    api.says(OTHER)
    async with running(api, own) as bot:
        assert "机器人刚才出了故障" in (await api.reply())["text"]
        assert "临时救助" in (await api.reply())["text"], "the next message is served"
        await until(lambda: states(own) == ["dead", "done"])
        assert len(sent_to(api, 7)) == 3 + 1 + 1
        listed = command(own, "inbox")
        assert "3×\tBadRequest" in listed
        assert "1 set aside, 0 waiting" in listed
        assert ASK not in listed
        assert f"run_bot.py letters --faq {(own.parent / 'faq').resolve()} --data {own}" in bot.log
        assert "not set aside: 5" in command(own, "inbox", "retry", "5")
        assert "1 will be tried again" in command(own, "inbox", "retry")
    async with running(api, own):
        assert ASKED in (await api.reply())["text"]
        await until(lambda: states(own) == ["done", "done"])
        assert "0 set aside, 0 waiting" in command(own, "inbox")


async def test_an_apology_that_is_refused_too_leaves_a_letter_and_holds_nobody_up(api: Simulator, own: Path) -> None:
    api.switch(refused={"next": 4, "method": "sendMessage"})
    api.says(ASK)
    api.says(OTHER)
    async with running(api, own) as bot:
        assert "临时救助" in (await api.reply())["text"], "the next message is served"
        await until(lambda: states(own) == ["dead", "done"])
        assert "1 set aside, 0 waiting" in command(own, "letters")
        assert "while apologising" in bot.log


DEADLY = """
import os, signal
from bot.dialogue.dialogue import Dialogue
hear = Dialogue.hear
def deadly(self, message, *rest):
    if "毒" in message:
        os.kill(os.getpid(), signal.SIGKILL)
    return hear(self, message, *rest)
Dialogue.hear = deadly
from bot.cli.main import main
main()
"""
"""The bot, but one message kills it as a fault in a library's machine code would."""


async def test_an_update_that_kills_the_process_is_set_aside_after_three_starts_and_takes_none_with_it(
    api: Simulator, own: Path
) -> None:
    for user in range(100, 110):
        api.says(ASK, user)
    api.says("毒", 7)
    api.says(OTHER, 7)
    for user in range(110, 120):
        api.says(ASK, user)
    for death in (1, 2, 3):
        bot = await launch(api, own, code=DEADLY)
        assert await asyncio.wait_for(bot.process.wait(), 60) == -signal.SIGKILL, bot.log
        assert "dead" not in states(own)
        assert rows(own, "SELECT max(tries) FROM inbox") == [(death - 1,)]
    async with running(api, own, code=DEADLY) as bot:
        await until(lambda: set(states(own)) == {"done", "dead"})
        assert states(own).count("dead") == 1
        assert "3×\tKilled" in command(own, "inbox")
    said = [message["text"] for message in _all_sent(api) if message["chat"]["id"] == 7]
    assert ["机器人刚才出了故障" in said[0], "临时救助" in said[1], len(said)] == [True, True, 2]
    assert {int(fields["chat_id"]) for fields in sends(api)} == {7, *range(100, 120)}


def _all_sent(api: Simulator) -> list[Json]:
    return [api.sent.get_nowait() for _ in range(api.sent.qsize())]


async def test_updates_that_only_waited_when_the_process_was_killed_again_and_again_are_not_blamed(
    api: Simulator, own: Path
) -> None:
    for user in range(100, 120):
        api.says(ASK, user)
    api.switch(too_many={"share": 1.0, "method": "sendMessage"}, retry_after=60)
    for death in range(4):
        bot = await launch(api, own)
        await until(lambda asked=20 * (death + 1): len(sends(api)) >= asked)
        await asyncio.sleep(1)  # until the last refusals have arrived: from then on all only wait
        await until(lambda: not InFlight(own).number)
        await bot.end(signal.SIGKILL)
        assert states(own) == ["open"] * 20
    api.switch(too_many={"share": 0.0})
    async with running(api, own):
        await until(lambda: states(own) == ["done"] * 20)
        assert rows(own, "SELECT max(tries) FROM inbox") == [(0,)]


async def test_a_dropped_dead_letter_is_gone_with_its_words(api: Simulator, own: Path) -> None:
    api.switch(refused={"next": 3, "method": "sendMessage"})
    api.says(ASK)
    async with running(api, own):
        await api.reply()
        await until(lambda: states(own) == ["dead"])
    assert "1 dropped" in command(own, "inbox", "drop")
    assert rows(own, "SELECT state, body, lane FROM inbox") == [("done", None, None)]


async def test_nothing_more_is_sent_to_one_who_blocked_the_bot_until_he_takes_it_back(
    api: Simulator, own: Path
) -> None:
    async with running(api, own) as bot:
        api.says("/menu")
        menu = await api.reply()
        api.blocks(7)
        await until(lambda: len(rows(own, "SELECT * FROM blocked")) == 1)
        api.presses(menu, "社区食堂", 7)
        api.says(ASK, 8)
        await api.reply()
        await until(lambda: set(states(own)) == {"done"})
        assert len(sent_to(api, 7)) == 1
        api.unblocks(7)
        api.says(ASK, 7)
        assert ASKED in (await api.reply())["text"]
        await until(lambda: rows(own, "SELECT * FROM blocked") == [])
    assert "error" not in bot.log.lower()


async def test_being_blocked_while_messages_wait_costs_one_attempt_and_is_no_error(api: Simulator, own: Path) -> None:
    for _ in range(5):
        api.says(ASK)
    api.chats.private(7).blocked = True
    async with running(api, own) as bot:
        await until(lambda: states(own) == ["done"] * 5)
        assert len(sent_to(api, 7)) == 1
    async with running(api, own) as bot:
        api.chats.private(7).blocked = False
        api.says(ASK)
        assert ASKED in (await api.reply())["text"], "one who writes again has not blocked the bot"
        await until(lambda: rows(own, "SELECT * FROM blocked") == [])
    assert "has blocked the bot" in bot.log


async def test_what_a_group_talks_about_is_never_written(api: Simulator, own: Path) -> None:
    group = api.founds("小区群")["id"]
    async with running(api, own):
        api.says(ASK, 7, chat=group)
        api.says("@" + str(api.chats.bot["username"]) + " " + OTHER, 7, chat=group)
        assert "临时救助" in (await api.reply())["text"]
        await until(lambda: states(own) == ["done"])


async def test_a_district_is_remembered_over_a_restart_and_forgotten_on_demand(api: Simulator, own: Path) -> None:
    async with running(api, own):
        api.says("我是浚县的，低保怎么申请")
        assert "浚县" in (await api.reply())["text"]
        await until(lambda: states(own) == ["done"])
        assert rows(own, "SELECT district FROM sessions") == [("浚县",)]
        assert rows(own, "SELECT body, lane FROM inbox") == [(None, None)]
    async with running(api, own):
        api.says("特困怎么申请")
        assert "浚县" in (await api.reply())["text"]
        api.says("/forget")
        await api.reply()
        await until(lambda: rows(own, "SELECT * FROM sessions") == [])
        api.says("特困怎么申请")
        assert "浚县" not in (await api.reply())["text"]


async def test_one_chatty_resident_does_not_hold_the_others_up(api: Simulator, own: Path) -> None:
    api.switch(latency_ms=150)
    for _ in range(18):
        api.says(ASK, 7)
    for user in range(100, 130):
        api.says(OTHER, user)
    async with running(api, own):
        order = [(await api.reply())["chat"]["id"] for _ in range(48)]
        assert set(order[:33]) >= set(range(100, 130)), "the others do not wait for the chatty one"
        assert order[:33].count(7) <= 4


async def test_while_many_updates_are_open_telegram_keeps_the_rest(api: Simulator, own: Path) -> None:
    api.switch(latency_ms=300)
    for user in range(1000, 1500):
        api.says(ASK, user)
    async with running(api, own, BACKLOG_LIMIT="100", CHATS_AT_ONCE="8"):
        for _ in range(20):
            await api.reply()
        waiting = rows(own, "SELECT count(*) FROM inbox WHERE state = 'open'")[0][0]
        assert isinstance(waiting, int)
        assert waiting <= 200, "at most one batch more than the limit"
        assert len(api.updates) >= 200
        api.switch(latency_ms=0)
        for _ in range(480):
            await api.reply()
        await until(lambda: set(states(own)) == {"done"})


async def test_a_stop_is_quick_even_while_telegram_hangs_and_what_waits_is_answered_later(
    api: Simulator, own: Path
) -> None:
    async with running(api, own) as bot:
        api.switch(latency_ms=20_000)
        api.says(ASK)
        await until(lambda: states(own) == ["open"])
        api.switch(latency_ms=20_000, polls_too=True)  # not before: the update must arrive
        await asyncio.sleep(0.3)
        assert await bot.end() < 5.0, "a loaded machine is slow; the benchmark measures"
    assert states(own) == ["open"]
    api.switch(latency_ms=0, polls_too=False)
    async with running(api, own):
        assert ASKED in (await api.reply())["text"]


async def test_an_update_that_telegram_repeats_is_answered_once(api: Simulator, own: Path) -> None:
    async with running(api, own) as bot:
        api.says(ASK)
        await api.reply()
        await until(lambda: states(own) == ["done"])
        await bot.end(signal.SIGKILL)
    api.says(OTHER)
    ((number, again),) = api.updates
    async with running(api, own):
        assert "临时救助" in (await api.reply())["text"]
        await until(lambda: states(own)[-1] == "done")
        api.updates._waiting[number] = (api.clock(), again)  # as when its confirmation was lost
        api.says("谢谢")
        assert "临时救助" not in (await api.reply())["text"]
        assert api.sent.empty()
