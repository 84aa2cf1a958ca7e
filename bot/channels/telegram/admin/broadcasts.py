"""Let owners write to everybody or to a district: /broadcast, a preview, whom to, a last question, and the progress."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from html import escape
from typing import NamedTuple

from cachetools import TTLCache
from telegram import Message

from bot.channels.telegram.admin.pages import in_place, new_page
from bot.channels.telegram.admin.roles import Role
from bot.channels.telegram.answer import Answer, Post
from bot.channels.telegram.desk.keys import Verb, button, keyboard
from bot.channels.telegram.intake.addressing import Call
from bot.channels.telegram.showing.rows import Row, packed
from bot.dialogue.dialogue import Dialogue
from bot.store.desk.acts import Act, Deed
from bot.store.desk.broadcasts import LONGEST, Broadcast, Course, Directed
from bot.store.store import Store
from faq.knowledge.text import bare
from faq.knowledge.types import Faq
from faq.said import said

COMMAND = "broadcast"
"""The command; the text may stand behind it."""

_PATIENCE = 600.0
"""Seconds for which an owner's next words are taken to be the text."""

_DRAFTS = 1_800.0
"""Seconds for which a text that was shown can be sent."""

_MOST = 100
"""Most drafts, and owners who are asked for one."""

_NOTED = 200
"""Most characters of the text that stand in the audit."""


class _Do(StrEnum):
    """What a button does."""

    TO = "t"
    """Ask for the last time, with whom it goes to."""
    BACK = "b"
    """Show once more whom it may go to."""
    SEND = "y"
    """Send it."""
    DROP = "x"
    """Send nothing."""
    PAUSE = "p"
    """Pause the sending."""
    GO_ON = "g"
    """Go on with it."""
    STOP = "s"
    """End it."""


class _Press(NamedTuple):
    """A press on a button."""

    do: _Do
    """What to do."""
    number: int
    """Number of the broadcast, or of its draft."""
    district: str = ""
    """Whose residents get it; empty: everybody."""

    def key(self, label: str) -> dict[str, object]:
        """Return the button."""
        return button(label, Verb.BROADCAST, f"{self.do.value}:{self.number}:{self.district}")

    @classmethod
    def read(cls, data: str) -> _Press | None:
        """Return the press that `data` stands for; None: none of this version."""
        do, number, *district = data.split(":")[:3] if data.count(":") == 2 else ("", "")
        if do not in set(_Do) or not (number.isascii() and number.isdigit()):
            return None
        return cls(_Do(do), int(number), "".join(district))


_COURSES: Mapping[_Do, tuple[Course, Deed]] = {
    _Do.PAUSE: (Course.PAUSED, Deed.CAST_PAUSE),
    _Do.GO_ON: (Course.RUNNING, Deed.CAST_GO_ON),
    _Do.STOP: (Course.STOPPED, Deed.CAST_STOP),
}


def progress(broadcast: Broadcast) -> tuple[str, str | None]:
    """Return how far a broadcast has come, as HTML, and the buttons below as JSON."""
    counts = {name: getattr(broadcast, name) for name in ("total", "reached", "sent", "blocked", "failed")}
    text = said(f"course_{broadcast.course.value}", whom=_whom(broadcast.district), **counts).say()
    rows = _rows(broadcast)
    return escape(text, quote=False), keyboard(*rows) if rows else None


def _rows(broadcast: Broadcast) -> list[Row]:
    """Return what an owner can do about a broadcast."""
    if broadcast.course.over:
        return []
    do, label = (
        (_Do.PAUSE, "cast_button_pause") if broadcast.course == Course.RUNNING else (_Do.GO_ON, "cast_button_go_on")
    )
    stop = _Press(_Do.STOP, broadcast.number).key(said("cast_button_stop").say())
    return [[_Press(do, broadcast.number).key(said(label).say()), stop]]


def _whom(district: str | None) -> str:
    return district or said("cast_everybody").say()


class Broadcasts:
    """Knows the pages from the text to the end of the sending."""

    def __init__(self, store: Store) -> None:
        """Take the store, which knows who may be written to."""
        self._audience, self._name = store.desk.audience, store.pseudonym
        self._drafts: TTLCache[int, tuple[int, str]] = TTLCache(_MOST, _DRAFTS)
        self._asked: TTLCache[int, int] = TTLCache(_MOST, _PATIENCE)  # by user, the update that was the text; 0: none

    def heard(self, dialogue: Dialogue, call: Call) -> Answer:
        """Answer an owner's /broadcast."""
        user = call.resident[1]
        if current := self._audience.current:
            text, buttons = progress(current)
            return Answer((Post(user, f"{escape(said('cast_busy').say(), quote=False)}\n{text}", buttons),))
        if bare(call.words):
            return self._preview(dialogue, call)
        self._asked[user] = 0
        return new_page(user, escape(said("cast_ask", most=LONGEST).say(), quote=False))

    def told(self, dialogue: Dialogue, call: Call) -> Answer | None:
        """Answer the text that an owner was asked for; None: he was not, or it tells of danger."""
        waits_for = self._asked.get(call.resident[1])
        if waits_for not in (0, call.number) or not bare(call.words) or dialogue.urgent(call.words):
            return None
        self._asked[call.resident[1]] = call.number  # another attempt at this update is answered the same
        return self._preview(dialogue, call)

    def dropped(self, user: int) -> None:
        """Ask an owner no longer for a text: he does something else."""
        self._asked.pop(user, None)

    def _preview(self, dialogue: Dialogue, call: Call) -> Answer:
        user, text = call.resident[1], call.words.strip()
        if len(text) > LONGEST:
            return new_page(user, escape(said("cast_long", count=len(text), most=LONGEST).say(), quote=False))
        self._drafts[call.number] = (user, text)
        shown = dialogue.faq.phrases.desk.broadcast.format(value=text)
        asks, rows = self._targets(dialogue.faq, call.number)
        if dialogue.questions.redact(text) != text:
            asks = f"{said('cast_personal').say()}\n{asks}"
        return Answer(
            (Post(user, escape(shown, quote=False)), Post(user, escape(asks, quote=False), keyboard(*rows))),
        )

    def _targets(self, faq: Faq, number: int) -> tuple[str, list[Row]]:
        """Return the question whom a draft goes to, and a button for each answer with how many they are."""
        counts = self._audience.by_district()
        everybody = counts.total()
        named = [name for name in faq.places.districts if counts.get(name)]
        unknown = everybody - sum(counts[name] for name in named)
        one = [_Press(_Do.TO, number).key(said("cast_button_all", count=everybody).say())]
        keys = [
            _Press(_Do.TO, number, name).key(said("cast_button_district", district=name, count=counts[name]).say())
            for name in named
        ]
        drop = [_Press(_Do.DROP, number).key(said("cast_button_drop").say())]
        return said("cast_preview", count=everybody, unknown=unknown).say(), [one, *packed(keys), drop]

    def pressed(self, dialogue: Dialogue, message: Message, data: str, number: int, user: int) -> Answer | None:
        """Answer a press of an owner, update `number`; None: it is no button of today."""
        press = _Press.read(data)
        if press is None:
            return None
        self.dropped(user)
        if known := self._audience.broadcasts.get(press.number):
            return self._directed(known, press, message, number, user)
        owner, text = self._drafts.get(press.number, (0, ""))
        if owner != user:
            return in_place(message, escape(said("cast_gone").say(), quote=False), [])
        if press.do == _Do.DROP:
            del self._drafts[press.number]
            return in_place(message, escape(said("cast_dropped").say(), quote=False), [])
        if press.do == _Do.BACK:
            asks, rows = self._targets(dialogue.faq, press.number)
            return in_place(message, escape(asks, quote=False), rows)
        return self._confirmed(press, text, message, number, user)

    def _confirmed(self, press: _Press, text: str, message: Message, number: int, user: int) -> Answer:
        """Ask for the last time, or begin."""
        district = press.district or None
        count = len(self._audience.chats(district))
        if press.do != _Do.SEND or not count:
            rows = [
                [_Press(_Do.SEND, press.number, press.district).key(said("cast_button_send").say())] if count else [],
                [
                    _Press(_Do.BACK, press.number).key(said("desk_button_back").say()),
                    _Press(_Do.DROP, press.number).key(said("cast_button_drop").say()),
                ],
            ]
            asks = said("cast_confirm" if count else "cast_nobody", whom=_whom(district), count=count).say()
            return in_place(message, escape(asks, quote=False), [row for row in rows if row])
        if self._audience.current:
            return in_place(message, escape(said("cast_wait").say(), quote=False), [])
        now = dt.datetime.now().timestamp()
        begun = Broadcast(press.number, now, text, district, count, message.chat.id, message.message_id)
        act = self._act(number, user, Deed.BROADCAST, press.district, text[:_NOTED])
        return in_place(message, progress(begun)[0], _rows(begun), (begun, act))

    def _directed(self, known: Broadcast, press: _Press, message: Message, number: int, user: int) -> Answer:
        """Pause a broadcast, go on with it, or end it; its progress is shown in this message from now on."""
        course, deed = _COURSES.get(press.do, (known.course, None))
        if known.course.over or deed is None or course == known.course:
            return in_place(message, progress(known)[0], _rows(known))
        change = Directed(known.number, course, message.chat.id, message.message_id)
        shown = known.directed(change)
        act = self._act(number, user, deed, str(known.number))
        return in_place(message, progress(shown)[0], _rows(shown), (change, act))

    def _act(self, number: int, user: int, deed: Deed, target: str, why: str = "") -> Act:
        now = dt.datetime.now().timestamp()
        return Act(number, now, Role.OWNER.value, self._name(user), deed, target, why=why)
