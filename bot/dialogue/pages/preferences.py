"""How a resident wants to be answered, and in which script a message is written."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from enum import StrEnum

from opencc import OpenCC

from faq.knowledge.text import simplified

_READ = 400
"""Characters of a message that are looked at for its script."""


class Script(StrEnum):
    """In which characters a resident is answered."""

    AS_WRITTEN = ""
    """In those that the resident writes."""
    TRADITIONAL = "t"
    """In traditional ones."""
    SIMPLIFIED = "s"
    """In simplified ones."""


@dataclass(frozen=True)
class Preferences:
    """What a resident has set; it is kept until the resident asks to be forgotten."""

    spacious: bool = False
    """Whether lines are short, with more space between them."""
    script: Script = Script.AS_WRITTEN
    """In which characters answers are written."""
    notices: bool = True
    """Whether the bot may write first, of what the resident asked to be told."""
    keys: bool = True
    """Whether a private chat shows keys in place of the resident's own keyboard."""

    @property
    def are_usual(self) -> bool:
        """Whether nothing is set."""
        return self == Preferences()


@functools.cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")


def is_traditional(message: str) -> bool | None:
    """Tell whether `message` is written in traditional characters; None: in none that differ.

    >>> is_traditional('農村低保怎麼申請'), is_traditional('农村低保怎么申请'), is_traditional('低保')
    (True, False, None)
    """
    text = message[:_READ].encode(errors="ignore").decode()  # half a character is in no script
    if text.isascii():
        return None
    others = simplified(text), str(_to_traditional().convert(text))
    here, there = (sum(a != b for a, b in zip(text, other, strict=False)) for other in others)
    return None if here == there else here > there
