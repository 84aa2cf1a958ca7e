"""Whoever gets an update finds without reading it whole to which chat it belongs."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.telegram.intake.addressing import Me
from bot.channels.telegram.intake.incoming import read
from bot.channels.telegram.replicas.slots import Slots
from bot.store.replicas.locks import LEADER, SLOTS

PERSON = {"id": 131, "is_bot": False, "first_name": "r"}
ALONE = {"id": 131, "type": "private", "first_name": "r"}
GROUP = {"id": -77, "type": "group", "title": "g"}
MESSAGE = {"message_id": 1, "date": 1, "chat": ALONE, "from": PERSON, "text": "低保"}
PRESS = {"id": "1", "from": PERSON, "chat_instance": "1", "data": "m"}
BOT = {"id": 9, "is_bot": True, "first_name": "b"}
RIGHTS = {"user": BOT, "status": "member"}
CHANGE = {"chat": GROUP, "from": PERSON, "date": 1, "old_chat_member": RIGHTS, "new_chat_member": RIGHTS}


@pytest.mark.parametrize(
    "update",
    [
        {"message": MESSAGE},
        {"edited_message": {**MESSAGE, "edit_date": 2}},
        {"message": {**MESSAGE, "chat": GROUP}},
        {"callback_query": {**PRESS, "message": MESSAGE}},
        {"callback_query": {**PRESS, "message": {**MESSAGE, "chat": GROUP}}},
        {"callback_query": {**PRESS, "inline_message_id": "x"}},
        {"my_chat_member": CHANGE},
        {"my_chat_member": {**CHANGE, "chat": ALONE}},
    ],
)
def test_an_update_goes_to_the_slot_of_the_chat_whose_order_it_keeps(update: dict[str, Any]) -> None:
    slots, raw = Slots(frozenset()), {"update_id": 1, **update}
    chat = read(raw, Me(9, "b"), str).chat
    assert slots.of_update(raw) == slots.of(chat) == (LEADER if chat < 0 else 131 % SLOTS)


@pytest.mark.parametrize("kind", ["inline_query", "guest_message"])
def test_what_somebody_types_elsewhere_goes_to_one_process(kind: str) -> None:
    assert Slots(frozenset()).of_update({"update_id": 1, kind: {"id": "1", "from": PERSON}}) == 131 % SLOTS


def test_groups_admins_and_what_cannot_be_read_are_the_leaders() -> None:
    slots = Slots(frozenset({131}))
    odd: list[object] = [None, [], {}, {"message": 3}, {"message": {"chat": 3}}, {"message": {"chat": {"id": "131"}}}]
    odd += [{"callback_query": {"message": [], "from": 4}}, {"poll": {"id": "131"}}]
    assert {slots.of_update(raw) for raw in [*odd, {"message": MESSAGE}]} == {LEADER}


def test_chats_are_spread_over_all_slots() -> None:
    assert {Slots(frozenset()).of(7_000_000_000 + number) for number in range(SLOTS)} == set(range(SLOTS))
