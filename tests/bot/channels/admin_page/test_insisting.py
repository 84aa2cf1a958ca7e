"""What the gate has refused is published all the same where an owner says why; nobody else can, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.simulator.simulator import Simulator
from intents.registry.registry import Registry
from tests.bot.channels.admin_page.test_publishing import SETTINGS, guest
from tests.bot.channels.telegram.admin.conftest import EDITOR, OWNER, told, without_luck
from tests.running import READY, launch, rows, until

pytestmark = pytest.mark.slow

PATH, FILE = "/intents/dibao.materials", Path("topics", "dibao", "materials.yaml")
STOLEN = "\n".join(
    f"(我|俺|想|请问|老人|帮我){middle}"
    for middle in ("申请低保去哪里", "低保申请步骤", "低保在哪申请", "给父母申请低保")
)
"""Questions about applying, as if they asked for papers."""


async def test_an_owner_publishes_what_the_gate_has_refused_and_says_why(api: Simulator, small: Path) -> None:
    data, faq = without_luck(small) / "var", small / "faq"
    before = (faq / FILE).read_bytes()
    bot = await launch(api, data, faq, **SETTINGS)  # its log names the questions lost, which are the knowledge's own
    try:
        await until(lambda: READY in bot.log)
        http, page = guest()
        async with http:
            await page.come(api, EDITOR)
            await page.get(PATH)
            questions = page.fields(PATH)["questions"]
            await page.send(PATH, "look", questions=f"{questions}\n{STOLEN}")
            await page.send(PATH, "publish")
            refused = await page.ended(120)
            assert "没有发布" in refused
            assert "学了它，原来答得对的会答错" in refused
            assert (faq / FILE).read_bytes() == before
            assert 'value="insist"' not in refused, "an editor may not"
            act = page.path
            token = page.hidden("csrf")
            await page.post(act, csrf=token, do="insist", why="我要")
            assert page.status == 409
        assert "在页面上接着改" in (await told(api, EDITOR, "没有发布"))["text"]
        http, page = guest()
        async with http:
            await page.come(api, OWNER)
            assert 'value="insist"' in await page.get(act)
            token = page.hidden("csrf")
            await page.post(act, csrf=token, do="insist", why=" ")
            assert page.status == 409, "a reason is wanted"
            await page.get(act)
            await page.post(act, csrf=token, do="insist", why="这几句本来就该归到材料")
            assert "改好了" in await page.ended(120)
        registry = Registry(data)
        assert registry.publication(str(registry.active())).forced
        assert "申请低保去哪里" in (faq / FILE).read_text("utf-8")
    finally:
        await bot.end()
    acts = rows(data, "SELECT deed, role, version, why FROM audit ORDER BY at")
    assert [row[:2] for row in acts] == [("edit", "editor"), ("insist", "owner")]
    assert acts[0][2] == registry.active()
    assert acts[1][3] == "这几句本来就该归到材料"
