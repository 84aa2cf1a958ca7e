"""Hold the conversations of the knowledge base, and say which of their lines do not go as written.

What is said is the dialogue's business, which lies a floor above: whoever evaluates hands over how to talk (`Talk`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from faq.knowledge.case import Expectation, Line, Transcript
from faq.knowledge.types import Faq
from intents.classifier.model import Model


@dataclass(frozen=True)
class Heard:
    """What came of one message."""

    decision: str
    """answer, clarify, fallback or emergency."""
    answered: tuple[str, ...]
    """Ids of the intents answered."""
    offered: tuple[str, ...]
    """Ids of the intents offered."""
    kind: str | None
    """Kind of the danger that was alarmed about; None: no alarm, or of no kind in particular."""
    text: str
    """The reply."""


Talk = Callable[[Model, Sequence[str]], Sequence[Heard]]
"""Holds one conversation with a model: the messages of a resident in turn, and what came of each."""


@dataclass(frozen=True)
class Slip:
    """A line of a conversation that did not go as written."""

    transcript: Transcript
    """The conversation."""
    turn: int
    """Number of the line, from 0."""
    heard: Heard
    """What came of it."""
    why: str
    """What is wrong: the label, a word that is missing, or one that must not be there."""


@dataclass(frozen=True)
class Held:
    """What came of all conversations."""

    lines: int
    """Lines said."""
    slips: tuple[Slip, ...]
    """Lines that did not go as written."""

    @property
    def right(self) -> float:
        """Share of the lines that went as written; 1 where there is none."""
        return 1 - len(self.slips) / self.lines if self.lines else 1.0


def hold(model: Model, talk: Talk, transcripts: Iterable[Transcript] | None = None) -> Held:
    """Hold `transcripts`, by default those of the model's knowledge."""
    slips: list[Slip] = []
    lines = 0
    for transcript in model.faq.transcripts if transcripts is None else transcripts:
        heard = talk(model, [line.resident for line in transcript.lines])
        lines += len(transcript.lines)
        slips += _slips(transcript, heard, model.faq)
    return Held(lines, tuple(slips))


def _slips(transcript: Transcript, heard: Sequence[Heard], faq: Faq) -> Iterator[Slip]:
    before = ""
    for turn, (line, reply) in enumerate(zip(transcript.lines, heard, strict=True)):
        why = _why(line, reply, faq)
        if not why and reply.text == before:
            why = "the same reply twice in a row"
        if why:
            yield Slip(transcript, turn, reply, why)
        before = reply.text


def _why(line: Line, heard: Heard, faq: Faq) -> str:
    """Return what is wrong with a reply; '' if nothing."""
    if not any(_meets(label, heard, faq) for label in line.labels):
        return f"expected {line.expect}"
    missing = [word for word in line.words if word not in heard.text]
    if missing:
        return f"expected the words {', '.join(missing)}"
    unwanted = [word for word in line.without if word in heard.text]
    return f"must not say {', '.join(unwanted)}" if unwanted else ""


def _meets(label: str, heard: Heard, faq: Faq) -> bool:
    """Tell whether a reply is what `label` names."""
    head, _, tail = label.partition(":")
    policies = [key for key in heard.answered if not faq.small_talk(faq.intents[key])]
    match head:
        case Expectation.ALARM:
            return heard.decision == "emergency" and (not tail or heard.kind == tail)
        case Expectation.ASK:
            return heard.decision == "clarify" and (not tail or tail in heard.offered)
        case Expectation.DECLINE:
            told = heard.decision == "answer" and not heard.offered
            return heard.decision == "fallback" or (told and all(faq.signpost(faq.intents[k]) for k in policies))
        case Expectation.TALK:
            return heard.decision == "answer" and not policies
    return heard.decision == "answer" and label in heard.answered
