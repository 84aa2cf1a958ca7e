"""Every method of the Bot API that the server knows, with its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator import receiving, sending
from bot.simulator.parameters import Reader, array, boolean, integer, number, string, thing, upload
from bot.simulator.refusal import Json
from bot.simulator.simulator import Simulator

Handler = Callable[[Simulator, Json], Any]
"""Carries a method out and returns its result, or an awaitable of it. Raises Refusal."""


@dataclass(frozen=True)
class Method:
    """A method of the Bot API."""

    handler: Handler
    """Carries it out."""
    known: Mapping[str, Reader] = field(default_factory=dict)
    """Its parameters and how each is read; others are refused."""
    required: tuple[str, ...] = ()
    """Parameters that may not be missing."""


_LANGUAGE: dict[str, Reader] = {"language_code": string}
_SENDING: dict[str, Reader] = {
    "chat_id": string,
    "message_thread_id": integer,
    "disable_notification": boolean,
    "protect_content": boolean,
    "allow_paid_broadcast": boolean,
    "message_effect_id": string,
    "reply_parameters": thing,
    "reply_to_message_id": integer,
    "allow_sending_without_reply": boolean,
    "reply_markup": thing,
    "parse_mode": string,
}
_TEXT: dict[str, Reader] = {
    "text": string,
    "entities": array,
    "link_preview_options": thing,
    "disable_web_page_preview": boolean,
}
_CAPTION: dict[str, Reader] = {"caption": string, "caption_entities": array, "show_caption_above_media": boolean}
_MESSAGE: dict[str, Reader] = {
    "chat_id": string,
    "message_id": integer,
    "inline_message_id": string,
    "business_connection_id": string,
    "reply_markup": thing,
}
_WEBHOOK: dict[str, Reader] = {
    "url": string,
    "secret_token": string,
    "max_connections": integer,
    "allowed_updates": array,
    "drop_pending_updates": boolean,
    "ip_address": string,
    "certificate": upload,
}
_POLL: dict[str, Reader] = {"offset": integer, "limit": integer, "timeout": number, "allowed_updates": array}
_COMMANDS: dict[str, Reader] = {"scope": thing, **_LANGUAGE}
_PRESS: dict[str, Reader] = {
    "callback_query_id": string,
    "text": string,
    "show_alert": boolean,
    "url": string,
    "cache_time": integer,
}
_ACTION: dict[str, Reader] = {
    "chat_id": string,
    "action": string,
    "message_thread_id": integer,
    "business_connection_id": string,
}
_EDIT: dict[str, Reader] = {**_MESSAGE, **_TEXT, "parse_mode": string}
_CHAT: dict[str, Reader] = {"chat_id": string}

_INLINE: dict[str, Reader] = {
    "inline_query_id": string,
    "results": array,
    "cache_time": integer,
    "is_personal": boolean,
    "next_offset": string,
    "button": thing,
}

METHODS: dict[str, Method] = {
    "getMe": Method(receiving.get_me),
    "getUpdates": Method(receiving.get_updates, _POLL),
    "setWebhook": Method(receiving.set_webhook, _WEBHOOK, ("url",)),
    "deleteWebhook": Method(receiving.delete_webhook, {"drop_pending_updates": boolean}),
    "getWebhookInfo": Method(receiving.get_webhook_info),
    "sendMessage": Method(sending.send_message, {**_SENDING, **_TEXT}, ("chat_id", "text")),
    "sendPhoto": Method(sending.send_file("photo"), {**_SENDING, **_CAPTION, "photo": upload}, ("chat_id", "photo")),
    "sendDocument": Method(
        sending.send_file("document"),
        {**_SENDING, **_CAPTION, "document": upload, "disable_content_type_detection": boolean},
        ("chat_id", "document"),
    ),
    "sendContact": Method(
        sending.send_contact,
        {**_SENDING, "phone_number": string, "first_name": string, "last_name": string, "vcard": string},
        ("chat_id", "phone_number", "first_name"),
    ),
    "editMessageText": Method(sending.edit_message_text, _EDIT, ("text",)),
    "editMessageReplyMarkup": Method(sending.edit_message_reply_markup, _MESSAGE),
    "deleteMessage": Method(
        sending.delete_message, {"chat_id": string, "message_id": integer}, ("chat_id", "message_id")
    ),
    "answerCallbackQuery": Method(sending.answer_callback_query, _PRESS, ("callback_query_id",)),
    "answerInlineQuery": Method(
        lambda simulator, fields: simulator.inline.answer(fields), _INLINE, ("inline_query_id", "results")
    ),
    "answerGuestQuery": Method(
        sending.answer_guest_query, {"guest_query_id": string, "result": thing}, ("guest_query_id", "result")
    ),
    "sendChatAction": Method(sending.send_chat_action, _ACTION, ("chat_id", "action")),
    "getChat": Method(receiving.get_chat, _CHAT, ("chat_id",)),
    "leaveChat": Method(receiving.leave_chat, _CHAT, ("chat_id",)),
    "setMyCommands": Method(receiving.set_my_commands, {"commands": array, **_COMMANDS}, ("commands",)),
    "getMyCommands": Method(receiving.get_my_commands, _COMMANDS),
    "deleteMyCommands": Method(receiving.delete_my_commands, _COMMANDS),
    "setMyName": Method(receiving.set_text("name"), {"name": string, **_LANGUAGE}),
    "getMyName": Method(receiving.get_text("name"), _LANGUAGE),
    "setMyDescription": Method(receiving.set_text("description"), {"description": string, **_LANGUAGE}),
    "getMyDescription": Method(receiving.get_text("description"), _LANGUAGE),
    "setMyShortDescription": Method(
        receiving.set_text("short_description"), {"short_description": string, **_LANGUAGE}
    ),
    "getMyShortDescription": Method(receiving.get_text("short_description"), _LANGUAGE),
    "setChatMenuButton": Method(receiving.set_chat_menu_button, {"menu_button": thing, "chat_id": integer}),
    "getChatMenuButton": Method(lambda simulator, _fields: simulator.profile.menu_button, {"chat_id": integer}),
}
"""Every method that this server knows, by its name in the Bot API."""

BY_SMALL_NAME = {name.lower(): method for name, method in METHODS.items()}
"""The same by the name in small letters: Telegram does not mind the case."""
