"""The page on which a resident sets how to be answered."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.pages.preferences import Script
from bot.dialogue.reply import Action, Choice, Part, Press, Reply
from bot.dialogue.session import Session, Turn
from faq.knowledge.types import Faq

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
