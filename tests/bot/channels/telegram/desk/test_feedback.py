"""Votes are counted without a resident, questions kept redacted, and who wants to be told is told once."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.simulator import Simulator
from bot.store.database import Database
from bot.store.desk import feedback
from bot.store.desk.records import Notice, Question, Why
from bot.store.inbox import Inbox
from bot.store.records import Attempt
from tests.bot.channels.telegram.desk.conftest import Bot, labels
from tests.conftest import ROOT
from tests.running import rows, until

RESIDENT = 7001
STRANGE = "火星上的土地怎么过户给我家的猫，我叫王秀兰，电话13839212345"

pytestmark = pytest.mark.slow


def votes(data: Path) -> list[tuple[object, ...]]:
    return rows(data, "SELECT intent, kind, count FROM votes WHERE count > 0 ORDER BY kind")


def kept(data: Path) -> list[tuple[object, ...]]:
    return rows(data, "SELECT question, why, intents FROM unanswered ORDER BY number")


def notices(api: Simulator) -> list[str]:
    """Return what was shown for a moment to who pressed buttons."""
    return [fields.get("text", "") for method, fields in api.calls if method == "answerCallbackQuery"]


def marks(message: dict[str, Any]) -> list[str]:
    """Return the labels of the votes, and of all below them."""
    shown = [label for label in labels(message) if label != "转给家人"]
    return shown[next(at for at, label in enumerate(shown) if label.startswith("👍")) :]


async def pressed(api: Simulator, message: dict[str, Any], label: str) -> dict[str, Any]:
    """Press a button that changes the buttons of its message; return the message as it is then."""
    api.presses(message, label)
    changed = await api.reply(20)
    assert (changed["edited"], changed["message_id"], changed["text"]) == (
        True,
        message["message_id"],
        message["text"],
    ), "thanked without a new message"
    return changed


async def asked(api: Simulator, words: str, user: int = RESIDENT) -> dict[str, Any]:
    api.says(words, user)
    return await api.reply(20)


async def test_a_vote_takes_one_tap_can_be_changed_and_names_nobody(api: Simulator, bot: Bot, small: Path) -> None:
    data = small / "var"
    async with bot():
        card = await asked(api, "低保怎么申请，我叫王秀兰")
        assert marks(card) == ["👍", "👎"]
        assert "👍" not in labels(await asked(api, "/menu")), "a page is no answer"
        liked = await pressed(api, card, "👍")
        assert marks(liked) == ["👍 ✓", "👎"]
        await until(lambda: votes(data) == [("dibao.apply", "up", 1)])
        api.presses(card, "👍")  # twice by a trembling thumb
        disliked = await pressed(api, liked, "👎")
        assert marks(disliked) == ["👍", "👎 ✓", "不是我问的", "看不懂", "不对", "没说到", "答上来了通知我"]
        await until(lambda: votes(data) == [("dibao.apply", "down", 1)])
        assert kept(data) == [("低保怎么申请", "downvote", "dibao.apply")]
        told = await pressed(api, disliked, "没说到")
        assert marks(told) == ["👍", "👎 ✓", "答上来了通知我"]
        await until(lambda: votes(data) == [("dibao.apply", "down", 1), ("dibao.apply", "missing", 1)])
        again = await pressed(api, told, "👍")
        await until(lambda: kept(data) == [])
        assert marks(again) == ["👍 ✓", "👎"]
        assert ("dibao.apply", "up", 1) in votes(data)
    shown = notices(api)
    assert len(shown) == 5
    assert all("记下了" in text for text in shown)
    dump = "\n".join(str(row) for table in ("votes", "unanswered") for row in rows(data, f"SELECT * FROM {table}"))
    assert str(RESIDENT) not in dump


async def test_in_a_group_votes_count_once_a_person_and_the_buttons_stay_everybodys(
    api: Simulator, bot: Bot, small: Path
) -> None:
    async with bot():
        api.says("@hebi_test_bot 低保怎么申请", RESIDENT, chat=-5001)
        card = await api.reply(20)
        for user in (7001, 7002, 7002):
            api.presses(card, "👎", user)
        await until(lambda: votes(small / "var") == [("dibao.apply", "down", 2)])
        await asyncio.sleep(1)
        assert votes(small / "var") == [("dibao.apply", "down", 2)]
        assert api.sent.empty()
        assert {question for question, *_ in kept(small / "var")} == {"低保怎么申请"}


async def test_declined_and_none_of_these_and_a_clarification_passed_over_are_kept_redacted(
    api: Simulator, bot: Bot, small: Path
) -> None:
    data = small / "var"
    async with bot():
        declined = await asked(api, STRANGE)
        assert labels(declined)[-1] == "答上来了通知我"
        await until(lambda: len(kept(data)) == 1)
        (first,) = kept(data)
        assert first[1] == "fallback"
        assert "火星" in str(first[0])
        assert len(str(first[0])) <= 60
        assert not any(word in str(first) for word in ("13839212345", "王秀兰"))
        assert len(str(first[2]).split()) == 3
        unclear = "低保咨询"
        assert "都不是" in labels(await asked(api, unclear))
        await asked(api, "都不是")
        await until(lambda: len(kept(data)) == 2)
        assert kept(data)[1][:2] == (unclear, "none_of_these")
        assert "都不是" in labels(await asked(api, unclear, 7002))
        await asked(api, "低保怎么申请", 7002)
        await until(lambda: len(kept(data)) == 3)
        assert kept(data)[2][:2] == (unclear, "clarification_ignored")
        asked_back = await asked(api, unclear, 7003)
        api.presses(asked_back, labels(asked_back)[0])
        await api.reply(20)
        await asyncio.sleep(0.5)
        assert len(kept(data)) == 3, "one that was chosen is answered"
        await asked(api, unclear, 7004)
        await asked(api, "这几个都不是", 7004)
        await until(lambda: len(kept(data)) == 4)
        assert kept(data)[3][:2] == (unclear, "none_of_these")
    dump = str(rows(data, "SELECT * FROM unanswered"))
    assert not any(str(user) in dump for user in (RESIDENT, 7002))


def command(small: Path, *arguments: str) -> str:
    folders = ["--faq", str(small / "faq"), "--data", str(small / "var")]
    program = [sys.executable, str(ROOT / "run_bot.py"), "unanswered", *folders, *arguments]
    done = subprocess.run(program, cwd=small, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_who_asked_to_be_told_is_told_once_and_forgotten(api: Simulator, bot: Bot, small: Path) -> None:
    data = small / "var"
    async with bot() as running:
        for user in (7001, 7002, 7003):
            card = await asked(api, "火星上的土地怎么过户", user)
            marked = await pressed(api, card, "答上来了通知我")
            assert labels(marked)[-1] == "答上来了通知我 ✓"
        await until(lambda: rows(data, "SELECT count(*) FROM notices") == [(3,)])
        await pressed(api, await asked(api, "/settings", 7003), "通知：开")
        listed = command(small).splitlines()
        assert len(listed) == 1
        assert listed[0].startswith("3×\tfallback 3\t")
        number = listed[0].split("\t")[4]
        await running.end(signal.SIGKILL)
    assert "3 answered by dibao.apply; 3 will be told" in command(small, "--answered", number, "dibao.apply")
    assert command(small) == ""
    async with bot() as running:
        told = [await api.reply(20), await api.reply(20)]
        assert sorted(message["chat"]["id"] for message in told) == [7001, 7002], "7003 wants no notices any more"
        assert all("火星上的土地怎么过户" in message["text"] for message in told)
        await until(lambda: rows(data, "SELECT count(*) FROM notices") == [(0,)])
        await until(lambda: rows(data, "SELECT count(*) FROM outbox") == [(0,)])
        await running.end(signal.SIGKILL)
    async with bot():
        await asyncio.sleep(2)
        assert api.sent.empty(), "told once"
        api.presses(told[0], labels(told[0])[0])
        assert "依据" in (await api.reply(20))["text"]


async def test_to_be_forgotten_takes_a_notice_back_and_so_does_stop(api: Simulator, bot: Bot, small: Path) -> None:
    data = small / "var"
    async with bot():
        for user, command in ((7001, "/forget"), (7002, "/stop")):
            card = await asked(api, "火星上的土地怎么过户", user)
            await pressed(api, card, "答上来了通知我")
            await until(lambda: rows(data, "SELECT count(*) FROM notices") == [(1,)])
            await asked(api, command, user)
            await until(lambda: rows(data, "SELECT count(*) FROM notices") == [(0,)])


def test_questions_and_notices_are_erased_after_thirty_days(tmp_path: Path) -> None:
    database, today = Database(None, tmp_path), dt.date.today()
    inbox = Inbox(database)
    for number, age in enumerate((0, 29, 31)):
        day = (today - dt.timedelta(days=age)).isoformat()
        changes = (Question(number, "问", Why.FALLBACK, day), Notice(number, 7, day))
        inbox.write([Attempt(0, "", beside=changes)], time.time())
    inbox.purge(time.time())
    with database.reading() as connection:
        assert [question.number for question in feedback.read_questions(connection)] == [0, 1]
        assert [notice.number for notice in feedback.read_notices(connection)] == [0, 1]
    database.close()
