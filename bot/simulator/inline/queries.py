"""Inline queries that wait for the bot, the results it has answered, and what Telegram refuses of them."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.simulator.entities import read_html, units
from bot.simulator.markup import checked as checked_markup
from bot.simulator.refusal import Json, bad

RESULTS = 50
"""Most results of one answer."""

LONGEST_QUERY = 256
"""Most characters of a query; of a longer one the bot is told the beginning."""

LONGEST_ID = 64
"""Most bytes of a result's id, and of the next offset."""

WITHIN = 10.0
"""Seconds within which a query must be answered: an assumption, for Telegram does not publish how many."""

GUEST_WITHIN = 60.0
"""The same for who calls the bot in a group that it is not in."""

CACHED = 300
"""Seconds for which results are kept if the bot does not say."""

_KEPT = 1_000
_LONGEST_TEXT = 4_096
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass
class Typed:
    """A query as somebody has typed it."""

    query: str
    """What was typed behind the bot's name."""
    user: int
    """Who typed it."""
    at: float
    """When, in the clock's seconds."""
    results: list[Json] | None = None
    """What the bot has answered; None: nothing yet."""
    button: Json | None = None
    """The button above the results; None: there is none."""


class Queries:
    """All inline queries of one server."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start with none."""
        self._clock = clock
        self._typed: OrderedDict[str, Typed] = OrderedDict()
        self._cache: dict[tuple[str, int | None], tuple[float, Typed]] = {}
        self._guests: OrderedDict[str, tuple[float, Json]] = OrderedDict()
        self._count = 0

    def typed(self, query: str, user: int) -> tuple[str, bool]:
        """Note a query; return its id, and whether the bot has to be asked: what is cached is answered at once."""
        self._count += 1
        number, query = f"{int(self._clock())}{self._count:06}", query[:LONGEST_QUERY]
        one = self._typed[number] = Typed(query, user, self._clock())
        while len(self._typed) > _KEPT:
            self._typed.popitem(last=False)
        for key in ((query, None), (query, user)):
            until, known = self._cache.get(key, (0.0, one))
            if self._clock() < until:
                one.results, one.button = known.results, known.button
                return number, False
        return number, True

    def summoned(self, message: Json) -> str:
        """Note that the bot is called by `message` where it is no member; return the id of the query."""
        self._count += 1
        number = f"guest{int(self._clock())}{self._count:06}"
        self._guests[number] = (self._clock(), message)
        while len(self._guests) > _KEPT:
            self._guests.popitem(last=False)
        return number

    def guest(self, number: str, result: Any) -> tuple[Json, Json]:
        """Return the message that called the bot, and what the bot says to it. Raises Refusal."""
        at, message = self._guests.get(number, (0.0, {}))
        if not message or self._clock() - at > GUEST_WITHIN:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        content: Json = _checked(result)["message"]
        del self._guests[number]
        return message, content

    def of(self, number: str) -> Typed:
        """Return a query by its id. Raises KeyError."""
        return self._typed[number]

    def answer(self, fields: Json) -> bool:
        """Take the bot's results for a query. Raises Refusal."""
        one = self._typed.get(fields["inline_query_id"])
        if one is None or self._clock() - one.at > WITHIN or one.results is not None:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(fields.get("next_offset", "").encode()) > LONGEST_ID:
            raise bad("NEXT_OFFSET_INVALID")
        results = [_checked(result) for result in fields["results"]]
        if len(results) > RESULTS:
            raise bad("RESULTS_TOO_MUCH")
        if len({result["id"] for result in results}) < len(results):
            raise bad("RESULT_ID_DUPLICATE")
        one.button = _button(fields.get("button"))
        one.results = results
        owner = one.user if fields.get("is_personal") else None
        self._cache[one.query, owner] = (self._clock() + fields.get("cache_time", CACHED), one)
        while len(self._cache) > _KEPT:
            del self._cache[next(iter(self._cache))]
        return True


def _checked(result: Any) -> Json:
    """Return a result with the message that choosing it sends. Raises Refusal."""
    if not isinstance(result, dict) or result.get("type") != "article":
        raise bad("can't parse inline query result: this server knows articles")
    if not isinstance(result.get("id"), str) or not 1 <= len(result["id"].encode()) <= LONGEST_ID:
        raise bad("RESULT_ID_INVALID")
    if not isinstance(result.get("title"), str) or not result["title"].strip():
        raise bad("can't parse inline query result: article title is empty")
    content = result.get("input_message_content")
    if not isinstance(content, dict) or not isinstance(content.get("message_text"), str):
        raise bad("can't parse inline query result: message content is not specified")
    if content.get("parse_mode", "").lower() == "html":
        text, entities = read_html(content["message_text"])
    else:
        text, entities = content["message_text"].strip(), []
    if not text:
        raise bad("message text is empty")
    if units(text) > _LONGEST_TEXT:
        raise bad("message is too long")
    markup = checked_markup(result.get("reply_markup"))
    message: Json = {"text": text, **({"entities": entities} if entities else {})}
    return {**result, "message": {**message, **({"reply_markup": markup} if markup else {})}}


def _button(button: Json | None) -> Json | None:
    if button is None:
        return None
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad("can't parse inline query results button: text is empty")
    if ("start_parameter" in button) == ("web_app" in button):
        raise bad("can't parse inline query results button: exactly one action is wanted")
    if "start_parameter" in button and not _START.fullmatch(str(button["start_parameter"])):
        raise bad("START_PARAM_INVALID")
    return button
