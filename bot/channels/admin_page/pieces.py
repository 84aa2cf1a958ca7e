"""Forms for what is no intent yet, or none at all: a fixed sentence, a district, a new intent."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.channels.admin_page.guard import SESSION
from bot.channels.admin_page.preview import Preview, preview
from bot.channels.admin_page.views import Views, form
from bot.desk import forms, pieces
from bot.desk.changes import Edit
from bot.desk.drafts import OTHERS, Spans
from bot.desk.groups import Group
from bot.desk.publishing import difference
from bot.desk.wording import learnable
from bot.store.desk.acts import Act, Deed
from faq.knowledge.types import Faq
from faq.said import SaidError, said

_DIFF, _REASON, _SEARCH = 20_000, 200, 60
"""Characters shown of a difference, kept of a reason, looked for; at most."""

_REVIEWED = 180
"""Days after which a new answer must be read again, unless something else is typed."""

_USUAL = "bot-guide"
"""Source that is proposed for an answer that states no figure."""


@dataclass
class Sheet:
    """A form about one file."""

    target: str
    """What an act calls what is edited: an id, `phrases.…` or `places.…`."""
    title: str
    """How it is called in the audit."""
    file: Path
    """The file, relative to the folder of the knowledge."""
    values: dict[str, str]
    """The fields as typed."""
    mistakes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is wrong, by field."""
    diff: str = ""
    """What would be changed."""
    changed: str = ""
    """What another has changed of the file since the form was opened."""
    stamp: str = ""
    """Stands for the file as it is now."""
    preview: Preview = field(default_factory=Preview)
    """The answer of a new intent as residents will read it."""
    ready: bool = False
    """Whether it can be published as it stands."""
    why: str = ""
    """The reason that was given."""
    group: Group | None = None
    """The unanswered questions that it answers."""


class Pieces:
    """The pages."""

    def __init__(self, views: Views) -> None:
        """Take what shows pages."""
        self._views, self._ground = views, views.ground

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
        text, _ = await self._read(pieces.PHRASES)
        words = request.query.get("words", "")[:_SEARCH].strip()
        found = {name: said for name, said in pieces.phrases(text).items() if words in said or words == name}
        return await self._views.page(request, "phrases", phrases=found, words=words)

    async def phrase(self, request: web.Request) -> web.StreamResponse:
        """Show a fixed sentence in a form, look at it, publish it."""
        name, given = request.match_info["name"], await form(request)
        text, stamp = await self._read(pieces.PHRASES)
        now = pieces.phrases(text).get(name)
        if now is None:
            raise web.HTTPNotFound
        draft = await self._draft(request, pieces.PHRASES)
        value = given.get("text", pieces.phrases(draft.after).get(name, now) if draft else now)
        lines = [line.rstrip() for line in value[: forms.LONGEST].replace("\r\n", "\n").strip().split("\n")]
        title, values = now.partition("\n")[0][:20], {"text": "\n".join(lines)}
        sheet = Sheet(f"phrases.{name}", title, pieces.PHRASES, values, stamp=stamp)
        spans = partial(_of_phrase, name)
        await self._settle(request, sheet, text, partial(pieces.with_phrase, text, name, sheet.values["text"]), spans)
        return await self._views.page(request, "phrase", key=name, now=now, sheet=sheet, others=OTHERS)

    async def place(self, request: web.Request) -> web.StreamResponse:
        """Show a district in a form, look at it, publish it."""
        name, given = request.match_info["name"], await form(request)
        text, stamp = await self._read(pieces.PLACES)
        if name not in self._views.faq.places.districts:
            raise web.HTTPNotFound
        draft = await self._draft(request, pieces.PLACES)
        try:
            before = pieces.district(draft.after if draft else text, name)
        except SaidError as error:
            return await self._views.told(request, error.said.say(), status=409, back="/places")
        values = {one: given.get(one, before[one])[: forms.LONGEST] for one in pieces.DISTRICT}
        sheet = Sheet(f"places.{name}", name, pieces.PLACES, values, stamp=stamp)
        spans = partial(pieces.district_spans, name=name)
        await self._settle(request, sheet, text, partial(pieces.with_district, text, name, values), spans)
        return await self._views.page(request, "place", key=name, sheet=sheet, others=OTHERS)

    async def new(self, request: web.Request) -> web.StreamResponse:
        """Show a form about a new intent, look at it, publish it."""
        await self._ground.refresh()
        given, faq = await form(request), self._views.faq
        chosen = (await request.post()).getall("sources", ())
        sheet = await self._begun(request, {**given, "sources": " ".join(map(str, chosen))} if given else given)
        if request.method == "POST":
            sheet.values["name"] = sheet.values["name"] or pieces.proposed(sheet.values["title"])
            sheet.target, sheet.title = f"{sheet.values['topic']}.{sheet.values['name']}", sheet.values["title"]
            try:
                sheet.file = self._place_of(sheet.values, faq)
                text, sheet.stamp = await self._read(sheet.file)
                if text:
                    raise SaidError(said("page_name_taken", file=sheet.file.as_posix()))
                await self._settle(request, sheet, text, partial(pieces.new_intent, sheet.values), forms.of_fields)
            except SaidError as error:
                sheet.mistakes = {"name": (error.said.say(),)}
        return await self._views.page(request, "new", sheet=sheet, others=OTHERS, usual=_USUAL)

    async def _begun(self, request: web.Request, given: Mapping[str, str]) -> Sheet:
        """Return the form as typed; else as far as an unanswered group, or a draft that was refused, fills it in."""
        group = self._ground.waiting.group(_number(given.get("group", request.query.get("group", ""))))
        values = dict.fromkeys(pieces.NEW, "")
        faq = self._views.faq
        topic = next(name for name, topic in faq.topics.items() if not topic.hidden)
        values |= {"sources": _USUAL, "office": next(iter(faq.offices)), "topic": topic}
        values["review_by"] = (dt.date.today() + dt.timedelta(days=_REVIEWED)).isoformat()
        if group is not None:
            lines = list(filter(None, map(learnable, group.wordings)))
            values |= {"questions": "\n".join(lines), "title": lines[0][:20] if lines else ""}
        draft = await self._draft(request, None)
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

    async def _settle(
        self, request: web.Request, sheet: Sheet, text: str, write: Callable[[], str], spans: Spans
    ) -> None:
        """Fill in what the checks say of the form; publish it where that is asked for and nothing is wrong."""
        if request.method != "POST":
            return
        given = await form(request)
        sheet.why, seen = given.get("why", "")[:_REASON].strip(), given.get("stamp", sheet.stamp)
        if seen != sheet.stamp:
            before = self._ground.publisher.shown(seen)
            unknown = said("page_changed_unknown").say()
            sheet.changed = unknown if before is None else difference(before, text, sheet.file)[:_DIFF]
        try:
            edit = Edit(sheet.file, text, await asyncio.to_thread(write))
        except SaidError as error:
            sheet.mistakes = {OTHERS: (error.said.say(),)}
            return
        if edit.after == text:
            sheet.mistakes = {OTHERS: (said("page_nothing_changed").say(),)}
            return
        sheet.diff = difference(text, edit.after, sheet.file)[:_DIFF]
        looked = await asyncio.to_thread(self._ground.drafts.look, [edit], spans, hasty=False)
        sheet.mistakes = looked.mistakes
        if looked.faq is not None:
            sheet.preview = preview(looked.faq, sheet.target, dt.date.today())
        sheet.ready = not looked.mistakes and not sheet.changed
        if sheet.ready and given.get("do") == "publish":
            await self._publish(request, sheet, [edit])

    async def _publish(self, request: web.Request, sheet: Sheet, edits: Sequence[Edit]) -> None:
        """Have `edits` published. Raises HTTPSeeOther."""
        number, person = self._ground.number(), request[SESSION].person
        await asyncio.to_thread(self._ground.publisher.edits.keep, number, edits)
        numbers = sheet.group.numbers if sheet.group else ()
        who = (number, time.time(), person.role, person.who)
        await self._ground.write(Act(*who, Deed.EDIT, sheet.target, sheet.title, sheet.why, None, numbers))
        raise web.HTTPSeeOther(f"/acts/{number}")

    async def _draft(self, request: web.Request, file: Path | None) -> Edit | None:
        """Return the edit of `file`, by default of any, in the refused act that the address names."""
        number = _number(request.query.get("draft", ""))
        if not number or not self._views.may(request, self._ground.opinions.acts.get(number)):
            return None
        edits = await asyncio.to_thread(self._ground.publisher.edits.of, number)
        return next((one for one in edits if file in (None, one.file)), None)

    async def _read(self, file: Path) -> tuple[str, str]:
        await self._ground.refresh()
        try:
            return await asyncio.to_thread(self._ground.publisher.read, file)
        except (OSError, UnicodeDecodeError) as error:
            raise web.HTTPNotFound from error


def _of_phrase(name: str, text: str) -> dict[str, range]:
    spans = forms.spans(text)
    return {"text": spans[name]} if name in spans else {}


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else 0
