"""One answer for an album: Telegram sends its pictures as messages of their own, in any order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from cachetools import TTLCache
from telegram import Message, Update

from bot.channels.telegram.intake.addressing import Call, call_of
from faq.knowledge.text import bare

ALBUMS = 10_000
"""Most albums remembered at once; the oldest are forgotten first."""

REMEMBERED = 600.0
"""Seconds after which an album is forgotten."""

PATIENCE = 1.5
"""Seconds that an item without words waits for one that has some."""

ITEMS = 10
"""Most items of an album."""

_LONGEST = 4096
"""Most characters of captions that are answered together, as many as a message has."""


@dataclass
class _Album:
    captions: dict[int, str] = field(default_factory=dict)
    """Captions not answered yet, by the number of their update."""
    told: set[int] = field(default_factory=set)
    """Updates whose captions were answered."""
    items: int = 0
    """How many of its messages have come."""
    speaker: tuple[int, str] | None = None
    """The last update that was answered, and what was taken for its words."""


class Albums:
    """Knows which item of an album is answered, and with which words; holds captions only until they are answered."""

    def __init__(self) -> None:
        """Start with none."""
        self._albums: TTLCache[tuple[int, str], _Album] = TTLCache(ALBUMS, REMEMBERED)

    def note(self, update: Update) -> None:
        """Look at an update as it comes in, before those that came earlier are answered."""
        message = update.message
        if message is None or not message.media_group_id:
            return
        call, album = _call(update), self._album(message)
        album.items += 1
        if call and call.message is message and _has_words(call) and len(album.captions) < ITEMS:
            album.captions[update.update_id] = call.words

    def follows(self, update: Update) -> bool:
        """Tell whether an update is one more picture of an album that came before, and says nothing by itself."""
        message = update.message
        if message is None or not message.media_group_id:
            return False
        call = _call(update)
        return 0 < self._album(message).items < ITEMS and not (call and _has_words(call))

    async def words(self, call: Call, number: int) -> str | None:
        """Return the words to answer to `call`, an item that came as update `number`; None: another item is answered.

        All captions known are answered together, by the first item that has one; there are no words if none has.
        """
        album = self._album(call.message)
        if album.speaker and album.speaker[0] == number:  # another attempt
            return album.speaker[1]
        if not _has_words(call):
            return await self._without_words(album, number)
        if number in album.told:
            return None
        album.captions[number] = call.words
        chosen = list(_together(album.captions, number))
        words = "\n".join(dict.fromkeys(album.captions.pop(one) for one in chosen))
        album.told.update(chosen)
        album.speaker = (number, words)
        return words

    async def _without_words(self, album: _Album, number: int) -> str | None:
        if not album.captions and not album.speaker:
            await asyncio.sleep(PATIENCE)
        if album.captions or album.speaker:
            return None
        album.speaker = (number, "")
        return ""

    def _album(self, message: Message) -> _Album:
        return self._albums.setdefault((message.chat.id, str(message.media_group_id)[:64]), _Album())


def _call(update: Update) -> Call | None:
    bot = update.get_bot()
    return call_of(update.message, bot.username, bot.id) if update.message else None


def _has_words(call: Call) -> bool:
    return bool(call.command or bare(call.words))


def _together(captions: dict[int, str], number: int) -> Iterator[int]:
    """Yield `number` and the others, in order, as far as they make one message."""
    length = len(captions[number])
    for one in sorted(captions):
        if one == number:
            yield one
        elif length + len(captions[one]) < _LONGEST:
            length += len(captions[one]) + 1
            yield one
