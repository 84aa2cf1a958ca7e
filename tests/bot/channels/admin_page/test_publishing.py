"""An edit of the page goes the whole way through the running bot: published, told, undone, refused, gone on with."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import time
from pathlib import Path

import aiohttp
import pytest

from bot.desk.changes import Edit, Edits
from bot.simulator.simulator import Simulator
from bot.store.database import Database
from bot.store.desk import audit
from bot.store.desk.acts import Act, Deed
from bot.store.desk.records import Notice, Question, Why
from bot.store.inbox import Inbox
from bot.store.records import Attempt
from intents.registry.registry import Registry
from tests.bot.channels.admin_page.conftest import Site, Visitor
from tests.bot.channels.telegram.admin.conftest import EDITOR, OWNER, says, told, without_luck
from tests.bot.channels.telegram.admin.test_day import ASKED
from tests.running import rows, running, until

pytestmark = pytest.mark.slow

SETTINGS = {"ADMIN_PAGE": "127.0.0.1:0", "ADMIN_IDS": str(OWNER), "EDITOR_IDS": str(EDITOR)}
PATH, FILE = "/intents/dibao.apply", Path("topics", "dibao", "apply.yaml")


class Guest(Visitor):
    """An admin who comes by the link that the bot has sent."""

    async def come(self, api: Simulator, user: int) -> Guest:
        link = re.search(r"http://127\.0\.0\.1:\d+/login\?key=\S+", (await says(api, "/admin", user))["text"])
        assert link
        self.site = Site(link[0].partition("/login")[0], *[None] * 4)  # type: ignore[arg-type]
        await self.get(link[0].removeprefix(self.site.url))
        await self.post("/login", key=self.hidden("key"))
        return self

    async def ended(self, seconds: float = 60.0) -> str:
        """Wait until what the open page tells of is over."""
        end = time.monotonic() + seconds
        while 'http-equiv="refresh"' in await self.get(self.path):
            assert time.monotonic() < end
            await asyncio.sleep(0.2)
        return self.text


def guest() -> tuple[aiohttp.ClientSession, Guest]:
    http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
    return http, Guest(None, http)  # type: ignore[arg-type]


async def test_an_edit_is_published_told_and_undone_and_one_that_harms_is_refused(api: Simulator, small: Path) -> None:
    data, faq = without_luck(small) / "var", small / "faq"
    before = (faq / FILE).read_bytes()
    async with running(api, data, faq, **SETTINGS):
        unknown = (await says(api, "/nonsense", 7001))["text"]
        assert (await says(api, "/admin", 7001))["text"] == unknown
        http, page = guest()
        async with http:
            await page.come(api, EDITOR)
            await until(lambda: "admin" in [one["command"] for one in api.profile.shown(EDITOR)])
            await page.get(PATH)
            answer = page.fields(PATH)["answer"]
            await page.send(PATH, "look", answer=answer + "\n［注意］· 先问清楚再跑腿。")
            began = time.monotonic()
            await page.send(PATH, "publish")
            assert "改好了" in await page.ended()
            assert time.monotonic() - began < 15, "only answers: nothing is trained"
            assert "v0002" in (await told(api, EDITOR, "发布了"))["text"]
            assert "先问清楚再跑腿" in (await says(api, "低保怎么申请", 7002))["text"]
            assert Registry(data).active() == "v0002"

            await page.send(page.path, "undo")
            assert "撤销了" in await page.ended()
            assert (faq / FILE).read_bytes() == before
            assert "先问清楚再跑腿" not in (await says(api, "低保怎么申请", 7003))["text"]

            await page.get(PATH)
            questions = page.fields(PATH)["questions"]
            await page.send(PATH, "look", questions=questions + "\n办低保要哪些材料", why="试试")  # another intent's
            await page.send(PATH, "publish")
            refused = await page.ended()
            assert "没有发布" in refused
            assert "办低保要哪些材料" in refused
            assert (faq / FILE).read_bytes() == before
            draft = re.search(r'href="(/intents/dibao\.apply\?draft=\d+)"', refused)
            assert draft
            await page.get(draft[1])
            assert page.fields(PATH)["questions"].endswith("办低保要哪些材料"), "what was typed is not lost"
    assert rows(data, "SELECT deed, role, version FROM audit ORDER BY at") == [
        *(("edit", "editor", "v0002"), ("undo", "editor", "v0001"), ("edit", "editor", "-"))
    ]


async def test_a_bot_that_was_killed_goes_on_with_edits(api: Simulator, small: Path) -> None:
    data, faq = without_luck(small) / "var", small / "faq"
    texts = [(faq / FILE).read_text("utf-8")]
    texts += [texts[0].replace("title: 低保怎么申请", f"title: 低保申请{number}") for number in "甲乙"]
    database = Database(None, data)
    with database.writing() as connection:
        for number, (before, after) in {1: (0, 1), 2: (0, 2)}.items():
            Edits(data).keep(number, [Edit(FILE, texts[before], texts[after])])
            target = "dibao.apply"
            act = Act(number, time.time(), "owner", "command line", Deed.EDIT, target, f"第{number}个", "", None)
            audit.write(connection, act)
    database.close()
    (faq / FILE).write_text(texts[1], encoding="utf-8")  # the first was saved when the bot was killed
    async with running(api, data, faq, **SETTINGS):
        await until(lambda: rows(data, "SELECT count(*) FROM audit WHERE version IS NULL") == [(0,)])
        assert "低保申请甲" in (await says(api, "低保怎么申请", 7001))["text"]
    assert (faq / FILE).read_text("utf-8") == texts[1]
    versions = [version for (version,) in rows(data, "SELECT version FROM audit ORDER BY number")]
    assert versions[0] != "-"
    assert versions[1] == "-", "made of a text that is another now: not put over it"


async def test_the_day_at_the_page(api: Simulator, small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, faq = without_luck(small) / "var", small / "faq"
    day, took = dt.date.today().isoformat(), {}
    questions = [
        Question(number, text, Why.FALLBACK, day, ("dibao.apply",)) for number, text in enumerate(ASKED[:20], 1)
    ]
    database = Database(None, data)
    Inbox(database).write([Attempt(0, "", beside=(*questions, Notice(1, 7001, day)))], time.time())
    database.close()
    async with running(api, data, faq, **SETTINGS):
        await says(api, "你好", 7001)  # a chat that never wrote cannot be written to
        http, page = guest()
        async with http:
            began = time.monotonic()
            await page.come(api, OWNER)
            await page.get("/groups/4?target=dibao.apply")
            took["first group shown"] = time.monotonic() - began
            began = time.monotonic()
            await page.send("/groups/4", "learn")
            act = page.path
            worked = 0
            while groups := re.findall(r'<form method="post" action="(/groups/\d+)">', await page.get("/")):
                await page.send(groups[0], ("new", "ignore", "later")[worked % 3])
                worked += 1
            took[f"{worked} other groups"] = time.monotonic() - began
            await page.get(act)
            assert "学会了" in await page.ended()
            took["learned since accepted"] = time.monotonic() - began
            assert "现在我能答了" in (await told(api, 7001, "现在我能答了"))["text"]
            began = time.monotonic()
            await page.send(act, "undo")
            assert "撤销了" in await page.ended()
            took["undone"] = time.monotonic() - began
            assert "火星" in await page.get("/"), "it waits again"
    assert worked >= 8
    with capsys.disabled():
        print("\n", {name: f"{seconds:.1f} s" for name, seconds in took.items()})
