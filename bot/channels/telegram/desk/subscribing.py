"""Note who may be written to first: residents who talk with the bot alone, until they want no notices any more."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.channels.telegram.answer import Answer
from bot.channels.telegram.intake.incoming import Incoming
from bot.dialogue.pages.preferences import Preferences
from bot.dialogue.session import Session
from bot.store.desk.broadcasts import Public, Unsubscribed
from bot.store.store import Store

_QUIET = Session(preferences=Preferences(notices=False))
"""What is remembered of who has sent /stop: only that."""

_OF_DATA = frozenset({"privacy", "mydata", "forget", "stop"})
"""Commands about what is stored: to send one is no reason to store anything."""


class Subscribing:
    """Finds what is to be noted of an update that was answered."""

    def __init__(self, store: Store) -> None:
        """Take what knows who may be written to."""
        self._store = store

    def wanted(self, incoming: Incoming, before: Session, answer: Answer) -> Answer:
        """Return `answer` to /stop and /start so that no notices are wanted from then on, or they are again."""
        call = incoming.call
        if call is None or not incoming.private:
            return answer
        if call.command == "stop" and answer.forget:
            return replace(answer, session=_QUIET)
        if call.command != "start" or before.preferences.notices:
            return answer
        session = answer.session or before.at(dt.datetime.now())
        again = replace(session, preferences=replace(session.preferences, notices=True))
        return replace(answer, resident=call.resident, session=again)

    def noted(self, incoming: Incoming, before: Session, answer: Answer) -> tuple[Public, ...]:
        """Return what is to be written with `answer`; `before` is what was remembered until then."""
        chat, audience = incoming.update.effective_chat, self._store.desk.audience
        if chat is None or chat.type != chat.PRIVATE or answer.forget or not (answer.posts or answer.edit):
            return ()
        if incoming.call and incoming.call.command in _OF_DATA:
            return ()
        after = answer.session or before
        if not after.preferences.notices:
            return (Unsubscribed(chat.id),) if chat.id in audience else ()
        taken_back = before.district and not after.district
        district = after.district or (None if taken_back else audience.district(chat.id))
        return audience.noted(chat.id, district, dt.date.today())
