"""What the bot says about itself: commands, name, descriptions, menu button."""

from __future__ import annotations

import re
from typing import Any

from bot.simulator.entities import units
from bot.simulator.refusal import Json, bad

COMMANDS = 100
"""Most commands."""

LONGEST = {"name": 64, "description": 512, "short_description": 120}
"""Most UTF-16 units of each text."""

SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}
"""To whom a list of commands may be shown."""

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_Key = tuple[str, str, str]


class Profile:
    """Texts by language and commands by scope and language."""

    def __init__(self) -> None:
        """Start as a bot that has said nothing about itself."""
        self._texts: dict[tuple[str, str], str] = {}
        self._commands: dict[_Key, list[Json]] = {}
        self.menu_button: Json = {"type": "default"}
        """The button beside the input field."""

    def text(self, kind: str, language: str = "") -> str:
        """Return the text of `kind` for a language, or the one for all."""
        return self._texts.get((kind, language)) or self._texts.get((kind, ""), "")

    def set_text(self, kind: str, text: str, language: str = "") -> None:
        """Set a text; empty deletes it. Raises Refusal."""
        _check_language(language)
        if units(text) > LONGEST[kind]:
            raise bad(f"{kind.replace('_', ' ')} is too long; at most {LONGEST[kind]} characters")
        self._texts[(kind, language)] = text

    def commands(self, scope: Json | None, language: str) -> list[Json]:
        """Return the commands set for exactly this scope and language. Raises Refusal."""
        return self._commands.get(_key(scope, language), [])

    def shown(self, chat_id: int) -> list[Json]:
        """Return the commands that a person sees in a chat, narrowest scope first."""
        wide = "all_group_chats" if chat_id < 0 else "all_private_chats"
        for scope, target in (("chat", str(chat_id)), (wide, ""), ("default", "")):
            for language in ("zh", ""):
                if found := self._commands.get((scope, target, language)):
                    return found
        return []

    def set_commands(self, commands: list[Any], scope: Json | None, language: str) -> None:
        """Set the commands. Raises Refusal."""
        if len(commands) > COMMANDS:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for one in commands:
            if not isinstance(one, dict) or set(one) != {"command", "description"}:
                raise bad("can't parse BotCommand: it has a command and a description")
            if not _COMMAND.fullmatch(str(one["command"]).removeprefix("/")):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= units(str(one["description"])) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self._commands[_key(scope, language)] = commands


def _key(scope: Json | None, language: str) -> _Key:
    _check_language(language)
    kind = str((scope or {}).get("type", "default"))
    if kind not in SCOPES:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    target = str((scope or {}).get("chat_id", ""))
    if kind.startswith("chat") and not target:
        raise bad("can't parse BotCommandScope: chat_id is required")
    return kind, target, language


def _check_language(language: str) -> None:
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("invalid language code specified; it has two small letters")
