"""An admin's ten minutes over HTTP: what was asked in vain is worked off, learned, published, told of, undone."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.simulator import Simulator
from intents.registry.registry import Registry
from tests.bot.channels.telegram.admin.conftest import (
    EDITOR,
    OTHER,
    OWNER,
    Bot,
    in_vain,
    kept,
    labels,
    pressed,
    says,
    told,
)
from tests.running import rows, until

pytestmark = pytest.mark.slow

ASKED = (
    *("火星上的土地怎么过户给我家的猫", "火星的土地怎么过户给猫", "火星土地过户给猫咋办", "火星上的土地过户给我的猫"),
    *("电动车怎么上牌照", "电动车上牌照在哪", "电动车上牌照要带啥"),
    *("地里的麦子生虫打什么药", "麦子生虫了打啥药"),
    *("公积金怎么提取", "住房公积金能提取吗"),
    *("高铁票怎么改签", "高铁票改签要扣钱吗"),
    *("护照过期了怎么换", "护照到期怎么换新的"),
    *("小学新生报名什么时候", "小学新生报名要带什么"),
    *("驾驶证到期在哪换证", "驾驶证到期了怎么换证"),
    *("公交老年卡丢了怎么补办", "坐公交的老年卡丢了咋补", "快递丢了找谁赔", "路灯坏了找谁修", "玉米种子哪里买"),
)
"""What a bot of six intents cannot answer, if it is not mistaken about the one or the other."""

UNANSWERED = 20
"""How many of them it takes."""

APPLY = "topics/dibao/apply.yaml"
LEARNED = "火星上的土地怎么过户给我家的猫"


async def asked(api: Simulator, data: Path) -> dict[str, Any]:
    """Let residents ask in vain until there are twenty such questions; return what the first was answered."""
    cards = []
    for number, words in enumerate(ASKED):
        card = await says(api, words, 7001 + number)
        if "答上来了通知我" in labels(card):
            cards.append(card)
        if len(cards) == UNANSWERED:
            break
    await kept(data, UNANSWERED)
    return cards[0]


def git(folder: Path, *arguments: str) -> str:
    own = ["-c", "user.name=T", "-c", "user.email=t@example.invalid"]
    command = ["git", "-C", str(folder), *own, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


async def test_the_day(api: Simulator, bot: Bot, small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, faq = small / "var", small / "faq"
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "begin")):
        git(faq, *arguments)
    before = (faq / APPLY).read_bytes()
    took: dict[str, float] = {}

    async with bot():
        bell = await asked(api, data)
        began = time.monotonic()
        api.presses(bell, "答上来了通知我")
        await until(lambda: rows(data, "SELECT count(*) FROM notices") == [(1,)])

        card = await says(api, "/unanswered", EDITOR)
        groups = 0
        assert card["text"].startswith("问了 "), card["text"]
        while "火星" not in card["text"]:
            groups += 1
            card = await pressed(api, card, "以后")
        took["first card"] = time.monotonic() - began
        assert {"归到…", "不归我管", "新的事", "不再提", "以后"} <= set(labels(card))

        choice = await pressed(api, card, "归到…")
        assert choice["message_id"] == card["message_id"], "in place"
        await pressed(api, choice, "搜一搜")
        found = await says(api, "低保怎么申请", EDITOR)
        preview = await pressed(api, found, "低保怎么申请")
        assert f"+  - {LEARNED}" in preview["text"], preview["text"]
        assert (faq / APPLY).read_bytes() == before, "nothing is saved by looking"

        began = time.monotonic()
        queued = await pressed(api, preview, "就这样，发布")
        assert "排上了" in queued["text"]
        count = len(Registry(data).versions())
        done = await told(api, EDITOR, "发布了")
        took["check, learn, publish"] = time.monotonic() - began
        assert done["message_id"] == preview["message_id"], "edited into one message"
        assert len(Registry(data).versions()) == count + 1
        assert LEARNED in (faq / APPLY).read_text("utf-8")
        assert "faq: assign by editor, v0002" in git(faq, "log", "-1", "--format=%s")
        assert git(faq, "status", "--porcelain") == ""

        began = time.monotonic()
        notice = await told(api, 7001, "现在我能答了")
        took["notice"] = time.monotonic() - began
        assert LEARNED in notice["text"]
        assert "户口所在地" in (await says(api, LEARNED, 7050))["text"]

        began = time.monotonic()
        undone = await pressed(api, done, "撤销")
        while "撤销了" not in undone["text"]:
            undone = await told(api, EDITOR)
        took["undo"] = time.monotonic() - began
        assert (faq / APPLY).read_bytes() == before
        assert Registry(data).active() == "v0001", "without a training"
        assert "faq: undo by editor" in git(faq, "log", "-1", "--format=%s")
        assert "户口所在地" not in (await says(api, LEARNED, 7051))["text"]
        await kept(data, UNANSWERED + 1)

        again = await pressed(api, undone, "下一组")
        assert "火星" in again["text"], "back in the list"
        assert "问了 5 次" in again["text"], "and asked once more in vain"

        began = time.monotonic()
        card, worked = again, 0
        while "办完了" not in card["text"]:
            worked += 1
            card = await pressed(api, card, ("新的事", "不再提")[worked % 2])
        took[f"{worked} further cards"] = time.monotonic() - began
        await until(lambda: len(rows(data, "SELECT deed FROM audit")) == 2 + worked)
        assert rows(data, "SELECT deed FROM audit ORDER BY at LIMIT 2") == [("assign",), ("undo",)]
        assert "记作新的事" in (await says(api, "/unanswered new", EDITOR))["text"]
    with capsys.disabled():
        print("\n", {name: f"{seconds:.1f} s" for name, seconds in took.items()}, f"{groups} put off")


async def test_who_has_no_role_gets_what_an_unknown_command_gets(api: Simulator, bot: Bot, small: Path) -> None:
    async with bot():
        unknown = (await says(api, "/nonsense", 7001))["text"]
        assert (await says(api, "/unanswered", 7001))["text"] == unknown
        assert (await says(api, "/audit", 7001))["text"] == unknown
        assert (await says(api, "/audit", EDITOR))["text"] == unknown, "for owners"
        assert "最近办的" in (await says(api, "/audit", OWNER))["text"]
        await in_vain(api, small / "var", "火星上的土地怎么过户给我家的猫")
        card = await says(api, "/unanswered", OWNER)
        api.says("/unanswered@hebi_test_bot", OWNER, chat=-5001)
        assert "火星" not in (await told(api, -5001))["text"], "not even an owner in a group, where everybody reads"
        assert "火星" not in (await says(api, "/unanswered", 7003))["text"]
        api.presses(card, "不再提", user=7003)
        old = await told(api, card["chat"]["id"])
        assert "火星" not in old["text"]
        assert "火星" in (await says(api, "/unanswered", OWNER))["text"], "nothing came of it"
        assert "7004" in (await says(api, "/id", 7004))["text"]
        shown = [one["command"] for one in api.profile.shown(OWNER)]
        assert shown[:3] == ["unanswered", "stats", "audit"]
        assert "unanswered" not in [one["command"] for one in api.profile.shown(7004)]


async def test_a_wording_that_harms_is_refused_in_three_lines_and_taken_out_again(
    api: Simulator, bot: Bot, small: Path
) -> None:
    async with bot():
        await in_vain(api, small / "var", "火星上的土地怎么过户给我家的猫")
        card = await says(api, "/unanswered", OWNER)
        preview = await pressed(api, await reached(api, card, "低保怎么申请"), "低保怎么申请")
        await pressed(api, preview, "改个说法")
        preview = await says(api, "办低保要哪些材料", OWNER)  # stands in another intent
        assert "办低保要哪些材料" in preview["text"]
        await pressed(api, preview, "就这样，发布")
        refused = await told(api, OWNER, "没有发布")
        assert [line[:3] for line in refused["text"].splitlines()] == ["没有发", "原因：", "旧的照"]
        assert "办低保要哪些材料" not in (small / "faq" / APPLY).read_text("utf-8")
        assert "火星" in (await says(api, "/unanswered", OWNER))["text"], "it waits as before"


async def reached(api: Simulator, card: dict[str, Any], words: str) -> dict[str, Any]:
    """Return the intents that a search on a card has found."""
    await pressed(api, await pressed(api, card, "归到…"), "搜一搜")
    return await says(api, words, card["chat"]["id"])


async def test_two_admins_lose_nothing_and_the_second_is_shown_what_changed(
    api: Simulator, bot: Bot, small: Path
) -> None:
    async with bot():
        await in_vain(api, small / "var", "火星上的土地怎么过户给我家的猫", "电动车怎么上牌照")
        first = await says(api, "/unanswered", OWNER)
        ((other,),) = rows(small / "var", "SELECT min(number) FROM unanswered")
        api.presses_data(await says(api, "/unanswered", EDITOR), f"A:b:{other}::", EDITOR)
        second = await told(api, EDITOR)
        assert first["text"] != second["text"]
        mine = await pressed(api, await reached(api, first, "低保怎么申请"), "低保怎么申请")
        hers = await pressed(api, await reached(api, second, "低保怎么申请"), "低保怎么申请")
        file = small / "faq" / APPLY
        file.write_text(
            file.read_text("utf-8").replace("checks:\n", "  - 低保在村里哪个屋报\nchecks:\n"), encoding="utf-8"
        )
        shown = await pressed(api, hers, "就这样，发布")
        assert "被别人改过" in shown["text"]
        assert "低保在村里哪个屋报" in shown["text"]
        api.presses(shown, "就这样，发布")
        await told(api, EDITOR, "发布了")
        api.presses(await pressed(api, mine, "就这样，发布"), "就这样，发布")
        done = await told(api, OWNER, "发布了")
        text = file.read_text("utf-8")
        assert all(line in text for line in ("低保在村里哪个屋报", "火星上的土地", "电动车怎么上牌照"))
        undo = next(one for row in done["reply_markup"]["inline_keyboard"] for one in row if one["text"] == "撤销")
        mine_too = await says(api, "/unanswered", OTHER)
        api.presses_data(mine_too, undo["callback_data"], OTHER)
        assert "只有他自己" in (await told(api, OTHER))["text"]
        api.presses(done, "撤销")
        await told(api, OWNER, "撤销了")
        text = file.read_text("utf-8")
        assert "低保在村里哪个屋报" in text
        assert ("火星上的土地" in text) != ("电动车怎么上牌照" in text), "one of the two was taken back, not the other"


@pytest.mark.parametrize("pause", [0.05, 1.5, 4.0])
async def test_a_kill_at_any_moment_leaves_the_old_or_the_new_and_the_work_is_gone_on_with(
    api: Simulator, bot: Bot, small: Path, pause: float
) -> None:
    data, file = small / "var", small / "faq" / APPLY
    before = file.read_text("utf-8")
    async with bot() as running:
        await in_vain(api, small / "var", "火星上的土地怎么过户给我家的猫")
        card = await says(api, "/unanswered", OWNER)
        preview = await pressed(api, await reached(api, card, "低保怎么申请"), "低保怎么申请")
        await pressed(api, preview, "就这样，发布")
        await until(lambda: rows(data, "SELECT count(*) FROM audit") == [(1,)])
        await asyncio.sleep(pause)
        await running.end(signal.SIGKILL)
    text = file.read_text("utf-8")
    assert text.replace(f"  - {LEARNED}\n", "") == before, "the old file or the new one, whole"
    async with bot():
        done = await told(api, OWNER, "发布了")
        assert "撤销" in labels(done), "told by a new message"
        assert "户口所在地" in (await says(api, LEARNED, 7050))["text"]
    assert rows(data, "SELECT version IS NOT NULL FROM audit") == [(1,)]
