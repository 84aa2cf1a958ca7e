"""The chat page in a real browser, with the real bot behind it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from bot.simulator.simulator import TOKEN
from intents.classifier.model import Model
from tests.conftest import ROOT
from tests.running import chat_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
PATIENCE = 30

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no browser: apt-get install chromium chromium-driver"
)

SWITCHES = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=zh-CN",
]


@contextmanager
def chromium(profile: Path) -> Iterator[webdriver.Chrome]:
    """Start a browser whose profile is in the folder `profile`; it is ended whatever happens."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for switch in (*SWITCHES, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def url(model: Model, data: Path) -> Iterator[str]:
    """Address of the page of a bot that runs as a resident's own computer would run it."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM_", "SIMULATOR_"))}
    for kept in data.glob("bot.sqlite3*"):  # of a run before, whose chats have the same numbers
        kept.unlink()
    command = [sys.executable, str(ROOT / "run_bot.py"), "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=clean, cwd=data) as process:
        assert process.stderr is not None
        yield chat_page(process.stderr)
        process.terminate()
        process.communicate(timeout=15)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


class Page:
    """What a person does and sees on the page."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver = driver
        self._wait = WebDriverWait(driver, PATIENCE, 0.05, [StaleElementReferenceException])
        self.size(1280, 860)
        self.scheme("light")
        driver.get(url)
        driver.execute_script("localStorage.clear()")
        driver.get(url)
        self.until(lambda: self.all(".chat"))
        self.until(lambda: "在线" in self.one("#online").text)

    def size(self, width: int, height: int) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def scheme(self, name: str) -> None:
        still = {"name": "prefers-reduced-motion", "value": "reduce"}  # what fades in has no text yet
        features = [{"name": "prefers-color-scheme", "value": name}, still]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def until(self, seen: object) -> None:
        """Wait until `seen()` is true; a wait in vain says what the page shows instead."""
        try:
            self._wait.until(lambda _: seen())  # type: ignore[operator]
        except TimeoutException as error:
            error.msg = f"not seen in {PATIENCE} s; the page shows:\n{self.one('body').text}"
            raise

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def meet(self, name: str, kind: str = "person") -> None:
        """Add a resident or a group and open the chat."""
        self.one("#add-name").send_keys(name)
        self.one(f"#add button[value={kind}]").click()
        self.until(lambda: self.one(".pane h2").text == name)

    def open(self, name: str) -> None:
        def pressed() -> bool:  # again where the list is drawn anew meanwhile
            chats = {chat.find_element(By.TAG_NAME, "strong").text: chat for chat in self.all(".chat")}
            chats[name].click()
            return True

        self.until(pressed)
        self.until(lambda: self.one(".pane h2").text == name)

    def say(self, text: str) -> None:
        self.one(".pane textarea").send_keys(text, Keys.ENTER)

    def texts(self, kind: str) -> list[str]:
        words = self.all(f".pane .message.{kind} .words")
        return [str(element.get_property("textContent")) for element in words]

    def answered(self, count: int) -> str:
        """Wait for the bot's `count`-th message of the open chat and return its text."""
        self.until(lambda: len(self.texts("bot")) >= count)
        return self.texts("bot")[count - 1]

    def press(self, label: str) -> None:
        keys = [key for key in self.all(".pane .key") if key.text == label]
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", keys[-1])
        keys[-1].click()

    def in_sight(self, words: str) -> bool:
        """Tell whether the heading of an answer, given by its first words, stands in the visible part of the talk."""
        script = """const talk = document.querySelector('.pane .talk').getBoundingClientRect();
            return [...document.querySelectorAll('.pane .message.bot .words')].some((one) => {
                const top = one.getBoundingClientRect().top;
                return one.textContent.startsWith(arguments[0]) && top >= talk.top && top < talk.bottom - 40;
            });"""
        return bool(self.driver.execute_script(script, words))

    def choose(self, label: str) -> None:
        """Choose from the menu of the open chat."""
        self.one(".pane [aria-label=更多]").click()
        next(item for item in self.all(".pane .menu button") if item.text == label).click()

    def ask(self, path: str, content: object, root: str = "/api/") -> None:
        """Ask the server as the page's own scripts do."""
        script = """const [url, body, done] = arguments;
            fetch(url, {method: 'POST', headers: {'Content-Type': 'application/json'}, body})
                .then((answer) => answer.text().then((text) => done([answer.status, text])))"""
        status, text = self.driver.execute_async_script(script, root + path, json.dumps(content))
        assert status == 200, text

    def bot(self, method: str, fields: object) -> None:
        """Ask what a bot would ask."""
        self.ask(method, fields, f"/bot{TOKEN}/")

    def colour(self) -> str:
        return str(self.driver.execute_script("return getComputedStyle(document.body).backgroundColor"))

    def sideways(self) -> int:
        script = "return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth"
        return int(self.driver.execute_script(script))


@pytest.fixture
def page(driver: webdriver.Chrome, url: str) -> Iterator[Page]:
    page = Page(driver, url)
    yield page
    wrong = [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]
    assert wrong == [], "errors in the browser's console"


def test_a_question_is_answered_and_a_menu_is_edited_in_place(page: Page) -> None:
    page.meet("张一")
    assert "鹤壁" in page.one(".empty p").text
    page.say("低保怎么申请")
    assert "依据：" in page.answered(1)
    assert page.texts("own") == ["低保怎么申请"]
    page.press("全部问题")
    page.answered(2)
    page.press("社区食堂")
    page.until(lambda: "已编辑" in page.all(".pane .message.bot")[-1].text)
    assert len(page.texts("bot")) == 2, "leafing through the menu adds no message"
    page.until(lambda: not page.all(".key.waiting"))


def test_on_a_phone_what_a_press_brings_is_scrolled_into_sight(page: Page) -> None:
    page.size(360, 740)
    page.driver.refresh()
    page.until(lambda: page.all(".chat"))
    page.open("王大娘")
    page.say("低保怎么申请")
    page.until(lambda: page.in_sight("低保怎么申请"))
    page.press("选择我的县区")
    page.until(lambda: page.in_sight("您（或要办事的人）"))
    page.press("浚县")
    page.until(lambda: page.in_sight("记住了"))
    assert not page.in_sight("低保怎么申请")
    page.press("申请低保要带什么")
    page.until(lambda: page.in_sight("申请低保要带什么"))


def test_who_is_writing_goes_on_writing_when_the_bot_changes_its_profile(page: Page) -> None:
    page.meet("张十二")
    field = page.one(".pane textarea")
    field.send_keys("低保")
    page.bot("setMyDescription", {"description": page.one(".empty p").text + "再见。"})
    page.until(lambda: page.one(".empty p").text.endswith("再见。"))
    assert page.driver.switch_to.active_element == field
    page.driver.switch_to.active_element.send_keys("怎么申请", Keys.ENTER)
    page.answered(1)
    assert page.texts("own") == ["低保怎么申请"]


def test_two_residents_are_kept_apart_also_side_by_side(page: Page) -> None:
    page.meet("张二")
    page.say("浚县低保怎么申请")
    assert "浚县" in page.answered(1)
    page.meet("张三")
    assert page.texts("own") == []
    page.say("特困怎么申请")
    assert "浚县" not in page.answered(1)
    page.open("张二")
    assert page.texts("own") == ["浚县低保怎么申请"]
    page.one("[aria-label^=并排]").click()
    assert len(page.all(".pane")) == 2
    assert len({pane.get_attribute("data-chat") for pane in page.all(".pane")}) == 2
    page.all(".close-pane")[1].click()
    assert len(page.all(".pane")) == 1
    page.choose("删掉这位居民")
    page.until(lambda: "张二" not in [chat.text.split("\n")[0] for chat in page.all(".chat")])


def test_in_a_group_the_bot_answers_who_calls_it_or_replies(page: Page) -> None:
    page.meet("三号楼", "group")
    assert "@hebi_test_bot" in page.answered(1), "it greets who has added it"
    page.say("今天谁去赶集")
    page.until(lambda: "看不到这句" in page.one(".pane .talk").text)
    page.say("@hebi_test_bot 低保怎么申请")
    assert "依据：" in page.answered(2)
    page.driver.execute_script("arguments[0].click()", page.all(".message.bot .edit")[-1])
    page.say("特困怎么申请")
    assert "特困" in page.answered(3)
    assert len(page.all(".message.own .replied")) == 1


def test_in_a_group_the_bots_name_is_suggested_and_a_picture_takes_what_is_written(page: Page) -> None:
    page.meet("四号楼", "group")
    page.answered(1)
    field = page.one(".pane textarea")
    field.send_keys("请问@he")
    page.until(lambda: [item.text for item in page.all(".pane .commands button")] == ["@hebi_test_bot\n鹤壁救助问答"])
    assert page.sideways() <= 0
    field.send_keys(Keys.ENTER)
    assert field.get_attribute("value") == "请问@hebi_test_bot "
    assert not page.one(".pane .commands").is_displayed()
    field.send_keys("低保怎么申请", Keys.ENTER)
    assert "依据：" in page.answered(2)
    field.send_keys("@")
    page.until(lambda: page.all(".pane .commands button"))
    page.one(".pane .commands button").click()
    assert page.driver.switch_to.active_element == field
    field.send_keys("特困怎么申请")
    page.one(".pane [aria-label^=发送照片]").click()
    next(item for item in page.all(".attach button") if "照片" in item.text).click()
    assert "特困" in page.answered(3)
    assert page.texts("own")[-1] == "@hebi_test_bot 特困怎么申请"
    for text in ("a@he", "@x", "@hebi_test_bot", "请@@he"):
        field.clear()
        field.send_keys(text)
        assert not page.one(".pane .commands").is_displayed(), text
    field.clear()
    page.say("今天@谁 去赶集")
    page.until(lambda: "看不到这句" in page.one(".pane .talk").text)
    page.meet("张十一")
    page.one(".pane textarea").send_keys("@")
    assert not page.one(".pane .commands").is_displayed(), "in a private chat nobody is to be called"


def test_in_a_group_that_the_bot_is_not_in_it_answers_who_calls_it(page: Page) -> None:
    page.open("老乡群")
    page.say("今天谁去赶集")
    page.say("@hebi_test_bot 低保怎么申请")
    assert "依据：" in page.answered(1)
    assert len(page.texts("bot")) == 1


def test_who_blocks_the_bot_can_write_again_after_unblocking(page: Page) -> None:
    page.meet("张四")
    page.say("你好")
    page.answered(1)
    page.choose("拉黑机器人")
    page.until(lambda: page.all(".shut button"))
    assert not page.all(".pane textarea")
    page.one(".shut button").click()
    page.until(lambda: page.all(".pane textarea"))
    page.say("低保怎么申请")
    assert "依据：" in page.answered(2)


def test_markup_that_a_resident_writes_is_text(page: Page) -> None:
    page.meet("<b>张<img src=x></b>")
    page.say("<script>document.title='broken'</script><b>低保怎么申请</b>")
    page.answered(1)
    assert page.texts("own") == ["<script>document.title='broken'</script><b>低保怎么申请</b>"]
    assert "broken" not in page.driver.title
    assert not page.all(".message.own b, .chat img")


def test_a_message_is_edited_and_a_picture_sent(page: Page) -> None:
    page.meet("张五")
    page.say("低保怎么申清")
    page.answered(1)
    page.driver.execute_script("arguments[0].click()", page.one(".message.own .edit"))
    field = page.one(".pane textarea")
    assert field.get_attribute("value") == "低保怎么申清"
    field.send_keys(Keys.BACKSPACE, "请", Keys.ENTER)
    page.until(lambda: page.texts("own") == ["低保怎么申请"])
    assert "已编辑" in page.one(".message.own").text
    page.one(".pane [aria-label^=发送照片]").click()
    next(item for item in page.all(".attach button") if "照片" in item.text).click()
    assert "看不了图片" in page.answered(2)


def test_commands_are_chosen_by_keyboard_alone(page: Page) -> None:
    page.meet("张六")
    page.one(".pane .slash").send_keys(Keys.ENTER)
    page.until(lambda: page.driver.switch_to.active_element.text.startswith("/start"))
    page.driver.switch_to.active_element.send_keys(Keys.TAB)
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    page.answered(1)
    assert page.texts("own") == ["/menu"]
    page.say("/he")
    page.until(lambda: "没有这个命令" in page.texts("bot")[-1])


def test_dark_follows_the_system_and_can_be_switched(page: Page) -> None:
    light = page.colour()
    page.scheme("dark")
    page.until(lambda: page.colour() != light)
    page.one("#theme").click()
    page.until(lambda: page.colour() == light)
    page.driver.refresh()
    assert page.colour() == light, "what was chosen stays chosen"


def test_a_phone_shows_one_thing_at_a_time_without_sideways_scrolling(page: Page) -> None:
    page.meet("张七")
    page.size(375, 700)
    page.driver.refresh()
    page.until(lambda: page.all(".chat"))
    assert page.sideways() <= 0
    assert not page.all(".pane") or not page.one(".pane").is_displayed()
    page.open("张七")
    assert not page.one(".side").is_displayed()
    page.say("低保怎么申请" + "长" * 60)
    page.answered(1)
    assert page.sideways() <= 0
    page.one(".back").click()
    assert page.one(".side").is_displayed()
    page.one("#tools").click()
    assert page.one("#panel").is_displayed()
    assert page.sideways() <= 0


def test_while_the_bot_is_busy_one_sees_it_type_and_a_button_wait(page: Page) -> None:
    page.meet("张九")
    page.say("/menu")
    page.answered(1)
    page.ask("faults", {"latency_ms": 900})
    page.say("低保怎么申请")
    page.until(lambda: "正在输入" in page.one(".pane .sub").text)
    page.until(lambda: page.all(".pane .typing"))
    page.answered(2)
    page.until(lambda: "正在输入" not in page.one(".pane .sub").text)
    assert not page.all(".pane .typing")
    page.press("全部问题")
    page.until(lambda: page.all(".key.waiting"))
    page.until(lambda: not page.all(".key.waiting"))
    page.ask("faults", {"latency_ms": 0})


def test_what_a_bot_may_send_is_shown(page: Page) -> None:
    page.meet("张十")
    chat = int(page.one(".pane").get_attribute("data-chat") or 0)
    page.say("你好")
    page.answered(1)
    html = (
        "<b>粗</b><i>斜</i><code>码</code><a href='https://example.com/'>链</a><blockquote>引</blockquote>"
        f"<blockquote expandable>{'长' * 400}</blockquote>&lt;u&gt; /help"
    )
    keyboard = {"keyboard": [["第一个", {"text": "第二个"}], [{"text": "发位置", "request_location": True}]]}
    page.bot("sendMessage", {"chat_id": chat, "text": html, "parse_mode": "HTML", "reply_markup": keyboard})
    page.answered(2)
    words = page.all(".pane .message.bot .words")[-1]
    for tag, text in (("strong", "粗"), ("em", "斜"), ("code", "码"), ("a", "链"), ("blockquote", "引")):
        assert words.find_element(By.TAG_NAME, tag).text == text
    assert "<u>" in words.text
    folded = words.find_elements(By.TAG_NAME, "blockquote")[1]
    before = folded.size["height"]
    words.find_element(By.CLASS_NAME, "unfold").click()
    assert folded.size["height"] > 2 * before
    page.one(".reply-keys .key").click()
    page.until(lambda: page.texts("own")[-1] == "第一个")
    page.all(".reply-keys .key")[-1].click()
    page.until(lambda: "📍" in page.all(".pane .message.own")[-1].text)
    gone = {"chat_id": chat, "text": "收起", "reply_markup": {"remove_keyboard": True}}
    page.bot("sendMessage", gone)
    page.until(lambda: not page.all(".reply-keys"))


def test_a_fault_is_switched_on_and_the_record_shows_what_came_of_it(page: Page) -> None:
    page.meet("张八")
    page.one("#tools").click()
    page.one("[aria-label='400 被拒绝：接下来几次']").send_keys(Keys.BACKSPACE, "1", Keys.TAB)
    page.until(lambda: page.one("#online").text == "有故障开着")
    page.all("[role=tab]")[1].click()
    page.say("低保怎么申请")
    page.until(lambda: any(status.text == "400" for status in page.all(".call .status")))
    page.until(lambda: "在线" in page.one("#online").text)


def test_a_resident_is_handed_to_staff_and_an_answer_is_sent_on_by_inline_mode(page: Page) -> None:
    page.meet("赵十一")
    resident = int(page.one(".pane").get_attribute("data-chat") or 0)
    page.say("/human 低保卡丢了找谁补")
    assert "转给工作人员了" in page.answered(1)
    page.open("工作人员群")
    page.until(lambda: "低保卡丢了找谁补" in page.one(".pane .talk").text)
    page.driver.execute_script("arguments[0].click()", page.all(".message.bot .edit")[-1])
    page.say("去乡镇窗口补")
    page.open("赵十一")
    page.until(lambda: "工作人员回您" in page.one(".pane .talk").text)
    assert int(page.one(".pane").get_attribute("data-chat") or 0) == resident
    page.press("结束")
    page.until(lambda: "结束了" in page.one(".pane .talk").text)
    page.say("低保怎么申请")
    page.until(lambda: "书面申请" in page.one(".pane .talk").text)
    page.press("转给家人")
    page.until(lambda: page.all(".pane .commands button"))
    assert page.sideways() <= 0
    page.all(".pane .commands button")[0].click()
    page.until(lambda: page.all(".pane .message.own .key"))
