"""Say replies to each resident as he reads: in his script, with the keys that he has."""

from __future__ import annotations

from typing import Any

from telegram import User

from bot.channels.telegram.answer import Answer, Resident
from bot.channels.telegram.intake.addressing import Call
from bot.channels.telegram.showing.keyboards import keys
from bot.channels.telegram.showing.posts import to
from bot.channels.telegram.showing.style import Style, style_of
from bot.delivery.live import Live
from bot.dialogue.reply import Reply
from bot.dialogue.session import Session
from bot.store.store import Store


class Voice:
    """Knows how each resident reads."""

    def __init__(self, live: Live, store: Store) -> None:
        """Take the dialogue in use, for its words, and the memory of residents."""
        self._live, self._store = live, store

    def session(self, resident: Resident) -> Session:
        """Return what is remembered of a resident."""
        return self._store.session(self._store.pseudonym(*resident))

    def style(self, session: Session, user: User | None) -> Style:
        """Return how the resident with this session reads; `user` tells the language of his app."""
        return style_of(self._live.dialogue.faq.phrases, session, user.language_code if user else None)

    def say(self, call: Call, reply: Reply, **found: Any) -> Answer:
        """Return `reply` to who calls; `found` are further fields of the answer."""
        session = found.get("session") or self.session(call.resident)
        return to(call.message, reply, self.style(session, call.message.from_user), **found)

    def keys(self, call: Call) -> str:
        """Return the keys below a private chat."""
        style = self.style(self.session(call.resident), call.message.from_user)
        return keys(self._live.dialogue.faq.phrases, style)
