"""Talk with the bot on its chat page at a phone's width; write what was said and a picture of each conversation.

Run it with: python -m tests.bench.screens [--only NAME]; it writes docs/conversations.md and docs/screens/*.png.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.delivery.live import Live
from tests.bot.simulator.test_page import Page, chromium
from tests.conftest import FAQ, ROOT
from tests.running import chat_page

WIDTH, HEIGHT, TALLEST = 390, 760, 6500
"""Pixels of the phone, and of the longest picture."""
PRESS = "▸"
"""How a line begins that presses a button instead of typing."""

TALKS: dict[str, tuple[str, ...]] = {
    "pieces": (
        "俺家的事说来话长",
        "老头子前年走了，我一个人带着孙子",
        "孙子上初二，他爹在牢里",
        "这孩子能领啥钱不",
        "要带啥去",
    ),
    "part": ("低保要带啥材料", "户口本复印件中不中", "俺不识字 那声明咋写", "几天能批", "这中间周末算不算"),
    "steering": ("残疾补贴怎么领", "太长了", "说详细些", "菜单", "第一个", "都不是"),
    "subject": ("特困怎么申请", "几点上班", "谢谢", "说回特困 一个月给多少", "不是特困，是低保", "钱打到哪张卡"),
    "violence": ("俺男人又打我 拿凳子砸的", "我不敢打电话 他在跟前", "打完110他们会咋办", "我没地方去", "低保怎么申请"),
    "suicide": ("活着没意思 药都攒好了", "我就是心里太难受了", "我跟我姐说了 她来陪我了"),
    "grief": ("俺娘上礼拜走了", "心里空落落的", "她的低保还用退不", "丧葬费谁管"),
    "anger": ("跑了三趟都说缺材料 气死我了", "他们窗口态度太差", "我要投诉"),
    "others": ("医保怎么报销", "电话多少", "暖气不热找谁", "我想给孩子办转学", "低保户看病能少交点不"),
    "keys": ("/start", "低保怎么申请", f"{PRESS}说详细些", f"{PRESS}收起", "/district 浚县", "找真人", "/settings"),
    "traditional": ("請問低保怎麼申請", "在哪裡辦"),
    "fraud": ("我妈叫骗子骗走三万 说是给办低保", "钱还能追回来不", "办低保到底要不要钱"),
}
"""Conversations of invented residents, by the name of their picture."""


@contextmanager
def serving() -> Iterator[str]:
    """Run the bot as on a resident's own computer, with nobody remembered; yield the address of its page."""
    Live(FAQ, ROOT / "var")
    with tempfile.TemporaryDirectory() as data:
        for part in ("models", "cache"):
            shutil.copytree(ROOT / "var" / part, Path(data) / part)
        yield from _served(data)


def _served(data: str) -> Iterator[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM_", "SIMULATOR_"))}
    command = [sys.executable, str(ROOT / "run_bot.py"), "--port", "0", "--data", data]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=clean, cwd=ROOT) as process:
        assert process.stderr is not None
        try:
            yield chat_page(process.stderr)
        finally:
            process.terminate()
            process.communicate(timeout=15)


@contextmanager
def phone(url: str) -> Iterator[Page]:
    """Open the page in a browser as wide as a phone."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, chromium(Path(profile)) as driver:
        yield Page(driver, url)


def hold(page: Page, name: str, lines: tuple[str, ...]) -> Iterator[str]:
    """Hold one conversation and yield its transcript, a line of Markdown each; take its picture at the end."""
    page.size(1280, HEIGHT)
    page.meet(name)
    page.size(WIDTH, HEIGHT)
    for line in lines:
        before = len(page.texts("bot"))
        if line.startswith(PRESS):
            page.press(line.removeprefix(PRESS))
            page.until(lambda: not page.all(".key.waiting"))
        else:
            page.say(line)
            page.answered(before + 1)
        said = page.texts("bot")[-1].strip().splitlines()
        labels = [key.text for key in page.all(".pane .message.bot")[-1].find_elements("css selector", ".key")]
        yield f"**{line}**\n"
        yield from (f"> {one}  " if one.strip() else ">" for one in said)
        yield f">\n> {' '.join(f'`{label}`' for label in labels)}\n" if labels else ""
    picture(page, ROOT / "docs" / "screens" / f"{name}.png")


def picture(page: Page, path: Path) -> None:
    """Write the open conversation as it looks from top to bottom."""
    whole = (
        "const talk = document.querySelector('.pane .talk'); return talk.scrollHeight + innerHeight - talk.clientHeight"
    )
    tall = int(page.driver.execute_script(whole))
    page.size(WIDTH, min(max(tall, HEIGHT), TALLEST))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(base64.b64decode(page.driver.get_screenshot_as_base64()))
    page.size(WIDTH, HEIGHT)


@click.command()
@click.option("--only", type=click.Choice(list(TALKS)), help="One conversation: its picture, and its words printed.")
def main(only: str | None) -> None:
    """Hold all conversations anew."""
    with serving() as url, phone(url) as page:
        if only:
            click.echo("\n".join(hold(page, only, TALKS[only])))
            return
        written = ["# Conversations", "", "Held with the bot of this commit by `python -m tests.bench.screens`.", ""]
        for name, lines in TALKS.items():
            written += [f"## {name}", "", *hold(page, name, lines), f"![{name}](screens/{name}.png)", ""]
    (ROOT / "docs" / "conversations.md").write_text("\n".join(written), encoding="utf-8")


if __name__ == "__main__":
    main()
