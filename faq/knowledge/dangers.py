"""Dangers: how they are recognised, what is said before anything else, and when an answer is given after one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from faq.knowledge.fields import STRICT_KEYS, Body, Key, Keys, Lines, Text, Wordings

LEARNED = ("signs", "unless", "examples", "of_writer", "of_others", "harmless")
"""Keys of an emergency whose lists are learned from; brackets expand in all of them."""

TOLD = ("reply", "witness", "again", "witness_again")
"""Keys of an emergency whose texts residents read."""


@dataclass(frozen=True)
class After:
    """When an answer is given that belongs to a danger told of before: 不敢报警, 救护车来了."""

    __pydantic_config__ = STRICT_KEYS

    danger: Keys
    """Kinds of emergencies.yaml: it is only given to who told of one of them."""
    about: Key
    """What the message says of the danger; what intents of several kinds say about the same is learned together."""
    over: bool = False
    """True: it says that the danger is over, or was none."""
    own: bool = False
    """True: it is only given to who is at risk himself, not to who told of others."""


@dataclass(frozen=True)
class Emergency:
    """A danger, how it is recognised and what is said before anything else."""

    __pydantic_config__ = STRICT_KEYS

    signs: Lines
    """Phrases that mean danger wherever they stand; brackets expand."""
    reply: Body
    """Whom to call first."""
    sources: Keys
    """Keys of sources.yaml for the numbers in what is told."""
    again: Wordings = ()
    """What is said, in turn, to who tells of the same danger again or asks on (我该咋办); none: the reply once more."""
    witness: Body | None = None
    """What is said instead of the reply to who sees or hears that others are in danger; None: the reply fits both."""
    unless: tuple[Text, ...] = ()
    """Phrases in which a sign is harmless."""
    witness_again: Wordings = ()
    """As `again`, to who told of the danger of others; none: `again`."""
    examples: tuple[Text, ...] = ()
    """Messages that tell of this danger, which the alarm is trained on; brackets expand."""
    of_writer: tuple[Text, ...] = ()
    """More of them, whose writer is at risk himself: of these and the next it is learned who is."""
    of_others: tuple[Text, ...] = ()
    """More of them, whose writer sees, hears or knows that others are."""
    harmless: tuple[Text, ...] = ()
    """Messages that only sound like this danger, which it is trained not to take for it; brackets expand."""

    def whole(self, *, witness: bool) -> str:
        """Return whom to call first, for the one at risk or for a `witness` of it."""
        return (witness and self.witness) or self.reply

    def shorter(self, *, witness: bool) -> tuple[str, ...]:
        """Return what is said in turn to either of them who tells of it again; none: the whole once more."""
        return (witness and self.witness_again) or self.again

    @property
    def told(self) -> tuple[str, ...]:
        """Messages that tell of this danger, whoever is at risk."""
        return (*self.examples, *self.of_writer, *self.of_others)


Dangers = Annotated[dict[str, Emergency], Field(min_length=1)]
"""Emergencies by kind; a bot without any would be deaf to danger."""
