"""Note which questions were not answered well: declined, asked back about in vain, answered without confidence."""

from __future__ import annotations

import datetime as dt

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Decision, Press, Reply
from bot.dialogue.session import Session
from bot.store.desk.opinions import ASKED_MEMORY, Opinions
from bot.store.desk.records import Asked, Beside, Counted, Given, Question, Recalled, Unclear, Why, Withdrawn
from faq.knowledge.text import bare
from intents.classifier.model import Guess

_ANSWERS = 5
"""Most answers of a resident whose questions are remembered, for votes on them."""

_SILENCE = 0.9 * ASKED_MEMORY
"""Seconds after which who was asked back and says nothing more has left; what he asked is still remembered then."""


class Unanswered:
    """Finds what is to be kept of messages, and what is remembered of them for a while."""

    def __init__(self, opinions: Opinions) -> None:
        """Take what remembers."""
        self._opinions = opinions

    def heard(
        self, dialogue: Dialogue, words: str, number: int, resident: str, before: Session, reply: Reply
    ) -> tuple[Beside, ...]:
        """Return what is kept of `words`, to which `reply` is given; `before` is what was remembered until then."""
        press = dialogue.questions.chosen(words, before)
        if press is not None:
            return self.pressed(resident, press)
        asked, text = self._opinions.asked(resident), dialogue.questions.clause(words)
        kept: tuple[Beside, ...] = ()
        if reply.decision == Decision.FALLBACK and bare(text) and not dialogue.questions.refuses(words):
            kept = self._question(number, resident, text, Why.FALLBACK, dialogue.questions.likely(words))
        if asked.unclear and before.asked_back and reply.decision != Decision.EMERGENCY:
            refused = dialogue.questions.refuses(words)
            kept += self._not_clear(resident, asked.unclear, Why.NONE_OF_THESE if refused else Why.IGNORED)
        unsure = _unsure(dialogue, reply) if bare(text) else ()
        doubts = self._question(number, resident, text, Why.UNSURE, unsure) if unsure else ()
        recalled = self._recalled(dialogue, number, resident, asked, text, reply, doubtful=bool(doubts))
        return (*kept, *doubts, *recalled)

    def silent(self, now: float) -> tuple[Beside, ...]:
        """Return what is kept of residents who were asked back and have said nothing more, at `now`."""
        waited = self._opinions.silent(now - _SILENCE)
        return tuple(kept for resident, one in waited for kept in self._not_clear(resident, one, Why.IGNORED))

    def counted(self, dialogue: Dialogue, reply: Reply) -> tuple[Beside, ...]:
        """Return what is counted of a message that got `reply`; nothing of thanks, menus and the like."""
        policies = [guess.intent.id for guess in _policies(dialogue, reply)]
        if reply.decision == Decision.ANSWER and not policies:
            return ()
        return (Counted(dt.date.today().isoformat(), reply.decision.value, tuple(dict.fromkeys(policies))),)

    def pressed(self, resident: str, press: Press) -> tuple[Beside, ...]:
        """Return what is kept when a button of the dialogue was pressed, or typed."""
        asked = self._opinions.asked(resident)
        if press.action == Action.NONE and asked.unclear:
            kept = self._not_clear(resident, asked.unclear, Why.NONE_OF_THESE)
            return (*kept, Recalled(resident, Asked(None, asked.answered)))
        if press.action == Action.ANSWER and asked.unclear:  # one of those offered: that question is answered by it
            answered = (*asked.answered, Given(press.target, asked.unclear.text))[-_ANSWERS:]
            late = asked.unclear.number in self._opinions.questions
            taken_back = (Withdrawn(asked.unclear.number),) if late else ()
            return (*taken_back, Recalled(resident, Asked(None, answered)))
        return ()

    def downvoted(self, number: int, resident: str, intent: str, text: str) -> tuple[Beside, ...]:
        """Return what is kept when the answer of `intent` to `text` was marked as bad."""
        return self._question(number, resident, text, Why.DOWNVOTE, (intent,)) if bare(text) else ()

    def _question(
        self, number: int, resident: str, text: str, why: Why, intents: tuple[str, ...]
    ) -> tuple[Beside, ...]:
        if not self._opinions.heeds(resident):
            return ()
        return (Question(number, text, why, dt.date.today().isoformat(), intents, None, resident),)

    def _not_clear(self, resident: str, unclear: Unclear, why: Why) -> tuple[Beside, ...]:
        """Return what is kept of a question that was asked back about in vain: under its own number."""
        return self._question(unclear.number, resident, unclear.text, why, unclear.intents)

    def _recalled(
        self, dialogue: Dialogue, number: int, resident: str, asked: Asked, text: str, reply: Reply, *, doubtful: bool
    ) -> tuple[Beside, ...]:
        if reply.decision == Decision.CLARIFY:
            offered = tuple(guess.intent.id for guess in reply.offered)
            unclear = Unclear(text, offered, number, dt.datetime.now().timestamp())
            return (Recalled(resident, Asked(unclear, asked.answered)),)
        policies = _policies(dialogue, reply)
        if reply.decision != Decision.ANSWER or not policies:
            return (Recalled(resident, Asked(None, asked.answered)),) if asked.unclear else ()
        given = (Given(guess.intent.id, text, number if doubtful else 0) for guess in policies)
        return (Recalled(resident, Asked(None, (*asked.answered, *given)[-_ANSWERS:])),)


def _policies(dialogue: Dialogue, reply: Reply) -> list[Guess]:
    return [guess for guess in reply.answered if not dialogue.faq.small_talk(guess.intent)]


def _unsure(dialogue: Dialogue, reply: Reply) -> tuple[str, ...]:
    """Return the ids of the intents that `reply` answers with little confidence."""
    if reply.decision != Decision.ANSWER:
        return ()
    return tuple(guess.intent.id for guess in _policies(dialogue, reply) if dialogue.questions.unsure(guess))
