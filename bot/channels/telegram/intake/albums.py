"""One answer for an album: Telegram sends its pictures as messages of their own, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cachetools import TTLCache
from telegram import Message

from bot.channels.telegram.intake.addressing import Call
from bot.channels.telegram.intake.incoming import Incoming

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

    def note(self, incoming: Incoming) -> None:
        """Look at an update as it comes in, before those that came earlier are answered."""
        call = _item(incoming)
        if call is None:
            return
        album = self._album(call.message)
        album.items += 1
        if call.says and len(album.captions) < ITEMS:
            album.captions[incoming.number] = call.words

    def follows(self, incoming: Incoming) -> bool:
        """Tell whether an update is one more picture of an album that came before, and says nothing by itself."""
        call = _item(incoming)
        return call is not None and 0 < self._album(call.message).items < ITEMS and not call.says

    def holds(self, incoming: Incoming) -> bool:
        """Tell whether an update is an item of an album that is meant for the bot."""
        return _item(incoming) is not None

    def waits(self, incoming: Incoming) -> bool:
        """Tell whether an item without words should wait `PATIENCE` for one that has some, before `words` is asked."""
        call = _item(incoming)
        if call is None or call.says:
            return False
        album = self._album(call.message)
        return not album.captions and not album.speaker

    def words(self, incoming: Incoming) -> str | None:
        """Return the words to answer to an item; None: another item is answered, or it is no item.

        All captions known are answered together, by the first item that has one; there are no words if none has.
        """
        call, number = _item(incoming), incoming.number
        if call is None:
            return None
        album = self._album(call.message)
        if album.speaker and album.speaker[0] == number:  # another attempt
            return album.speaker[1]
        if not call.says:
            if album.captions or album.speaker:
                return None
            album.speaker = (number, "")
            return ""
        if number in album.told:
            return None
        album.captions[number] = call.words
        chosen = list(_together(album.captions, number))
        words = "\n".join(dict.fromkeys(album.captions.pop(one) for one in chosen))
        album.told.update(chosen)
        album.speaker = (number, words)
        return words

    def _album(self, message: Message) -> _Album:
        return self._albums.setdefault((message.chat.id, str(message.media_group_id)[:64]), _Album())


def _item(incoming: Incoming) -> Call | None:
    """Return what an update wants of the bot if it is an item of an album, and not of another's message."""
    call = incoming.call
    own = call is not None and call.message is incoming.message and not incoming.edited
    return call if call and own and call.message.media_group_id else None


def _together(captions: dict[int, str], number: int) -> Iterator[int]:
    """Yield `number` and the others, in order, as far as they make one message."""
    length = len(captions[number])
    for one in sorted(captions):
        if one == number:
            yield one
        elif length + len(captions[one]) < _LONGEST:
            length += len(captions[one]) + 1
            yield one
