"""What residents type instead of pressing a button, 第二个, 最后一个, and instead of saying anything, 嗯."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.dialogue.reply import Action, Press
from faq.knowledge.text import any_of, bare
from faq.knowledge.types import Faq


class Typed:
    """Knows what residents write for the buttons of one `Faq`."""

    def __init__(self, faq: Faq) -> None:
        """Take the labels of fixed buttons and the words for numbers."""
        phrases, cues = faq.phrases, faq.cues
        self._fixed = {
            bare(phrases.button_none): Press(Action.NONE),
            bare(phrases.button_menu): Press(Action.MENU),
            bare(phrases.button_district): Press(Action.DISTRICTS),
            bare(phrases.button_forget_district): Press(Action.DISTRICT),
        }
        self._refusing = frozenset(map(bare, cues.refusing))
        self._nodding = re.compile(f"(?:{any_of(cues.nodding)})++")
        self._numerals = cues.numerals
        number = rf"(?:(\d)|({'|'.join(map(re.escape, self._numerals))}))"
        soft = any_of((*cues.polite, *cues.softening, *cues.filling))
        self._place = re.compile(f"(?:{soft})*?(第|{any_of(cues.choosing)})?{number}(?:{soft})*+")

    def press(self, message: str, offered: Sequence[str], *, asked_back: bool) -> Press | None:
        """Return the press that `message` stands for below a reply with the buttons `offered`; None: it is no button.

        A bare number is a choice only if the reply `asked_back`.
        """
        text = bare(message)
        if len(text) > _LONGEST:
            return None
        if fixed := self._fixed.get(text):
            return fixed
        if asked_back and text in self._refusing:
            return Press(Action.NONE)
        hit = self._place.fullmatch(text) if offered else None
        if hit is None or not (asked_back or hit[1]):
            return None
        place = int(hit[2]) if hit[2] else self._numerals.index(hit[3]) + 1
        return Press.read(offered[place - 1]) if 1 <= place <= len(offered) else None

    def last(self, offered: Sequence[str]) -> Press | None:
        """Return the press on the last question among the buttons `offered`; None: there is none."""
        presses = filter(None, map(Press.read, offered))
        return next(iter([press for press in presses if press.action == Action.ANSWER][::-1]), None)

    def refuses(self, message: str) -> bool:
        """Tell whether `message` only says that what was answered was not meant."""
        return bare(message) in self._refusing

    def nods(self, message: str) -> bool:
        """Tell whether `message` only says that the resident has read."""
        return bool(self._nodding.fullmatch(bare(message)))


_LONGEST = 16
"""Characters of the longest message that may stand for a button."""
