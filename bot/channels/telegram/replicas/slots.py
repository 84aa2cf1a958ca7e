"""To which slot an update belongs: those of a chat to one, so that one process answers it in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.telegram.intake.incoming import GUEST, INLINE
from bot.store.replicas.locks import LEADER, SLOTS


class Slots:
    """Divides chats: groups, and the chats of admins, are the leader's; all others are spread by their number."""

    def __init__(self, admins: frozenset[int]) -> None:
        """Take Telegram's numbers of the admins."""
        self._admins = admins

    def of(self, chat: int) -> int:
        """Return the slot of a chat by its number; 0, which is nobody's, is the leader's.

        >>> Slots(frozenset({5})).of(65), Slots(frozenset({5})).of(5) == Slots(frozenset()).of(-100) == LEADER
        (1, True)
        """
        return LEADER if chat <= 0 or chat in self._admins else chat % SLOTS

    def of_update(self, raw: object) -> int:
        """Return the slot of an update as Telegram sends it; one that cannot be read is the leader's."""
        return self.of(_chat(raw)) if isinstance(raw, Mapping) else LEADER


def _chat(raw: Mapping[str, Any]) -> int:
    """Return the number of the chat whose order an update keeps, as `incoming.read` does; 0: there is none."""
    for kind in ("message", "edited_message", "callback_query", "my_chat_member", INLINE, GUEST):
        content = raw.get(kind)
        if isinstance(content, Mapping):
            inner = content.get("message") if kind == "callback_query" else content
            place = inner.get("chat") if isinstance(inner, Mapping) else None
            owner = place if isinstance(place, Mapping) else content.get("from")
            number = owner.get("id") if isinstance(owner, Mapping) else None
            return number if type(number) is int else 0
    return 0
