"""Note which questions were not answered well: declined, none of those offered, asked back about in vain."""

from __future__ import annotations

import datetime as dt

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Decision, Press, Reply
from bot.dialogue.session import Session
from bot.store.desk.opinions import Opinions
from bot.store.desk.records import Asked, Beside, Counted, Question, Recalled, Why
from faq.knowledge.text import bare

_ANSWERS = 5
"""Most answers of a resident whose questions are remembered, for votes on them."""


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
            return self.pressed(number, resident, press)
        asked, text = self._opinions.asked(resident), dialogue.questions.clause(words)
        unclear = asked.unclear if before.asked_back else None
        kept: tuple[Beside, ...] = ()
        if unclear and dialogue.questions.refuses(words):
            kept = self._question(number, resident, unclear[0], Why.NONE_OF_THESE, unclear[1])
        elif reply.decision == Decision.FALLBACK and bare(text):
            kept = self._question(number, resident, text, Why.FALLBACK, dialogue.questions.likely(words))
        elif unclear and reply.decision != Decision.EMERGENCY:
            kept = self._question(number, resident, unclear[0], Why.IGNORED, unclear[1])
        return (*kept, *self._recalled(dialogue, resident, asked, text, reply))

    def counted(self, dialogue: Dialogue, reply: Reply) -> tuple[Beside, ...]:
        """Return what is counted of a message that got `reply`; nothing of thanks, menus and the like."""
        policies = [guess.intent.id for guess in reply.answered if not dialogue.faq.small_talk(guess.intent)]
        if reply.decision == Decision.ANSWER and not policies:
            return ()
        return (Counted(dt.date.today().isoformat(), reply.decision.value, tuple(dict.fromkeys(policies))),)

    def pressed(self, number: int, resident: str, press: Press) -> tuple[Beside, ...]:
        """Return what is kept when a button of the dialogue was pressed, or typed."""
        asked = self._opinions.asked(resident)
        if press.action == Action.NONE and asked.unclear:
            kept = self._question(number, resident, asked.unclear[0], Why.NONE_OF_THESE, asked.unclear[1])
            return (*kept, Recalled(resident, Asked(None, asked.answered)))
        if press.action == Action.ANSWER and asked.unclear:  # one of those offered: that question is answered by it
            answered = (*asked.answered, (press.target, asked.unclear[0]))[-_ANSWERS:]
            return (Recalled(resident, Asked(None, answered)),)
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

    def _recalled(self, dialogue: Dialogue, resident: str, asked: Asked, text: str, reply: Reply) -> tuple[Beside, ...]:
        if reply.decision == Decision.CLARIFY:
            offered = tuple(guess.intent.id for guess in reply.offered)
            return (Recalled(resident, Asked((text, offered), asked.answered)),)
        policies = [guess.intent for guess in reply.answered if not dialogue.faq.small_talk(guess.intent)]
        if reply.decision != Decision.ANSWER or not policies:
            return (Recalled(resident, Asked(None, asked.answered)),) if asked.unclear else ()
        answered = (*asked.answered, *((intent.id, text) for intent in policies))[-_ANSWERS:]
        return (Recalled(resident, Asked(None, answered)),)
