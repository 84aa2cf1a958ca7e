"""Never say the same thing twice in a row: what was just said is said shorter, in other words, or more openly."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.cards import Cards
from bot.dialogue.reply import Decision, Kind, Part, Reply
from bot.dialogue.session import Session
from faq.knowledge.types import Faq, Intent

_BESIDE = (Kind.OFFICE, Kind.SOURCES, Kind.WARM)
"""Paragraphs that say nothing new by themselves."""
_LONGEST = 12
"""Hexadecimal digits of a digest: enough to tell two replies of one chat apart."""


def digest(reply: Reply) -> str:
    """Return what tells whether two replies say the same; what follows from it, and warm lines, left aside."""
    said = "\n".join(part.text for part in reply.parts if part.kind not in _BESIDE)
    return hashlib.sha256(said.encode()).hexdigest()[:_LONGEST]


class Again:
    """Words replies afresh that were just given."""

    def __init__(self, faq: Faq, cards: Cards) -> None:
        """Take the knowledge and what puts replies together."""
        self._faq = faq
        self._cards = cards

    def vary(self, wordings: Sequence[str], session: Session) -> str:
        """Return one of `wordings`: another one each turn."""
        return wordings[session.turns % len(wordings)]

    def fresh(self, reply: Reply, session: Session, now: dt.datetime) -> Reply:
        """Return `reply`, or where that is what was said last the same in other words."""
        if digest(reply) != session.said:
            return reply
        phrases = self._faq.phrases
        match reply.decision:
            case Decision.EMERGENCY:
                first = Part(self.vary(phrases.alarm_again, session), kind=Kind.ALARM)
                return replace(reply, parts=(first, *reply.parts))
            case Decision.CLARIFY:
                return self._reworded(reply, phrases.clarify_again, session)
            case Decision.FALLBACK:
                return self._reworded(reply, phrases.fallback_again, session)
        policies = [guess.intent for guess in reply.answered if not self._faq.small_talk(guess.intent)]
        if not policies:
            return self._reworded(reply, phrases.chat_again, session)
        return self._briefly(policies[0], reply, session, now)

    def _briefly(self, intent: Intent, reply: Reply, session: Session, now: dt.datetime) -> Reply:
        """Return the first sentence of `reply`, which answers `intent`, or the first point of a part that was given."""
        said = self.vary(self._faq.phrases.answered_again, session)
        if reply.points:
            first = Part(said.format(value=reply.points[0]), kind=Kind.ANSWER)
            return replace(reply, parts=(first, *reply.parts[1:]))
        brief = self._cards.brief(intent, said, session, now)
        warm = [part for part in reply.parts if part.kind == Kind.WARM]
        return replace(
            brief,
            parts=(*brief.parts[:1], *warm, *brief.parts[1:]),
            concern=reply.concern,
            answered=reply.answered,
            offered=reply.offered,
            choices=reply.choices,
        )

    def _reworded(self, reply: Reply, wordings: Sequence[str], session: Session) -> Reply:
        """Return `reply` with its first paragraph in another of `wordings`, also if that is what was said last."""
        first, *rest = reply.parts
        for turn in range(len(wordings)):
            text = self.vary(wordings, replace(session, turns=session.turns + turn))
            other = replace(reply, parts=(replace(first, text=text), *rest))
            if digest(other) != session.said:
                return other
        return reply
