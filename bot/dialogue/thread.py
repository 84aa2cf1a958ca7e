"""What a conversation is about: what a message may lean on, and what is remembered once it was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.cards import Cards
from bot.dialogue.session import Session
from faq.knowledge.types import CRISIS, Faq, Intent
from intents.interpret.context import Context


class Thread:
    """Follows the subjects of conversations about one `Faq`."""

    def __init__(self, faq: Faq, cards: Cards) -> None:
        """Take the knowledge, and what tells what is asked in passing."""
        self._faq = faq
        self._cards = cards

    def context(self, session: Session, now: dt.datetime) -> Context | None:
        """Return what a message may go on from: what was asked last, and what was before it.

        A danger that is not known to be over is leaned on where nothing was asked since.
        """
        intent, former = (self._faq.intents.get(key or "") for key in (session.intent, session.before))
        if intent is None and session.at(now).danger:
            intent = self._faq.intents[CRISIS]
        if intent is None:
            return None
        if former and self._faq.signpost(intent):  # it only says whom to ask: what is asked next is asked of ours
            intent, former = former, intent
        return Context(
            intent,
            session.freshness(now),
            danger=session.danger,
            witness=session.witness,
            former=former,
            strange=session.strange,
            today=now.date(),
        )

    def asked(self, intents: Sequence[Intent], session: Session) -> Session:
        """Return what is remembered after `intents` were answered.

        Small talk and what is asked in passing leave what was asked before: 特困怎么申请, 几点上班, 谢谢, 要带什么.
        What is general, as 代办 is, is the subject itself, and the one before it can be resumed.
        """
        asked = [intent for intent in intents if not self._cards.aside(intent)]
        if not asked:
            ended = session.intent in (None, CRISIS)
            return replace(session, intent=intents[-1].id) if ended else session
        last = self._faq.intents.get(session.intent or "")
        both = last is not None and self._general(last) and self._general(asked[-1])
        after = session.asked(asked[-1].id)
        return replace(after, before=session.before) if both else after

    def _general(self, intent: Intent) -> bool:
        """Tell whether `intent` may be asked of any subject, or is another office's."""
        topic = self._faq.topics[intent.topic]
        return topic.general or topic.signposts
