"""What residents send beside texts: captions, albums, talk in groups, floods, presses of old buttons."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine

from tests.bench.hostile import letters, words
from tests.bench.hostile.ground import Bot, Ground
from tests.bench.hostile.telegram import ME

_SILENCE = 3.0
"""Seconds after which silence counts as meant."""
_PATIENCE = 15.0
"""Seconds after which an answer counts as missing."""
_WAIT = 8.0
"""Seconds that another resident may wait, times the strain."""
_FLOOD = 230
"""Messages of a flood, above a BACKLOG_LIMIT of 200."""
_NAME = letters.NAME


async def captions(ground: Ground) -> None:
    """Write below pictures and recordings what else is written as text: the answer must be the same."""
    async with ground.running("captions", FLOOD_PER_MINUTE="0") as bot:
        cases = [(kind, said) for kind in letters.MEDIA for said in (*words.DANGER, *words.TALK[:4])]
        tries = [_caption(bot, kind, said) for kind, said in ground.rng.sample(cases, ground.count(len(cases)))]
        tries += [_album(bot, ground.rng.randint(2, 10), number % 3) for number in range(ground.count(20))]
        tries += [_called_below(bot, kind) for kind in letters.MEDIA]
        for fault in await some_at_once(tries, 6):
            ground.tally.note(5, fault)


async def some_at_once(tries: list[Coroutine[None, None, str]], width: int) -> list[str]:
    """Return what `tries` return, made `width` at once."""
    places = asyncio.Semaphore(width)

    async def one(attempt: Coroutine[None, None, str]) -> str:
        async with places:
            return await attempt

    return await asyncio.gather(*map(one, tries))


async def _called_below(bot: Bot, kind: str) -> str:
    told = await _in_group(bot, -3_000_000 - letters.chat(), _captioned(kind, f"@{_NAME} 低保怎么申请"))
    return "" if told else f"a mention below a {kind} in a group is not answered"


def _captioned(kind: str, caption: str) -> dict[str, object]:
    entities = [letters.entity("mention", caption, f"@{_NAME}")] if _NAME in caption else []
    return {kind: letters.MEDIA[kind], "caption": caption, "caption_entities": entities}


async def _caption(bot: Bot, kind: str, said: str) -> str:
    shown, written = letters.chat(), letters.chat()
    bot.api.arrive(letters.private(shown, **_captioned(kind, said)), letters.text(written, said))
    below, plain = await bot.api.reply(shown, _PATIENCE), await bot.api.reply(written, _PATIENCE)
    return (
        "" if below[:1] == plain[:1] else f"{said!r} below a {kind} is answered {(below or ['not at all'])[0][:24]!r}"
    )


async def _album(bot: Bot, count: int, captioned: int) -> str:
    """Send an album whose picture number `captioned` bears the words, if it has so many."""
    resident = letters.chat()
    for number in range(count):
        caption = _captioned("photo", "低保怎么申请") if number == captioned else {"photo": letters.MEDIA["photo"]}
        bot.api.arrive(letters.private(resident, media_group_id=str(resident), **caption))
    await bot.api.reply(resident, _PATIENCE)
    await asyncio.sleep(1.5)
    said = bot.api.texts(resident)
    if len(said) != 1:
        return f"an album of {count} is answered {len(said)} times"
    return "" if "低保" in said[0] or captioned >= count else f"the caption of an album is answered {said[0][:24]!r}"


async def groups(ground: Ground) -> None:
    """Speak to the bot in all the ways of a group, and of it without speaking to it."""
    async with ground.running("groups", FLOOD_PER_MINUTE="0") as bot:
        tries = []
        for _ in range(2 if ground.quick else 15):
            tries += [_way(bot, *way) for way in _spoken(ground)]
            tries.append(_neighbour(bot))
        for fault in await some_at_once(tries, 16):
            ground.tally.note(17, fault)


async def _way(bot: Bot, name: str, content: dict[str, object], answered: bool) -> str:
    told = await _in_group(bot, -1_000_000 - letters.chat(), content, _PATIENCE if answered else _SILENCE)
    return "" if bool(told) == answered else f"{name}: {'not answered' if answered else 'answered'}"


def _spoken(ground: Ground) -> list[tuple[str, dict[str, object], bool]]:
    """Return ways to speak, each with its name and whether it is to be answered."""
    question, at = ground.rng.choice(words.TALK[:5]), f"@{_NAME}"
    command = f"/{ground.rng.choice(('ask', 'question', 'wen', 'q'))}@{_NAME}"
    other = {"message_id": 3, "date": 1}
    called: dict[str, object] = {
        "text": f"小助手 {question}",
        "entities": [letters.entity("text_mention", "小助手", "小助手", user=ME)],
    }
    channel = {"id": -100777, "type": "channel", "title": "c"}
    forwarded = {"type": "channel", "chat": channel, "message_id": 5, "date": 1}
    asked = f"{at} {question}"
    posted = {"is_automatic_forward": True, "sender_chat": channel, "forward_origin": forwarded}
    mention = {"entities": [letters.entity("mention", asked, at)]}
    ways: list[tuple[str, dict[str, object], bool]] = [
        ("the name alone", {"text": at, "entities": [letters.entity("mention", at, at)]}, True),
        ("the name in capitals", {"text": asked.replace(at, at.upper())}, True),
        ("the name below a neighbour's question", {
            "text": at,
            "entities": [letters.entity("mention", at, at)],
            "reply_to_message": {**other, "from": letters.person(9), "text": question},
        }, True),
        ("a name that is a link", called, True),
        ("a command with a question", {"text": f"{command} {question}"}, True),
        ("/help with the name", {"text": f"/help@{_NAME}"}, True),
        ("the name at the end", {"text": f"{question}{at}"}, True),
        ("a reply to the bot", {"text": question, "reply_to_message": {**other, "from": ME, "text": "x"}}, True),
        ("another bot's command", {"text": "/ask@another_bot 低保"}, False),
        ("another name", {"text": f"@{_NAME}x {question}"}, False),
        ("talk of others", {"text": question}, False),
        ("a forwarded post of a channel", {"text": asked, **mention, "forward_origin": forwarded}, False),
        ("a channel's post in its group", {"text": asked, **mention, **posted}, False),
    ]  # fmt: skip
    return ways


async def _in_group(bot: Bot, number: int, content: dict[str, object], wait: float = _PATIENCE) -> list[str]:
    bot.api.arrive(letters.group(number, letters.chat(), content))
    return await bot.api.reply(number, wait)


async def _neighbour(bot: Bot) -> str:
    """Let a neighbour press a button below the bot's answer to another."""
    number, neighbour = -2_000_000 - letters.chat(), letters.chat()
    await _in_group(bot, number, {"text": f"@{_NAME} 低保"})
    if not bot.api.sent[number]:
        return "a mention is not answered"
    shown = bot.api.sent[number][0].fields
    markup = shown.get("reply_markup") or {}
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    data = rows[0][0].get("callback_data") if rows else "m:"
    about = {"id": number, "type": "supergroup", "title": "g"}
    message = {"message_id": 1, "date": int(time.time()), "chat": about, "from": ME, "text": "x"}
    before, sent = len(bot.api.calls), len(bot.api.sent[number])
    bot.api.arrive(letters.press(neighbour, data, message=message, **{"from": letters.person(neighbour, "邻居甲")}))
    await bot.api.until(lambda: len(bot.api.sent[number]) > sent, _SILENCE)
    told = bot.api.calls[before:]
    named = any("邻居甲" in str(fields) or f"id={neighbour}" in str(fields) for _, fields in told)
    named = named or any(method == "answerCallbackQuery" and fields.get("text") for method, fields in told)
    return "" if named else "a neighbour's press is answered to nobody by name"


async def floods(ground: Ground) -> None:
    """Let one group, one resident in danger or one lane of pictures fill the bot; another resident must not notice."""
    kinds = ("group", "danger", "danger below pictures", "pictures in a group", "presses", "replies to the bot")
    for kind in kinds[: 2 if ground.quick else None]:
        async with ground.running(f"flood-{kind.replace(' ', '-')}", BACKLOG_LIMIT="200") as bot:
            bot.api.latency = 0.03
            calm = await bot.helped(60)
            bot.api.arrive(*(_flood(kind, number) for number in range(_FLOOD)))
            await asyncio.sleep(4)
            limit = _WAIT * ground.strain()
            worst = max([await bot.helped(max(30.0, 1.5 * limit)) for _ in range(3)])
            fault = (
                f"{kind}: another resident waits {worst:.0f} s (before {calm:.1f} s)"
                if worst > _WAIT * ground.strain()
                else ""
            )
            ground.tally.note(4, fault, figure=min(worst, 30.0), unit="s waited")
            answered = len(bot.api.sent[-700] or bot.api.sent[701])
            if kind.startswith("danger"):
                ground.tally.note(4, "" if answered else f"{kind}: not one cry is answered")
            if bot.ends:
                ground.tally.note(4, f"{kind}: the bot ended {bot.ends}")


def _flood(kind: str, number: int) -> letters.Json:
    about = {"id": -700, "type": "supergroup", "title": "g"}
    told = {"message_id": 3, "date": 1, "chat": about, "from": ME, "text": "x"}
    match kind:
        case "group":
            return letters.group(-700, 80_000 + number, {"text": f"@{_NAME} 低保怎么申请"})
        case "danger":
            return letters.text(701, "救命，我被人打了")
        case "danger below pictures":
            return letters.private(701, **_captioned("photo", "救命，我被人打了"))
        case "pictures in a group":
            return letters.group(-700, 80_000 + number, _captioned("photo", f"@{_NAME} 低保怎么申请"))
        case "presses":
            pressed = letters.person(80_000 + number)
            return letters.press(80_000 + number, "m:", message=told, **{"from": pressed})
        case _:
            return letters.group(-700, 80_000 + number, {"text": "低保怎么申请", "reply_to_message": told})


async def buttons(ground: Ground) -> None:
    """Press buttons of old versions and of no version."""
    rng = ground.rng
    async with ground.running("buttons", FLOOD_PER_MINUTE="0") as bot:
        made = [
            "m:",
            "x:",
            "a:",
            "a:dibao.apply",
            "d:",
            "d:月球",
            "z" * 64,
            "\x00",
            "a:../../x",
            "t:999999",
            ":",
            "🙂" * 16,
        ]
        made += [
            "".join(chr(rng.randint(1, 0x2FF)) for _ in range(rng.randint(1, 40))) for _ in range(ground.count(150))
        ]
        for data in made:
            resident = letters.chat()
            bot.api.arrive(letters.press(resident, data))
            said = await bot.api.reply(resident, _PATIENCE)
            ground.tally.note(
                6, "" if said and ground.phrase("sorry")[:12] not in said[0] else f"button {data!r}: {said[:1]}"
            )
        dead = bot.rows("dead")
        ground.tally.note(6, f"{dead} presses were set aside" if dead > 0 else "")
