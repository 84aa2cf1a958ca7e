"""The page on a copy of the small knowledge base, with unanswered questions, over HTTP."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import aiohttp
import pytest

from bot.channels.admin_page.ground import Beside
from bot.channels.admin_page.login import Person
from bot.channels.admin_page.server import Door, serving
from bot.settings import Address
from bot.store.database import Database
from bot.store.desk.records import Question, Why
from bot.store.inbox import Inbox
from bot.store.records import Attempt
from tests.bot.channels.telegram.admin.conftest import without_luck

OWNER, EDITOR = Person(None, "owner", "command line"), Person(9102, "editor", "e" * 32)

TEXTS = (
    *("火星上的土地怎么过户给猫", "火星的土地怎么过户给猫", "高铁票怎么改签", "护照到期了怎么换"),
    *("养狗证在哪里办", "公积金怎么提取", "快递丢了找谁赔"),
)


@dataclass
class Site:
    """A page that is served, and who has a session with it."""

    url: str
    door: Door
    ground: Beside
    data: Path
    faq: Path
    sessions: dict[str, aiohttp.ClientSession] = field(default_factory=dict)


@dataclass
class Visitor:
    """A browser without scripts: sends forms with what stands in them."""

    site: Site
    http: aiohttp.ClientSession
    text: str = ""
    path: str = ""
    status: int = 0

    async def enter(self, person: Person) -> Visitor:
        await self.get(self.site.door.link(person).removeprefix(self.site.url))
        await self.post("/login", key=self.hidden("key"))
        assert self.path == "/", self.text
        return self

    async def get(self, path: str) -> str:
        return await self._told(await self.http.get(self.site.url + path))

    async def post(self, path: str, **fields: str) -> str:
        return await self._told(await self.http.post(self.site.url + path, data=fields))

    async def send(self, path: str, do: str, **fields: str) -> str:
        """Send the form of the page that is open to `path`, with what stands in it but for `fields`."""
        return await self.post(path, **{**self.fields(path), **fields, "do": do})

    def fields(self, path: str) -> dict[str, str]:
        """Return what stands in the first form of the open page that is sent to `path`."""
        form = re.search(rf'<form method="post" action="{re.escape(path)}(?:#\w+)?"(.*?)</form>', self.text, re.DOTALL)
        assert form, self.text
        inputs = dict(re.findall(r'<input[^>]*? name="(\w+)" value="([^"]*)"', form[1]))
        areas = dict(re.findall(r'<textarea[^>]*? name="(\w+)"[^>]*>\n(.*?)</textarea>', form[1], re.DOTALL))
        ticked = re.findall(r'<input type="checkbox" value="([^"]*)" name="(\w+)" checked>', form[1])
        boxes = {name: "\n".join(value for value, other in ticked if other == name) for _, name in ticked}
        return {name: unescape(value) for name, value in {**inputs, **areas, **boxes}.items()}

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, self.text
        return unescape(found[1])

    async def _told(self, answer: aiohttp.ClientResponse) -> str:
        self.text, self.status, self.path = await answer.text(), answer.status, answer.url.path
        answer.release()
        return self.text


@pytest.fixture(scope="module")
def folders(small_untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small knowledge base with questions that were not answered; the tests of a module share it."""
    return asked(shutil.copytree(small_untouched, tmp_path_factory.mktemp("page") / "small"))


def asked(small: Path) -> Path:
    database, day = Database(None, small / "var"), dt.date.today().isoformat()
    found = [Question(number, text, Why.FALLBACK, day, ("dibao.apply",)) for number, text in enumerate(TEXTS, 1)]
    Inbox(database).write([Attempt(0, "", beside=tuple(found))], time.time())
    database.close()
    return without_luck(small)


@pytest.fixture(scope="module")
def ground(folders: Path) -> Iterator[Beside]:
    database = Database(None, folders / "var")
    yield Beside(database, folders / "faq", folders / "var")
    database.close()


@pytest.fixture
async def site(ground: Beside) -> AsyncIterator[Site]:
    door = Door()
    async with serving(ground, door, Address("127.0.0.1", 0)) as port:
        yield Site(f"http://127.0.0.1:{port}", door, ground, ground.data, ground.folder)


@asynccontextmanager
async def visiting(site: Site) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Visitor(site, http)


@pytest.fixture
async def visitor(site: Site) -> AsyncIterator[Visitor]:
    """Nobody yet."""
    async with visiting(site) as found:
        yield found


@pytest.fixture
async def owner(site: Site) -> AsyncIterator[Visitor]:
    async with visiting(site) as found:
        yield await found.enter(OWNER)


@pytest.fixture
async def editor(site: Site) -> AsyncIterator[Visitor]:
    async with visiting(site) as found:
        yield await found.enter(EDITOR)
