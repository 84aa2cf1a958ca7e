"""A word to the people behind the bot: kept redacted for the admins, or passed to the staff who can reply."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.chats import bare
from bot.simulator.simulator import Simulator
from bot.store.desk.records import REMARK
from tests.bot.channels.telegram.desk.conftest import CLERK, STAFF, Bot, labels
from tests.bot.channels.telegram.desk.test_feedback import asked, command
from tests.running import rows, until

RESIDENT = 7001

pytestmark = pytest.mark.slow


def kept(data: Path) -> list[tuple[object, ...]]:
    return rows(data, "SELECT question, why, intents FROM unanswered ORDER BY number")


async def test_without_staff_it_is_kept_redacted_for_the_admins_also_over_a_kill(
    api: Simulator, bot: Bot, small: Path
) -> None:
    data = small / "var"
    async with bot(STAFF_CHAT_ID="") as running:
        told = await asked(api, "/feedback")
        assert "写成一句话" in told["text"]
        assert labels(told) == ["结束"]
        await until(lambda: rows(data, "SELECT count(*) FROM inbox WHERE state = 'open'") == [(0,)])
        await running.end(signal.SIGKILL)
    async with bot(STAFF_CHAT_ID=""):
        thanked = await asked(api, "字太小，我叫王秀兰，电话13839212345")
        assert "谢谢" in thanked["text"]
        assert "\n" not in thanked["text"], "in one line"
        await until(lambda: len(kept(data)) == 1)
        assert kept(data) == [("字太小,我叫〔姓名〕,电话〔电话〕", "feedback", "")]
        assert rows(data, "SELECT count(*) FROM tickets") == [(0,)]
        assert "依据" in (await asked(api, "低保怎么申请"))["text"], "what comes next is a question again"
        long = await asked(api, "/feedback " + "好" * 700)
        assert str(REMARK) in long["text"]
        await until(lambda: [len(str(text)) for text, *_ in kept(data)][1:] == [REMARK])
        assert "\tfeedback\t" in command(small)
        await asked(api, "/feedback")
        assert "那就不说了" in (await asked(api, "结束"))["text"]
        await asked(api, "/feedback")
        assert "110" in (await asked(api, "我丈夫正在打我，救命"))["text"], "danger is never kept as a word"
        await asked(api, "/feedback")
        assert "请点您关心的题目" in (await asked(api, "全部问题"))["text"]
        assert len(kept(data)) == 2
        assert str(RESIDENT) not in str(rows(data, "SELECT * FROM unanswered"))


async def test_one_residents_words_are_bounded(api: Simulator, bot: Bot, small: Path) -> None:
    async with bot(STAFF_CHAT_ID=""):
        for number in range(30):
            assert "谢谢" in (await asked(api, f"/feedback 第{number}条"))["text"]
        assert "明天再说" in (await asked(api, "/feedback 又一条"))["text"]
        assert len(kept(small / "var")) == 30
        assert "谢谢" in (await asked(api, "/feedback 我也说一句", 7002))["text"]


async def two(api: Simulator) -> tuple[dict[str, Any], dict[str, Any]]:
    both = sorted([await api.reply(20), await api.reply(20)], key=lambda one: one["chat"]["id"] == STAFF)
    return both[0], both[1]


async def test_with_staff_it_goes_to_their_group_they_can_reply_and_the_bot_goes_on_answering(
    api: Simulator, bot: Bot, small: Path
) -> None:
    async with bot():
        assert "写成一句话" in (await asked(api, "/feedback"))["text"]
        api.says("字太小，我叫王秀兰", RESIDENT)
        thanked, told = await two(api)
        assert "转给工作人员了" in thanked["text"]
        assert (told["chat"]["id"], "意见" in told["text"], "字太小" in told["text"]) == (STAFF, True, True)
        assert "王秀兰" not in told["text"]
        assert "依据" in (await asked(api, "低保怎么申请"))["text"], "the bot goes on answering"
        assert kept(small / "var") == []
        api.says("谢谢，已经调大", CLERK, chat=STAFF, reply_to_message=bare(told))
        assert "已经调大" in (await api.reply(20))["text"]
        api.says("好", RESIDENT)
        assert "好" in (await api.reply(20))["text"], "now a person listens"
        await asked(api, "/feedback")
        api.says("结束", RESIDENT)
        await two(api)
        for number in range(4):
            api.says(f"/feedback 第{number}条", 7002)
            await two(api)
        assert "/feedback" not in (await asked(api, "找真人", 7002))["text"]


async def test_who_wants_a_person_after_all_gets_one_and_in_a_group_nobody_tells_all_the_others(
    api: Simulator, bot: Bot
) -> None:
    async with bot():
        await asked(api, "/feedback")
        assert "写成一句话" in (await asked(api, "找真人"))["text"]
        api.says("低保卡丢了", RESIDENT)
        passed, ticket = await two(api)
        assert "他们回了我马上告诉您" in passed["text"]
        assert "意见" not in ticket["text"]
        api.says("/feedback@hebi_test_bot 不好", 7002, chat=-5001)
        assert "私下" in (await api.reply(20))["text"]
