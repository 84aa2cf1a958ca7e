"""What the bot says, as data that any channel can show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from intents.classifier.model import Guess


class Decision(StrEnum):
    """What was done with a message."""

    ANSWER = "answer"
    """At least one question was answered."""
    CLARIFY = "clarify"
    """The resident was asked which question was meant."""
    FALLBACK = "fallback"
    """Nothing was safe to say."""
    EMERGENCY = "emergency"
    """Somebody may be in danger: emergency numbers first."""


class Action(StrEnum):
    """What a button does; the value travels in Telegram's callback data."""

    ANSWER = "a"
    """Answer intent `target`."""
    DETAILS = "d"
    """Show the long form of intent `target`."""
    MENU = "m"
    """Show the topics."""
    TOPIC = "t"
    """Show the questions of topic `target`."""
    NONE = "n"
    """None of the offered questions was meant."""
    SOURCES = "s"
    """Show all sources of the answer of intent `target`."""
    CARD = "b"
    """Show the short answer of intent `target` again where something else of it was shown."""
    DISTRICTS = "w"
    """Show the districts: in place of the card of intent `target`, or for the office of the intent `about`."""
    DISTRICT = "p"
    """Remember district `target`, or leave it as it is if empty; `about`: the intent whose office is wanted."""
    LOCAL = "l"
    """Remember district `target` and show the card of the intent `about` with the office there."""
    OFFICE = "o"
    """Show the office for what was asked last."""
    SETTING = "e"
    """Change the setting `target` to its next value."""


@dataclass(frozen=True)
class Press:
    """A press on a button."""

    action: Action
    """What to do."""
    target: str = ""
    """With what: an intent's id, a topic, a district."""
    about: str = ""
    """Id of the intent whose office is wanted; empty: of none."""

    def data(self) -> str:
        """Return the press as callback data; with a district of nine bytes and any id it stays within Telegram's 64.

        >>> Press(Action.ANSWER, 'dibao.apply').data(), Press(Action.DISTRICT, '浚县', 'dibao.apply').data()
        ('a:dibao.apply', 'p:浚县:dibao.apply')
        """
        return ":".join([self.action.value, self.target, *([self.about] if self.about else [])])

    @classmethod
    def read(cls, data: str) -> Press | None:
        """Return the press that callback `data` stands for, or None for data this version does not know."""
        action, _, rest = data.partition(":")
        target, _, about = rest.partition(":")
        return cls(Action(action), target, about) if action in set(Action) else None


@dataclass(frozen=True)
class Choice:
    """A button."""

    label: str
    """What is written on it."""
    press: Press
    """What it does."""


class Kind(StrEnum):
    """What a paragraph is for."""

    ANSWER = "answer"
    """What was asked, or a point of it."""
    OFFICE = "office"
    """Where to turn, and when it is open."""
    SOURCES = "sources"
    """What the answer rests on."""
    NOTE = "note"
    """Anything else: a question back, a remark, a fixed sentence."""
    WARM = "warm"
    """A kind word beside what is said: it does not make a repeated answer a new one."""
    ALARM = "alarm"
    """Whom to call in danger."""


@dataclass(frozen=True)
class Part:
    """A paragraph of a reply."""

    text: str
    """What is said, in plain text."""
    title: str | None = None
    """Heading over it; None: it has none."""
    kind: Kind = Kind.NOTE
    """What it is for."""
    links: tuple[tuple[str, str], ...] = ()
    """Words of the text that lead to a public page, each with its address."""

    def __str__(self) -> str:
        return f"【{self.title}】\n{self.text}" if self.title else self.text


@dataclass(frozen=True)
class Reply:
    """What the bot says to one message or press."""

    parts: tuple[Part, ...]
    """Paragraphs in order."""
    decision: Decision = Decision.ANSWER
    """What was done with the message."""
    choices: tuple[Choice, ...] = ()
    """Buttons, one a row."""
    answered: tuple[Guess, ...] = ()
    """Intents answered here, in order."""
    offered: tuple[Guess, ...] = ()
    """Intents offered as buttons because it was not clear which was meant."""
    district: str | None = None
    """District of the offices shown; None: not known."""
    offices: tuple[str, ...] = ()
    """Ids of the offices shown."""
    points: tuple[str, ...] | None = None
    """Texts of the points given where only a part of an answer was; None: the whole answer, or none."""
    danger: str | None = None
    """Kind of the emergency (emergencies.yaml), or `CRISIS`; None: nobody is in danger."""
    concern: bool = False
    """Whether a warm line was added for somebody in distress who is in no danger."""

    @property
    def text(self) -> str:
        """The whole reply in plain text."""
        return "\n\n".join(map(str, self.parts))
