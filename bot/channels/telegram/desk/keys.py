"""The buttons of the desk: their callback data and the rows that they stand in."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any, NamedTuple

from bot.channels.telegram.showing.rows import Row, packed


class Verb(StrEnum):
    """What a button of the desk does; capital letters, where those of the dialogue (`Action`) are small."""

    PERSON = "H"
    """Have the question passed on to staff."""
    END = "E"
    """End the ticket whose number follows."""
    VOTE = "V"
    """Mark an answer as good or bad: up or down, and the intent."""
    REASON = "R"
    """Say why it is bad: the reason and the intent."""
    NOTICE = "B"
    """Be told when the question whose number follows is answered."""
    CONTACT = "C"
    """Be sent the contact card of the hotline whose number follows."""
    ADMIN = "A"
    """What only admins may: see bot/channels/telegram/admin."""
    BROADCAST = "P"
    """What only owners may: see bot/channels/telegram/admin/broadcasts."""


class DeskPress(NamedTuple):
    """A press on a button of the desk."""

    verb: Verb
    """What to do."""
    target: str = ""
    """With what."""

    def data(self) -> str:
        """Return the press as callback data.

        >>> DeskPress(Verb.END, '481').data()
        'E:481'
        """
        return f"{self.verb.value}:{self.target}"


def read(data: str) -> DeskPress | None:
    """Return the press that callback `data` stands for; None: it is no button of the desk."""
    verb, _, target = data.partition(":")
    return DeskPress(Verb(verb), target) if verb in set(Verb) else None


def button(label: str, verb: Verb, target: str = "") -> dict[str, object]:
    """Return a button."""
    return {"text": label, "callback_data": DeskPress(verb, target).data()}


def keyboard(*rows: Row) -> str:
    """Return a keyboard of `rows` as JSON."""
    return json.dumps({"inline_keyboard": [list(row) for row in rows]}, ensure_ascii=False)


def with_rows(buttons: str | None, *rows: Row, beside: Row = ()) -> str:
    """Return the keyboard `buttons`, None for none, with `rows` below it and `beside` in its own last row, if they fit.

    >>> with_rows(None, [button('结束', Verb.END, '1')])
    '{"inline_keyboard": [[{"text": "结束", "callback_data": "E:1"}]]}'
    """
    known: dict[str, Any] = json.loads(buttons) if buttons else {"inline_keyboard": []}
    own: list[Row] = known["inline_keyboard"]
    if beside:
        own = [*own[:-1], *packed([*(own[-1] if own else ()), *beside])]
    return keyboard(*own, *rows)
