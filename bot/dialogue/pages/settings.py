"""The page on which a resident sets how to be answered, and the one that shows what is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.dialogue.pages.preferences import Preferences, Script
from bot.dialogue.reply import Action, Choice, Part, Press, Reply
from bot.dialogue.session import Session, Turn
from faq.knowledge.types import CRISIS, Faq

_SPACIOUS, _SCRIPT, _NOTICES = "spacious", "script", "notices"
"""What can be set, as it stands in callback data."""


class Settings:
    """Words the settings of one `Faq`'s residents."""

    def __init__(self, faq: Faq) -> None:
        """Take the knowledge."""
        self._faq = faq

    def page(self, session: Session) -> Reply:
        """Return what is set, with a button to change each."""
        phrases, now = self._faq.phrases, session.preferences
        scripts = {
            Script.AS_WRITTEN: phrases.setting_script_written,
            Script.TRADITIONAL: phrases.setting_script_traditional,
            Script.SIMPLIFIED: phrases.setting_script_simplified,
        }
        labels = {
            _SPACIOUS: phrases.setting_spacious if now.spacious else phrases.setting_compact,
            _SCRIPT: scripts[now.script],
            _NOTICES: phrases.setting_notices if now.notices else phrases.setting_quiet,
        }
        choices = (Choice(label, Press(Action.SETTING, name)) for name, label in labels.items())
        menu = Choice(phrases.button_menu, Press(Action.MENU))
        return Reply((Part(phrases.settings),), choices=(*choices, menu), district=session.district)

    def changed(self, name: str, session: Session) -> Turn | None:
        """Change what is set under `name` to its next value; None: there is no such setting."""
        now = session.preferences
        scripts = list(Script)
        after = {
            _SPACIOUS: replace(now, spacious=not now.spacious),
            _SCRIPT: replace(now, script=scripts[(scripts.index(now.script) + 1) % len(scripts)]),
            _NOTICES: replace(now, notices=not now.notices),
        }.get(name)
        if after is None:
            return None
        session = replace(session, preferences=after)
        return self.page(session), session

    def remembered(self, session: Session) -> Reply:
        """Return all that is remembered of a resident, in words."""
        phrases, kept = self._faq.phrases, list(self._kept(session))
        text = "\n".join([phrases.mydata, *kept, phrases.mydata_end]) if kept else phrases.mydata_nothing
        return Reply((Part(text),), choices=(Choice(phrases.button_menu, Press(Action.MENU)),))

    def _kept(self, session: Session) -> Iterator[str]:
        phrases = self._faq.phrases
        if session.district:
            yield phrases.mydata_district.format(value=f"{session.district}{session.town or ''}")
        for key in dict.fromkeys((session.intent, session.before, *session.last)):
            if (intent := self._faq.intents.get(key or "")) and not self._faq.small_talk(intent):
                yield phrases.mydata_asked.format(value=intent.title)
        if session.danger or session.intent == CRISIS:
            yield phrases.mydata_danger
        if session.story:
            yield phrases.mydata_story.format(value=len(session.story))
        if session.preferences != Preferences():
            yield phrases.mydata_settings
