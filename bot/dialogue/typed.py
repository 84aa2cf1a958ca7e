"""What residents type instead of pressing a button, 第二个, 都不是, and instead of saying anything, 嗯."""

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
        phrases = faq.phrases
        self._fixed = {
            bare(phrases.button_none): Press(Action.NONE),
            bare(phrases.button_menu): Press(Action.MENU),
            bare(phrases.button_district): Press(Action.DISTRICTS),
        }
        cues = faq.cues
        self._fixed |= {bare(word): Press(Action.NONE) for word in cues.refusing}
        self._nodding = re.compile(f"(?:{any_of(cues.nodding)})++")
        self._numerals = cues.numerals
        number = rf"(?:(\d)|({'|'.join(map(re.escape, self._numerals))}))"
        self._place = re.compile(f"(?:{any_of(cues.filling)})*+第?{number}(?:{any_of(cues.polite)})*+")

    def press(self, message: str, offered: Sequence[str]) -> Press | None:
        """Return the press that `message` stands for after the intents `offered`; None: it is no button.

        A number past the last intent is the button that none was meant.
        """
        text = bare(message)
        hit = self._place.fullmatch(text) if offered else None
        if hit is None:
            return self._fixed.get(text)
        place = int(hit[1]) if hit[1] else self._numerals.index(hit[2]) + 1
        if 1 <= place <= len(offered):
            return Press(Action.ANSWER, offered[place - 1])
        return Press(Action.NONE) if place == len(offered) + 1 else None

    def nods(self, message: str) -> bool:
        """Tell whether `message` only says that the resident has read."""
        return bool(self._nodding.fullmatch(bare(message)))
