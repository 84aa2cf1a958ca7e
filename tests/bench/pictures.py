"""Take the pictures that the README shows: the bot in a terminal, and its chat page on a desk and on a phone.

Run it with: python -m tests.bench.pictures; it writes terminal.png, simulator.png and simulator-phone.png in docs/.
"""

from __future__ import annotations

import base64
import html
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from selenium import webdriver

from bot.delivery.live import Live
from tests.bench.screens import phone, serving
from tests.bot.simulator.test_page import Page, chromium
from tests.conftest import FAQ, ROOT

TYPED = ("俺爹腿脚不好，咋申请低保啊", "那多久能批下来", "驾驶证到期了，要带啥材料", "郑州的低保一个月多少钱")
"""A question in dialect, a follow-up, an errand of another office, and one about another city."""
SAID = {"王大娘": "65岁去社区食堂吃饭多少钱", "李师傅": "老公残疾二级，有啥补贴"}
DESK, POCKET = (1300, 820), (375, 760)
"""Pixels of the two windows; a phone has two for each."""
TERMINAL = 800
"""Pixels of the terminal's width; it is as high as what it shows."""

STYLE = """
body { margin: 0; padding: 20px; background: #1b1f27; color: #d9dde5 }
pre { margin: 0; font: 15px/23px "WenQuanYi Micro Hei Mono", monospace; white-space: pre-wrap; word-break: break-all }
b { color: #7fd49b } i { color: #98a1b0; font-style: normal }
"""


def typed() -> list[str]:
    """Hold the conversation in a terminal and return what it shows, a line of HTML each."""
    with tempfile.TemporaryDirectory() as data:
        (Path(data) / "models").symlink_to(ROOT / "var" / "models")
        command = [sys.executable, str(ROOT / "run_bot.py"), "chat", "--data", data]
        done = subprocess.run(command, input="\n".join([*TYPED, "", ""]), capture_output=True, text=True, check=True)
    _, *answers = done.stdout.split("\n> ")  # what it says before anybody has typed is left out
    shown = ["<i>$ .venv/bin/python run_bot.py chat</i>", ""]
    for question, answer in zip(TYPED, answers, strict=False):
        shown += [f"<b>&gt; {html.escape(question)}</b>", *html.escape(answer).rstrip().splitlines(), ""]
    return shown


def terminal(driver: webdriver.Chrome, path: Path) -> None:
    """Write the picture of the terminal."""
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as page:
        text = "\n".join(typed())
        page.write(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><pre>{text}</pre>")
        page.flush()
        driver.get(f"file://{page.name}")
        _size(driver, TERMINAL, 100, 1)
        _size(driver, TERMINAL, int(driver.execute_script("return document.documentElement.scrollHeight")), 1)
        _take(driver, path)


def _size(driver: webdriver.Chrome, width: int, height: int, scale: int) -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 700}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def _take(driver: webdriver.Chrome, path: Path) -> None:
    path.write_bytes(base64.b64decode(driver.get_screenshot_as_base64()))


def chats(page: Page, folder: Path) -> None:
    """Write the pictures of the page: two residents side by side, and one on a phone."""
    for name, question in SAID.items():
        page.size(*DESK)
        page.open(name)
        page.say(question)
        page.answered(1)
    first, second = SAID
    page.open(first)
    page.one("[aria-label^=并排]").click()
    page.until(lambda: len(page.all(".pane")) == 2)
    page.until(lambda: {name.text for name in page.all(".pane h2")} == {first, second})
    _take(page.driver, folder / "simulator.png")
    page.all(".close-pane")[1].click()
    _size(page.driver, *POCKET, 2)
    page.until(lambda: page.one(".pane h2").is_displayed())
    _take(page.driver, folder / "simulator-phone.png")


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False, exists=True), default=ROOT / "docs")
def main(out: Path) -> None:
    """Take all pictures anew, with the knowledge as it is saved."""
    Live(FAQ, ROOT / "var")
    with serving() as url, phone(url) as page:
        chats(page, out)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, chromium(Path(profile)) as driver:
        terminal(driver, out / "terminal.png")


if __name__ == "__main__":
    main()
