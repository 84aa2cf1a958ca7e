"""The buttons of the cards for admins: their callback data, and the keyboards."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from bot.channels.telegram.desk.keys import Verb, button
from bot.channels.telegram.showing.rows import Row
from bot.desk.groups import Group
from faq.knowledge.types import Faq, Intent
from faq.said import said

LONGEST = 64
"""Bytes of callback data that Telegram takes."""

_LABEL = 24
"""Most characters of a title on a button."""


class Does(StrEnum):
    """What a button does."""

    NEXT = "c"
    """Show the first group that waits, as a new message."""
    CARD = "b"
    """Show the card of a group again."""
    CHOOSE = "a"
    """Choose an intent for a group."""
    SEARCH = "s"
    """Look for an intent by words."""
    INTENT = "i"
    """Show what a group assigned to an intent would change."""
    WORDING = "w"
    """Write the line in other words."""
    ACCEPT = "y"
    """Have it learned and published."""
    DECLINE = "d"
    """Show what it would change if the group is to be declined."""
    NEW = "n"
    """Note that the group needs an answer of its own."""
    IGNORE = "x"
    """Show the group, and what is like it, no more."""
    LATER = "l"
    """Show the group tomorrow again."""
    UNDO = "u"
    """Take a publication back."""
    INSIST = "f"
    """Publish what the gate has refused for what the edit is not behind."""


class AdminPress(NamedTuple):
    """A press on a button of a card."""

    does: Does
    """What to do."""
    number: int = 0
    """Number of the group, or of the act."""
    target: str = ""
    """Intent, or place in out_of_scope.yaml."""
    stamp: str = ""
    """Stands for what was shown."""

    def data(self) -> str:
        """Return what stands behind `Verb.ADMIN`.

        >>> AdminPress(Does.INTENT, 481, 'dibao.apply').data()
        'i:481:dibao.apply:'
        """
        return f"{self.does.value}:{self.number}:{self.target}:{self.stamp}"

    @classmethod
    def read(cls, data: str) -> AdminPress | None:
        """Return the press that `data` stands for; None: none of this version."""
        parts = data.split(":")
        if len(parts) != len(cls._fields) or parts[0] not in set(Does) or not parts[1].isascii():
            return None
        return cls(Does(parts[0]), int(parts[1]), parts[2], parts[3]) if parts[1].isdigit() else None


def key(label: str, press: AdminPress) -> dict[str, object]:
    """Return a button."""
    return button(label, Verb.ADMIN, press.data())


def next_key() -> dict[str, object]:
    """Return the button to the next group."""
    return key(said("desk_button_next").say(), AdminPress(Does.NEXT))


def of_card(group: Group) -> list[Row]:
    """Return what can become of a group."""

    def one(label: str, does: Does) -> dict[str, object]:
        return key(label, AdminPress(does, group.number))

    return [
        [one(said("desk_button_assign").say(), Does.CHOOSE), one(said("desk_button_decline").say(), Does.DECLINE)],
        [
            one(said("desk_button_new").say(), Does.NEW),
            one(said("desk_button_ignore").say(), Does.IGNORE),
            one(said("desk_button_later").say(), Does.LATER),
        ],
    ]


def of_intents(group: Group, intents: Iterable[Intent]) -> list[Row]:
    """Return the intents that a group may be assigned to, the search, and the way back."""
    rows: list[Row] = [
        [key(intent.title[:_LABEL], AdminPress(Does.INTENT, group.number, intent.id))]
        for intent in intents
        if len(f"A:{AdminPress(Does.ACCEPT, group.number, intent.id, 'x' * 10).data()}") <= LONGEST
    ]
    search = key(said("desk_button_search").say(), AdminPress(Does.SEARCH, group.number))
    return [*rows, [search, key(said("desk_button_back").say(), AdminPress(Does.CARD, group.number))]]


def of_preview(group: Group, target: str, stamp: str) -> list[Row]:
    """Return what can be done about an edit that was shown."""
    publish = key(said("desk_button_publish").say(), AdminPress(Does.ACCEPT, group.number, target, stamp))
    word = key(said("desk_button_word").say(), AdminPress(Does.WORDING, group.number, target))
    return [[publish], [word, key(said("desk_button_back").say(), AdminPress(Does.CARD, group.number))]]


def of_undo(act: int) -> list[Row]:
    """Return what can be done about a publication."""
    return [[key(said("desk_button_undo").say(), AdminPress(Does.UNDO, act)), next_key()]]


def of_insist(act: int) -> list[Row]:
    """Return what can be done about what the gate has refused by chance."""
    return [[key(said("desk_button_insist").say(), AdminPress(Does.INSIST, act)), next_key()]]


def named(faq: Faq, ids: Iterable[str]) -> list[Intent]:
    """Return the intents with these ids, as far as there are any now."""
    return [faq.intents[one] for one in ids if one in faq.intents]
