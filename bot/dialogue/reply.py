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
    DISTRICTS = "w"
    """Show the districts; `target`: the intent whose office is wanted, or empty."""
    DISTRICT = "p"
    """Remember district `target`, or none if empty."""


@dataclass(frozen=True)
class Press:
    """A press on a button."""

    action: Action
    """What to do."""
    target: str = ""
    """With what: an intent's id, a topic, a district."""

    def data(self) -> str:
        """Return the press as callback data.

        >>> Press(Action.ANSWER, 'dibao.apply').data()
        'a:dibao.apply'
        """
        return f"{self.action.value}:{self.target}"

    @classmethod
    def read(cls, data: str) -> Press | None:
        """Return the press that callback `data` stands for, or None for data this version does not know."""
        action, _, target = data.partition(":")
        return cls(Action(action), target) if action in set(Action) else None


@dataclass(frozen=True)
class Choice:
    """A button."""

    label: str
    """What is written on it."""
    press: Press
    """What it does."""


@dataclass(frozen=True)
class Part:
    """A paragraph of a reply."""

    text: str
    """What is said, in plain text."""
    title: str | None = None
    """Heading over it; None: it has none."""

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
    danger: str | None = None
    """Kind of the emergency (emergencies.yaml), or `CRISIS`; None: nobody is in danger."""
    concern: bool = False
    """Whether a warm line was added for somebody in distress who is in no danger."""

    @property
    def text(self) -> str:
        """The whole reply in plain text."""
        return "\n\n".join(map(str, self.parts))
