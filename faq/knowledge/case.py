"""Questions and conversations with what must come of them: what models are measured on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import Field

from faq.knowledge.fields import STRICT_KEYS, Text, Title

if TYPE_CHECKING:
    from faq.knowledge.types import Faq

OUT_OF_SCOPE = "oos"
"""Label of a question to decline."""

MOST_LINES = 12
"""Lines of a conversation; of a longer one nobody keeps the thread."""

TELLING = 8
"""Characters from which on a later message of a conversation may say by itself what it asks."""


@dataclass(frozen=True)
class Case:
    """A question with the intents that are right for it."""

    question: str
    """What a resident types."""
    expected: frozenset[str]
    """Ids of which any is right; `OUT_OF_SCOPE` for a question to decline."""
    where: str = ""
    """Place it is written at, as file:line; '' if it is written nowhere."""

    @property
    def in_scope(self) -> bool:
        """Whether some intent is right."""
        return self.expected != {OUT_OF_SCOPE}


class Expectation(StrEnum):
    """What may come of a message, beside an intent's answer."""

    TALK = "talk"
    """It is answered without a policy: small talk, or one of the bot's own sentences."""
    ASK = "ask"
    """The resident is asked which question was meant; `ask:ID`: and ID is among them."""
    DECLINE = "decline"
    """Nothing is answered, or only whose business it is."""
    ALARM = "alarm"
    """Whom to call in danger comes first; `alarm:KIND`: for this kind of danger (emergencies.yaml)."""


@dataclass(frozen=True)
class Line:
    """What a resident says, and what must come of it."""

    __pydantic_config__ = STRICT_KEYS

    resident: Text
    """The message."""
    expect: Text
    """An intent's id, or an `Expectation`; several, of which any is right, with | between."""
    words: tuple[Text, ...] = ()
    """What must stand in the reply, all of it."""
    without: tuple[Text, ...] = ()
    """What must not."""

    @property
    def labels(self) -> tuple[str, ...]:
        """What `expect` names, each label by itself."""
        return tuple(label.strip() for label in self.expect.split("|"))


Lines = Annotated[tuple[Line, ...], Field(min_length=1, max_length=MOST_LINES)]


@dataclass(frozen=True)
class AskedPoint:
    """What a resident asks of an answer, and what of it tells that."""

    __pydantic_config__ = STRICT_KEYS

    resident: Text
    """The message."""
    points: tuple[Text, ...] = ()
    """Pieces of the points that tell it, each of which is right; none: the answer does not say it."""


@dataclass(frozen=True)
class Script:
    """A file of conversations that show one behaviour."""

    __pydantic_config__ = STRICT_KEYS

    about: Title
    """The behaviour, for admins."""
    talks: Annotated[tuple[Lines, ...], Field(min_length=1)]
    """The conversations."""


@dataclass(frozen=True)
class AskedScript:
    """A file of what is asked of answers."""

    __pydantic_config__ = STRICT_KEYS

    about: Title
    """What is asked, for admins."""
    asked: Annotated[Mapping[Text, tuple[AskedPoint, ...]], Field(min_length=1)]
    """What is asked, by the id of the intent that answered."""


@dataclass(frozen=True)
class Transcript:
    """One conversation with the place it is written at."""

    about: str
    """The behaviour that it shows."""
    lines: tuple[Line, ...]
    """What is said, in order."""
    file: Path
    """Where it is written."""
    rows: tuple[int, ...]
    """Line of the file that each message is on, from 1."""

    @property
    def where(self) -> str:
        """File and line of the first message: `faq/conversations/shorter.yaml:7`."""
        return f"{self.file}:{self.rows[0]}"


class Asked(NamedTuple):
    """A message of a conversation, with what it asks."""

    label: str
    """Id of the intent that answers it, or `OUT_OF_SCOPE`."""
    message: str
    """What the resident says."""
    conversation: Transcript
    """Where it is said."""
    number: int
    """Number of the message in the conversation, from 0."""


def asked_in_lessons(faq: Faq) -> Iterator[Asked]:
    """Yield the messages of the lessons of `faq` that are questions by themselves.

    That is the first of each conversation, and a later one of `TELLING` characters that turns to a policy of another
    topic or to another office's business. Where several policies are right, the message is left out.
    """
    for conversation in faq.lessons:
        topic = None
        for number, line in enumerate(conversation.lines):
            named = [faq.intents[label] for label in line.labels if label in faq.intents]
            policies = [intent for intent in named if not (faq.small_talk(intent) or faq.signpost(intent))]
            signposts = [intent.id for intent in named if faq.signpost(intent)]
            if number == 0 or (len(line.resident) >= TELLING and topic is not None):
                if not policies and (Expectation.DECLINE in line.labels or signposts):
                    label = signposts[0] if len(signposts) == 1 else OUT_OF_SCOPE
                    yield Asked(label, line.resident, conversation, number)
                elif len(line.labels) == len(policies) == 1 and policies[0].topic != topic:
                    yield Asked(policies[0].id, line.resident, conversation, number)
            if policies:
                topic = policies[0].topic
