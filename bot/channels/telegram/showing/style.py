"""How one resident wants to read: plain or spaced out, in simplified or in traditional characters."""

from __future__ import annotations

import functools
import itertools
import json
import re
from dataclasses import dataclass
from typing import Any

from opencc import OpenCC

from bot.dialogue.pages.preferences import Script
from bot.dialogue.session import Session
from faq.knowledge.phrases import Phrases
from faq.knowledge.text import simplified

_SENTENCE = re.compile(r"(?<=[。！？；])(?=.)")
"""Where a line is broken for who wants short ones."""


_TRADITIONAL = frozenset({"zh-hant", "zh-tw", "zh-hk", "zh-mo"})
"""Languages of Telegram's apps that are written in traditional characters."""

_OURS = str.maketrans({"濬": "浚", "籤": "簽"})
"""What the converter takes for another word: a river in the name of a county, and who signs draws no lots."""


@functools.cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2tw")


@dataclass(frozen=True)
class Style:
    """What is done to the words of a reply before they are shown."""

    spacious: bool = False
    """Whether each sentence has a line of its own, with empty lines between and nothing folded."""
    traditional: bool = False
    """Whether it is written in traditional characters."""
    call: str = "{value}"
    """The first line of an alarm, with a slot for the numbers."""
    copy: str = "{value}"
    """What stands on a button that copies one of several telephone numbers."""
    copy_one: str = "☎"
    """The same where there is only one."""

    @classmethod
    def of(cls, phrases: Phrases, *, spacious: bool = False, traditional: bool = False) -> Style:
        """Return the style with the bot's own words for what it adds."""
        return cls(spacious, traditional, phrases.alarm_numbers, phrases.button_copy, phrases.button_copy_one)

    def written(self, text: str) -> str:
        """Return `text` in the characters that the resident reads; figures stay as they are.

        >>> Style(traditional=True).written('浚县低保 390 元，签承诺书')
        '浚縣低保 390 元，簽承諾書'
        """
        if not self.traditional or text.isascii():
            return text
        whole = text.encode(errors="replace").decode()
        return str(_to_traditional().convert(whole)).translate(_OURS)

    def labels(self, buttons: str | None) -> str | None:
        """Return a keyboard as JSON with its labels in the characters that the resident reads; some may be so."""
        if not self.traditional or buttons is None:
            return buttons
        keyboard: dict[str, Any] = json.loads(buttons)
        for rows in keyboard.values():
            for button in itertools.chain.from_iterable(rows) if isinstance(rows, list) else ():
                button["text"] = self.written(simplified(button["text"]))  # twice converted, 鄰里 would be 鄰裡
        return json.dumps(keyboard, ensure_ascii=False)

    def broken(self, line: str) -> list[str]:
        """Return the lines that `line` is shown as.

        >>> Style(spacious=True).broken('带户口簿。带身份证。')
        ['带户口簿。', '带身份证。', '']
        """
        return [*_SENTENCE.split(line), ""] if self.spacious and line else [line]


PLAIN = Style()
"""As it was written."""


def style_of(phrases: Phrases, session: Session, language: str | None) -> Style:
    """Return how a resident wants to read: as set, else as written, else as Telegram speaks to him."""
    wanted, written = session.preferences, session.traditional
    if written is None:
        written = (language or "").lower() in _TRADITIONAL
    traditional = written if wanted.script == Script.AS_WRITTEN else wanted.script == Script.TRADITIONAL
    return Style.of(phrases, spacious=wanted.spacious, traditional=traditional)
