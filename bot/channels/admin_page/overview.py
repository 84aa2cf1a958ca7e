"""What can be looked at: statistics, what is due soon, places, who did what; the offices to call, and their answers."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import time
from pathlib import Path

from aiohttp import web

from bot.channels.admin_page.guard import SESSION
from bot.channels.admin_page.views import Views, form
from bot.desk import deeds
from bot.desk.changes import Edit
from bot.statistics.figures import shown
from bot.statistics.words import caption
from bot.store.desk.acts import Act, Deed
from faq.checking import contacts
from faq.checking.notices import upcoming
from faq.said import Said, SaidError, said

USUAL, MOST = 7, 366
"""Days of statistics that are shown, and at most."""

_ACTS = 100
"""Acts shown."""

_CELL = 200
"""Characters taken of a cell of the contacts."""

FILES = (Path("sources.yaml"), Path("offices.yaml"))
"""Files that what was found out about offices changes."""


class Overview:
    """Pages that are mostly read."""

    def __init__(self, views: Views) -> None:
        """Take what shows pages."""
        self._views, self._ground = views, views.ground

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses."""
        return [
            web.get("/due", self.due),
            web.get("/places", self.places),
            web.get("/statistics", self.statistics),
            web.get("/chart.svg", self.chart),
            web.get("/audit", self.audit),
            web.get("/contacts", self.contacts),
            web.get("/contacts.csv", self.table),
            web.post("/contacts", self.enter),
        ]

    async def due(self, request: web.Request) -> web.StreamResponse:
        """Show what ends, must be read again, or was verified too long ago."""
        found = upcoming(self._views.faq, dt.date.today())
        rows = [(one.day, one.said.say(), _intent(one.file), one.file) for one in found]
        return await self._views.page(request, "due", rows=rows, today=dt.date.today())

    async def places(self, request: web.Request) -> web.StreamResponse:
        """Show the districts with their towns and what else residents call them."""
        return await self._views.page(request, "places", places=self._views.faq.places)

    async def statistics(self, request: web.Request) -> web.StreamResponse:
        """Show what was asked and answered."""
        self._views.owner(request)
        days = _days(request)
        figures = shown(await self._ground.tally(*_span(days)))
        words = caption(figures, self._views.faq).split("\n")
        return await self._views.page(request, "statistics", days=days, words=words)

    async def chart(self, request: web.Request) -> web.StreamResponse:
        """Return the picture of the statistics; it holds its own styles, and nothing else may come with it."""
        self._views.owner(request)
        from bot.statistics import chart  # noqa: PLC0415 - what draws is never loaded to serve residents

        figures = shown(await self._ground.tally(*_span(_days(request))))
        text = await asyncio.to_thread(chart.svg, figures)
        policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
        return web.Response(text=text, content_type="image/svg+xml", headers=policy)

    async def audit(self, request: web.Request) -> web.StreamResponse:
        """Show who did what, the newest first."""
        self._views.owner(request)
        await self._ground.refresh()
        acts = sorted(self._ground.opinions.acts.values(), key=lambda act: (-act.at, -act.number))
        return await self._views.page(request, "audit", acts=acts[:_ACTS], became=_became)

    async def contacts(self, request: web.Request) -> web.StreamResponse:
        """Show the offices to call, each with what is known of it."""
        self._views.owner(request)
        return await self._contacts(request)

    async def _contacts(self, request: web.Request, wrong: str = "", office: str = "") -> web.StreamResponse:
        calls = contacts.calls(self._views.faq, dt.date.today())
        filled = await form(request) if wrong else {}
        return await self._views.page(
            request, "contacts", calls=calls, today=dt.date.today(), wrong=wrong, office=office, filled=filled
        )

    async def table(self, request: web.Request) -> web.StreamResponse:
        """Return the same as a table to print or to fill in."""
        self._views.owner(request)
        text = "\ufeff" + contacts.table(self._views.faq, dt.date.today())  # Excel looks for the mark
        headers = {"Content-Disposition": 'attachment; filename="contacts.csv"'}
        return web.Response(text=text, content_type="text/csv", headers=headers)

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Have what was found out about one office checked and published."""
        self._views.owner(request)
        await self._ground.refresh()
        given = await form(request)
        office = given.get("office", "")
        try:
            edits = await asyncio.to_thread(self._edits, given)
        except SaidError as error:
            return await self._contacts(request, error.said.say(), office)
        looked = await asyncio.to_thread(self._ground.drafts.look, edits)
        if looked.faq is None:
            return await self._contacts(
                request, "\n".join(one for some in looked.mistakes.values() for one in some), office
            )
        number, person = self._ground.number(), request[SESSION].person
        await asyncio.to_thread(self._ground.publisher.edits.keep, number, edits)
        name = looked.faq.offices[office.partition(".")[0]][office.partition(".")[2]].name
        act = Act(number, time.time(), person.role, person.who, Deed.EDIT, office, name, "", None)
        await self._ground.write(act)
        raise web.HTTPSeeOther(f"/acts/{number}")

    def _edits(self, given: dict[str, str]) -> list[Edit]:
        """Return what a form about an office changes, by way of the table of the command. Raises SaidError."""
        written = io.StringIO()
        rows = csv.writer(written)
        rows.writerow(contacts.COLUMNS)
        rows.writerow([given.get(name, "")[:_CELL] for name in contacts.COLUMNS])
        faq = self._views.faq
        found = contacts.answers(written.getvalue().encode(), faq, dt.date.today())
        if not found:
            raise SaidError(said("page_nothing_changed"))
        sources, offices = (self._ground.publisher.read(file)[0] for file in FILES)
        new_offices, new_sources = contacts.taken(offices, sources, found, faq)
        return [Edit(FILES[0], sources, new_sources), Edit(FILES[1], offices, new_offices)]


def _became(act: Act) -> str:
    end = deeds.became(act)
    return end.say() if isinstance(end, Said) else end


def _intent(file: str) -> str:
    """Return the id of the intent of a file; empty: it is none's.

    >>> _intent('topics/dibao/amount@2027-01-01.yaml'), _intent('offices.yaml')
    ('dibao.amount', '')
    """
    parts = file.removesuffix(".yaml").split("/")
    return f"{parts[1]}.{parts[2].partition('@')[0]}" if len(parts) == 3 else ""


def _days(request: web.Request) -> int:
    given = request.query.get("days", "")
    return min(MOST, max(1, int(given))) if given.isascii() and given.isdigit() and len(given) < 4 else USUAL


def _span(days: int) -> tuple[dt.date, dt.date]:
    today = dt.date.today()
    return today - dt.timedelta(days=days - 1), today
