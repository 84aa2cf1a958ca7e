"""Intents: the list, and the form in which one is edited, looked at as residents will, tried and published."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.channels.admin_page.guard import SESSION
from bot.channels.admin_page.preview import preview
from bot.channels.admin_page.trials import Trial, Trials
from bot.channels.admin_page.views import Views, form, number_of
from bot.desk import deeds, forms
from bot.desk.changes import Edit
from bot.desk.drafts import OTHERS
from bot.desk.publishing import difference
from bot.store.desk.acts import Act, Deed
from faq.knowledge.types import Faq
from faq.said import SaidError, said

_SEARCH = 60
"""Characters looked for, at most."""

_DIFF = 20_000
"""Characters of a difference that are shown."""

_REASON = 200
"""Characters kept of a reason."""


@dataclass
class Shown:
    """What the form shows beside its fields."""

    values: Mapping[str, str]
    """The fields."""
    stamp: str
    """Stands for the file as it is now."""
    mistakes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is wrong, by field."""
    theirs: Mapping[str, str] = field(default_factory=dict)
    """Fields that another has changed meanwhile, as they are now, where this admin has changed them too."""
    changed: str = ""
    """What another has changed of the file meanwhile."""
    diff: str = ""
    """What would be changed."""
    bubbles: tuple[str, ...] = ()
    """The answer as residents will read it: HTML as Telegram shows it."""
    keys: tuple[tuple[str, ...], ...] = ()
    """The buttons below it, row by row."""
    ready: bool = False
    """Whether it can be published as it stands."""
    why: str = ""
    """The reason that was given."""
    day: dt.date = field(default_factory=dt.date.today)
    """Day on which the answer is shown."""


class Intents:
    """The pages about intents."""

    def __init__(self, views: Views, trials: Trials) -> None:
        """Take what shows pages, and what tries edits."""
        self._views, self._ground, self._trials = views, views.ground, trials

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses."""
        return [
            web.get("/intents", self.listed),
            web.get("/intents/{id}", self.intent),
            web.post("/intents/{id}", self.edit),
            web.get("/trials/{number}", self.trial),
        ]

    async def listed(self, request: web.Request) -> web.StreamResponse:
        """Show all intents, or those that words are about."""
        await self._ground.refresh()
        words = request.query.get("words", "")[:_SEARCH].strip()
        faq = self._views.faq
        found = deeds.found(self._ground.dialogue, words) if words else list(faq.intents.values())
        return await self._views.page(request, "intents", words=words, intents=found)

    async def intent(self, request: web.Request) -> web.StreamResponse:
        """Show the form; with `draft`, as it stood in an act that was refused, or in a trial."""
        await self._ground.refresh()
        file = self._file(request)
        text, stamp = await self._read(file)
        try:
            shown = Shown(forms.fields(text), stamp)
        except SaidError as error:
            return await self._views.told(request, error.said.say(), status=409, back="/intents")
        draft = await self._draft(request, file)
        if draft is not None:
            before = text if text == draft.after else draft.before  # published since: that is nobody else's change
            shown = self._merged(forms.fields(draft.after), file, text, stamp, before)
        self._preview(shown, self._views.faq, request.match_info["id"])
        return await self._form(request, shown)

    async def edit(self, request: web.Request) -> web.StreamResponse:
        """Look at what the form says; try or publish it where that is asked for and nothing is wrong."""
        await self._ground.refresh()
        file, given = self._file(request), await form(request)
        text, stamp = await self._read(file)
        values = forms.tidied({name: given.get(name, "") for name in forms.FIELDS})
        seen = given.get("stamp", "")
        before = text if seen == stamp else self._ground.publisher.shown(seen)
        try:
            values["sources"] = values["sources"] or forms.fields(before or text)["sources"]  # an answer has some
            shown = self._merged(values, file, text, stamp, before)
        except SaidError:  # no YAML just now: `_look` says so, and the merge is made when it is one again
            shown = Shown(values, seen)
        shown.why, shown.day = given.get("why", "")[:_REASON].strip(), _day(given.get("day", ""))
        edit = await self._look(shown, file, text, request.match_info["id"])
        do = given.get("do")
        if edit is None or shown.changed or do not in ("publish", "trial"):
            return await self._form(request, shown)
        number = self._ground.number()
        if do == "trial":
            return await self._try(request, number, edit)
        await asyncio.to_thread(self._ground.publisher.edits.keep, number, [edit])
        act = self._act(request, number, shown)
        await self._ground.write(act)
        raise web.HTTPSeeOther(f"/acts/{number}")

    async def trial(self, request: web.Request) -> web.StreamResponse:
        """Show what an edit would change."""
        await self._ground.refresh()
        number = number_of(request)
        trial = self._trials.of(number)
        if trial is None or trial.who != request[SESSION].person.who:
            raise web.HTTPNotFound
        seconds = round(asyncio.get_running_loop().time() - trial.began)
        return await self._views.page(request, "trial", trial=trial, number=number, seconds=seconds)

    async def _try(self, request: web.Request, number: int, edit: Edit) -> web.StreamResponse:
        unanswered = [one.text for one in self._ground.opinions.unanswered()]
        trial = Trial(request[SESSION].person.who, request.match_info["id"], edit, asyncio.get_running_loop().time())
        if not self._trials.begin(number, trial, unanswered):
            return await self._views.told(request, said("page_busy").say(), status=503)
        raise web.HTTPSeeOther(f"/trials/{number}")

    def _act(self, request: web.Request, number: int, shown: Shown) -> Act:
        person, title = request[SESSION].person, shown.values["title"]
        intent = request.match_info["id"]
        return Act(number, time.time(), person.role, person.who, Deed.EDIT, intent, title, shown.why, None)

    async def _draft(self, request: web.Request, file: Path) -> Edit | None:
        """Return the edit of `file` with which who is at the page goes on: of his own trial, or of an act."""
        given = request.query.get("draft", "")
        if not (given.isascii() and given.isdigit() and len(given) < 20):
            return None
        number, trial = int(given), self._trials.of(int(given))
        if trial is not None and trial.who == request[SESSION].person.who:
            return trial.edit if trial.edit.file == file else None
        if not self._views.may(request, self._ground.opinions.acts.get(number)):
            return None
        edits = await asyncio.to_thread(self._ground.publisher.edits.of, number)
        return next((one for one in edits if one.file == file), None)

    def _file(self, request: web.Request) -> Path:
        """Return the file of the intent in the address. Raises HTTPNotFound."""
        intent = request.match_info["id"]
        if intent not in self._views.faq.intents:
            raise web.HTTPNotFound
        topic, _, name = intent.partition(".")
        return Path("topics", topic, f"{name}.yaml")

    async def _read(self, file: Path) -> tuple[str, str]:
        try:
            return await asyncio.to_thread(self._ground.publisher.read, file)
        except (OSError, UnicodeDecodeError) as error:
            raise web.HTTPNotFound from error

    def _merged(self, values: dict[str, str], file: Path, text: str, stamp: str, before: str | None) -> Shown:
        """Return the form, with what another has changed since `before` where this admin has changed nothing.

        `before`: the text that this admin began with; None: not known. Raises SaidError: a text is no YAML.
        """
        if before == text:
            return Shown(values, stamp)
        was, now = forms.fields(before) if before is not None else {}, forms.fields(text)
        mine = {name: value for name, value in values.items() if value != was.get(name)}
        theirs = {name: now[name] for name in mine if now[name] not in (was.get(name), mine[name])}
        changed = difference(before, text, file)[:_DIFF] if before is not None else said("page_changed_unknown").say()
        return Shown({**now, **mine}, stamp, theirs=theirs, changed=changed)

    async def _look(self, shown: Shown, file: Path, text: str, intent: str) -> Edit | None:
        """Fill in what the checks say and what residents will read; return the edit if it may be published."""
        try:
            edit = Edit(file, text, await asyncio.to_thread(forms.written, text, shown.values))
        except SaidError as error:
            shown.mistakes = {OTHERS: (error.said.say(),)}
            return None
        if edit.after == text:
            shown.mistakes = {OTHERS: (said("page_nothing_changed").say(),)}
            self._preview(shown, self._views.faq, intent)
            return None
        shown.diff = difference(text, edit.after, file)[:_DIFF]
        looked = await asyncio.to_thread(self._ground.drafts.look, [edit])
        shown.mistakes = looked.mistakes
        if looked.faq is None:
            return None
        self._preview(shown, looked.faq, intent)
        shown.ready = not shown.changed
        return edit

    def _preview(self, shown: Shown, faq: Faq, intent: str) -> None:
        """Fill in the answer as residents will read it on that day, if it is not known where they live."""
        shown.bubbles, shown.keys = preview(faq, intent, shown.day)

    async def _form(self, request: web.Request, shown: Shown) -> web.StreamResponse:
        intent = self._views.faq.intents[request.match_info["id"]]
        return await self._views.page(
            request, "intent", intent=intent, shown=shown, kinds=forms.FIELDS, Kind=forms.Kind, others=OTHERS
        )


def _day(given: str) -> dt.date:
    """Return the day in a form; today where it is none."""
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        return dt.date.today()
