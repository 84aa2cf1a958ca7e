"""Forms for what is no intent yet, or none at all: a fixed sentence, a district, a new intent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.channels.admin_page.sheets import REVIEWED, Sheet, Sheets, number_in, sought, wrong
from bot.channels.admin_page.views import form
from bot.desk import forms, pieces
from bot.desk.drafts import OTHERS
from bot.desk.wording import learnable
from faq.knowledge.types import Faq
from faq.said import SaidError, said

_USUAL = "bot-guide"
"""Source that is proposed for an answer that states no figure."""


class Pieces(Sheets):
    """The pages."""

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses."""
        return [
            web.get("/phrases", self.phrases),
            web.get("/phrases/{name}", self.phrase),
            web.post("/phrases/{name}", self.phrase),
            web.get("/places/{name}", self.place),
            web.post("/places/{name}", self.place),
            web.get("/new", self.new),
            web.post("/new", self.new),
        ]

    async def phrases(self, request: web.Request) -> web.StreamResponse:
        """Show all fixed sentences, or those that hold some words."""
        text, _ = await self.read(pieces.PHRASES)
        words = sought(request)
        found = {name: said for name, said in pieces.phrases(text).items() if words in said or words == name}
        return await self.views.page(request, "phrases", phrases=found, words=words)

    async def phrase(self, request: web.Request) -> web.StreamResponse:
        """Show a fixed sentence in a form, look at it, publish it."""
        name, given = request.match_info["name"], await form(request)
        text, stamp = await self.read(pieces.PHRASES)
        now = pieces.phrases(text).get(name)
        if now is None:
            raise web.HTTPNotFound
        draft = await self.draft(request, pieces.PHRASES)
        value = given.get("text", pieces.phrases(draft.after).get(name, now) if draft else now)
        lines = [line.rstrip() for line in value[: forms.LONGEST].replace("\r\n", "\n").strip().split("\n")]
        title, values = now.partition("\n")[0][:20], {"text": "\n".join(lines)}
        sheet = Sheet(f"phrases.{name}", title, pieces.PHRASES, values, stamp=stamp)
        spans = partial(pieces.phrase_spans, name=name)
        await self.settle(request, sheet, text, partial(pieces.with_phrase, text, name, sheet.values["text"]), spans)
        return await self.views.page(request, "phrase", key=name, now=now, sheet=sheet, others=OTHERS)

    async def place(self, request: web.Request) -> web.StreamResponse:
        """Show a district in a form, look at it, publish it."""
        name, given = request.match_info["name"], await form(request)
        text, stamp = await self.read(pieces.PLACES)
        if name not in self.views.faq.places.districts:
            raise web.HTTPNotFound
        draft = await self.draft(request, pieces.PLACES)
        try:
            before = pieces.district(draft.after if draft else text, name)
        except SaidError as error:
            return await self.views.told(request, error.said.say(), status=409, back="/places")
        values = {one: given.get(one, before[one])[: forms.LONGEST] for one in pieces.DISTRICT}
        sheet = Sheet(f"places.{name}", name, pieces.PLACES, values, stamp=stamp)
        spans = partial(pieces.district_spans, name=name)
        await self.settle(request, sheet, text, partial(pieces.with_district, text, name, values), spans)
        return await self.views.page(request, "place", key=name, sheet=sheet, others=OTHERS)

    async def new(self, request: web.Request) -> web.StreamResponse:
        """Show a form about a new intent, look at it, publish it."""
        await self.ground.refresh()
        given, faq = await form(request), self.views.faq
        sheet = await self._begun(request, {"sources": "", **given} if given else given)
        if request.method == "POST":
            sheet.values["name"] = sheet.values["name"] or pieces.proposed(sheet.values["title"])
            sheet.target, sheet.title = f"{sheet.values['topic']}.{sheet.values['name']}", sheet.values["title"]
            try:
                if not sheet.values["title"]:  # else its file has a name, and the checks say what else is missing
                    forms.needed(sheet.values, "title", "answer", "questions", "checks")
                sheet.file = self._place_of(sheet.values, faq)
                text, sheet.stamp = await self.read(sheet.file)
                if text:
                    raise forms.FieldError(said("page_name_taken", file=sheet.file.as_posix()), "name")
                await self.settle(request, sheet, text, partial(pieces.new_intent, sheet.values), forms.of_fields)
            except SaidError as error:
                sheet.mistakes = wrong(error)
        return await self.views.page(request, "new", sheet=sheet, others=OTHERS, usual=_USUAL)

    async def _begun(self, request: web.Request, given: Mapping[str, str]) -> Sheet:
        """Return the form as typed; else as far as an unanswered group, or a draft that was refused, fills it in."""
        group = self.ground.waiting.group(number_in(given.get("group", request.query.get("group", ""))))
        values = dict.fromkeys(pieces.NEW, "")
        faq = self.views.faq
        topic = next(name for name, topic in faq.topics.items() if not topic.hidden)
        values |= {"sources": _USUAL, "office": next(iter(faq.offices)), "topic": topic}
        values["review_by"] = (dt.date.today() + dt.timedelta(days=REVIEWED)).isoformat()
        if group is not None:
            lines = list(filter(None, map(learnable, group.wordings)))
            values |= {"questions": "\n".join(lines), "title": lines[0][:20] if lines else ""}
        draft = await self.draft(request, None)
        if draft is not None:
            values |= pieces.of_new(draft.file, draft.after)
        values |= {name: given[name][: forms.LONGEST] for name in pieces.NEW if name in given}
        values |= {**forms.tidied(values), "name": values["name"].strip()}
        return Sheet("", "", Path(), values, why=given.get("why", ""), group=group)

    def _place_of(self, values: Mapping[str, str], faq: Faq) -> Path:
        """Return the file of a new intent. Raises SaidError, HTTPBadRequest."""
        sources = set(values["sources"].split())
        if values["topic"] not in faq.topics or values["office"] not in faq.offices or not sources <= set(faq.sources):
            raise web.HTTPBadRequest
        return pieces.file_of(values["topic"], values["name"])
