"""Requests that no page and no bot would make: each is refused as the asker's mistake, and the server goes on."""

from __future__ import annotations

import asyncio
import io
import json
import random
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.simulator.methods import METHODS
from bot.simulator.simulator import TOKEN, Simulator
from tests.bot.simulator.conftest import Raw

DEEP = "[" * 100_000
JSON = "application/json"


async def send(api: Simulator, head: str, body: bytes = b"") -> int:
    """Send raw bytes, as no HTTP client would let us; return the status of the answer."""
    address = urlsplit(api.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(
        head.encode("latin-1") + f"\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
    )
    try:
        line = await asyncio.wait_for(reader.readline(), 60)
        return int(line.split()[1])
    finally:
        writer.close()


async def posted(api: Simulator, path: str, bodies: list[bytes]) -> list[int]:
    """Send JSON bodies one behind the other on one connection; return the status of each answer.

    What a client does beside that takes twice as long as all that the server does.
    """
    address = urlsplit(api.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    for body in bodies:
        head = f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {JSON}\r\nContent-Length: {len(body)}"
        writer.write(head.encode() + b"\r\n\r\n" + body)
    try:
        return [await answered(reader) for _ in bodies]
    finally:
        writer.close()


async def answered(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end; return its status."""
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)).decode("latin-1").lower()
    await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r")[0]))
    return int(head.split()[1])


async def well(api: Simulator, raw: Raw) -> None:
    """See that the page opens, a resident is heard, and the bot can write."""
    async with raw.session.get(f"{api.url}/api/state") as answer:
        assert answer.status == 200
        json.loads(await answer.text(), parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    async with raw.session.get(f"{api.url}/api/events", read_bufsize=2**26) as stream:
        line = await asyncio.wait_for(stream.content.readline(), 60)
        assert json.loads(line.removeprefix(b"data: "))["event"] == "state"
    api.says("你好", 77)
    assert (await raw.done("sendMessage", chat_id=77, text="您好"))["text"] == "您好"
    await raw.done("setWebhook", url="http://127.0.0.1:9/")
    await raw.done("deleteWebhook", drop_pending_updates="true")


@pytest.mark.parametrize(
    "host",
    [
        "[::1",
        "[",
        "]",
        "[::1]]",
        "",
        "a]b",
        "[x]",
        "::1",
        "127.0.0.1@evil",
        "\xff\xfe",
        "127.0.0.1,evil",
        "x" * 4000,
        "%",
    ],
)
async def test_an_odd_host_is_refused(api: Simulator, raw: Raw, host: str) -> None:
    for path in ("/", "/api/state", f"/bot{TOKEN}/getMe", "/nosuch"):
        assert 400 <= await send(api, f"GET {path} HTTP/1.1\r\nHost: {host}") < 500
    await well(api, raw)


@pytest.mark.parametrize("origin", ["[::1", "null", "", "http://[", "http://127.0.0.1.evil", "\xff", "x" * 4000])
async def test_an_odd_origin_is_refused(api: Simulator, raw: Raw, origin: str) -> None:
    host = urlsplit(api.url).netloc
    head = f"POST /api/messages HTTP/1.1\r\nHost: {host}\r\nContent-Type: {JSON}\r\nOrigin: {origin}"
    assert await send(api, head, b"[]") == 403
    await well(api, raw)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/record?since=x", 400),
        ("GET", "/api/record?since=", 400),
        ("GET", "/api/record?since=1e9", 400),
        ("GET", f"/api/record?since={'9' * 5000}", 400),
        ("GET", "/api/record?since=-1", 200),
        ("DELETE", "/api/chats/4711", 404),
        ("DELETE", "/api/chats/-4711", 404),
        ("DELETE", "/api/chats/x", 404),
        ("DELETE", f"/api/chats/{'9' * 5000}", 404),
        ("DELETE", "/api/chats/", 404),
        ("DELETE", "/api/chats/1.5", 404),
        ("GET", "/api/chats/1", 405),
        ("PUT", "/api/messages", 405),
        ("GET", "/nosuch", 404),
        ("GET", "/api/nosuch", 404),
        ("GET", "/page/", 403),
        ("GET", "/page/nosuch.js", 404),
        ("GET", "/page/%00", 404),
        ("GET", "/page/..%2f..%2fserver.py", 404),
        ("GET", f"/page/{'x' * 5000}", 404),
        ("GET", f"/bot{TOKEN}/", 404),
        ("GET", f"/bot{TOKEN}/%00", 404),
        ("GET", f"/bot{TOKEN}/{'x' * 5000}", 404),
        ("GET", "/bot%00%ff/getMe", 401),
        ("POST", "/", 405),
    ],
)
async def test_what_is_not_there_or_no_number_is_refused(
    api: Simulator, raw: Raw, method: str, path: str, status: int
) -> None:
    head = f"{method} {path} HTTP/1.1\r\nHost: {urlsplit(api.url).netloc}"
    assert await send(api, head) == status
    await well(api, raw)


BODIES: list[bytes] = [
    b"",
    b"{",
    b"\xff\xfe",
    DEEP.encode(),
    b'{"a":' * 50_000,
    b"9" * 5000,
    b"NaN",
    b"[NaN]",
    b"[Infinity]",
    b"[1e999]",
    b"null",
    b"5",
    b'"text"',
    b"[null]",
    b"[[]]",
    b"[5]",
    b'["text"]',
    b"[true]",
    b"[{}]",
    b'{"":1}',
    b'{"user": "x"}',
]
ACTS = ["messages", "edits", "presses", "updates", "blocks", "people", "groups", "faults"]


@pytest.mark.parametrize("path", ACTS)
async def test_a_body_that_is_no_act_is_refused(api: Simulator, raw: Raw, path: str) -> None:
    before = await state(api, raw)
    for body in BODIES[:-2] if path == "updates" else BODIES:
        async with raw.session.post(f"{api.url}/api/{path}", data=body, headers={"Content-Type": JSON}) as answer:
            assert 400 <= answer.status < 500, body[:50]
    for kind in (f"{JSON}; charset=nosuch", "text/plain", "", f"{JSON}; charset=\xff"):
        async with raw.session.post(f"{api.url}/api/{path}", data=b"[]x", headers={"Content-Type": kind}) as answer:
            assert 400 <= answer.status < 500, kind
    assert await state(api, raw) == before, "nothing has happened"
    await well(api, raw)


async def state(api: Simulator, raw: Raw) -> Any:
    async with raw.session.get(f"{api.url}/api/state") as answer:
        return await answer.json()


WRONG: list[tuple[str, Any]] = [
    *(("messages", {"user": 7, "text": text}) for text in (5, True, [0], {0: 0}, 1.5)),
    *(
        ("messages", {"user": user, "text": "甲"})
        for user in (None, "x", [0], {0: 0}, 10**30, -(2**70), True, 1.5, "²")
    ),
    *(("messages", {"user": 7, "text": "甲", "chat": chat}) for chat in ("x", [0], {0: 0}, 10**30, True, 1.5)),
    *(("messages", {"user": 7, "text": "甲", "reply_to": number}) for number in (99, "x", [0], 10**30)),
    *(("messages", {"user": 7, "text": "甲", **odd}) for odd in ({"message_id": "x"}, {"chat_id": 1, "from": 5})),
    *(("messages", {"user": 7, "photo": [0], "caption": caption}) for caption in (5, [0], {0: 0})),
    ("edits", {"chat": 4711, "message_id": 1, "text": "甲"}),
    ("edits", {"chat": "x", "message_id": 1, "text": "甲"}),
    ("presses", {"chat": 4711, "message_id": 1, "data": "a", "user": 4711}),
    ("presses", {"chat": [], "message_id": {}, "data": "a", "user": 7}),
    ("updates", {"message": {}, "poll": {}}),
    ("blocks", {"user": 10**30, "blocked": True}),
    ("blocks", {"user": 7, "blocked": "no"}),
    ("blocks", {"user": -7, "blocked": True}),
    ("people", {"name": 5}),
    ("people", {"name": []}),
    ("groups", {"title": {}}),
    *(("faults", {"too_many": fault}) for fault in (5, {"next": "x"}, {"share": "x"}, {"method": 5}, {"odd": 1}, [0])),
    *(("faults", {"too_many": fault}) for fault in ({"next": -1}, {"share": 2}, {"share": -1}, {"next": 1.5})),
    *(("faults", {"latency_ms": value}) for value in ("x", [0], -1, 1e300, True)),
    *(("faults", {"gone_seconds": value}) for value in ("x", [0], -1, 1e300)),
    *(("faults", {"retry_after": value}) for value in ("x", -1, 1e300, 10**30)),
    ("faults", {"polls_too": "x"}),
    ("faults", {"latency_ms": 500, "retry_after": "x"}),
    ("faults", {"self": 1}),
]


@pytest.mark.parametrize(("path", "content"), WRONG, ids=str)
async def test_a_wrong_type_is_refused_and_nothing_is_left_of_it(
    api: Simulator, raw: Raw, path: str, content: Any
) -> None:
    before = await state(api, raw)
    async with raw.session.post(f"{api.url}/api/{path}", data=json.dumps(content), headers={"Content-Type": JSON}) as a:
        assert 400 <= a.status < 500
    assert await state(api, raw) == before
    assert len(api.updates) == 0
    await well(api, raw)


async def test_half_a_character_does_not_shut_the_page(api: Simulator, raw: Raw) -> None:
    for text in ("\ud83d", "\udc00甲", "\x00"):
        body = json.dumps({"user": 7, "text": text})
        async with raw.session.post(f"{api.url}/api/messages", data=body, headers={"Content-Type": JSON}) as answer:
            assert answer.status == 200
    await well(api, raw)


async def test_any_update_is_passed_on_as_it_is(api: Simulator, raw: Raw) -> None:
    odd: list[Any] = [5, "x", None, [], {}, {"chat": 5}, {"chat": {"id": "x"}}, {"message": "x"}, {"from": []}]
    for content in odd:
        for kind in ("message", "callback_query", "poll"):
            async with raw.session.post(f"{api.url}/api/updates", json={kind: content}) as answer:
                assert answer.status == 200
    assert len(await raw.updates()) == 3 * len(odd)
    await well(api, raw)


async def test_a_body_above_the_limit_is_refused(api: Simulator, raw: Raw) -> None:
    body = b"[" + b" " * (51 * 2**20) + b"]"
    for path in ("/api/messages", f"/bot{TOKEN}/sendMessage"):
        sent = io.BytesIO(body)
        async with raw.session.post(f"{api.url}{path}", data=sent, headers={"Content-Type": JSON}) as answer:
            assert answer.status == 413
    await well(api, raw)


FORMS: list[tuple[str, bytes]] = [
    *((JSON, body) for body in BODIES if body not in (b"", b'{"":1}')),
    (f"{JSON}; charset=nosuch", b"{}x"),
    ("application/x-www-form-urlencoded; charset=nosuch", b"a=b"),
    ("application/x-www-form-urlencoded", b"\xff=%ff&chat_id=%"),
    ("application/x-www-form-urlencoded", b"a=b&" * 10_000),
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\nno name\r\n--x--\r\n"),
    ("multipart/form-data; boundary=\xff", b"--x"),
    ("multipart/form-data; boundary=" + "x" * 500, b"--x"),
]


async def test_a_form_that_cannot_be_read_is_refused_to_the_bot(api: Simulator, raw: Raw) -> None:
    host = urlsplit(api.url).netloc
    for kind, body in FORMS:
        head = f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}"
        assert 400 <= await send(api, head, body) < 500, (kind[:60], body[:30])
    await well(api, raw)


VALUES: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        1.5,
        10**30,
        -(2**63),
        "",
        "x",
        "²",
        "-",
        "9" * 5000,
        "NaN",
        "1e999",
        "\ud800",
        "\x00",
        "[" * 5000,
    ),
    *([], {}, [[]], [{}], [5], {"inline_keyboard": 5}, {"inline_keyboard": [[{"text": "a", "copy_text": 5}]]}),
    *({"message_id": "x"}, {"message_id": []}, {"message_id": 10**30}, {"keyboard": [[5]]}, {"type": []}, DEEP),
    *({"keyboard": [[None]]}, [{"type": "bold"}], [{"offset": "x", "length": 1, "type": "code"}], {"type": "chat"}),
    *(
        [{"command": 5, "description": []}],
        [{"command": "a"}],
        "<b",
        "<a href='tg://user?id=9'>",
        "[::1",
        "http://[::1",
    ),
]


async def test_no_parameter_of_any_method_makes_the_server_fail(api: Simulator, raw: Raw) -> None:
    chance = random.Random(5)
    api.says("你好", 7)
    sent = (await raw.done("sendMessage", chat_id=7, text="甲@b"))["message_id"]
    good = {
        "chat_id": 7,
        "message_id": sent,
        "text": "乙@b /c",
        "timeout": 0,
        "photo": "x",
        "document": "x",
        "action": "typing",
    }
    for method, described in METHODS.items():
        for name in described.known:
            bodies = []
            for value in VALUES:
                usual = {key: known for key, known in good.items() if key in described.known}
                if chance.random() < 0.5 and "parse_mode" in described.known:
                    usual["parse_mode"] = "HTML"
                fields = {**usual, name: value}
                bodies.append(json.dumps(fields).encode())
            if name == "timeout":
                api.says("你好", 7)  # else the answer waits for an update for as long as may be
            answered = await posted(api, f"/bot{TOKEN}/{method}", bodies)
            wrong = [str(value)[:60] for value, status in zip(VALUES, answered, strict=True) if status >= 500]
            assert wrong == [], (method, name)
    await well(api, raw)
