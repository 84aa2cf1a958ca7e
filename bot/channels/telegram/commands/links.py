"""Links that open the chat with something in mind: t.me/…?start=dibao-apply, dibao, xunxian, or two of them."""

from __future__ import annotations

import asyncio
import re

from telegram.error import TelegramError

from bot.channels.telegram.api import Api
from bot.dialogue.reply import Action, Press
from faq.knowledge.types import Faq

LONGEST = 64
"""Characters of what a link may carry: letters, digits, _ and -."""

INLINE, GUEST = "inline", "guest"
"""What the buttons of inline mode, and of answers in groups that the bot is not in, carry."""

OPENING = frozenset({INLINE, GUEST})
"""What a link may carry that only opens the chat."""

_BOTH = "--"
"""Stands between a district and what is asked there: xunxian--dibao-apply."""

_CARRIED = re.compile(r"[A-Za-z0-9_-]{1,64}")


class UnnamedError(Exception):
    """Raised when Telegram does not say what the bot is called."""


def username(token: str, server: str, proxy: str | None) -> str:
    """Ask Telegram what the bot is called. Raises UnnamedError."""

    async def ask() -> object:
        async with Api(token, server, proxy=proxy) as api:
            return await api.call("getMe")

    try:
        told = asyncio.run(ask())
    except TelegramError as error:
        raise UnnamedError(f"Telegram cannot be asked for the bot's name ({error})") from error
    name = told.get("username") if isinstance(told, dict) else None
    if not isinstance(name, str):
        raise UnnamedError("Telegram does not say what the bot is called")
    return name


def linked(carried: str, faq: Faq) -> list[Press]:
    """Return the presses that a link stands for, in order; none: it leads nowhere, or there is none.

    `carried` is what Telegram sends behind /start.
    """
    code = carried.partition(" ")[0]
    if not _CARRIED.fullmatch(code):
        return []
    found = [_press(part, faq) for part in code.split(_BOTH)[:2]]
    return [press for press in found if press] if all(found) else []


def link(target: str, faq: Faq) -> str | None:
    """Return what a link to `target` carries: an intent's id, a topic, a district, or district/intent; None: none does.

    A district is named as in places.yaml, by its name or by its `link`.
    """
    codes = {name: district.link for name, district in faq.places.districts.items()}
    parts = [codes.get(part) or part.replace(".", "-") for part in target.split("/")]
    code = _BOTH.join(parts)
    return code if len(code) <= LONGEST and linked(code, faq) else None


def address(username: str, carried: str | None = None) -> str:
    """Return the link that opens the chat with the bot of this name, with what it has in mind."""
    return f"https://t.me/{username}" + (f"?start={carried}" if carried else "")


def _press(code: str, faq: Faq) -> Press | None:
    intent_id = code.replace("-", ".")
    if intent_id in faq.intents:
        return Press(Action.ANSWER, intent_id)
    if code in faq.topics and not faq.topics[code].hidden:
        return Press(Action.TOPIC, code)
    named = [name for name, district in faq.places.districts.items() if district.link == code]
    return Press(Action.DISTRICT, named[0]) if named else None
