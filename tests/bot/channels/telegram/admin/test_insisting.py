"""What the gate has refused for what the edit is not behind, an owner publishes by a button; an editor has none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.simulator import Simulator
from bot.store.desk.acts import GATED
from intents.registry.checksums import write_sums
from intents.registry.registry import Registry
from tests.bot.channels.telegram.admin.conftest import (
    EDITOR,
    OWNER,
    Bot,
    in_vain,
    labels,
    pressed,
    says,
    told,
)
from tests.bot.channels.telegram.admin.test_day import APPLY, LEARNED, reached
from tests.running import rows

pytestmark = pytest.mark.slow


UNCLEAR = "单子几时有音"
"""A question of which no model is sure, and which shares no word and no sound with what is learned."""


def braver(small: Path) -> None:
    """Let the published model be sure of whatever it guesses, and an `UNCLEAR` question be a golden one.

    So any other model loses it, whatever was edited.
    """
    published = small / "var" / "models" / "v0001"
    guessed = Registry(small / "var").open().rank(UNCLEAR)[0].intent.id
    manifest = published / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["calibration"]["shift"] -= 8.0
    manifest.write_text(json.dumps(told), encoding="utf-8")
    for folder in (small / "faq", published / "faq"):
        with (folder / "golden.tsv").open("a", encoding="utf-8") as golden:
            golden.write(f"{guessed}\t{UNCLEAR}\n")
    write_sums(published)


async def refused(api: Simulator, user: int) -> dict[str, Any]:
    """Let an admin have `LEARNED` learned; return what he is told when the gate has refused it."""
    card = await says(api, "/unanswered", user)
    preview = await pressed(api, await reached(api, card, "低保怎么申请"), "低保怎么申请")
    await pressed(api, preview, "就这样，发布")
    message = await told(api, user, "没有发布", 300)
    assert "不是您这次改动引起的" in message["text"], message["text"]
    assert UNCLEAR in message["text"], "what would be lost"
    return message


async def test_an_owner_publishes_by_the_button_what_was_refused_by_chance(
    api: Simulator, bot: Bot, small: Path
) -> None:
    data, file = small / "var", small / "faq" / APPLY
    before = file.read_text("utf-8")
    async with bot():
        await in_vain(api, data, LEARNED)
    braver(small)
    async with bot():
        hers = await refused(api, EDITOR)
        assert "照样发布" not in labels(hers), "for owners"
        ((act,),) = rows(data, "SELECT number FROM audit")
        api.presses_data(hers, f"A:f:{act}::", EDITOR)
        assert "只有负责人" in (await told(api, EDITOR))["text"]
        assert file.read_text("utf-8") == before, "taken out again"

        his = await refused(api, OWNER)
        assert "照样发布" in labels(his)
        queued = await pressed(api, his, "照样发布")
        assert queued["message_id"] == his["message_id"], "in place"
        assert "排上了" in queued["text"]
        done = await told(api, OWNER, "发布了", 300)
        assert done["message_id"] == his["message_id"]
        assert LEARNED in file.read_text("utf-8")
        assert "户口所在地" in (await says(api, LEARNED, 7050))["text"]
        api.presses(his, "照样发布")  # by another device, where it still stands
        assert "不能照样发布" in (await told(api, OWNER))["text"]
        undone = await pressed(api, done, "撤销")
        while "撤销了" not in undone["text"]:
            undone = await told(api, OWNER)
        assert file.read_text("utf-8") == before
    acts = rows(data, "SELECT deed, role, version FROM audit ORDER BY at, number")
    assert acts[0] == ("assign", "editor", GATED)
    assert ("insist", "owner", "") in acts
    assert rows(data, "SELECT why FROM audit WHERE deed = 'insist'") == [("把关拦下的几句和这次改动无关",)]
