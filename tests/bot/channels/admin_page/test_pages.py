"""What the pages show and what their forms bring about; nothing is saved before the bot takes it up."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest

from bot.desk import forms
from bot.store.desk.acts import NEW, Act, Deed
from tests.bot.channels.admin_page.conftest import EDITOR, OWNER, Site, Visitor, visiting
from tests.conftest import plain
from tests.running import rows

INTENT, MATERIALS = "/intents/dibao.apply", "/intents/dibao.materials"


def act(site: Site, owner: Visitor) -> Act:
    """Return the act whose page is open, as it stands in the database."""
    number = int(owner.path.rpartition("/")[2])
    found = site.ground.opinions.acts[number]
    assert rows(site.data, f"SELECT deed, version FROM audit WHERE number = {number}") == [(found.deed, found.version)]
    return found


async def test_a_group_is_noted_put_off_and_never_shown_again(site: Site, editor: Visitor) -> None:
    text = await editor.get("/")
    assert text.index("火星") < text.index("高铁"), "the most frequent first"
    assert "问了 2 次" in text
    await editor.send("/groups/3", "new")
    assert editor.path == "/"
    assert "记作新的事" in editor.text
    assert "高铁" not in editor.text
    assert "高铁" in await editor.get("/?new")
    await editor.get("/")
    await editor.send("/groups/4", "later")
    assert "护照" not in editor.text
    await editor.send("/groups/5", "ignore")
    assert "养狗" not in editor.text
    tomorrow = (dt.date.today() + dt.timedelta(days=1)).isoformat()
    assert rows(site.data, "SELECT number, note FROM unanswered WHERE number IN (3, 4, 5)") == [(3, NEW), (4, tomorrow)]
    assert rows(site.data, "SELECT deed, role, who FROM audit WHERE deed IN ('new', 'ignore') ORDER BY deed DESC") == [
        ("new", "editor", EDITOR.who),
        ("ignore", "editor", EDITOR.who),
    ]
    assert len(rows(site.data, "SELECT number FROM ignored")) == 1


async def test_a_group_is_assigned_in_the_words_that_were_shown(site: Site, owner: Visitor) -> None:
    await owner.get("/groups/6")
    assert "低保怎么申请" in await owner.get("/groups/6?words=低保申请")
    text = await owner.get("/groups/6?target=dibao.apply")
    assert "+  - 公积金怎么提取" in text
    await owner.send("/groups/6", "learn", wording="住房公积金(咋)提取, 我叫〔姓名〕")
    assert owner.path == "/groups/6", "another wording is shown before it is learned"
    assert "+  - 住房公积金 咋 提取" in owner.text
    await owner.send("/groups/6", "learn")
    found = act(site, owner)
    assert (found.deed, found.target, found.wording, found.version) == (
        *(Deed.ASSIGN, "dibao.apply", "住房公积金 咋 提取"),
        None,
    )
    assert "公积金" not in (site.faq / "topics" / "dibao" / "apply.yaml").read_text("utf-8"), "that is the bot's to do"
    assert "公积金" not in await owner.get("/"), "under way"


async def test_a_group_is_declined_and_the_second_admin_is_shown_what_changed(site: Site, owner: Visitor) -> None:
    file = site.faq / "out_of_scope.yaml"
    before = file.read_bytes()
    text = await owner.get("/groups/7?target=decline")
    assert "请人问 12345" in text
    kind = owner.fields("/groups/7")["target"].partition(".")[2]
    file.write_bytes(before + b"# \xe5\x88\xab\xe4\xba\xba\xe5\x86\x99\xe7\x9a\x84\n")
    try:
        await owner.send("/groups/7", "learn")
        assert owner.path == "/groups/7"
        assert "别人写的" in owner.text
        await owner.send("/groups/7", "learn")
        assert (act(site, owner).deed, act(site, owner).target) == (Deed.DECLINE, f"out_of_scope.{kind}")
    finally:
        file.write_bytes(before)


async def test_what_is_wrong_is_told_beside_its_field_and_cannot_be_published(site: Site, owner: Visitor) -> None:
    before = (site.faq / "topics" / "dibao" / "apply.yaml").read_bytes()
    await owner.get(INTENT)
    answer = owner.fields(INTENT)["answer"]
    for do in ("look", "publish", "trial"):
        await owner.get(INTENT)
        await owner.send(INTENT, do, answer=answer + "\n· 每月发 12345 元。", title="标题" * 11)
        assert owner.path == INTENT
        wrong = dict(re.findall(r'<ul class="wrong" id="(\w+)-wrong">(.*?)</ul>', owner.text, re.DOTALL))
        assert set(wrong) == {"answer", "title"}, owner.text
        assert "12345" in wrong["answer"]
        assert 'value="publish"' not in owner.text
        assert owner.fields(INTENT)["answer"].endswith("每月发 12345 元。"), "what was typed stays"
    await owner.get(INTENT)
    await owner.send(INTENT, "publish")
    assert "什么都没有改" in owner.text
    assert (site.faq / "topics" / "dibao" / "apply.yaml").read_bytes() == before
    assert not any(one.deed == Deed.EDIT and one.target == "dibao.apply" for one in site.ground.opinions.acts.values())


async def test_an_edit_is_looked_at_as_residents_will_and_then_accepted(site: Site, editor: Visitor) -> None:
    path = "/intents/dibao.timeline"
    await editor.get(path)
    answer = editor.fields(path)["answer"]
    await editor.send(path, "look", answer=answer + "\n［注意］· <b>先</b>问窗口。", why="居民问过")
    told = unescape(editor.text)
    assert "+  ［注意］· <b>先</b>问窗口。" not in editor.text, "escaped"
    assert "+  ［注意］" in told
    await editor.get(path)
    await editor.send(path, "look", answer=answer + "\n［注意］· 先问窗口。", why="居民问过")
    bubble = editor.text[editor.text.index('class="bubble"') :]
    assert "<b>" in bubble
    assert "· 先问窗口。" in bubble[: bubble.index('class="diff"')]
    assert "［注意］· 先" not in bubble[: bubble.index('class="diff"')], "tags are not shown"
    await editor.send(path, "publish")
    found = act(site, editor)
    assert (found.deed, found.target, found.why, found.version, found.who) == (
        *(Deed.EDIT, "dibao.timeline", "居民问过", None, EDITOR.who),
    )
    (edit,) = site.ground.publisher.edits.of(found.number)
    assert plain(edit.after)["answer"].endswith("· 先问窗口。\n")
    assert "正在办" in editor.text
    async with visiting(site) as stranger:
        await stranger.enter(type(EDITOR)(9103, "editor", "o" * 32))
        await stranger.get(f"/acts/{found.number}")
        assert stranger.status == 404, "another editor's"


async def test_it_is_shown_as_on_another_day(site: Site, owner: Visitor) -> None:
    file = site.faq / "topics" / "dibao" / "amount.yaml"
    before = file.read_bytes()
    path = "/intents/dibao.amount"
    file.write_bytes(before + b"expires_on: 2031-06-30\n")
    try:
        await owner.get(path)
        answer = owner.fields(path)["answer"] + "\n\u00b7 先问窗口。"
        await owner.send(path, "look", answer=answer)
        assert "先问窗口" in owner.text[owner.text.index('class="bubble"') : owner.text.index('class="diff"')]
        await owner.send(path, "look", day="2031-07-01")
        assert "先问窗口" not in owner.text[owner.text.index('class="bubble"') : owner.text.index('class="diff"')]
        assert owner.fields(path)["day"] == "2031-07-01"
        await owner.send(path, "look", day="昨天")
        assert owner.fields(path)["day"] == dt.date.today().isoformat()
    finally:
        file.write_bytes(before)


async def test_two_admins_lose_nothing(site: Site, owner: Visitor, editor: Visitor) -> None:
    file = site.faq / "topics" / "dibao" / "materials.yaml"
    before = file.read_bytes()
    await owner.get(MATERIALS)
    mine = owner.fields(MATERIALS)
    theirs = {**mine, "checks": mine["checks"] + "\n别人加的检验", "title": "别人的标题"}
    await editor.get(MATERIALS)
    await editor.send(MATERIALS, "look", checks=theirs["checks"], title=theirs["title"])
    await editor.send(MATERIALS, "publish")
    draft = act(site, editor).number
    (edit,) = site.ground.publisher.edits.of(draft)
    file.write_bytes(edit.after.encode())  # as the bot does
    try:
        await owner.send(MATERIALS, "publish", title="我的标题", answer=mine["answer"] + "\n· 先问窗口。")
        assert owner.path == MATERIALS, "shown what changed first"
        assert "+  - 别人加的检验" in unescape(owner.text)
        now = owner.fields(MATERIALS)
        assert now["checks"].endswith("别人加的检验"), "taken over where I changed nothing"
        assert (now["title"], now["answer"].endswith("先问窗口。")) == ("我的标题", True), "mine stays mine"
        assert "别人改成了" in owner.text
        await owner.send(MATERIALS, "publish")
        (edit,) = site.ground.publisher.edits.of(act(site, owner).number)
        assert plain(edit.after)["checks"][-1] == "别人加的检验"
        assert plain(edit.after)["title"] == "我的标题"

        answer = mine["answer"] + "\n· 再问一遍。"
        file.write_bytes(forms.written(before.decode(), {**mine, "answer": answer}).encode())
        await editor.get(f"{MATERIALS}?draft={draft}")
        now = editor.fields(MATERIALS)
        assert now["answer"] == answer, "changed since the draft: not put back by going on with it"
        assert (now["title"], now["checks"]) == (theirs["title"], theirs["checks"]), "the draft's"
        assert "+  · 再问一遍。" in unescape(editor.text)
        await editor.send(MATERIALS, "publish")
        (edit,) = site.ground.publisher.edits.of(act(site, editor).number)
        assert forms.fields(edit.after) == forms.tidied({**theirs, "answer": answer})
    finally:
        file.write_bytes(before)


async def test_a_file_that_is_broken_just_now_is_told_and_loses_nothing(site: Site, owner: Visitor) -> None:
    file = site.faq / "topics" / "dibao" / "materials.yaml"
    before = file.read_bytes()
    await owner.get(MATERIALS)
    fields = owner.fields(MATERIALS)
    typed = fields["answer"] + "\n· 先问窗口。"
    try:
        file.write_bytes(b"title: [\n")
        await owner.send(MATERIALS, "publish", answer=typed)
        assert (owner.status, owner.path) == (200, MATERIALS)
        assert "文件现在读不懂" in owner.text
        assert owner.fields(MATERIALS)["answer"] == typed, "what was typed stays"
        assert 'value="publish"' not in owner.text
        file.write_bytes(before.replace(f"title: {fields['title']}".encode(), "title: 别人的标题".encode()))
        await owner.send(MATERIALS, "publish")
        assert owner.path == MATERIALS, "what another has changed is still seen"
        assert (owner.fields(MATERIALS)["title"], owner.fields(MATERIALS)["answer"]) == ("别人的标题", typed)
        file.write_bytes(b"title: [\n")
        assert "文件现在读不懂" in await owner.get(MATERIALS)
        assert owner.status == 409
    finally:
        file.write_bytes(before)


async def test_what_was_found_out_about_an_office_is_checked_and_accepted(site: Site, owner: Visitor) -> None:
    text = await owner.get("/contacts")
    offices = re.findall(r'name="office" value="([^"]+)"', text)
    assert offices
    assert offices[0] in await owner.get("/contacts.csv")
    await owner.get("/contacts")
    token, today = owner.hidden("csrf"), dt.date.today().isoformat()
    office = offices[-1]
    await owner.post("/contacts", csrf=token, office=office, phone="0392-1234567", verified_on="")
    assert owner.path == "/contacts"
    assert "0392-1234567" in owner.text, "what was typed stays"
    assert 'role="alert"' in owner.text
    hours = "周一至周五 8:30-12:00, 14:30-18:00"
    await owner.post("/contacts", csrf=token, office=office, phone="0392-1234567", hours=hours, verified_on=today)
    found = act(site, owner)
    assert (found.deed, found.target) == (Deed.EDIT, office)
    edits = {edit.file.name: edit for edit in site.ground.publisher.edits.of(found.number)}
    assert set(edits) == {"offices.yaml", "sources.yaml"}
    assert "0392-1234567" in edits["offices.yaml"].after
    assert "0392-1234567" in edits["sources.yaml"].after


async def test_lists_are_searched_and_say_what_is_known(owner: Visitor) -> None:
    assert "低保怎么申请" in await owner.get("/intents")
    assert "/intents/dibao.materials" in await owner.get("/intents?words=材料")
    assert "/intents/dibao.apply" in await owner.get("/intents?words=俺想吃低保")
    assert "淇滨区" in await owner.get("/places")
    assert "问了" in await owner.get("/statistics?days=30")
    assert "正在用" in await owner.get("/versions")
    assert "v0001" in await owner.get("/versions/v0001")
    assert (await owner.get("/chart.svg")).startswith("<svg")


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7 * 7 }}"])
async def test_whatever_is_looked_for_is_shown_as_text(owner: Visitor, words: str) -> None:
    text = await owner.get(f"/intents?words={words}")
    assert "<script" not in text
    assert "<img" not in text
    assert unescape(owner.hidden("words")) == words or words.startswith('"')


@pytest.mark.slow
async def test_a_rollback_is_an_owners_and_stands_in_the_audit(site: Site, owner: Visitor) -> None:
    assert OWNER.role == "owner"
    file = site.faq / "glossary.yaml"
    before = file.read_bytes()
    file.write_bytes(before + b"# x\n")
    assert "glossary.yaml" in await owner.get("/versions")
    assert "-# x" in await owner.get("/versions/v0001")
    await owner.send("/versions/v0001", "", why="试一试")
    assert owner.path == "/versions"
    assert file.read_bytes() == before
    assert "退回版本" in await owner.get("/audit")
    assert rows(site.data, "SELECT target, version, why FROM audit WHERE deed = 'rollback'") == [
        ("v0001", "v0001", "试一试")
    ]
