"""What the pages have in common: templates, the person at the page, answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import jinja2
from aiohttp import web

from bot.channels.admin_page.ground import Ground
from bot.channels.admin_page.guard import SESSION
from bot.desk import deeds
from bot.desk.deeds import By
from bot.store.desk.acts import GATED, Act
from faq.knowledge.types import Faq
from faq.reading.folder import VERSION
from faq.said import said

TEMPLATES = Path(__file__).with_name("templates")
"""Folder of the pages' texts."""

OWNER = "owner"
"""Role of who may do everything."""


class Views:
    """Shows pages to who has logged in."""

    def __init__(self, ground: Ground) -> None:
        """Take what the page stands on."""
        self.ground = ground
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"moment": _moment, "said": lambda key: said(key).say(), "title_of": self.title_of}
        self._environment.globals |= {"GATED": GATED, "OWNER": OWNER}

    @property
    def faq(self) -> Faq:
        """The knowledge that serves."""
        return self.ground.dialogue.faq

    async def page(self, request: web.Request, name: str, *, status: int = 200, **fields: object) -> web.Response:
        """Return the page `name` with these `fields`."""
        session = request.get(SESSION)
        here = request.path.split("/")[1]
        waiting = len(self.ground.waiting.groups() or ()) if session else 0
        text = self._environment.get_template(f"{name}.html").render(
            session=session, here=here, waiting=waiting, faq=self.faq, title_of=self.title_of, **fields
        )
        return web.Response(text=text, content_type="text/html", status=status)

    async def told(self, request: web.Request, sentence: str, *, status: int = 200, back: str = "/") -> web.Response:
        """Return a page with one sentence and the way back."""
        return await self.page(request, "told", status=status, sentence=sentence, back=back)

    def owner(self, request: web.Request) -> None:
        """Raise what is answered to an editor who opens a page for owners."""
        if request[SESSION].person.role != OWNER:
            raise web.HTTPForbidden(text=said("page_for_owners").say())

    def title_of(self, target: str) -> str:
        """Return how the target of an act is called."""
        return deeds.called(self.faq, target)

    def form_of(self, target: str) -> str:
        """Return the address of the form in which the target of an act was edited; a new intent has no other yet."""
        kind, _, name = target.partition(".")
        if target in self.faq.intents:
            return f"/intents/{target}"
        if kind == "sources":
            return f"/sources/{name}" if name in self.faq.sources else "/sources/new"
        if VERSION in name:
            return f"/later/{target.replace(VERSION, '/')}"
        return f"/{kind}/{name}" if kind in ("phrases", "places") else "/new"

    def by(self, request: web.Request) -> By:
        """Return who acts, with a number for the act."""
        person = request[SESSION].person
        return By(self.ground.number(), person.role, person.who, person.role == OWNER)

    def may(self, request: web.Request, act: Act | None) -> bool:
        """Tell whether who is at the page may look at `act`: his own, or any for an owner."""
        person = request[SESSION].person
        return act is not None and (person.role == OWNER or act.who == person.who)


async def form(request: web.Request) -> dict[str, str]:
    """Return the fields of a form that are text; what was chosen of a list is a line each."""
    given = await request.post()
    return {name: "\n".join(one for one in given.getall(name) if isinstance(one, str)) for name in given}


def number_of(request: web.Request) -> int:
    """Return the number in the address. Raises HTTPNotFound."""
    given = request.match_info["number"]
    if not given.isascii() or not given.isdigit() or len(given) > 19:
        raise web.HTTPNotFound
    return int(given)


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds).strftime("%m-%d %H:%M")
