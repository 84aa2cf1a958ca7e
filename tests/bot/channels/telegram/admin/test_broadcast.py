"""A broadcast over HTTP: preview, whom to, progress, who is left out and why; and kills in its midst."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr

from bot.simulator.simulator import Simulator
from bot.store.connect import open_database
from bot.store.desk.broadcasts import Subscribed
from bot.store.inbox import Inbox
from bot.store.records import Attempt
from tests import postgres
from tests.bot.channels.telegram.admin.conftest import EDITOR, OWNER, Bot, labels, pressed, says, told
from tests.running import rows, until

pytestmark = pytest.mark.slow

TEXT = "明天上午九点到十一点，大厅停电，请下午再来。"
DISTRICTS = {7001: "浚县", 7002: "浚县", 7003: "淇县", 7004: ""}


def received(api: Simulator, text: str = TEXT) -> Counter[int]:
    """Return how many messages with `text` stand in each resident's chat."""
    return Counter(
        number
        for number, chat in api.chats.chats.items()
        for message in chat.messages.values()
        if number not in (OWNER, EDITOR) and text in message.get("text", "") and message["from"]["is_bot"]
    )


async def met(api: Simulator, data: Path) -> None:
    """Let residents of some districts talk with the bot, and somebody in a group."""
    for user, district in DISTRICTS.items():
        await says(api, f"我是{district}的" if district else "低保怎么申请", user)
    api.says("@hebi_test_bot 低保怎么申请", 7009, chat=-5001)
    await told(api, -5001)
    await until(lambda: rows(data, "SELECT count(*) FROM subscribers") == [(len(DISTRICTS),)])


async def chosen(api: Simulator, text: str, target: str) -> dict[str, Any]:
    """Return the last question before a broadcast is sent to `target`, with which the label of its button begins."""
    await says(api, f"/broadcast {text}", OWNER)
    choice = await told(api, OWNER, "发给谁")
    return await pressed(api, choice, next(label for label in labels(choice) if label.startswith(target)))


async def test_whom_it_reaches_how_it_is_shown_and_who_gets_no_more(api: Simulator, bot: Bot, small: Path) -> None:
    data = small / "var"
    async with bot():
        await met(api, data)
        asked = await says(api, "/broadcast", OWNER)
        assert "先给您看样子" in asked["text"]
        shown = await says(api, TEXT, OWNER)
        assert shown["text"].startswith(TEXT)
        assert "/stop" in shown["text"], "with how to get no more"
        choice = await told(api, OWNER)
        assert labels(choice) == ["全部（4）", "浚县（2 人）", "淇县（1 人）", "不发了"]
        assert "1 个不知道县区" in choice["text"]
        assert received(api) == {}, "nothing is sent before the last question"
        last = await pressed(api, choice, "浚县（2 人）")
        assert last["message_id"] == choice["message_id"], "in place"
        assert "浚县，2 个聊天" in last["text"]
        back = await pressed(api, last, "返回")
        last = await pressed(api, back, "浚县（2 人）")
        api.presses(last, "确定，开始发")
        api.presses(last, "确定，开始发")  # by a trembling thumb
        done = await told(api, OWNER, "发完了，发给浚县：2 / 2")
        assert done["message_id"] == choice["message_id"], "its progress is one message"
        await asyncio.sleep(0.5)
        assert received(api) == {7001: 1, 7002: 1}

        api.blocks(7003)
        stopped = await says(api, "/stop", 7002)
        assert "不会先给您发" in stopped["text"]
        assert "没有记着" not in (await says(api, "/mydata", 7002))["text"], "that is kept, and told"
        assert "通知：关" in api_last(api, 7002)
        await says(api, "低保怎么申请", 7002)
        assert "聊天号码，县区是浚县" in (await says(api, "/mydata", 7001))["text"]
        await until(lambda: rows(data, "SELECT count(*) FROM subscribers") == [(3,)])
        last = await chosen(api, "第二条", "全部（3）")
        await pressed(api, last, "确定，开始发")
        done = await told(api, OWNER, "发完了")
        assert "送到 2，拉黑了机器人、跳过 1，没送到 0" in done["text"]
        assert received(api, "第二条") == {7001: 1, 7004: 1}, "not who has said /stop, not who has blocked it, no group"

        await says(api, "/start", 7002)
        await says(api, "/forget", 7001)
        await until(lambda: rows(data, "SELECT chat FROM subscribers ORDER BY chat") == [(7002,), (7003,), (7004,)])
        await pressed(api, await chosen(api, "第三条", "全部（3）"), "确定，开始发")
        await told(api, OWNER, "发完了")
        assert received(api, "第三条") == {7002: 1, 7004: 1}, "who has come back; not who wants to be forgotten"
        assert "群发 · 浚县" in (await says(api, "/audit", OWNER))["text"]


def api_last(api: Simulator, user: int) -> str:
    """Return the newest words of the bot to a user."""
    return str([one for one in api.chats.of(user).messages.values() if one["from"]["is_bot"]][-1]["text"])


async def test_an_owner_pauses_it_goes_on_and_stops_it_while_residents_are_answered(
    api: Simulator, bot: Bot, small: Path
) -> None:
    data = small / "var"
    subscribed(api, None, data, range(7100, 7150))
    async with bot():
        await pressed(api, await chosen(api, TEXT, "全部（50）"), "确定，开始发")
        await until(lambda: received(api).total() >= 5)
        card = await told(api, OWNER, "正在发给")
        began = asyncio.get_running_loop().time()
        await says(api, "低保怎么申请", 7001)
        assert asyncio.get_running_loop().time() - began < 1.5, "replies go first"
        paused = await pressed(api, card, "暂停")
        while "暂停了" not in paused["text"]:
            paused = await told(api, OWNER)
        await asyncio.sleep(0.5)
        count = received(api).total()
        await asyncio.sleep(1)
        assert received(api).total() == count < 50
        api.says("/broadcast", OWNER)
        again = await told(api, OWNER, "上一次群发还没完")  # it is found again, and no second one is begun
        assert labels(again) == ["接着发", "停止"]
        running = await pressed(api, again, "接着发")
        await until(lambda: received(api).total() > count + 5)
        api.presses(running, "停止")
        stopped = await told(api, OWNER, "停止了")
        assert stopped["message_id"] == again["message_id"], "its progress is shown where it was gone on with"
        await asyncio.sleep(0.5)
        count = received(api).total()
        await asyncio.sleep(1)
        assert received(api).total() == count < 51
        assert set(received(api).values()) == {1}
        assert [deed for (deed,) in rows(data, "SELECT deed FROM audit ORDER BY at")] == [
            *("broadcast", "cast_pause", "cast_go_on", "cast_stop")
        ]


def subscribed(api: Simulator, url: str | None, data: Path, chats: range) -> None:
    """Let `chats` be known to the next start as those that may be written to: they have talked with the bot."""
    for number in chats:
        api.message(number, text="在吗")
    with open_database(SecretStr(url) if url else None, data) as database:
        day = dt.date.today().isoformat()
        Inbox(database).write([Attempt(0, "", beside=tuple(Subscribed(chat, None, day) for chat in chats))], 0.0)


@contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
        return
    if reason := postgres.obstacle():
        pytest.skip(reason)
    with postgres.server() as url:
        yield url


def course(url: str, data: Path) -> object:
    """Return how the broadcast goes."""
    query = "SELECT course FROM broadcasts"
    if not url:
        return rows(data, query)[0][0]
    with closing(psycopg.connect(url)) as connection:
        found = connection.execute(query).fetchone()
    return found[0] if found else None


KILLS = int(os.environ.get("KILLS", "4"))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_killed_in_its_midst_it_leaves_nobody_out_and_repeats_one_a_kill_at_most(
    api: Simulator, bot: Bot, small: Path, kind: str
) -> None:
    data, chance, chats = small / "var", random.Random(20261130), range(7100, 7160)
    with database(kind) as url:
        subscribed(api, url or None, data, chats)
        api.switch(latency_ms=20.0)
        settings = {"DATABASE_URL": url} if url else {}
        for killed in range(KILLS):
            async with bot(**settings) as running:
                if not killed:
                    await pressed(api, await chosen(api, TEXT, f"全部（{len(chats)}）"), "确定，开始发")
                before = received(api).total()
                await until(lambda before=before: received(api).total() >= before + 3)
                await asyncio.sleep(chance.uniform(0.0, 0.4))
                await running.end(signal.SIGKILL)
        async with bot(**settings):
            await until(lambda: course(url, data) == "done")
        got = received(api)
    assert set(got) == set(chats), "nobody is left out"
    assert got.total() - len(chats) <= KILLS, "and at most one is repeated for each kill"
    assert max(got.values()) <= 2


async def test_who_is_no_owner_gets_what_an_unknown_command_gets(api: Simulator, bot: Bot, small: Path) -> None:
    data = small / "var"
    async with bot():
        unknown = (await says(api, "/nonsense", 7001))["text"]
        for command in ("/broadcast", "/pause", "/resume"):
            for user in (7001, EDITOR):
                assert (await says(api, command, user))["text"] == unknown, (command, user)
            api.says(f"{command}@hebi_test_bot", OWNER, chat=-5001)
            assert (await told(api, -5001))["text"] == unknown, "not even an owner in a group"
        with_words = (await says(api, "/nonsense 低保怎么申请", 7002))["text"]
        assert (await says(api, "/pause 低保怎么申请", 7003))["text"] == with_words
        assert rows(data, "SELECT count(*) FROM pauses") == [(0,)]
        last = await chosen(api, TEXT, "全部")
        api.presses(last, "确定，开始发", user=EDITOR)
        assert "已经过期" in (await told(api, last["chat"]["id"]))["text"], "the button of another is an old one"
        assert rows(data, "SELECT count(*) FROM broadcasts") == [(0,)]
        owners = [one["command"] for one in api.profile.shown(OWNER)]
        assert owners[:6] == ["unanswered", "stats", "audit", "broadcast", "pause", "resume"]
        for user in (EDITOR, 7001):
            assert not {"broadcast", "pause", "resume"} & {one["command"] for one in api.profile.shown(user)}
