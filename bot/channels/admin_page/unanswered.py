"""What was not answered, group by group, with the five things that can be done about each; what becomes of acts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiohttp import web

from bot.channels.admin_page.guard import SESSION
from bot.channels.admin_page.views import OWNER, Views, form, number_of
from bot.desk import deeds
from bot.desk.groups import Group
from bot.desk.lines import Line
from bot.desk.wording import kind_of, learnable, target_of
from bot.store.desk.acts import Act, ByAdmin, Deed
from faq.knowledge.text import normalise
from faq.knowledge.types import Intent
from faq.said import Said, SaidError, said

_SHOWN = 30
"""Groups on the page."""

_OFFERED = 8
"""Intents offered for a group."""

_WORDS = 60
"""Characters looked for, and learned, at most."""

_REASON = 200
"""Characters kept of a reason."""

_NOTICES = {"new": "page_noted_new", "ignore": "desk_noted_ignored", "later": "desk_noted_later"}


class Unanswered:
    """The list, a group, an act."""

    def __init__(self, views: Views) -> None:
        """Take what shows pages."""
        self._views, self._ground = views, views.ground

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses."""
        return [
            web.get("/", self.groups),
            web.get("/groups/{number}", self.group),
            web.post("/groups/{number}", self.settle),
            web.get("/acts/{number}", self.act),
            web.post("/acts/{number}", self.undo),
        ]

    async def groups(self, request: web.Request) -> web.StreamResponse:
        """Show the groups that wait, or those noted as new."""
        await self._ground.refresh()
        noted = "new" in request.query
        groups = self._ground.waiting.groups(noted=noted)
        notice = _NOTICES.get(request.query.get("done", ""))
        return await self._views.page(
            request,
            "unanswered",
            groups=None if groups is None else [(group, self._likely(group)) for group in groups[:_SHOWN]],
            count=len(groups or ()),
            noted=noted,
            reasons=deeds.reasons,
            notice=said(notice).say() if notice else "",
        )

    async def group(self, request: web.Request) -> web.StreamResponse:
        """Show a group, the intents it may belong to, and what would be learned."""
        await self._ground.refresh()
        group = self._ground.waiting.group(number_of(request))
        if group is None:
            return await self._views.told(request, said("desk_gone").say(), status=404)
        query = request.query
        return await self._group(request, group, query.get("target", ""), query.get("words", ""), None)

    async def settle(self, request: web.Request) -> web.StreamResponse:
        """Do what a form says about a group."""
        await self._ground.refresh()
        group, given = self._ground.waiting.group(number_of(request)), await form(request)
        if group is None:
            return await self._views.told(request, said("desk_gone").say(), status=404)
        by, do = self._views.by(request), given.get("do", "")
        changes: tuple[ByAdmin, ...]
        match do:
            case "new":
                changes = deeds.as_new(by, group)
            case "ignore":
                changes = deeds.ignored(by, group, self._ground.waiting.traces(group))
            case "later":
                changes = deeds.later(group)
            case "learn" | "look":
                return await self._learn(request, group, given)
            case _:
                raise web.HTTPBadRequest
        await self._ground.write(*changes)
        raise web.HTTPSeeOther(f"/?done={do}")

    async def _learn(self, request: web.Request, group: Group, given: dict[str, str]) -> web.StreamResponse:
        """Have a line learned, if it is the very one that was shown, for the very file that was shown."""
        target, wording = given.get("target", ""), learnable(normalise(given.get("wording", "")[:_WORDS]))
        if not target or not deeds.is_place(self._views.faq, target):
            raise web.HTTPBadRequest
        seen = given.get("do") == "learn" and wording and given.get("shown") == wording
        if not seen:
            return await self._group(request, group, target, "", wording)
        try:
            line = Line.of(target, wording)
            changed = await asyncio.to_thread(self._ground.publisher.changed_since, line, given.get("stamp", ""))
        except OSError:
            changed = ""
        if changed is not None:
            return await self._group(request, group, target, "", wording, changed)
        version = self._ground.publisher.registry.active()
        changes = deeds.learns(self._views.by(request), group, target, wording, self._views.faq, version)
        await self._ground.write(*changes)
        raise web.HTTPSeeOther(f"/acts/{changes[0].number}" if isinstance(changes[0], Act) else "/")

    async def _group(
        self,
        request: web.Request,
        group: Group,
        target: str,
        words: str,
        wording: str | None,
        changed: str | None = None,
    ) -> web.StreamResponse:
        """Show a group; `changed`: what another has changed of the file since the line was shown."""
        dialogue, line = self._ground.dialogue, deeds.line_of(group) if wording is None else wording
        if target == "decline":
            target = target_of(kind_of(dialogue.faq, line or group.wordings[0]))
        if not deeds.is_place(dialogue.faq, target):
            raise web.HTTPNotFound
        likely = deeds.found(dialogue, words[:_WORDS]) if words else self._likely(group)
        preview, wrong = None, ""
        if target and line:
            try:
                preview = await asyncio.to_thread(self._ground.publisher.preview, Line.of(target, line))
            except (SaidError, OSError) as error:
                why: Said | str = error.said if isinstance(error, SaidError) else type(error).__name__
                wrong = said("desk_no_preview", why=why).say()
        return await self._views.page(
            request,
            "group",
            group=group,
            reasons=deeds.reasons,
            offered=list(likely)[:_OFFERED],
            words=words,
            target=target,
            declines=bool(target) and target not in dialogue.faq.intents,
            line=line,
            preview=preview,
            wrong=wrong,
            changed=changed,
        )

    def _likely(self, group: Group) -> Sequence[Intent]:
        dialogue = self._ground.dialogue
        ids = dict.fromkeys([*group.likely, *dialogue.questions.likely(group.wordings[0])])
        return [dialogue.faq.intents[one] for one in ids if one in dialogue.faq.intents]

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Show what becomes of an act."""
        await self._ground.refresh()
        return await self._act(request, self._ground.opinions.acts.get(number_of(request)))

    async def undo(self, request: web.Request) -> web.StreamResponse:
        """Take an act back, or publish it in spite of the gate."""
        await self._ground.refresh()
        number, given = number_of(request), await form(request)
        if given.get("do") == "insist":
            why = given.get("why", "")[:_REASON]
            changes = deeds.insists(self._views.by(request), self._ground.opinions.acts, number, why)
            if isinstance(changes, Said):
                return await self._views.told(request, changes.say(), status=409, back=f"/acts/{number}")
            await self._ground.write(*changes)
            raise web.HTTPSeeOther(f"/acts/{number}")
        change = deeds.undoes(self._views.by(request), self._ground.opinions.acts, number)
        if isinstance(change, Said):
            return await self._views.told(request, change.say(), status=409, back=f"/acts/{number}")
        await self._ground.write(change)
        raise web.HTTPSeeOther(f"/acts/{change.number}")

    async def _act(self, request: web.Request, act: Act | None) -> web.StreamResponse:
        if act is None or not self._views.may(request, act):
            raise web.HTTPNotFound
        undo = deeds.undoes(self._views.by(request), self._ground.opinions.acts, act.number)
        kept = self._ground.publisher.edits
        ahead = sum(one.version is None and one.at < act.at for one in self._ground.opinions.acts.values())
        edits = await asyncio.to_thread(kept.of, act.number) if act.deed == Deed.EDIT else []
        return await self._views.page(
            request,
            "act",
            act=act,
            original=self._ground.opinions.acts.get(int(act.target)) if act.deed == Deed.UNDO else act,
            undoable=not isinstance(undo, Said),
            draft=self._views.form_of(act.target) if edits and act.deed == Deed.EDIT else "",
            mine=act.who == request[SESSION].person.who,
            beside=self._ground.beside,
            owner=request[SESSION].person.role == OWNER,
            ahead=ahead if act.version is None else 0,
        )
