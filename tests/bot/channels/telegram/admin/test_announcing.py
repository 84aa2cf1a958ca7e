"""Admins are told in Telegram what became of edits: in one message, with what to do, and not once for each save."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.simulator import Simulator
from tests.bot.channels.telegram.admin.conftest import EDITOR, OWNER, Bot, says, told
from tests.bot.delivery.test_live import NEW, edit_answer
from tests.intents.registry.test_gate import APPLY, add_questions

pytestmark = pytest.mark.slow


def of(api: Simulator, user: int) -> list[dict[str, Any]]:
    """Return what the bot has said to a user, as it stands now."""
    return [one for one in api.chats.of(user).messages.values() if one["from"]["is_bot"]]


async def test_what_is_live_what_is_refused_and_what_waits_is_told_to_owners_and_editors(
    api: Simulator, bot: Bot, small: Path
) -> None:
    file = small / "faq" / APPLY
    async with bot():
        for user in (OWNER, EDITOR, 7001):
            await says(api, "你好", user)
        await asyncio.sleep(2)  # until the files were read
        before = {user: len(of(api, user)) for user in (OWNER, EDITOR, 7001)}
        good = file.read_text("utf-8")
        edit_answer(small)
        live = await told(api, OWNER, "已生效")
        assert APPLY in live["text"]
        edited = file.read_text("utf-8")
        for more in "甲乙丙丁":  # a burst
            file.write_text(edited.replace(NEW, f"{NEW}{more}"), encoding="utf-8")
            await asyncio.sleep(1.2)
        await asyncio.sleep(4)
        for user in (OWNER, EDITOR):
            since = [one["text"] for one in of(api, user)][before[user] :]
            assert len(since) == 1, ("one message, changed", since)

        file.write_text(edited.replace("answer: |", "answerr: |"), encoding="utf-8")
        refused = await told(api, EDITOR, "没有用上")
        assert refused["message_id"] != of(api, EDITOR)[-2]["message_id"], "a new one, so that it rings"
        lines = refused["text"].splitlines()
        assert [line.partition("：")[0][-4:] for line in lines[1:]] == ["在哪", "怎么办"], lines
        assert len(lines) == 3
        assert f"{APPLY}:" in lines[1]
        assert str(small) not in refused["text"]

        file.write_text(good, encoding="utf-8")
        await told(api, EDITOR, "已生效")
        add_questions(small, APPLY, "俺想给俺爹把低保办下来咋弄嘞")
        await told(api, EDITOR, "正在重新学习")
        await told(api, EDITOR, "新的问法学好了")
        assert len(of(api, EDITOR)) == before[EDITOR] + 2
        assert len(of(api, 7001)) == before[7001], "residents are told nothing"
