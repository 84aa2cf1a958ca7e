"""Take pictures of the admins' page at a phone's width and a desk's, on the real knowledge with invented questions.

Run it with: python -m tests.bench.admin_screens OUT; docs/screens/desk-*.png are four of them.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.channels.admin_page.ground import Beside
from bot.channels.admin_page.login import Person
from bot.channels.admin_page.server import Door, serving
from bot.settings import Address
from bot.store.database import Database
from bot.store.desk.acts import Act, Deed
from bot.store.desk.records import Counted, Question, Why
from bot.store.inbox import Inbox
from bot.store.records import Attempt
from tests.bot.channels.admin_page.test_browser import OWNERS, WIDTHS, Browser
from tests.bot.channels.telegram.admin.test_day import ASKED
from tests.bot.simulator.test_page import chromium
from tests.conftest import ROOT

TALLEST = 2_400
"""Pixels of the longest picture."""

PAGES = ("/", "/groups/1", "/groups/1?target=dibao.apply", "/intents", "/intents?words=材料", "/intents/dibao.timeline")
EDITED = "/intents/dibao.timeline"
LEARNED = "\n低保报上去半拉月了咋还没信\n低保批下来得等多少天\n高铁票怎么改签"


def invented(data: Path) -> None:
    """Put questions that were not answered, counts of a week and some acts into the database."""
    today = dt.date.today()
    asked = [
        Question(number, text, list(Why)[number % 3], today.isoformat(), ("dibao.apply", "elders.subsidy"))
        for number, text in enumerate(ASKED, 1)
    ]
    heard = [
        Counted(
            (today - dt.timedelta(days=day)).isoformat(), decision, ("dibao.apply",) if decision == "answer" else ()
        )
        for day in range(7)
        for decision, count, answered in (
            ("answer", 60 + 7 * day % 23, ("dibao.apply",)),
            ("clarify", 12 + day, ()),
            ("fallback", 9 + day % 3, ()),
        )
        for _ in range(count)
    ]
    now, who = time.time(), "3fa9c2d17b60"
    acts = [
        Act(1, now - 9_000, "editor", who, Deed.ASSIGN, "dibao.apply", "低保搁哪儿办", "未答清单，问了 4 次", "v0030"),
        Act(2, now - 8_000, "editor", who, Deed.IGNORE, "", "", "未答清单，问了 1 次"),
        Act(3, now - 7_000, "owner", "command line", Deed.EDIT, "dibao.materials", "申请低保要带什么", "窗口改了", "-"),
        Act(4, now - 60, "editor", who, Deed.EDIT, "dibao.timeline", "低保多久能批下来", "", None),
    ]
    database = Database(None, data)
    Inbox(database).write([Attempt(0, "", beside=(*asked, *heard, *acts))], now)
    database.close()


@contextmanager
def browsing(url: str) -> Iterator[Browser]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, chromium(Path(profile)) as driver:
        yield Browser(driver, url)


def taken(browser: Browser, out: Path, name: str) -> None:
    """Write a picture of the open page at each width."""
    for width, (pixels, height) in WIDTHS.items():
        browser.size(width)
        tall = browser.driver.execute_script("return document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": pixels, "height": min(max(tall, height), TALLEST), "scale": 1}
        shot = {"clip": clip, "captureBeyondViewport": True}
        picture = browser.driver.execute_cdp_cmd("Page.captureScreenshot", shot)["data"]
        (out / f"{name}-{width}.png").write_bytes(base64.b64decode(picture))


def pictures(url: str, link: str, out: Path) -> None:
    with browsing(url) as browser:
        browser.size("phone")
        browser.driver.get(link)
        taken(browser, out, "login")
        browser.press("button.primary")
        browser.until("没答上来的")
        for path in (*PAGES, *OWNERS, "/due", "/acts/1", "/acts/3", "/acts/4"):
            browser.open(path.replace("v0001", "v0030"))
            taken(browser, out, re.sub(r"\W+", "-", path).strip("-") or "unanswered")
        browser.open(EDITED)
        browser.types("answer", "\n每月发 12345 元。")
        browser.press("button[value=look]")
        browser.until("12345", "#answer-wrong")
        taken(browser, out, "wrong")
        browser.open(EDITED)
        browser.types("answer", "\n· 超过日子没信，打电话问窗口。")
        browser.types("questions", LEARNED)
        browser.press("button[value=look]")
        browser.until("打电话问窗口", ".bubble")
        taken(browser, out, "looked")
        browser.press("button[value=trial]")
        browser.until("发布以后会变什么", "h1")
        taken(browser, out, "trying")
        browser.until("问了", "main > .notice", 600)
        taken(browser, out, "trial")


async def served(out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        for part in ("models", "cache"):
            shutil.copytree(ROOT / "var" / part, data / part)
        invented(data)
        database, door = Database(None, data), Door()
        ground = Beside(database, ROOT / "faq", data)
        async with serving(ground, door, Address("127.0.0.1", 0)) as port:
            link = door.link(Person(None, "owner", "command line"))
            await asyncio.to_thread(pictures, f"http://127.0.0.1:{port}", link, out)
        database.close()


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
def main(out: Path) -> None:
    """Write the pictures into the folder OUT."""
    out.mkdir(parents=True, exist_ok=True)
    asyncio.run(served(out))


if __name__ == "__main__":
    main()
