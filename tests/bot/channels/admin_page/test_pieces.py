"""Fixed sentences, districts and new intents are written in forms, checked before, published and undone by the bot."""

from __future__ import annotations

import datetime as dt
import re
import time
from html import unescape
from pathlib import Path

import pytest

from bot.desk.changes import Edit
from bot.simulator.simulator import Simulator
from bot.store.database import Database
from bot.store.desk.acts import Deed
from bot.store.desk.records import Notice
from bot.store.inbox import Inbox
from bot.store.records import Attempt
from tests.bot.channels.admin_page.conftest import EDITOR, Site, Visitor, asked
from tests.bot.channels.admin_page.test_pages import act
from tests.bot.channels.admin_page.test_publishing import SETTINGS, guest
from tests.bot.channels.telegram.admin.conftest import OWNER, says, told
from tests.conftest import plain
from tests.running import running

FALLBACK, QIBIN = "/phrases/fallback", "/places/淇滨区"
QUESTIONS = "\n".join(
    f"火星土地{middle}" for middle in ("过户找谁", "咋过户给猫", "过户要啥证", "能过户不", "过户收不收钱", "过户要几天")
)
NEW = {
    "topic": "dibao",
    "title": "火星土地怎么过户",
    "answer": "火星土地的事，请打 12345 问。\n· 别跑冤枉路。",
    "questions": QUESTIONS,
    "checks": "火星那块地想转给俺家的猫\n火星地皮给猫过户",
    "office": "township",
    "sources": "hotline-12345",
}


def edit_of(site: Site, visitor: Visitor) -> Edit:
    found = act(site, visitor)
    assert (found.deed, found.version, found.who) == (Deed.EDIT, None, EDITOR.who)
    (edit,) = site.ground.publisher.edits.of(found.number)
    return edit


async def test_a_fixed_sentence_is_edited_and_its_placeholders_are_kept(site: Site, editor: Visitor) -> None:
    assert "/phrases/fallback" in await editor.get("/phrases?words=这个问题我答不了")
    await editor.get("/phrases/outside")
    await editor.send("/phrases/outside", "look", text="您问的是别处的事，请打那边的 12345 问。")
    wrong = editor.text[editor.text.index('id="text-wrong"') :]
    assert "{name}" in wrong[: wrong.index("</ul>")], "said beside the field"
    assert 'value="publish"' not in editor.text
    await editor.get(FALLBACK)
    await editor.send(FALLBACK, "look", text="这个我不会答。\n请拨 12345 问人工。")
    assert "检查过了" in editor.text
    await editor.send(FALLBACK, "publish", why="说短些")
    edit = edit_of(site, editor)
    assert plain(edit.after)["fallback"] == "这个我不会答。\n请拨 12345 问人工。\n"
    changed = set(edit.before.split("\n")) ^ set(edit.after.split("\n"))
    assert len(changed) == 5, "nothing but this sentence"
    await editor.get("/phrases/desk.passed")
    await editor.send("/phrases/desk.passed", "look", text="转过去了。")
    assert "{name}" in editor.text[editor.text.index('id="text-wrong"') :], "said beside the field"
    await editor.get("/phrases/desk.offer")
    await editor.send("/phrases/desk.offer", "look", text="我是程序，可以转给工作人员。")
    await editor.send("/phrases/desk.offer", "publish")
    edit = edit_of(site, editor)
    assert len(set(edit.before.split("\n")) ^ set(edit.after.split("\n"))) == 2
    await editor.get("/phrases/no_such_sentence")
    assert editor.status == 404


async def test_a_district_is_edited_and_a_name_of_two_places_is_said_beside_it(site: Site, editor: Visitor) -> None:
    await editor.get(QIBIN)
    towns = editor.fields(QIBIN)["towns"]
    assert "金山街道：金山办事处、金山办" in towns
    await editor.send(QIBIN, "look", towns=towns.replace("金山办事处", "金山办事处、长江路办"))
    assert "长江路办" in editor.text[editor.text.index('class="wrong"') :]
    assert 'value="publish"' not in editor.text
    await editor.get(QIBIN)
    fields = editor.fields(QIBIN)
    typed = {"towns": fields["towns"].replace("金山办事处", "金山办事处、金山街办"), "landmarks": "试写小区：金山街道"}
    typed["landmarks"] += "\n" + fields["landmarks"]
    await editor.send(QIBIN, "look", **typed)
    await editor.send(QIBIN, "publish")
    edit = edit_of(site, editor)
    now = plain(edit.after)["districts"]["淇滨区"]
    assert now["towns"]["金山街道"] == ["金山办事处", "金山街办", "金山办"]
    assert now["landmarks"]["试写小区"] == "金山街道"
    before = plain(edit.before)
    assert {**before["districts"], "淇滨区": now} == plain(edit.after)["districts"]
    await editor.get(QIBIN)
    await editor.send(QIBIN, "look", towns=fields["towns"] + "\n坏[镇：别")
    assert "不合写法" in editor.text[editor.text.index('id="towns-wrong"') :]


async def test_a_new_intent_is_written_in_a_form_and_checked(site: Site, editor: Visitor) -> None:
    await editor.get("/new")
    await editor.send("/new", "look")
    for field in ("title", "answer", "questions", "checks"):
        assert f'id="{field}-wrong"' in editor.text
    assert 'id="name-wrong"' not in editor.text, "it is proposed by the title"
    await editor.send("/new", "look", **{**NEW, "checks": "", "answer": "每月发 987 元。"})
    for field in ("checks", "answer"):
        assert f'id="{field}-wrong"' in editor.text
    assert 'value="publish"' not in editor.text
    await editor.send("/new", "look", **NEW)
    assert editor.fields("/new")["name"] == "huo_xing_tu_di", "proposed"
    await editor.send("/new", "publish", topic="dibao", office="township", sources="hotline-12345")
    edit = edit_of(site, editor)
    assert (edit.file, edit.before) == (Path("topics/dibao/huo_xing_tu_di.yaml"), "")
    assert plain(edit.after)["questions"] == QUESTIONS.split("\n")
    await editor.get("/new")
    await editor.send("/new", "look", **{**NEW, "name": "apply"})
    assert "换个名字" in editor.text, "never over one that is there"
    await editor.send("/new", "look", **{**NEW, "name": "../apply"})
    assert "小写英文字母" in editor.text


@pytest.mark.slow
async def test_a_new_matter_is_written_published_told_of_and_undone(api: Simulator, small: Path) -> None:
    data, faq = asked(small) / "var", small / "faq"
    notice(data)
    async with running(api, data, faq, **SETTINGS):
        await says(api, "你好", 7001)
        http, page = guest()
        async with http:
            await page.come(api, OWNER)
            await page.get("/")
            await page.send("/groups/2", "new")
            link = re.search(r'href="(/new\?group=\d+)"', await page.get("/?new"))
            assert link
            await page.get(link[1])
            fields = page.fields("/new")
            assert "火星上的土地怎么过户给猫" in fields["questions"], "as residents asked"
            await page.send("/new", "look", **{**NEW, "questions": f"{fields['questions']}\n{QUESTIONS}"})
            assert 'value="publish"' in page.text, unescape(page.text)
            await page.send("/new", "publish", topic="dibao", office="township", sources="hotline-12345")
            assert "改好了" in await page.ended(180)
            act = page.path
            assert "现在我能答了" in (await told(api, 7001, "现在我能答了"))["text"]
            assert (faq / "topics" / "dibao" / "huo_xing_tu_di.yaml").exists()
            assert "别跑冤枉路" in (await says(api, "火星土地咋过户给猫", 7002))["text"]
            assert "火星土地怎么过户" in await page.get("/intents"), "the whole list knows it"
            await page.get(act)
            await page.send(act, "undo")
            assert "撤销了" in await page.ended(180)
            assert not (faq / "topics" / "dibao" / "huo_xing_tu_di.yaml").exists()
            assert "别跑冤枉路" not in (await says(api, "火星土地咋过户给猫", 7003))["text"]


def notice(data: Path) -> None:
    """Let a resident want to be told when the first question is answered."""
    database = Database(None, data)
    Inbox(database).write([Attempt(0, "", beside=(Notice(1, 7001, dt.date.today().isoformat()),))], time.time())
    database.close()
