"""How the bot introduces itself: commands by who sees them, name, descriptions, menu button."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping

from telegram.error import TelegramError

from bot.channels.telegram.admin.pages import commands_of
from bot.channels.telegram.admin.roles import Roles
from bot.channels.telegram.api import Api
from bot.channels.telegram.respond import Responder
from faq.knowledge.phrases import Phrases

log = logging.getLogger(__name__)

LANGUAGES = ("", "zh")
"""Everybody, and those whose app speaks Chinese: what was once set for these would hide what is set for all."""


async def introduce(phrases: Phrases, api: Api, roles: Roles | None = None) -> None:
    """Set what differs from what the bot says of itself now: Telegram limits these calls hard."""
    for name, where, field, value in (*_wanted(phrases), *_of_admins(phrases, roles or Roles())):
        try:
            told = await api.call(f"get{name}", where)
            now = told.get(field) if isinstance(told, dict) and name != "ChatMenuButton" else told
            if not _same(now, value):
                await api.call(f"set{name}", {**where, field: value})
        except TelegramError as error:
            log.warning("%s could not be set (%s); the bot serves all the same", name, error)


def _wanted(phrases: Phrases) -> Iterator[tuple[str, dict[str, object], str, object]]:
    """Yield the name of each thing, for whom it is, the field that holds it and what it is to be."""
    everything = _commands(phrases, in_groups=False)
    scopes: Mapping[str, list[dict[str, str]]] = {
        "default": everything,
        "all_private_chats": everything,
        "all_group_chats": _commands(phrases, in_groups=True),
    }
    for language in LANGUAGES:
        spoken: dict[str, object] = {"language_code": language} if language else {}
        for scope, commands in scopes.items():
            yield "MyCommands", {"scope": {"type": scope}, **spoken}, "commands", commands
        yield "MyName", spoken, "name", phrases.bot_name
        yield "MyDescription", spoken, "description", phrases.about
        yield "MyShortDescription", spoken, "short_description", phrases.about_short
    yield "ChatMenuButton", {}, "menu_button", {"type": "commands"}


def _of_admins(phrases: Phrases, roles: Roles) -> Iterator[tuple[str, dict[str, object], str, object]]:
    """Yield the same for the chats of admins, who have commands of their own before the others."""
    everything = _commands(phrases, in_groups=False)
    for user in roles.everybody:
        mine = commands_of(roles.of(user), page=roles.page)
        own = [{"command": name, "description": line} for name, line in mine.items()]
        yield "MyCommands", {"scope": {"type": "chat", "chat_id": user}}, "commands", [*own, *everything]


def _commands(phrases: Phrases, *, in_groups: bool) -> list[dict[str, str]]:
    shown = ((name, one) for name, one in Responder.commands.items() if one.in_groups or not in_groups)
    return [{"command": name, "description": one.line(phrases)} for name, one in shown]


def _same(now: object, wanted: object) -> bool:
    """Tell whether two values are the same, whatever the order of their fields."""
    return json.dumps(now, sort_keys=True) == json.dumps(wanted, sort_keys=True)
