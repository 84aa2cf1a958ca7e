"""The page as a server: its addresses, logging in and out, and the link by which an admin comes in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.channels.admin_page.ground import Ground
from bot.channels.admin_page.guard import COOKIE, LARGEST, LOGIN, STYLE, Guard
from bot.channels.admin_page.intents import Intents
from bot.channels.admin_page.library import Library
from bot.channels.admin_page.login import LINK, LONGEST, Logins, Person
from bot.channels.admin_page.overview import Overview
from bot.channels.admin_page.pieces import Pieces
from bot.channels.admin_page.trials import Trials
from bot.channels.admin_page.unanswered import Unanswered
from bot.channels.admin_page.versions import Versions
from bot.channels.admin_page.views import TEMPLATES, Views, form
from bot.delivery.operations import listening
from bot.settings import Address
from faq.said import Said, said

log = logging.getLogger(__name__)


class Door:
    """Lets admins in: gives out links, takes them, ends sessions."""

    def __init__(self, public: str | None = None) -> None:
        """Take the public address of the page; None: it is reached on this machine alone."""
        self.logins = Logins()
        self.guard = Guard(self.logins, public)
        self._address = public.rstrip("/") if public else ""

    def listens(self, port: int) -> None:
        """Remember the port, for the links of a page without a public address."""
        self._address = self._address or f"http://127.0.0.1:{port}"

    def link(self, person: Person) -> str:
        """Return an address at which `person` can log in once."""
        return f"{self._address}{LOGIN}?key={self.logins.link(person)}"

    def invitation(self, person: Person) -> Said:
        """Return the sentence with such a link that `person` is sent."""
        return said("desk_admin_link", link=self.link(person), minutes=round(LINK / 60))

    async def ask(self, views: Views, request: web.Request) -> web.StreamResponse:
        """Show a button: who looks at a link for somebody, to show what is behind it, does not use it up."""
        return await views.page(request, "login", key=request.query.get("key", "")[:100], failed=False)

    async def enter(self, views: Views, request: web.Request) -> web.StreamResponse:
        """Open a session for a link that was not used yet."""
        key = self.logins.opened((await form(request)).get("key", ""))
        if key is None:
            return await views.page(request, "login", status=403, key="", failed=True)
        response = web.HTTPSeeOther("/")
        response.set_cookie(
            COOKIE, key, max_age=int(LONGEST), httponly=True, samesite="Strict", secure=self.guard.secure, path="/"
        )
        raise response

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """End the session."""
        self.logins.end(request.cookies.get(COOKIE, ""))
        response = web.HTTPSeeOther(LOGIN)
        response.del_cookie(COOKIE, path="/")
        raise response


@asynccontextmanager
async def serving(ground: Ground, door: Door, address: Address) -> AsyncIterator[int]:
    """Serve the page as long as the context lasts; yields the port. Raises OSError if it is taken."""
    trials = Trials(ground.folder, ground.data)
    watch = asyncio.create_task(ground.waiting.watch()) if ground.beside else None
    try:
        async with listening(_application(Views(ground), door, trials), address) as port:
            door.listens(port)
            yield port
    finally:
        await trials.end()
        if watch:
            watch.cancel()


def _application(views: Views, door: Door, trials: Trials) -> web.Application:
    application = web.Application(middlewares=[door.guard.check], client_max_size=LARGEST)

    async def ask(request: web.Request) -> web.StreamResponse:
        return await door.ask(views, request)

    async def enter(request: web.Request) -> web.StreamResponse:
        return await door.enter(views, request)

    async def style(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(TEMPLATES / "style.css")

    application.add_routes([web.get(LOGIN, ask), web.post(LOGIN, enter), web.get(STYLE, style)])
    application.add_routes([web.post("/logout", door.leave)])
    for pages in (
        Unanswered(views),
        Intents(views, trials),
        Overview(views),
        Pieces(views),
        Library(views),
        Versions(views),
    ):
        application.add_routes(pages.routes())
    application.on_response_prepare.append(_quiet)
    return application


async def _quiet(_request: web.Request, response: web.StreamResponse) -> None:
    """Say nothing of the software that answers."""
    response.headers["Server"] = "desk"
