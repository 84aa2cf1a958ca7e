"""While an owner has paused the bot: residents' questions get a notice and 12345; danger is heard as ever."""

from __future__ import annotations

import datetime as dt

from bot.channels.telegram.answer import Answer
from bot.channels.telegram.desk.words import fixed
from bot.channels.telegram.intake.incoming import Incoming
from bot.channels.telegram.showing.style import style_of
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Decision, Press
from bot.dialogue.session import Session
from bot.store.desk.audience import Audience
from bot.store.desk.broadcasts import Paused
from faq.knowledge.types import CRISIS, Faq

_ASKING = frozenset({"menu", "district"})
"""Commands that lead to answers; /start does so by a link alone. Those about what is stored, and to people, go on."""


def notice(faq: Faq, text: str) -> str:
    """Return what residents read: the owner's `text`, else the usual sentence, and whom to turn to."""
    phrases = faq.phrases.desk
    return f"{text or phrases.paused}\n{phrases.paused_foot}"


def since(pause: Paused) -> str:
    """Return since when the bot is paused, in words."""
    return dt.datetime.fromtimestamp(pause.at).strftime("%m-%d %H:%M")


class Pausing:
    """Puts the notice in the place of answers."""

    def __init__(self, audience: Audience) -> None:
        """Take what knows whether the bot is paused."""
        self._audience = audience

    def instead(self, dialogue: Dialogue, incoming: Incoming, before: Session, answer: Answer) -> Answer:
        """Return what a resident is told: `answer`, or while the bot is paused the notice in its place.

        Who is, or was a while ago, in danger is answered as ever.
        """
        pause = self._audience.pause
        if pause is None or not (answer.posts or answer.edit) or not _asks(incoming, answer):
            return answer
        if answer.alarms or any(one.danger or one.intent == CRISIS for one in (before, answer.session) if one):
            return answer
        user = incoming.update.effective_user
        style = style_of(dialogue.faq.phrases, before, user.language_code if user else None)
        said = style.written(notice(dialogue.faq, pause.text))
        query = incoming.update.callback_query
        pressed = query.message if query else None
        place = incoming.call.message if incoming.call else pressed
        return fixed(place, said) if place else Answer()


def _asks(incoming: Incoming, answer: Answer) -> bool:
    """Tell whether an update asks for what the knowledge says, and tells of no danger."""
    if answer.decision is not None:
        return answer.decision != Decision.EMERGENCY
    if query := incoming.update.callback_query:
        press = Press.read(query.data or "")
        return press is not None and press.action != Action.SETTING
    call = incoming.call
    return call is not None and (call.command in _ASKING or (call.command == "start" and bool(call.words)))
