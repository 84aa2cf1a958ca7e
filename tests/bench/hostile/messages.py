"""Texts: what the worst of them costs, and whether each is answered while another resident asks every second."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator

from tests.bench.hostile import letters, words
from tests.bench.hostile.ground import Bot, Ground

PROCESSOR = 0.25
"""Seconds of processor time that a message may cost on a busy machine; the aim is 0.15 on a quiet core."""
GROWTH = 10.0
"""How often the cost of 512 characters 4,096 of the same may cost."""
WAIT = 8.0
"""Seconds that another resident may wait, times the strain."""
PATIENCE = 40.0
"""Seconds after which a message counts as unanswered."""
_GIVEN_UP = 12
"""Messages over the limit after which the search for more of them ends: each blocks the bot for many seconds."""
_DANGER = re.compile(r"(?<!\d)(110|119|120|12356)(?!\d)")


async def costs(ground: Ground, bot: Bot) -> set[str]:
    """Try each piece at 512 and 4,096 characters; return the pieces that cost too much."""
    slow: set[str] = set()
    every = list(words.pieces(ground.rng, ground.count(80)))
    if ground.quick:
        every = [*"aⅧ9㎉", *ground.rng.sample(every, 24)]
    for piece in every:
        if len(slow) >= _GIVEN_UP or not ground.tally.wants(1):
            break
        short, long = await _cost(bot, piece, 512), await _cost(bot, piece, words.LONGEST)
        for _ in range(3):
            if 0 <= long <= max(PROCESSOR, 0.0) and long <= max(0.15, GROWTH * short):
                break
            if long > 1.0 or long < 0:
                break
            long = min(long, await _cost(bot, piece, words.LONGEST))  # a busy machine counts more than was used
        bad = long < 0 or long > PROCESSOR or (long > 0.15 and long > GROWTH * short)
        if bad:
            slow.add(piece)
        fault = f"{piece!r} × 4,096: {long * 1000:.0f} ms, × 512: {short * 1000:.0f} ms" if bad else ""
        ground.tally.note(1, fault, figure=long * 1000, unit="ms CPU")
    return slow


async def _cost(bot: Bot, piece: str, length: int) -> float:
    """Return the processor seconds of one message; -1: it was not answered."""
    chat, process = letters.chat(), bot.process
    before = bot.cpu
    bot.api.arrive(letters.text(chat, words.fill(piece, length)))
    answered = await bot.api.reply(chat, 90)
    if not answered or process is not bot.process:
        return -1.0
    await asyncio.sleep(0.02)
    return bot.cpu - before


async def danger_at_the_end(ground: Ground, bot: Bot, slow: set[str]) -> None:
    """Bury a sign of danger below thousands of characters."""
    for piece in ground.rng.sample([p for p in words.pieces(ground.rng, 20) if p not in slow], ground.count(40)):
        cry = ground.rng.choice(words.SIGNS)
        chat = letters.chat()
        bot.api.arrive(letters.text(chat, words.fill(piece, words.LONGEST - len(cry) - 1) + "\n" + cry))
        said = "".join(await bot.api.reply(chat, PATIENCE))
        fault = "" if _DANGER.search(said) else f"{piece!r} … {cry!r}: no emergency number"
        ground.tally.note(1, fault)


async def follow_ups(ground: Ground, bot: Bot) -> None:
    """Ask, then go on at length."""
    for number in range(ground.count(40)):
        piece = ground.rng.choice(("那多少钱", "那", "还有啥", "那材料呢", "㍿", "他呢", "那㋿", "几天"))
        length = ground.rng.choice((600, 1200, 3000, 3539, 3541, 3700, 4000, words.LONGEST))
        chat = letters.chat()
        bot.api.arrive(letters.text(chat, "低保怎么申请"), letters.text(chat, words.fill(piece, length)))
        said = await bot.api.reply(chat, PATIENCE, 2)
        ground.tally.note(3, _fault(ground, said, 2, f"follow-up {piece!r} × {length}"))
        if number > 8 and ground.tally.rows[3].failures:
            break


async def identities(ground: Ground, bot: Bot) -> None:
    """Name numbers of identity cards of regions that exist and that do not."""
    for _ in range(ground.count(150)):
        chat = letters.chat()
        made = ground.rng.choice(("identity", "identities"))
        text = words.MADE[made](ground.rng)
        bot.api.arrive(letters.text(chat, text))
        ground.tally.note(2, _fault(ground, await bot.api.reply(chat, PATIENCE), 1, text[:40]))
        if len(ground.tally.rows[2].failures) > 8:
            break


def _fault(ground: Ground, said: list[str], count: int, what: str) -> str:
    if len(said) < count:
        return f"{what}: not answered"
    return f"{what}: the bot apologises" if ground.phrase("sorry")[:12] in "".join(said) else ""


async def mass(ground: Ground, bot: Bot, slow: set[str], bad: set[int]) -> None:
    """Send thousands of texts, a few dozen at a time, while another resident asks each second.

    Pieces that are known to be `slow` and kinds of texts that are known to be `bad` are left out.
    """
    waits: list[float] = []
    asking = asyncio.create_task(_ask(bot, waits))
    open_: dict[int, tuple[float, str]] = {}
    try:
        for made, text in _texts(ground, slow, bad):
            chat = letters.chat()
            open_[chat] = time.monotonic(), f"{made}: {text[:30]!r} ({len(text)})"
            bot.api.arrive(letters.text(chat, text))
            if _hopeless(ground):
                break
            while len(open_) >= 24:
                await asyncio.sleep(0.02)
                _settle(ground, bot, open_)
        while open_:
            await asyncio.sleep(0.1)
            _settle(ground, bot, open_)
    finally:
        asking.cancel()
    worst = max(waits, default=0.0)
    fault = f"another resident waited {worst:.0f} s for /help" if worst > WAIT * ground.strain() else ""
    ground.tally.note(1, fault)
    print(f"  texts: /help waited {worst:.1f} s at most, asked {len(waits)} times; log {bot.log_size} bytes")


def _hopeless(ground: Ground) -> bool:
    """Tell whether so much fails that more of it says nothing new: each blocks the bot for many seconds."""
    return 1 in ground.tally.rows and len(ground.tally.rows[1].failures) > 40


def _texts(ground: Ground, slow: set[str], bad: set[int]) -> Iterator[tuple[str, str]]:
    rng = ground.rng
    made = [kind for kind in words.MADE if not (2 in bad and kind.startswith(("identit", "digit")))]
    made = [kind for kind in made if not (slow and kind in ("mail", "any characters"))]
    known = [piece for piece in words.pieces(rng, 60) if piece not in slow]
    if slow:  # the same patterns are slow for others
        known = [piece for piece in known if not re.search(r"[a-zⅧⅫﬃ㎉℡0-9]", piece)]
    for number in range(ground.count(3600)):
        if number % 2:
            kind = rng.choice(made)
            yield kind, words.MADE[kind](rng)
        else:
            piece = rng.choice(known)
            yield "run", words.fill(piece, rng.choice((5, 40, 300, 1000, words.LONGEST)))


def _settle(ground: Ground, bot: Bot, open_: dict[int, tuple[float, str]]) -> None:
    for chat, (since, what) in list(open_.items()):
        said = bot.api.texts(chat)
        if said or time.monotonic() - since > PATIENCE:
            del open_[chat]
            item = 2 if what.startswith(("identit", "digit")) else 1
            ground.tally.note(item, _fault(ground, said, 1, what))


async def _ask(bot: Bot, waits: list[float]) -> None:
    async with asyncio.TaskGroup() as group:
        while True:
            group.create_task(_one(bot, waits))
            await asyncio.sleep(1)


async def _one(bot: Bot, waits: list[float]) -> None:
    waits.append(await bot.helped(60))


async def texts(ground: Ground) -> None:
    """Try all texts on one bot."""
    async with ground.running("texts") as bot:
        bad: set[int] = set()
        if ground.tally.wants(2):
            await identities(ground, bot)
        if ground.tally.wants(3):
            await follow_ups(ground, bot)
        bad = {item for item in (2, 3) if item in ground.tally.rows and ground.tally.rows[item].failures}
        slow = await costs(ground, bot)
        await danger_at_the_end(ground, bot, slow)
        await mass(ground, bot, slow, bad)
        for code in bot.ends:
            ground.tally.note(1, f"the bot ended with exit code {code}")
        dead = bot.rows("dead")
        if dead > 0 and not bad:
            ground.tally.note(1, f"{dead} messages were set aside")
