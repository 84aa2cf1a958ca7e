"""A pause over HTTP: residents get a notice and 12345, danger is heard as ever, and it outlives a kill."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from bot.simulator.simulator import Simulator
from tests.bot.channels.telegram.admin.conftest import EDITOR, OWNER, Bot, labels, says, told
from tests.running import rows, until

pytestmark = pytest.mark.slow

ASK = "低保怎么申请"


async def test_residents_get_the_notice_danger_is_heard_and_a_kill_changes_nothing(
    api: Simulator, bot: Bot, small: Path
) -> None:
    data = small / "var"
    async with bot() as running:
        card = await says(api, ASK, 7001)
        done = await says(api, "/pause 系统升级，下午三点好。", OWNER)
        assert "系统升级，下午三点好。" in done["text"]
        for question in (ASK, "低保咨询", "火星上的土地怎么过户", f"/ask {ASK}", "/menu", "/start dibao-apply", "你好"):
            told_so = await says(api, question, 7001)
            assert told_so["text"].startswith("系统升级，下午三点好。"), question
            assert "12345" in told_so["text"]
            assert labels(told_so) == []
        api.presses(card, next(one for one in labels(card) if "材料" in one or "详细" in one))
        assert (await told(api, 7001))["text"].startswith("系统升级"), "a press asks too"
        api.says(f"@hebi_test_bot {ASK}", 7002, chat=-5001)
        assert (await told(api, -5001))["text"].startswith("系统升级"), "in groups too"
        assert "110" in (await says(api, "老公正拿刀砍我，救命", 7003))["text"].splitlines()[0]
        assert not (await says(api, "我不敢报警", 7003))["text"].startswith("系统升级"), "and what follows on it"
        for command in ("/privacy", "/mydata", "/forget", "/stop", "/help"):
            assert not (await says(api, command, 7004))["text"].startswith("系统升级"), command
        for admin in (OWNER, EDITOR):
            assert "依据" in (await says(api, ASK, admin))["text"], "who mends it can try it"
        await until(lambda: rows(data, "SELECT count(*) FROM pauses") == [(1,)])
        assert rows(data, "SELECT count(*) FROM unanswered") == [(0,)], "what is not answered now is no gap"
        await running.end(signal.SIGKILL)
    async with bot():
        assert (await says(api, ASK, 7001))["text"].startswith("系统升级")
        api.says("/stats", OWNER)
        shown = await api.reply(60)
        assert "暂停着" in str(shown.get("caption", shown.get("text"))), "and the figures say so"
        assert "接着回答居民" in (await says(api, "/resume", OWNER))["text"]
        assert "依据" in (await says(api, ASK, 7001))["text"]
        assert "没有暂停" in (await says(api, "/resume", OWNER))["text"]
        usual = (await says(api, "/pause", OWNER))["text"]
        assert (await says(api, ASK, 7001))["text"] in usual, "the owner was shown the very words"
        assert [deed for (deed,) in rows(data, "SELECT deed FROM audit ORDER BY at")].count("resume") == 1
