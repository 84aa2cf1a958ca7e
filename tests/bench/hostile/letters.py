"""Updates as Telegram sends them, and as it never should."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from tests.bench.hostile.telegram import ME

Json = dict[str, object]

_CHATS = itertools.count(10_000)
_IDS = itertools.count(5_000)
NAME = str(ME["username"])
FILE: Json = {"file_id": "a", "file_unique_id": "b", "width": 90, "height": 90, "duration": 3, "length": 3}
MEDIA: dict[str, object] = {
    "photo": [FILE],
    "video": FILE,
    "document": FILE,
    "animation": FILE,
    "voice": FILE,
    "audio": FILE,
}
"""Kinds of messages that bear a caption."""


def chat() -> int:
    """Return a resident that nobody has been yet."""
    return next(_CHATS)


def person(number: int, name: str = "r") -> Json:
    """Return a user."""
    return {"id": number, "is_bot": False, "first_name": name}


def private(resident: int, **content: object) -> Json:
    """Return a message of `resident` to the bot."""
    about = {"id": resident, "type": "private", "first_name": "r"}
    return {"message": _message(about, person(resident), content)}


def text(resident: int, words: str) -> Json:
    """Return a text of `resident`."""
    return private(resident, text=words)


def group(number: int, user: int, content: dict[str, object]) -> Json:
    """Return a message of `user` in the group `number`, which is negative."""
    about = {"id": number, "type": "supergroup", "title": "g"}
    replied = content.get("reply_to_message")
    if isinstance(replied, dict):
        content = {**content, "reply_to_message": {**replied, "chat": about}}
    return {"message": _message(about, person(user), content)}


def press(resident: int, data: object, **more: object) -> Json:
    """Return a press of a button with `data` below a message of the bot."""
    about = {"id": resident, "type": "private", "first_name": "r"}
    message = {"message_id": 7, "date": int(time.time()), "chat": about, "from": ME, "text": "x"}
    query = {"id": str(next(_IDS)), "from": person(resident), "chat_instance": "1", "message": message, "data": data}
    return {"callback_query": {**query, **more}}


def entity(kind: str, words: str, part: str, **more: object) -> Json:
    """Return an entity of `kind` over `part` of `words`."""
    before = words.partition(part)[0]
    return {"type": kind, "offset": _units(before), "length": _units(part), **more}


def _units(words: str) -> int:
    return len(words.encode("utf-16-le", errors="surrogatepass")) // 2


def _message(about: Json, user: Json, content: dict[str, object]) -> Json:
    message: Json = {"message_id": next(_IDS), "date": int(time.time()), "chat": about, "from": user, **content}
    words = content.get("text")
    if isinstance(words, str) and words.startswith("/") and "entities" not in content:
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(words.split(maxsplit=1)[0])}]
    return message


def odd(resident: int) -> Iterator[tuple[str, Json | str]]:
    """Yield updates that cannot be served, each with its name; not one may keep the next from being served."""
    now = int(time.time())
    here: Json = {"id": resident, "type": "private", "first_name": "r"}
    good: Json = {"message_id": 1, "date": now, "chat": here, "from": person(resident), "text": "hi"}
    without = {f"message without {key}": {k: v for k, v in good.items() if k != key} for key in good}
    wrong: dict[str, object] = {"null": None, "number": 5, "list": [], "object": {}, "text": "x", "true": True}
    for name, message in without.items():
        yield name, {"message": message}
    for key in ("chat", "from", "text", "entities", "photo", "reply_to_message", "date", "message_id", "caption"):
        for name, value in wrong.items():
            yield f"{key} is {name}", {"message": {**good, key: value}}
    for kind in ("message", "callback_query", "my_chat_member"):
        for name, value in wrong.items():
            yield f"{kind} is {name}", {kind: value}
    for name, value in {**wrong, "surrogate": "\ud800", "huge": 2**80, "fraction": 1.5, "nought": 0}.items():
        yield f"chat id is {name}", {"message": {**good, "chat": {**here, "id": value}}}
        yield f"user id is {name}", {"message": {**good, "from": {**person(1), "id": value}}}
        yield f"chat type is {name}", {"message": {**good, "chat": {**here, "type": value}}}
    for name, value in {**wrong, "missing chat": {"message_id": 1, "date": now}, "dateless": {"date": 0}}.items():
        yield f"press on {name}", press(resident, "m:", message=value)
        yield f"press with data {name}", press(resident, value)
    yield from _broken(resident, here, good)


def _broken(resident: int, here: Json, good: Json) -> Iterator[tuple[str, Json | str]]:
    """Yield updates that are broken in ways of their own."""
    yield "press without from", {"callback_query": {"id": "1", "chat_instance": "x", "data": "m:"}}
    yield (
        "press in no chat",
        {"callback_query": {"id": "1", "chat_instance": "x", "data": "m:", "from": person(resident)}},
    )
    yield "member without status", {"my_chat_member": {"chat": here, "from": person(resident), "date": 1}}
    yield "entities beyond the text", {"message": {**good, "entities": [{"type": "bold", "offset": 9**9, "length": 9}]}}
    yield "entity before the text", {"message": {**good, "entities": [{"type": "mention", "offset": -5, "length": -1}]}}
    yield "lone surrogate", {"message": {**good, "text": "低保\ud800怎么申请"}}
    yield "reply to reply to itself", {"message": {**good, "reply_to_message": {**good, "reply_to_message": good}}}
    for date in (10**12, 10**20, -(10**12), -1):
        yield f"date is {date}", {"message": {**good, "date": date}}
    yield "channel post", {"channel_post": good}
    yield "an unknown kind", {"novelty": {"x": 1}}
    yield "nothing", {}
    yield "no update_id", '{"message": {"message_id": 1, "date": 1, "text": "x"}}'
    for name in ("null", "[]", "5", '"x"', "true", "[null]", "{}"):
        yield f"the update is {name}", name
    for name in (
        '"abc"',
        "null",
        "-1",
        "1.5",
        "1e400",
        "NaN",
        "true",
        "99999999999999999999999",
        "9223372036854775808",
    ):
        yield f"update_id is {name}", f'{{"update_id": {name}, "message": {{"message_id": 1}}}}'
    deep = "[" * 30_000 + "]" * 30_000
    yield "deep list", f'{{"update_id": @next, "message": {{"entities": {deep}}}}}'.replace("@next", '"@next"')
