"""What an edit would change is found out before it is published, and nothing is published by it."""

from __future__ import annotations

import asyncio
import re

import pytest

from intents.registry.registry import Registry
from tests.bot.channels.admin_page.conftest import Site, Visitor

pytestmark = pytest.mark.slow

PATH = "/intents/dibao.apply"


async def tried(owner: Visitor) -> str:
    await owner.send(PATH, "trial")
    assert owner.path.startswith("/trials/"), owner.text
    for _ in range(600):
        if 'http-equiv="refresh"' not in await owner.get(owner.path):
            return owner.text
        await asyncio.sleep(0.1)
    raise AssertionError("it did not end")


async def test_flips_are_listed_and_the_edit_is_not_lost(site: Site, owner: Visitor) -> None:
    await owner.get(PATH)
    questions = owner.fields(PATH)["questions"]
    new = [
        "火星上的土地怎么过户给猫",
        "火星的土地怎么过户",
        "火星土地过户给猫咋办",
        "火星上的地过户给我的猫",
        "火星地过户",
    ]
    await owner.send(PATH, "look", questions="\n".join([questions, *new]))
    text = await tried(owner)
    assert "火星上的土地怎么过户给猫" in text
    assert "居民问过" in text
    assert re.search(r"问了 \d{2,} 句，有 \d+ 句会变", text), text
    assert Registry(site.data).active() == "v0001", "nothing is published"
    back = re.search(r'href="(/intents/dibao\.apply\?draft=(\d+))"', text)
    assert back
    assert site.ground.publisher.edits.of(int(back[2])) == [], "only what is an act takes up a place on disk"
    await owner.get(back[1])
    assert owner.fields(PATH)["questions"].endswith("火星地过户")


async def test_an_edit_of_answers_flips_nothing_and_trains_nothing(owner: Visitor) -> None:
    await owner.get(PATH)
    answer = owner.fields(PATH)["answer"]
    await owner.send(PATH, "look", answer=answer + "\n· 先问窗口。")
    assert "都不变" in await tried(owner)
