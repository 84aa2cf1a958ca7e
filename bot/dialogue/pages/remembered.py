"""Tell a resident all that is stored of a chat, in words; and what was, when it is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.dialogue.pages.preferences import Preferences, Script
from bot.dialogue.reply import Action, Choice, Part, Press, Reply
from bot.dialogue.session import Session
from faq.knowledge.types import CRISIS, Faq


@dataclass(frozen=True)
class Held:
    """What is stored of a chat beside the session and the settings."""

    ticket: int | None = None
    """Messages passed on for the ticket that is open; None: there is none."""
    waiting: int = 0
    """Messages on their way to this chat."""
    notices: tuple[str, ...] = ()
    """Questions, redacted, about whose answers this chat waits to be told."""
    set_aside: int = 0
    """Messages of this chat that could not be answered and wait for an admin."""
    asked: int = 0
    """Questions, redacted, that are remembered in memory for a while."""
    votes: int = 0
    """Votes that are remembered in memory for a while, so that each counts once."""
    subscribed: str | None = None
    """The district kept of a chat that may be written to first, empty: it is not known; None: it may not."""


class Remembered:
    """Words what is stored of the residents of one `Faq`."""

    def __init__(self, faq: Faq) -> None:
        """Take the knowledge."""
        self._faq = faq

    def page(self, session: Session, held: Held) -> Reply:
        """Return all that is stored of a resident."""
        phrases, kept = self._faq.phrases, self._lines(session, held)
        text = "\n".join([phrases.mydata, *kept, phrases.mydata_end]) if kept else phrases.mydata_nothing
        return self._reply(text)

    def forgotten(self, session: Session, held: Held | None) -> Reply:
        """Return what is said when it is forgotten: what that was (None: in a group), and what cannot be deleted."""
        phrases, kept = self._faq.phrases, self._lines(session, held) if held else []
        told = [phrases.forgotten_all, *kept] if kept else [phrases.forgotten]
        return self._reply("\n".join([*told, phrases.forgotten_not]))

    def _reply(self, text: str) -> Reply:
        return Reply((Part(text),), choices=(Choice(self._faq.phrases.button_menu, Press(Action.MENU)),))

    def _lines(self, session: Session, held: Held) -> list[str]:
        return [*self._of_session(session), *self._of_preferences(session.preferences), *self._of_desk(held)]

    def _of_session(self, session: Session) -> Iterator[str]:
        phrases = self._faq.phrases
        if session.district:
            yield phrases.mydata_district.format(value=f"{session.district}{session.town or ''}")
        for key in dict.fromkeys((session.intent, session.before, *session.last)):
            if (intent := self._faq.intents.get(key or "")) and not self._faq.small_talk(intent):
                yield phrases.mydata_asked.format(value=intent.title)
        if session.danger or session.intent == CRISIS:
            yield phrases.mydata_danger
        if session.offered:
            yield phrases.mydata_offered.format(value=len(session.offered))
        if session.traditional is not None:
            yield phrases.mydata_traditional if session.traditional else phrases.mydata_simplified
        if session.turns and session.heard_at:
            yield phrases.mydata_turns.format(name=session.turns, value=f"{session.heard_at:%H:%M}")
        if session.story:
            yield phrases.mydata_story.format(value=len(session.story))

    def _of_preferences(self, now: Preferences) -> Iterator[str]:
        phrases, usual = self._faq.phrases, Preferences()
        scripts = {
            Script.AS_WRITTEN: phrases.setting_script_written,
            Script.TRADITIONAL: phrases.setting_script_traditional,
            Script.SIMPLIFIED: phrases.setting_script_simplified,
        }
        chosen = [
            *([phrases.setting_spacious] if now.spacious else []),
            *([scripts[now.script]] if now.script != usual.script else []),
            *([] if now.notices else [phrases.setting_quiet]),
            *([] if now.keys else [phrases.key_hide]),
        ]
        if chosen:
            yield phrases.mydata_settings.format(value=phrases.mydata_comma.join(chosen))

    def _of_desk(self, held: Held) -> Iterator[str]:
        phrases = self._faq.phrases
        if held.ticket is not None:
            yield phrases.mydata_ticket.format(value=held.ticket)
        for count, said in (
            (held.waiting, phrases.mydata_waiting),
            (held.set_aside, phrases.mydata_set_aside),
            (held.asked, phrases.mydata_recent),
            (held.votes, phrases.mydata_votes),
        ):
            if count:
                yield said.format(value=count)
        if held.subscribed is not None:
            named = phrases.mydata_subscribed_district.format(value=held.subscribed)
            yield named if held.subscribed else phrases.mydata_subscribed
        for question in held.notices:
            yield phrases.mydata_notice.format(value=question)
