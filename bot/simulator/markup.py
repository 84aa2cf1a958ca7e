"""Check the keyboards below a message."""

from __future__ import annotations

from typing import Any

from bot.simulator.entities import units
from bot.simulator.refusal import Json, bad

ROW = 8
"""Most inline buttons side by side."""

BUTTONS = 100
"""Most inline buttons below one message."""

DATA = 64
"""Most bytes of callback data."""

COPIED = 256
"""Most characters that a button copies."""

PLACEHOLDER = 64
"""Most characters shown in the empty input field."""

_REQUESTS = {"request_contact": "phone number", "request_location": "location", "request_poll": "poll"}
"""What a key may ask for, as Telegram names it when it refuses that in groups."""

_FLAGS = ("is_persistent", "resize_keyboard", "one_time_keyboard", "selective", "remove_keyboard", "force_reply")

QUERY = 256
"""Most characters of a query that a button begins."""

_CHOSEN = "switch_inline_query_chosen_chat"
_ACTIONS = {
    *("callback_data", "url", "copy_text", "web_app"),
    *("switch_inline_query", "switch_inline_query_current_chat", _CHOSEN),
}
_CHATS = {"allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats"}
_KEYBOARDS = {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"}


def checked(markup: Json | None, *, private: bool = True) -> Json | None:
    """Return `markup` as a message of a chat, `private` or not, carries it, None for none. Raises Refusal."""
    if not markup:
        return None
    if not _KEYBOARDS & set(markup):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        return {"inline_keyboard": _inline(markup["inline_keyboard"])} if markup["inline_keyboard"] else None
    _check_keys(markup, private=private)
    return None if markup.get("keyboard") == [] else markup


def _check_keys(markup: Json, *, private: bool) -> None:
    """Check what stands in place of the resident's own keyboard."""
    for button in _buttons(markup.get("keyboard", []), "keyboard"):
        _check_key(button, private=private)
    if units(str(markup.get("input_field_placeholder", "-"))) not in range(1, PLACEHOLDER + 1):
        raise bad("input field placeholder must be 1-64 characters long")
    for name, value in markup.items():
        if name in _FLAGS and not isinstance(value, bool):
            raise bad(f'can\'t parse reply keyboard markup: field "{name}" must be of type Boolean')
        if name not in (*_FLAGS, "keyboard", "input_field_placeholder"):
            raise bad(f'can\'t parse reply keyboard markup: unknown field "{name}"')


def inline_alone(markup: Json | None) -> Json | None:
    """Return the `markup` of a message that is edited: only inline buttons can be changed. Raises Refusal."""
    if markup and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    return checked(markup)


def _check_key(key: Any, *, private: bool) -> None:
    """Check a key of a reply keyboard."""
    text = key if isinstance(key, str) else key.get("text") if isinstance(key, dict) else None
    if not isinstance(text, str) or not text:
        raise bad('can\'t parse keyboard button: field "text" must be a non-empty string')
    asked = set(key) - {"text"} if isinstance(key, dict) else set()
    if len(asked) > 1 or asked - set(_REQUESTS):
        raise bad(f"can't parse keyboard button: exactly one request is allowed, given {sorted(asked)}")
    for name in asked:
        if not private:
            raise bad(f"{_REQUESTS[name]} can be requested in private chats only")


def _inline(rows: Any) -> list[list[Json]]:
    buttons = _buttons(rows, "inline keyboard")
    if any(len(row) > ROW for row in rows) or len(buttons) > BUTTONS:
        raise bad("reply markup is too long")
    for button in buttons:
        _check_inline(button)
    return [row for row in rows if row]


def _buttons(rows: Any, kind: str) -> list[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(f"can't parse {kind}: it must be an Array of Arrays of buttons")
    return [button for row in rows for button in row]


def _check_inline(button: Any) -> None:
    where = "can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise bad(f"{where}: it must be an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad(f'{where}: field "text" must be a non-empty string')
    actions = _ACTIONS & set(button)
    if not actions:
        raise bad(f"{where}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1 or set(button) - _ACTIONS - {"text"}:
        raise bad(f"{where}: exactly one action is allowed, given {sorted(set(button) - {'text'})}")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= DATA:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in button and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "copy_text" in button:
        _check_copied(button["copy_text"])
    if _CHOSEN in button:
        _check_chosen(button[_CHOSEN], where)


def _check_copied(copied: Any) -> None:
    """Refuse a button that copies nothing, or too much."""
    text = copied.get("text") if isinstance(copied, dict) else None
    if not isinstance(text, str) or not 1 <= units(text) <= COPIED:
        raise bad("BUTTON_COPY_TEXT_INVALID")


def _check_chosen(asked: Any, where: str) -> None:
    """Refuse a button that begins an inline query in a chat to be chosen, if it is not as it must be."""
    if not isinstance(asked, dict) or set(asked) - _CHATS - {"query"} or len(asked.get("query", "")) > QUERY:
        raise bad(f"{where}: can't parse SwitchInlineQueryChosenChat")
    if not any(asked.get(kind) for kind in _CHATS):
        raise bad(f"{where}: at least one kind of chats must be allowed")
