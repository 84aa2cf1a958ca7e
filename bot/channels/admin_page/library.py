"""Forms for what answers rest on and when they change: a source, and a version of an answer that begins on a day."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.channels.admin_page.sheets import REVIEWED, Sheet, Sheets, sought, wrong
from bot.channels.admin_page.views import form
from bot.desk import entries, forms, pieces, sources
from bot.desk.drafts import OTHERS
from faq.knowledge.types import Intent
from faq.reading.folder import VERSION
from faq.said import SaidError, said


class Library(Sheets):
    """The pages."""

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses."""
        found = [web.get("/sources", self.sources)]
        for path, page in (
            ("/sources/new", self.new_source),
            ("/sources/{key}", self.source),
            ("/later/{id}", self.later),
            ("/later/{id}/{day}", self.later),
        ):
            found += [web.get(path, page), web.post(path, page)]
        return found

    async def sources(self, request: web.Request) -> web.StreamResponse:
        """Show all sources, or those that hold some words."""
        await self.ground.refresh()
        words = sought(request)
        found = {
            key: one
            for key, one in self.views.faq.sources.items()
            if words in one.title or words in (one.number or "") or any(words in fact for fact in one.facts)
        }
        return await self.views.page(request, "sources", sources=found, words=words)

    async def new_source(self, request: web.Request) -> web.StreamResponse:
        """Show a form about a new source, look at it, publish it."""
        return await self._source(request, "")

    async def source(self, request: web.Request) -> web.StreamResponse:
        """Show a source in a form, look at it, publish it."""
        return await self._source(request, request.match_info["key"])

    async def _source(self, request: web.Request, key: str) -> web.StreamResponse:
        text, stamp = await self.read(sources.SOURCES)
        try:
            if key and key not in sources.sources(text):
                raise web.HTTPNotFound
            draft = await self.draft(request, sources.SOURCES)
            values = sources.source(text, key) if key else dict.fromkeys(sources.SOURCE, "")
            if draft is not None:
                added = set(sources.sources(draft.after)) - set(sources.sources(text))
                values |= sources.source(draft.after, key or added.pop()) if key or added else {}
        except SaidError as error:
            return await self.views.told(request, error.said.say(), status=409, back="/sources")
        given = await form(request)
        values |= {name: given[name] for name in sources.SOURCE if name in given}
        values = forms.tidied(values, sources.SOURCE)
        typed = given.get("key", "").strip()
        name = key or typed or pieces.proposed(values["title"])
        sheet = Sheet(f"sources.{name}", values["title"], sources.SOURCES, {**values, "key": name}, stamp=stamp)
        if not key and name in sources.sources(text):
            sheet.mistakes = {"key": (said("page_bad_key").say(),)}
        else:
            spans = partial(entries.entry_spans, key=name)
            await self.settle(request, sheet, text, partial(sources.with_source, text, name, values), spans)
        users = [one for one in self.views.faq.intents.values() if key in (*one.sources, *one.details_sources)]
        return await self.views.page(request, "source", key=key, users=users, sheet=sheet, others=OTHERS)

    async def later(self, request: web.Request) -> web.StreamResponse:
        """Show a version of an answer that begins on a day, look at it as it will be read then, publish it."""
        await self.ground.refresh()
        intent, day = self.views.faq.intents.get(request.match_info["id"]), request.match_info.get("day", "")
        if intent is None:
            raise web.HTTPNotFound
        given, topic, name = await form(request), *intent.id.split(".", 1)
        begins = day or given.get("begins", "").strip()
        there = False
        sheet = Sheet(f"{intent.id}{VERSION}{begins}", intent.title, Path("topics", topic, f"{name}.yaml"), {})
        try:
            first = entries.values_of((await self.read(sheet.file))[0], tuple(sources.VERSION))
            sheet.values = {**first, "review_by": ""}
            there = bool(day) and await self._told(request, sheet, intent, day)
            typed = {name: given[name] for name in sources.VERSION if name in given}
            sheet.values = {**forms.tidied({**sheet.values, **typed}, sources.VERSION), "begins": begins}
            if request.method == "POST":
                sheet.file, sheet.day = sources.version_file(intent, begins), dt.date.fromisoformat(begins)
                sheet.values["review_by"] = sheet.values["review_by"] or _half_a_year(sheet.day)
                text, sheet.stamp = await self.read(sheet.file)
                if text and not there:
                    raise forms.FieldError(said("page_version_taken", day=begins), "begins")
                write = partial(sources.with_version, text, intent, first, begins, sheet.values)
                await self.settle(request, sheet, text, write, forms.of_fields)
        except SaidError as error:
            sheet.mistakes = wrong(error)
        return await self.views.page(request, "later", intent=intent, there=there, sheet=sheet, others=OTHERS)

    async def _told(self, request: web.Request, sheet: Sheet, intent: Intent, day: str) -> bool:
        """Fill in what the version of that day says, or said in a draft; tell whether it stands in a file.

        Raises SaidError, HTTPNotFound: there is neither.
        """
        file = sources.version_file(intent, day)
        text, sheet.stamp = await self.read(file)
        draft = await self.draft(request, file)
        if not text and not draft and request.method == "GET":
            raise web.HTTPNotFound
        own = entries.values_of(draft.after if draft else text, tuple(sources.VERSION)) if draft or text else {}
        sheet.values |= {name: value for name, value in own.items() if value}
        return bool(text)


def _half_a_year(begins: dt.date) -> str:
    """Return the day by which an answer that begins then is proposed to be read again."""
    return (begins + dt.timedelta(days=REVIEWED)).isoformat()
