"""A form about one file: filled in, looked at with what the checks say, published; and what forms have in common."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.channels.admin_page.guard import SESSION
from bot.channels.admin_page.preview import Preview, preview
from bot.channels.admin_page.views import Views, form
from bot.desk.changes import Edit
from bot.desk.drafts import OTHERS, Spans
from bot.desk.forms import FieldError
from bot.desk.groups import Group
from bot.desk.publishing import difference
from bot.store.desk.acts import Act, Deed
from faq.reading.folder import VERSION
from faq.said import SaidError, said

_DIFF, _REASON, _SEARCH = 20_000, 200, 60
"""Characters shown of a difference, kept of a reason, looked for; at most."""

REVIEWED = 180
"""Days after which a new answer must be read again, unless something else is typed."""


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
    """The answer as residents will read it, where the form is about one."""
    day: dt.date = field(default_factory=dt.date.today)
    """Day on which it is shown so."""
    ready: bool = False
    """Whether it can be published as it stands."""
    why: str = ""
    """The reason that was given."""
    group: Group | None = None
    """The unanswered questions that it answers."""


class Sheets:
    """Pages with such forms."""

    def __init__(self, views: Views) -> None:
        """Take what shows pages."""
        self.views, self.ground = views, views.ground

    async def settle(
        self, request: web.Request, sheet: Sheet, text: str, write: Callable[[], str], spans: Spans
    ) -> None:
        """Fill in what the checks say of the form; publish it where that is asked for and nothing is wrong."""
        if request.method != "POST":
            return
        given = await form(request)
        sheet.why, seen = given.get("why", "")[:_REASON].strip(), given.get("stamp", sheet.stamp)
        if seen != sheet.stamp:
            before = self.ground.publisher.shown(seen)
            unknown = said("page_changed_unknown").say()
            sheet.changed = unknown if before is None else difference(before, text, sheet.file)[:_DIFF]
        try:
            edit = Edit(sheet.file, text, await asyncio.to_thread(write))
        except SaidError as error:
            sheet.mistakes = wrong(error)
            return
        if edit.after == text:
            sheet.mistakes = {OTHERS: (said("page_nothing_changed").say(),)}
            return
        sheet.diff = difference(text, edit.after, sheet.file)[:_DIFF]
        looked = await asyncio.to_thread(self.ground.drafts.look, [edit], spans, hasty=False)
        sheet.mistakes = looked.mistakes
        if looked.faq is not None:
            sheet.preview = preview(looked.faq, sheet.target.partition(VERSION)[0], sheet.day)
        sheet.ready = not looked.mistakes and not sheet.changed
        if sheet.ready and given.get("do") == "publish":
            await self._publish(request, sheet, [edit])

    async def _publish(self, request: web.Request, sheet: Sheet, edits: Sequence[Edit]) -> None:
        """Have `edits` published. Raises HTTPSeeOther."""
        number, person = self.ground.number(), request[SESSION].person
        await asyncio.to_thread(self.ground.publisher.edits.keep, number, edits)
        numbers = sheet.group.numbers if sheet.group else ()
        who = (number, time.time(), person.role, person.who)
        await self.ground.write(Act(*who, Deed.EDIT, sheet.target, sheet.title, sheet.why, None, numbers))
        raise web.HTTPSeeOther(f"/acts/{number}")

    async def draft(self, request: web.Request, file: Path | None) -> Edit | None:
        """Return the edit of `file`, by default of any, in the refused act that the address names."""
        number = number_in(request.query.get("draft", ""))
        if not number or not self.views.may(request, self.ground.opinions.acts.get(number)):
            return None
        edits = await asyncio.to_thread(self.ground.publisher.edits.of, number)
        return next((one for one in edits if file in (None, one.file)), None)

    async def read(self, file: Path) -> tuple[str, str]:
        """Return the text of a file and its stamp. Raises HTTPNotFound."""
        await self.ground.refresh()
        try:
            return await asyncio.to_thread(self.ground.publisher.read, file)
        except (OSError, UnicodeDecodeError) as error:
            raise web.HTTPNotFound from error


def wrong(error: SaidError) -> dict[str, tuple[str, ...]]:
    """Return what cannot be written, by the field it is told beside."""
    return dict.fromkeys(error.fields if isinstance(error, FieldError) else (OTHERS,), (error.said.say(),))


def sought(request: web.Request) -> str:
    """Return the words that a list is searched for; '' for all of it."""
    return request.query.get("words", "")[:_SEARCH].strip()


def number_in(given: str) -> int:
    """Return the number in a field or an address; 0: it is none."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else 0
