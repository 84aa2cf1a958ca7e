"""What of the conversations to learn from is a question that says by itself what it asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from faq.knowledge.case import OUT_OF_SCOPE, Expectation, Transcript

if TYPE_CHECKING:
    from faq.knowledge.types import Faq

TELLING = 8
"""Characters from which on a later message of a conversation may say by itself what it asks."""


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
