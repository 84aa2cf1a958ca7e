"""An answer as points: a line says one thing, and may begin with what it is about in brackets, which is not shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from faq.knowledge.fields import STRICT_KEYS, Key, Lines, Text

_TAG = re.compile(r"^[^\S\n]{0,40}[［\[]([^］\]\[［\n]{0,12})[］\]][^\S\n]{0,40}", re.MULTILINE)
"""A tag stands at the beginning of a line; full-width brackets, or those of an English keyboard."""


class About(StrEnum):
    """What a point is about; its names for admins stand in cues.yaml."""

    WHO = "who"
    """Who may have it."""
    BARRED = "barred"
    """Who may not, and what is not done."""
    PAPERS = "papers"
    """What to bring, fill in and sign."""
    TIME = "time"
    """How long it takes, until when, how often."""
    PLACE = "place"
    """Where to go."""
    AMOUNT = "amount"
    """What is paid out, and how."""
    FEE = "fee"
    """What it costs a resident."""
    ONLINE = "online"
    """Whether and how it is done by telephone or computer."""
    STEP = "step"
    """What is done, in order."""
    MEANING = "meaning"
    """What a word means."""
    PHONE = "phone"
    """A number to call."""
    NOTE = "note"
    """What to beware of."""
    ASK = "ask"
    """What is not known, and whom to ask."""


@dataclass(frozen=True)
class Aspect:
    """How admins and residents name what points are about."""

    __pydantic_config__ = STRICT_KEYS

    name: Text
    """What an admin writes in the brackets."""
    asked: Lines
    """Words by which a message asks about it."""


@dataclass(frozen=True)
class Point:
    """One line of an answer."""

    text: str
    """What the resident reads."""
    about: About | None = None
    """What it is about; None: nobody has said."""


@dataclass(frozen=True)
class Term:
    """A word that residents stumble over."""

    __pydantic_config__ = STRICT_KEYS

    means: Text
    """What it means, in one plain sentence."""
    also: tuple[Text, ...] = ()
    """Other words for it."""
    sources: tuple[Key, ...] = ()
    """Keys of sources.yaml that the sentence rests on; each figure in it stands in a fact of one of them."""
    about: tuple[Key, ...] = ()
    """Ids of the intents it belongs to, the nearest first."""


def untagged(text: str) -> str:
    r"""Return `text` as residents read it: lines stay lines, tags are gone.

    >>> untagged('［材料］带户口簿。\n[时间] 当天。')
    '带户口簿。\n当天。'
    """
    return _TAG.sub("", text)


def tags(text: str) -> Iterator[tuple[int, str]]:
    """Yield position and name of each tag of `text`."""
    for found in _TAG.finditer(text):
        yield found.start(1), found[1].strip()


def points_of(text: str, names: dict[str, About]) -> tuple[Point, ...]:
    r"""Return the points of a text block, a line a point; `names` says what each tag stands for.

    >>> points_of('［材料］带户口簿。\n当天办完。', {'材料': About.PAPERS})
    (Point(text='带户口簿。', about=<About.PAPERS: 'papers'>), Point(text='当天办完。', about=None))
    """
    found = []
    for line in text.splitlines():
        tag = _TAG.match(line)
        told = line[tag.end() :].strip() if tag else line.strip()
        if told:
            found.append(Point(told, names.get(tag[1].strip()) if tag else None))
    return tuple(found)


def misplaced(text: str, names: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield position and name of each tag that does not begin its line, and so would be read by residents."""
    if not names:
        return
    known = "|".join(map(re.escape, names))
    begins = {at for at, _ in tags(text)}
    for found in re.finditer(rf"[［\[]\s?({known})\s?[］\]]", text):
        if found.start(1) not in begins:
            yield found.start(1), found[1]
