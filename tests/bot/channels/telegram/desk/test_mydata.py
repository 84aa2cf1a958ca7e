"""A resident is shown all that is stored of the chat, and it is gone when it is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.simulator.simulator import Simulator
from tests.bot.channels.telegram.desk.conftest import STAFF, Bot
from tests.running import rows, until

RESIDENT = 7001

pytestmark = pytest.mark.slow


async def said(api: Simulator, text: str, chat: int | None = None) -> str:
    """Let the resident say something; return what the bot says to it."""
    api.says(text, RESIDENT, chat=chat)
    while True:
        message = await api.reply(20)
        if message["chat"]["id"] == (chat or RESIDENT):
            return str(message["text"])


async def test_all_that_is_stored_of_a_chat_is_told_and_forgotten(api: Simulator, bot: Bot, small: Path) -> None:
    data = small / "var"
    async with bot(STAFF_CHAT_ID=str(STAFF)):
        assert "没有记着" in await said(api, "/mydata")
        await said(api, "火星上的土地怎么过户")
        api.presses(await _last(api), "答上来了通知我")
        await api.reply(20)
        await said(api, "我是浚县的，低保怎么申请")
        api.presses(await _last(api), "👍")
        await api.reply(20)
        api.says("/settings", RESIDENT)
        api.presses(await api.reply(20), "短行疏排：关")
        await api.reply(20)
        await said(api, "/human 我的卡丢了")
        told = await said(api, "/mydata")
        for word in (
            *("浚县", "低保怎么申请", "简体字", "按钮", "短行疏排：开", "找工作人员", "转过去了 1 条"),
            *("火星上的土地怎么过户", "刚问过的：", "👍 👎：1 个", "/forget"),
        ):
            assert word in told, (word, told)
        forgotten = await said(api, "/forget")
        for word in ("下面这些我都已经忘掉了", "浚县", "找工作人员", "火星上的土地怎么过户", "删不掉的"):
            assert word in forgotten, (word, forgotten)
        assert "没有记着" in await said(api, "/mydata")
    for table in ("sessions", "settings", "tickets", "notices"):
        assert rows(data, f"SELECT count(*) FROM {table}") == [(0,)], table
    assert rows(data, f"SELECT count(*) FROM outbox WHERE chat = {RESIDENT}") == [(0,)]


async def test_in_a_group_nobody_else_is_told(api: Simulator, bot: Bot) -> None:
    async with bot():
        await said(api, "/ask@hebi_test_bot 我是浚县的，低保怎么申请", -5001)
        told = await said(api, "/mydata@hebi_test_bot", -5001)
        assert "低保" not in told
        assert "浚县" not in told
        assert "私下" in told
        forgotten = await said(api, "/forget@hebi_test_bot", -5001)
        assert "忘掉" in forgotten
        assert "浚县" not in forgotten


async def test_words_to_staff_that_were_not_sent_yet_are_forgotten_too(api: Simulator, bot: Bot, small: Path) -> None:
    data = small / "var"
    async with bot():
        for user in range(7100, 7125):  # more than a group takes in a minute, so the last ones wait
            api.says("/human 我的卡丢了", user)
        await until(lambda: rows(data, "SELECT count(*) FROM tickets") == [(25,)])
        waiting = rows(
            data, "SELECT t.chat, t.number FROM tickets t JOIN outbox o ON o.ticket = t.number ORDER BY o.at"
        )
        assert waiting, "some wait"
        chat, number = waiting[-1]
        api.says("/forget", int(str(chat)))
        await until(lambda: rows(data, f"SELECT count(*) FROM tickets WHERE chat = {chat}") == [(0,)])
        left = rows(data, f"SELECT key, text FROM outbox WHERE ticket = {number}")
        assert [key for key, _ in left] == [f"{number}:f"], "only that the resident wants to be forgotten"
        assert "我的卡丢了" not in str(left)


async def _last(api: Simulator) -> dict[str, object]:
    """Return the newest message of the bot to the resident."""
    return [one for one in api.chats.of(RESIDENT).messages.values() if one["from"]["is_bot"]][-1]
