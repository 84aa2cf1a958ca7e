"""Sources and versions that begin on a day are written in forms: checked beside their fields, published, undone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from bot.desk.changes import Edit
from bot.simulator.simulator import Simulator
from bot.store.desk.acts import Deed
from tests.bot.channels.admin_page.conftest import EDITOR, Site, Visitor
from tests.bot.channels.admin_page.test_pages import act
from tests.bot.channels.admin_page.test_publishing import SETTINGS, guest
from tests.bot.channels.telegram.admin.conftest import EDITOR as EDITOR_ID
from tests.bot.channels.telegram.admin.conftest import says, without_luck
from tests.running import running

HOTLINE, LATER, APPLY = "/sources/hotline-12345", "/later/dibao.apply", "/intents/dibao.apply"
DAY = (dt.date.today() + dt.timedelta(days=30)).isoformat()
WRITTEN = {
    "title": "试写的通知",
    "publisher": "市民政局",
    "date": "2026-10",
    "facts": "试写的办法里，申请后第 77 天查账。",
}


def edit_of(site: Site, visitor: Visitor) -> Edit:
    found = act(site, visitor)
    assert (found.deed, found.version, found.who) == (Deed.EDIT, None, EDITOR.who)
    (edit,) = site.ground.publisher.edits.of(found.number)
    return edit


async def test_a_source_is_edited_and_what_is_wrong_is_said_beside_its_field(site: Site, editor: Visitor) -> None:
    assert HOTLINE in await editor.get("/sources?words=12345")
    await editor.get(HOTLINE)
    facts = editor.fields(HOTLINE)["facts"]
    await editor.send(HOTLINE, "look", date="2026-13", url="http://example.org")
    for field in ("date", "url"):
        assert f'id="{field}-wrong"' in editor.text
    assert 'value="publish"' not in editor.text
    await editor.get(HOTLINE)
    await editor.send(HOTLINE, "look", title="", facts="")
    assert editor.text.count("不能空着") == 2
    await editor.get(HOTLINE)
    await editor.send(HOTLINE, "look", facts=f"{facts}\n试写的一条。")
    await editor.send(HOTLINE, "publish", why="补一条")
    edit = edit_of(site, editor)
    assert edit.file == Path("sources.yaml")
    assert edit.after.replace("    - 试写的一条。\n", "") == edit.before, "nothing but this line"
    await editor.get("/sources/no-such-source")
    assert editor.status == 404


async def test_a_fact_that_an_answer_rests_on_is_not_taken_away(site: Site, editor: Visitor) -> None:
    await editor.get(HOTLINE)
    await editor.send(HOTLINE, "look", facts="试写的一条。")
    assert 'value="publish"' not in editor.text
    assert "12345" in editor.text[editor.text.index('class="wrong"') :]


async def test_two_admins_at_one_source_are_shown_what_the_other_has_changed(
    site: Site, editor: Visitor, owner: Visitor
) -> None:
    await editor.get(HOTLINE)
    file = site.faq / "sources.yaml"
    before = file.read_text("utf-8")
    try:
        file.write_text(f"{before}\n# 别人写的\n", encoding="utf-8")
        await editor.send(HOTLINE, "look", note="试写的提醒")
        assert "别人写的" in editor.text
        assert 'value="publish"' not in editor.text
        await editor.send(HOTLINE, "look")
        assert 'value="publish"' in editor.text
    finally:
        file.write_text(before, encoding="utf-8")


async def test_a_new_source_is_written_and_its_name_is_proposed(site: Site, editor: Visitor) -> None:
    await editor.get("/sources/new")
    await editor.send("/sources/new", "look", **{**WRITTEN, "key": "hotline-12345"})
    assert 'id="key-wrong"' in editor.text, "never over one that is there"
    await editor.send("/sources/new", "look", **{**WRITTEN, "key": ""})
    assert editor.fields("/sources/new")["key"] == "shi_xie_de_tong"
    await editor.send("/sources/new", "publish")
    edit = edit_of(site, editor)
    assert edit.after.startswith(edit.before.rstrip())
    assert yaml.safe_load(edit.after)["shi_xie_de_tong"] == {**WRITTEN, "facts": [WRITTEN["facts"]]}


async def test_a_version_that_begins_on_a_day_is_written_and_checked(site: Site, editor: Visitor) -> None:
    assert LATER in await editor.get(APPLY)
    await editor.get(LATER)
    answer = editor.fields(LATER)["answer"]
    for day in ("", "2027-7-1", dt.date.today().isoformat()):
        await editor.send(LATER, "look", begins=day)
        assert 'id="begins-wrong"' in editor.text
    await editor.send(LATER, "look", begins=DAY, answer=f"{answer}\n［金额］· 每月 98765 元。")
    assert "98765" in editor.text[editor.text.index('id="answer-wrong"') :]
    assert 'value="publish"' not in editor.text
    await editor.send(LATER, "look", answer=f"{answer}\n［去哪问］· 那天起先问窗口。")
    assert f"{DAY} 上午十点" in editor.text
    assert "那天起先问窗口" in editor.text[editor.text.index('class="bubble"') :]
    await editor.send(LATER, "publish")
    edit = edit_of(site, editor)
    assert (edit.file, edit.before) == (Path("topics", "dibao", f"apply@{DAY}.yaml"), "")
    told = yaml.safe_load(edit.after)
    assert sorted(told) == ["answer", "review_by", "supersedes"]
    assert (told["supersedes"], str(told["review_by"]) > DAY) == ("dibao.apply", True)
    await editor.get(f"{LATER}/{DAY}")
    assert editor.status == 404, "not published yet"


async def test_sources_are_ticked_in_the_order_in_which_the_answer_names_them(site: Site, editor: Visitor) -> None:
    file = site.faq / "topics" / "dibao" / "apply.yaml"
    before = file.read_text("utf-8")
    named = yaml.safe_load(before)["sources"]
    try:
        file.write_text(before.replace(f"[{', '.join(named)}]", f"[{', '.join(reversed(named))}]"), encoding="utf-8")
        await editor.get(APPLY)
        assert editor.fields(APPLY)["sources"].split() == [*reversed(named)] != named
    finally:
        file.write_text(before, encoding="utf-8")


async def test_an_answer_is_given_another_source_and_keeps_its_own_where_none_is_ticked(
    site: Site, editor: Visitor
) -> None:
    await editor.get(APPLY)
    mine = editor.fields(APPLY)
    await editor.send(APPLY, "look", sources=f"{mine['sources']}\nhotline-12345", title=mine["title"])
    await editor.send(APPLY, "publish")
    before, after = (yaml.safe_load(text) for text in (edit_of(site, editor).before, edit_of(site, editor).after))
    assert after == {**before, "sources": [*before["sources"], "hotline-12345"]}
    await editor.get(APPLY)
    await editor.send(APPLY, "look", sources="", title="试写的标题")
    await editor.send(APPLY, "publish", sources="")
    assert yaml.safe_load(edit_of(site, editor).after) == {**before, "title": "试写的标题"}


@pytest.mark.slow
async def test_a_version_is_published_edited_again_and_undone_by_taking_its_file_away(
    api: Simulator, small: Path
) -> None:
    data, faq = without_luck(small) / "var", small / "faq"
    file = faq / "topics" / "dibao" / f"apply@{DAY}.yaml"
    async with running(api, data, faq, **SETTINGS):
        http, page = guest()
        async with http:
            await page.come(api, EDITOR_ID)
            await page.get(LATER)
            answer = page.fields(LATER)["answer"] + "\n［去哪问］· 那天起先问窗口。"
            await page.send(LATER, "look", begins=DAY, answer=answer)
            await page.send(LATER, "publish")
            assert "改好了" in await page.ended()
            first = page.path
            assert "那天起先问窗口" not in (await says(api, "低保怎么申请", 7001))["text"], "not before its day"
            assert f"{LATER}/{DAY}" in await page.get(APPLY)
            written = file.read_text("utf-8")
            await page.get(f"{LATER}/{DAY}")
            assert page.fields(f"{LATER}/{DAY}")["answer"] == answer
            await page.send(f"{LATER}/{DAY}", "look", answer=answer.replace("先问", "先打电话问"))
            await page.send(f"{LATER}/{DAY}", "publish")
            assert "改好了" in await page.ended()
            assert file.read_text("utf-8") == written.replace("先问", "先打电话问")
            await page.send(page.path, "undo")
            assert "撤销了" in await page.ended()
            assert file.read_text("utf-8") == written
            await page.get(first)
            await page.send(first, "undo")
            assert "撤销了" in await page.ended()
            assert not file.exists()
