"""Updates that cannot be served, by polling and by webhook, and requests to the simulator that are none."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import aiohttp

from tests.bench.hostile import letters
from tests.bench.hostile.answers import Times, plain
from tests.bench.hostile.ground import Bot, Ground, free_port

_NEXT = 20.0
"""Seconds in which the resident behind an odd update is to be answered."""
_LOG = 100_000
"""Bytes of log that one odd update may cost."""
_POLLS = 60
"""Requests for updates that one odd update may cost."""
_GIVEN_UP = 12
_NONSENSE = (
    "null", "[]", "5", "{}", '"x"', '{"ok":true}', '{"ok":true,"result":null}', '{"ok":true,"result":{}}',
    '{"ok":true,"result":[1,2]}', '{"ok":true,"result":"x"}', '{"ok":false}', '{"ok":false,"error_code":"x"}',
    '{"ok":false,"description":"x","parameters":{"retry_after":"abc"}}', '{"ok":true,"result":[[]]}',
    '{"ok":false,"error_code":429,"parameters":{"retry_after":-5}}', '{"ok":true,"result":[{"update_id":null}]}',
    "<html>Login</html>", "", "\x00\x01", '{"ok":true,"result":[{"update_id":[]}]}', "[" * 50_000,
)  # fmt: skip
"""Answers of getUpdates that are no updates."""


async def polled(ground: Ground) -> None:
    """Put one odd update after the other before an ordinary question."""
    async with ground.running("odd") as bot:
        cases = list(letters.odd(letters.chat()))
        if ground.quick:
            cases = [case for case in cases if case[0] == "message without chat"] + ground.rng.sample(cases, 15)
        failed = 0
        for name, update in cases:
            fault = await _odd(bot, name, update)
            ground.tally.note(6, fault)
            failed += bool(fault)
            if failed > _GIVEN_UP:
                print(f"  odd updates: given up after {name!r}")
                break
        for nonsense in _NONSENSE[: 3 if ground.quick else None]:
            ground.tally.note(7, await _nonsense(bot, nonsense))
        if not failed:
            await _together(ground, bot, cases)
        for code in bot.ends:
            ground.tally.note(6, f"the bot ended with exit code {code}")


async def _odd(bot: Bot, name: str, update: letters.Json | str) -> str:
    log, polls = bot.log_size, bot.api.polls
    bot.api.arrive(update)
    await asyncio.sleep(0.2)
    waited = await bot.helped(_NEXT)
    fault = ""
    if waited > _NEXT:
        fault = f"{name}: the next resident is not answered within {_NEXT:.0f} s"
        bot.api.drop()
    elif bot.log_size - log > _LOG or bot.api.polls - polls > _POLLS:
        fault = f"{name}: {bot.api.polls - polls} polls, {bot.log_size - log} bytes of log"
    return fault


async def _nonsense(bot: Bot, nonsense: str) -> str:
    """Answer one getUpdates with nonsense."""
    once = Times(plain(nonsense))
    bot.api.odd_poll = once
    await bot.api.until(lambda: once.left == 0, 15)
    waited = await bot.helped(_NEXT * 2)
    return f"getUpdates answered {nonsense[:40]!r}: the next resident waits" if waited > _NEXT * 2 else ""


async def _together(ground: Ground, bot: Bot, cases: list[tuple[str, letters.Json | str]]) -> None:
    """Mix all of them, again and again, with questions that must be answered."""
    for _ in range(ground.count(10)):
        mixed = [update for _, update in ground.rng.sample(cases, len(cases))]
        asking = [letters.chat() for _ in range(10)]
        for number, resident in enumerate(asking):
            bot.api.arrive(*mixed[number::10], letters.text(resident, "低保怎么申请"))
        for resident in asking:
            said = await bot.api.reply(resident, 60)
            ground.tally.note(6, "" if said else "a question among odd updates is not answered")


async def hooked(ground: Ground) -> None:
    """Bring what is no update by webhook, with the secret, as whoever knows it could."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/updates"
    listen = f"127.0.0.1:{port}"
    running = ground.running("hooked", WEBHOOK_URL=address, WEBHOOK_LISTEN=listen)
    async with running as bot, aiohttp.ClientSession() as session:
        await bot.api.until(lambda: bot.api.hook is not None, 30)
        secret = bot.api.hook[1] if bot.api.hook else ""

        async def post(body: bytes, shown: str = secret) -> int:
            headers = {"X-Telegram-Bot-Api-Secret-Token": shown, "Content-Type": "application/json"}
            try:
                async with session.post(address, data=body, headers=headers) as answer:
                    return answer.status
            except aiohttp.ClientError:
                return 0

        for number in (
            "Infinity",
            "-Infinity",
            "NaN",
            "1e400",
            str(2**63),
            str(2**64),
            str(10**40),
            "[]",
            "null",
            '"x"',
            "{}",
        ):
            status = await post(f'{{"update_id": {number}, "message": {{}}}}'.encode())
            ground.tally.note(18, "" if status == 400 else f"update_id {number} by webhook: {status}")
        for name, body in (
            ("deep lists", b'{"update_id": 1, "message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
            ("deep objects", b'{"update_id": 1, "a": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001),
            ("no JSON", b"x"), ("nothing", b""), ("null", b"null"), ("a list", b"[1]"), ("bytes", b"\xff\xfe\x00"),
            ("half", b'{"update_id": 1'), ("a long number", b'{"update_id": ' + b"9" * 50_000 + b"}"),
        ):  # fmt: skip
            status = await post(body)
            ground.tally.note(18, "" if status == 400 else f"{name} by webhook: {status}")
        ground.tally.note(18, "" if await post(b"{}", "wrong") == 403 else "a wrong secret is not refused with 403")
        await _odd_by_hook(ground, bot, post)


async def _odd_by_hook(ground: Ground, bot: Bot, post: Callable[[bytes], Awaitable[int]]) -> None:
    """Bring odd updates: whatever is answered, the next resident is served."""
    for name, update in list(letters.odd(letters.chat()))[:: 10 if ground.quick else 1]:
        bot.api.number += 1
        number = bot.api.number
        text = update if isinstance(update, str) else json.dumps({"update_id": number, **update})
        status = await post(text.replace('"@next"', str(number)).encode(errors="surrogatepass"))
        ground.tally.note(6, f"{name} by webhook: {status}" if status >= 500 or not status else "")
    resident, began = letters.chat(), time.monotonic()
    body = json.dumps({"update_id": bot.api.number + 1, **letters.text(resident, "/help")}).encode()
    await post(body)
    said = await bot.api.reply(resident, _NEXT)
    ground.tally.note(6, "" if said else f"by webhook nobody is answered any more ({time.monotonic() - began:.0f} s)")
