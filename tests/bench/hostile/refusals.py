"""Answer the bot oddly, and see what becomes of each message and of the other residents."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

from tests.bench.hostile import letters
from tests.bench.hostile.answers import Case, Times, Wanted, cases, plain, refusal
from tests.bench.hostile.ground import Bot, Ground

_MOST = 3
"""Copies that a resident may get of one answer, and tries of an answer that nobody can get."""
_LONGEST = 200.0
"""Seconds until each message must have an outcome; the longest odd answer takes 60."""
_WAIT = 10.0
"""Seconds that another resident may wait meanwhile, times the strain."""


async def odd_answers(ground: Ground) -> None:
    """Try all odd answers side by side, each in a chat of its own."""
    async with ground.running("answers", FLOOD_PER_MINUTE="0") as bot:
        every = list(cases(bot.api, ground.rng))
        if ground.quick:
            every = [case for case in every if "60 s" not in case.name]
            every = [case for case in every if case.wanted is not Wanted.ARRIVES][::6] + ground.rng.sample(every, 12)
        started: dict[int, tuple[Case, int]] = {}
        for case in every:
            chat = -5_000_000 - letters.chat() if case.group else letters.chat()
            bot.api.odd[chat] = case.answer
            content: dict[str, object] = {"text": f"@{letters.NAME} /help" if case.group else "/help"}
            if case.thread:
                content |= {"message_thread_id": case.thread, "is_topic_message": True}
            send = letters.group(chat, letters.chat(), content) if case.group else letters.private(chat, **content)
            bot.api.arrive(send)
            started[chat] = case, bot.api.number
        waits = await _others(ground, bot, started)
        await _judge(ground, bot, started)
        worst = max(waits)
        ground.tally.note(
            7,
            f"another resident waits {worst:.0f} s" if worst > _WAIT * ground.strain() else "",
            figure=worst,
            unit="s waited",
        )
        for code in bot.ends:
            ground.tally.note(7, f"the bot ended with exit code {code}")
    await _polls(ground)


async def _others(ground: Ground, bot: Bot, started: dict[int, tuple[Case, int]]) -> list[float]:
    """Ask as another resident until every message has an outcome; return the waits."""
    waits = [await bot.helped(30)]
    least = 20.0 if ground.quick else 75.0
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() - began < (60.0 if ground.quick else _LONGEST):
        await asyncio.sleep(1)
        waits.append(await bot.helped(30))
        if loop.time() - began > least and bot.rows("open") == 0:
            break
    return waits


async def _judge(ground: Ground, bot: Bot, started: dict[int, tuple[Case, int]]) -> None:
    states = _states(bot)
    for chat, (case, number) in started.items():
        fault = _wrong(ground, bot, chat, case)
        state = states.get(number)
        if state in ("dead", "open"):
            fault = f"{case.name}: {'a dead letter' if state == 'dead' else 'no outcome'}; {fault.partition(': ')[2]}"
        ground.tally.note(7, fault.rstrip("; "))


def _wrong(ground: Ground, bot: Bot, chat: int, case: Case) -> str:
    """Return what became of a message that should not have."""
    said, tries = bot.api.texts(chat), bot.api.attempts[chat]
    sorry = ground.phrase("sorry")[:12]
    if any(sorry in text for text in said):
        return f"{case.name}: the bot apologises"
    match case.wanted:
        case Wanted.ARRIVES if not 0 < len(said) <= _MOST:
            return f"{case.name}: {len(said)} copies in {tries} tries"
        case Wanted.GIVEN_UP if tries > _MOST:
            return f"{case.name}: {tries} tries"
        case Wanted.MOVES if not bot.api.texts(int(case.name.rpartition(" ")[2])):
            return f"{case.name}: not sent there"
        case Wanted.PLAIN if len(said) != 1:
            return f"{case.name}: sent {len(said)} times without it"
    return ""


def _states(bot: Bot) -> dict[int, str]:
    try:
        with closing(sqlite3.connect(f"file:{bot.data / 'bot.sqlite3'}?mode=ro", uri=True)) as database:
            return dict(database.execute("SELECT update_id, state FROM inbox").fetchall())
    except sqlite3.Error:
        return {}


async def starts(ground: Ground) -> None:
    """Answer the first requests of a start oddly: the bot must come to serve."""
    methods = ("getMe", "deleteWebhook", "getMyCommands", "getMyDescription", "setMyCommands", "getMyShortDescription")
    odd = {text: plain(text) for text in ("{}", '{"ok":true,"result":{}}', '{"ok":true,"result":[null]}', "null")}
    odd |= {"404": refusal(404, "Not Found"), "a page": plain("<html>", 404, "text/html")}
    tries = [(method, name) for method in methods for name in odd]
    for number, (method, name) in enumerate(ground.rng.sample(tries, 4 if ground.quick else 20)):
        fault = ""
        try:
            running = ground.running(f"start-{number}", small=True, odd={method: Times(odd[name])})
            async with running as bot:
                waited = await bot.helped(30)
                fault = "" if waited <= 30 else "nobody is answered"
        except TimeoutError as error:
            fault = f"the bot does not start: {str(error).strip()[-60:]!r}"
        ground.tally.note(7, fault and f"{method} answered {name} at the start: {fault}")


async def _polls(ground: Ground) -> None:
    """Answer single requests for updates with an error; each time the next resident must be served."""
    async with ground.running("polls") as bot:
        odd = [(str(code), refusal(code, "odd")) for code in (404, 409, 400, 403, 500, 502)]
        odd += [(f"{code} as HTML", plain("<html>", code, "text/html")) for code in (404, 401, 200, 503)]
        odd += [(f"429 {asked!r}", refusal(429, "x", retry_after=asked)) for asked in (0, -1, "x", None)]
        for name, answer in odd[: 1 if ground.quick else None]:
            once = Times(answer)
            bot.api.odd_poll = once
            await bot.api.until(lambda once=once: once.left == 0, 15)  # type: ignore[misc]
            await asyncio.sleep(12 if name.startswith("404") else 1)
            ends = len(bot.ends)
            waited = await bot.helped(60)
            fault = f"one {name} at getUpdates: the next resident waits {waited:.0f} s" if waited > 45 else ""
            if len(bot.ends) > ends or bot.ends:
                fault, bot.ends = f"one {name} at getUpdates ends the bot", []
            ground.tally.note(7, fault)
