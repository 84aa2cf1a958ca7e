"""The page in a real browser, at a phone's width and a desk's, within a bot that runs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from bot.simulator.simulator import Simulator
from tests.bot.channels.admin_page.conftest import asked
from tests.bot.channels.telegram.admin.conftest import EDITOR, OWNER, says
from tests.bot.simulator.test_page import CHROMIUM, DRIVER, chromium
from tests.running import running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no browser: apt-get install chromium chromium-driver"),
]

WIDTHS = {"phone": (390, 844), "desk": (1280, 860)}
PAGES = ("/", "/?new", "/groups/2", "/groups/2?target=dibao.apply", "/intents", "/intents/dibao.apply", "/due")
FORMS = (
    *("/new", "/new?group=2", "/phrases", "/phrases/fallback", "/phrases/desk.offer", "/places", "/places/淇滨区"),
    *("/sources", "/sources/new", "/sources/hotline-12345", "/later/dibao.amount"),
)
OWNERS = ("/contacts", *FORMS, "/statistics", "/versions", "/versions/v0001", "/audit")


class Browser:
    """What an admin does and sees."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver, self.url = driver, url

    def size(self, name: str) -> None:
        width, height = WIDTHS[name]
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def open(self, path: str) -> None:
        self.driver.get(self.url + path)

    def one(self, selector: str) -> str:
        return self.driver.find_element(By.CSS_SELECTOR, selector).text

    def press(self, selector: str) -> None:
        key = self.driver.find_element(By.CSS_SELECTOR, selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", key)
        key.click()

    def types(self, name: str, text: str) -> None:
        """Put `text` at the end of a field."""
        field = self.driver.find_element(By.NAME, name)
        field.send_keys(text)

    def until(self, words: str, selector: str = "body", seconds: float = 60.0) -> None:
        """Wait until something shows `words`; the page may load anew meanwhile."""
        gone = [StaleElementReferenceException, NoSuchElementException]
        WebDriverWait(self.driver, seconds, 0.1, gone).until(lambda _: words in self.one(selector))

    def wide(self) -> list[str]:
        """Return what stands out of the window to the right."""
        script = """const wide = document.documentElement.clientWidth;
            return [...document.querySelectorAll('body *')].filter(
                (one) => one.getBoundingClientRect().right > wide + 1 && !one.closest('.hidden')
            ).map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 30)}`)"""
        found: list[str] = self.driver.execute_script(script)
        return found

    def small(self) -> list[str]:
        """Return what is pressed and too small for a finger."""
        script = """return [...document.querySelectorAll('button, .button, input:not([type=hidden]), textarea')].filter(
                (one) => one.offsetParent && one.getBoundingClientRect().height < 40).map((one) => one.outerHTML)"""
        found: list[str] = self.driver.execute_script(script)
        return found


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


async def test_the_day_of_an_admin_at_the_page(api: Simulator, small: Path, driver: webdriver.Chrome) -> None:
    data, faq = asked(small) / "var", small / "faq"
    settings = {"ADMIN_PAGE": "127.0.0.1:0", "ADMIN_IDS": str(OWNER), "EDITOR_IDS": str(EDITOR)}
    async with running(api, data, faq, **settings):
        link = re.search(r"http\S+/login\?key=\S+", (await says(api, "/admin", OWNER))["text"])
        assert link
        browser = Browser(driver, link[0].partition("/login")[0])
        await asyncio.to_thread(work, browser, link[0], faq)  # the simulator answers in this loop meanwhile


def work(browser: Browser, link: str, faq: Path) -> None:
    """Open every page at both widths; publish an edit and undo it; let a question be learned."""
    browser.size("phone")
    browser.driver.get(link)
    browser.press("button.primary")
    browser.until("没答上来的")
    for name in WIDTHS:
        browser.size(name)
        for path in (*PAGES, *OWNERS):
            browser.open(path)
            assert browser.one("h1"), path
            assert browser.wide() == [], (name, path)
            assert browser.small() == [], (name, path)

    browser.size("phone")
    browser.open("/intents/dibao.apply")
    before = (faq / "topics" / "dibao" / "apply.yaml").read_bytes()
    browser.types("answer", "\n［注意］· 每月发 12345 元。")
    browser.press("button[value=look]")
    browser.until("12345", "#answer-wrong")
    browser.open("/intents/dibao.apply")
    browser.types("answer", "\n［注意］· 先问清楚再跑腿。")
    browser.press("button[value=look]")
    browser.until("先问清楚再跑腿", ".bubble")
    browser.until("先问清楚再跑腿", ".diff .plus")
    assert browser.wide() == []
    browser.press("button[value=publish]")
    browser.until("改好了")
    assert "先问清楚再跑腿" in (faq / "topics" / "dibao" / "apply.yaml").read_text("utf-8")
    browser.press("button.danger")
    browser.until("撤销了")
    assert (faq / "topics" / "dibao" / "apply.yaml").read_bytes() == before

    browser.size("desk")
    browser.open("/groups/2?target=dibao.apply")
    browser.press("button[value=learn]")
    browser.until("学会了", seconds=120)
    browser.open("/")
    assert "火星" not in browser.one("main")
    logged = browser.driver.get_log("browser")  # type: ignore[no-untyped-call]
    assert [one["message"] for one in logged if "favicon" not in one["message"]] == []
