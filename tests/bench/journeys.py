"""Make the twelve journeys over HTTP with the real bot; write what was said and take a picture of each, light and dark.

Run it with: python -m tests.bench.journeys [--only NAME]; it writes docs/journeys.md and docs/screens/journeys/.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.delivery.live import Live
from tests.bench.screens import HEIGHT, WIDTH, phone, picture
from tests.bot.channels.telegram.journeys.journeys import JOURNEYS
from tests.bot.channels.telegram.journeys.walk import STAFF, Walk
from tests.bot.channels.telegram.town import House, housed
from tests.bot.simulator.test_page import Page
from tests.conftest import FAQ, ROOT

PAGE = ROOT / "docs" / "journeys.md"
SCREENS = ROOT / "docs" / "screens" / "journeys"
HEAD = """# Twelve journeys

Made over HTTP with the bot of this commit against `bot/simulator` by `python -m tests.bench.journeys`;
`tests/bot/channels/telegram/journeys` makes them as tests. ▸ presses a button, ↩ replies.

| | written | pressed | messages | edits | buttons | characters |
| --- | --- | --- | --- | --- | --- | --- |
"""


@contextmanager
def serving() -> Iterator[House]:
    """Run the bot on the real knowledge, with a staff's group, and with nobody remembered."""
    Live(FAQ, ROOT / "var")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "var"
        for part in ("models", "cache"):
            shutil.copytree(ROOT / "var" / part, data / part)
        with housed(FAQ, data, STAFF_CHAT_ID=str(STAFF)) as house:
            house.api.gathers()  # the page opens with somebody on it
            yield house


def row(name: str, walk: Walk) -> str:
    """Return the row of the table up to where it depends on the wording of answers."""
    told = walk.sum
    return f"| [{name}](#{name}) | {told.written} | {told.pressed} | {told.messages} | {told.edits} |"


def written(name: str, walk: Walk) -> Iterator[str]:
    """Yield the lines of one journey."""
    yield f"## {name}\n"
    yield from walk.transcript()
    for number, _ in enumerate(walk.pictured, 1):
        for scheme in ("light", "dark"):
            yield f"![{name}, {scheme}](screens/journeys/{name}-{number}-{scheme}.png)"
    yield ""


def pictures(page: Page, name: str, walk: Walk, folder: Path) -> None:
    """Take the pictures of one journey as a phone shows it."""
    page.driver.refresh()  # what was shown for a moment is gone
    page.until(lambda: page.all(".chat"))
    for number, chat in enumerate(walk.pictured, 1):
        page.size(1280, HEIGHT)
        page.open(chat)
        page.size(WIDTH, HEIGHT)
        for scheme in ("light", "dark"):
            page.scheme(scheme)
            picture(page, folder / f"{name}-{number}-{scheme}.png")
        page.scheme("light")


@click.command()
@click.option("--only", type=click.Choice(list(JOURNEYS)), help="One journey: its pictures, and its words printed.")
@click.option("--screens", type=click.Path(path_type=Path), default=SCREENS, help="Where the pictures go.")
def main(only: str | None, screens: Path) -> None:
    """Make all journeys anew."""
    made: dict[str, Walk] = {}
    with serving() as house, phone(house.api.url) as page:
        for name, (title, go) in JOURNEYS.items():
            if only in (None, name):
                made[name] = Walk(house, title)
                asyncio.run(go(made[name]))
                pictures(page, name, made[name], screens)
    told = "\n".join(line for name, walk in made.items() for line in written(name, walk))
    if only:
        click.echo(told)
        return
    table = "\n".join(f"{row(name, walk)} {walk.sum.buttons} | {walk.sum.characters} |" for name, walk in made.items())
    PAGE.write_text(f"{HEAD}{table}\n\n{told}", encoding="utf-8")


if __name__ == "__main__":
    main()
