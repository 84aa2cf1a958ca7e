"""Residents reach staff and staff residents, over HTTP; nothing is lost, and a kill repeats one message at most."""

from __future__ import annotations

import asyncio
import random
import re
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.desk import handoff
from bot.simulator.chats import bare
from bot.simulator.simulator import Simulator
from tests.bot.channels.telegram.desk.conftest import CLERK, STAFF, Bot, labels
from tests.running import launch, rows, until

QUESTION = "俺叫王秀兰，电话13839212345，低保卡丢了找谁补"
RESIDENT = 7001

pytestmark = pytest.mark.slow


async def two(api: Simulator) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the next two messages of the bot: the resident's, and the one in the staff's group."""
    both = [await api.reply(20), await api.reply(20)]
    both.sort(key=lambda message: message["chat"]["id"] == STAFF)
    assert both[1]["chat"]["id"] == STAFF
    return both[0], both[1]


def replies(api: Simulator, ticket: dict[str, Any], text: str | None, **extra: Any) -> None:
    """Let a clerk reply to a ticket in the staff's group."""
    api.says(text, CLERK, chat=STAFF, reply_to_message=bare(ticket), **extra)


async def opened(api: Simulator, question: str = QUESTION, user: int = RESIDENT) -> dict[str, Any]:
    """Let a resident open a ticket; return it as the staff's group shows it."""
    api.says(f"/human {question}", user)
    return (await two(api))[1]


async def silent(api: Simulator, seconds: float = 1.5) -> None:
    await asyncio.sleep(seconds)
    assert api.sent.empty(), api.sent.get_nowait()["text"]


async def test_a_question_goes_to_staff_redacted_and_their_reply_comes_back_until_it_ends(
    api: Simulator, bot: Bot, small: Path
) -> None:
    async with bot(STAFF_HOURS="周一至周五 8:30-12:00, 14:30-18:00"):
        api.says("我是浚县的，低保怎么申请", RESIDENT)
        await api.reply(20)
        api.says("找真人", RESIDENT)
        asked = await api.reply(20)
        assert "写成一句话" in asked["text"]
        assert labels(asked) == ["结束"]
        api.says(QUESTION, RESIDENT)
        told, ticket = await two(api)
        assert "前面还有 0 位在等，要等多久我说不准" in told["text"]
        assert "周一至周五 8:30-12:00, 14:30-18:00" in told["text"]
        assert "12345" in told["text"]
        assert re.match(r"#\d+\n怎么申请低保 · 浚县\n", ticket["text"]) or "浚县" in ticket["text"]
        assert "低保卡丢了找谁补" in ticket["text"]
        assert "13839212345" not in ticket["text"]
        assert "王秀兰" not in ticket["text"]
        api.says("就是昨天丢的 <b>急</b>", RESIDENT)
        more = sorted([await api.reply(20), await api.reply(20)], key=lambda one: one["chat"]["id"])
        assert "接着说：就是昨天丢的 <b>急</b>" in more[0]["text"]
        assert more[0]["text"].partition("\n")[0] == ticket["text"].partition("\n")[0]
        replies(api, ticket, "带上身份证来 <一楼> 窗口补")
        answer = await api.reply(20)
        assert (answer["chat"]["id"], "带上身份证来 <一楼> 窗口补" in answer["text"]) == (RESIDENT, True)
        api.says("几点开门", RESIDENT)
        assert "几点开门" in (await api.reply(20))["text"]
        replies(api, more[0], "八点半")
        assert "八点半" in (await api.reply(20))["text"]
        api.says("结束", RESIDENT)
        ended, word = await two(api)
        assert "结束了" in ended["text"]
        assert "居民说不找了" in word["text"]
        replies(api, ticket, "还有一句")
        assert "没有送出去" in (await api.reply(20))["text"]
        api.says("低保怎么申请", RESIDENT)
        assert "依据" in (await api.reply(20))["text"]
        await until(lambda: rows(small / "var", "SELECT count(*) FROM tickets") == [(0,)])
        await until(lambda: rows(small / "var", "SELECT count(*) FROM outbox") == [(0,)])


async def test_pages_of_the_bot_and_danger_are_its_own_while_a_ticket_is_open(api: Simulator, bot: Bot) -> None:
    async with bot():
        await opened(api)
        api.says("全部问题", RESIDENT)
        assert "请点您关心的题目" in (await api.reply(20))["text"]
        api.says("我丈夫正在打我，救命", RESIDENT)
        alarm, told = await two(api)
        assert "110" in alarm["text"]
        assert "险情" in told["text"]
        api.says(None, RESIDENT, photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}])
        assert "打成字" in (await api.reply(20))["text"]


async def test_danger_alerts_staff_at_once_though_no_ticket_was_asked_for_and_they_can_reply(
    api: Simulator, bot: Bot
) -> None:
    async with bot():
        api.says("他掐着我脖子不让我走，电话13839212345", RESIDENT)
        first = await api.reply(20)
        assert first["chat"]["id"] == RESIDENT
        assert "110" in first["text"].partition("\n")[0] or "110" in first["text"]
        assert "先打电话" in first["text"]
        told = await api.reply(20)
        assert (told["chat"]["id"], "他掐着我脖子" in told["text"]) == (STAFF, True)
        assert "13839212345" not in told["text"]
        api.says("低保怎么申请", RESIDENT)
        assert "依据" in (await api.reply(20))["text"], "the bot goes on answering"
        replies(api, told, "我们已经通知派出所")
        assert "派出所" in (await api.reply(20))["text"]
        api.says("他走了", RESIDENT)
        assert "他走了" in (await api.reply(20))["text"], "now a person listens"
        api.says("@hebi_test_bot 我丈夫正在打我，救命", 7002, chat=-5001)
        in_group = [await api.reply(20), await api.reply(20)]
        assert [one["chat"]["id"] for one in in_group] == [-5001, STAFF]
        assert "回不了" in in_group[1]["text"]


async def test_danger_reaches_staff_though_the_resident_cannot_be_answered(api: Simulator, bot: Bot) -> None:
    async with bot():
        api.says("低保怎么申请", RESIDENT)
        await api.reply(20)
        api.switch(too_many={"next": 1, "method": "sendMessage"}, retry_after=15)
        api.says("我丈夫正在打我，救命", RESIDENT)
        told = await api.reply(10)
        assert (told["chat"]["id"], "救命" in told["text"]) == (STAFF, True)
        alarm = await api.reply(30)
        assert (alarm["chat"]["id"], "110" in alarm["text"]) == (RESIDENT, True)
        await silent(api)


async def test_without_staff_one_is_told_whom_to_call_and_nothing_is_promised(api: Simulator, bot: Bot) -> None:
    async with bot(STAFF_CHAT_ID=""):
        for words in ("/human", "找真人"):
            api.says(words, RESIDENT)
            said = await api.reply(20)
            assert "转不了人工" in said["text"]
            assert "12345" in said["text"]
            assert "转给" not in said["text"]
    async with bot():
        await until(lambda: any(call.method == "getChat" for call in api.record.calls()))  # it has looked for the group
        api.chats.of(STAFF).blocked = True  # and the bot is not told of it
        api.says("/human 低保卡丢了", RESIDENT)
        assert "转给工作人员了" in (await api.reply(20))["text"]
        await until(lambda: _shut(api))
        await asyncio.sleep(0.5)
        api.says("找真人", 7002)
        assert "转不了人工" in (await api.reply(20))["text"], "a group that shuts the bot out is none"
        api.blocks(STAFF, blocked=False)
        back = [await api.reply(20), await api.reply(20)]
        assert {message["chat"]["id"] for message in back} == {STAFF}
        assert sum("低保卡丢了" in message["text"] for message in back) == 1, "what was promised is kept"
    async with bot(STAFF_CHAT_ID="-4711"):  # where the bot is not
        await until(lambda: any(call.method == "getChat" for call in api.record.calls()))
        await asyncio.sleep(0.5)
        api.says("找真人", 7003)
        assert "转不了人工" in (await api.reply(20))["text"]


def _shut(api: Simulator) -> bool:
    return any(call.method == "sendMessage" and call.status == 403 for call in api.record.calls())


@pytest.mark.parametrize("told", [True, False], ids=["told", "untold"])
async def test_a_reply_to_who_has_blocked_the_bot_waits_and_staff_are_told_once(
    api: Simulator, bot: Bot, told: bool
) -> None:
    async with bot() as first:
        ticket = await opened(api)
        if told:
            api.blocks(RESIDENT)
        else:
            api.chats.of(RESIDENT).blocked = True
        replies(api, ticket, "明天来一趟")
        assert "拉黑" in (await api.reply(20))["text"]
        await first.end()
    async with bot():
        await silent(api, 2.5)
        api.unblocks(RESIDENT)
        answer = await api.reply(20)
        assert (answer["chat"]["id"], "明天来一趟" in answer["text"]) == (RESIDENT, True)
        await silent(api)


async def test_a_staff_group_that_is_away_gets_everything_when_it_is_back(api: Simulator, bot: Bot) -> None:
    async with bot():
        ticket = await opened(api)
        api.switch(server_error={"share": 1.0, "method": "sendMessage"})
        replies(api, ticket, "在吗")
        api.says("还有一件事", RESIDENT)
        await asyncio.sleep(3)
        api.switch(server_error={"share": 0.0})
        texts: list[str] = []
        while not all(any(word in text for text in texts) for word in ("在吗", "还有一件事")):
            texts.append((await api.reply(40))["text"])
        await asyncio.sleep(2)
        while not api.sent.empty():
            texts.append(api.sent.get_nowait()["text"])
        assert [sum(word in text for text in texts) for word in ("在吗", "还有一件事")] == [1, 1]


async def test_an_edited_message_opens_a_ticket_too(api: Simulator, bot: Bot) -> None:
    async with bot():
        asked = api.says("低保怎么申请", RESIDENT)
        await api.reply(20)
        api.edits(asked, "找真人")
        assert "写成一句话" in (await api.reply(20))["text"]
        api.says("低保卡丢了找谁补", RESIDENT)
        _, ticket = await two(api)
        assert "低保卡丢了找谁补" in ticket["text"]


async def test_one_resident_cannot_fill_the_group(api: Simulator, bot: Bot) -> None:
    async with bot():
        await opened(api)
        api.says("找真人", RESIDENT)
        assert "已经在工作人员那里了" in (await api.reply(20))["text"]
        api.says("/human 第二件事", RESIDENT)
        _, more = await two(api)
        assert "接着说：第二件事" in more["text"], "one ticket a resident"
        for number in range(handoff.MESSAGES - 2):
            api.says(f"第{number}句", RESIDENT)
            await two(api)
        api.says("再来一句", RESIDENT)
        assert "先不转了" in (await api.reply(60))["text"]
        await silent(api)


async def test_too_many_tickets_a_day_are_told_of_the_hotline(api: Simulator, bot: Bot) -> None:
    async with bot():
        for _ in range(handoff.PER_DAY):
            await opened(api)
            api.says("结束", RESIDENT)
            await two(api)
        api.says("/human 再找一次", RESIDENT)
        assert "明天再找" in (await api.reply(20))["text"]
        await opened(api, user=7002)


async def test_in_a_group_and_when_forgotten(api: Simulator, bot: Bot, small: Path) -> None:
    async with bot():
        api.says("/human@hebi_test_bot 低保", 7002, chat=-5001)
        assert "私下" in (await api.reply(20))["text"]
        ticket = await opened(api)
        api.presses(next_of(api, RESIDENT), "结束")
        ended, word = await two(api)
        assert "结束" in ended["text"]
        assert "不找了" in word["text"]
        ticket = await opened(api)
        api.says("/forget", RESIDENT)
        _, word = await two(api)
        assert "忘掉" in word["text"]
        assert rows(small / "var", "SELECT count(*) FROM tickets") == [(0,)]
        replies(api, ticket, "在吗")
        assert "没有送出去" in (await api.reply(20))["text"]


def next_of(api: Simulator, chat: int) -> dict[str, Any]:
    """Return the newest message of the bot in a chat."""
    return [one for one in api.chats.of(chat).messages.values() if one["from"]["is_bot"]][-1]


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_kill_loses_nothing_of_either_side_and_repeats_one_message_at_most(
    api: Simulator, small: Path, seed: int
) -> None:
    rng, kills = random.Random(seed), 6
    data, settings = small / "var", {"STAFF_CHAT_ID": str(STAFF), "CHATS_AT_ONCE": "4"}
    api.founds("工作人员群", STAFF)
    api.switch(latency_ms=20)
    residents = range(8001, 8005)
    wanted: Counter[tuple[int, str]] = Counter()
    seen: Counter[tuple[int, str]] = Counter()
    bot = await launch(api, data, small / "faq", **settings)
    tickets = {}
    for user in residents:
        tickets[user] = await opened(api, f"第一问{user}", user)
    for kill in range(kills):
        for user in residents:
            api.says(f"居民{user}第{kill}句", user)
            wanted[STAFF, f"居民{user}第{kill}句"] += 1
            replies(api, tickets[user], f"回{user}第{kill}句")
            wanted[user, f"回{user}第{kill}句"] += 1
        await asyncio.sleep(rng.uniform(0.05, 1.2))
        bot.process.send_signal(signal.SIGKILL)
        await bot.process.wait()
        bot = await launch(api, data, small / "faq", **settings)
    try:
        await until(lambda: _collected(api, wanted, seen), 120)
        await asyncio.sleep(1.5)
        _collected(api, wanted, seen)
    finally:
        with suppress(ProcessLookupError):
            await bot.end()
    assert [key for key in wanted if not seen[key]] == [], "never delivered"
    assert sum(seen[key] - 1 for key in wanted) <= kills, "delivered twice"
    assert rows(data, "SELECT count(*) FROM outbox") == [(0,)]


def _collected(api: Simulator, wanted: Counter[tuple[int, str]], seen: Counter[tuple[int, str]]) -> bool:
    """Count what has arrived; tell whether all is there."""
    while not api.sent.empty():
        message = api.sent.get_nowait()
        for chat, words in wanted:
            if message["chat"]["id"] == chat and message["text"].partition("\n")[2].endswith(words):
                seen[chat, words] += 1
    return all(seen[key] for key in wanted)
