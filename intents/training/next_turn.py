"""Learn how residents go on, from conversations."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from faq.knowledge.case import Expectation, Line, Transcript, asked_in_lessons
from faq.knowledge.types import Intent
from intents.classifier.logit import Logit
from intents.classifier.model import Model
from intents.classifier.next_turn import DECLINED, PRIOR, TOLD, Kind
from intents.entities.subjects import Subjects
from intents.interpret.context import Context
from intents.interpret.follow_up import Rank
from intents.interpret.next_turn import NextTurns
from intents.interpret.parts import Splitter
from intents.interpret.points import Points
from intents.training.logit import Choice, learned
from intents.training.processes import Spread

PARTS = 2
"""Into how many parts conversations are divided, each read by itself."""


def learn_next_turn(model: Model, spread: Spread = map) -> Logit:
    """Return what the conversations of the knowledge of `model` that are there to learn from teach of next turns."""
    numbered = list(enumerate(model.faq.lessons))
    read = spread(functools.partial(turns_of, model), [numbered[part::PARTS] for part in range(PARTS)])
    return learned([choice for part in read for choice in part], model.weights, tuple(Kind), PRIOR)


def turns_of(model: Model, conversations: Sequence[tuple[int, Transcript]]) -> list[Choice]:
    """Return each later turn of the numbered `conversations` that something answered came before.

    Left out are messages that the classifier has learned as questions: it is surer of them than of any resident's.
    """
    faq = model.faq
    splitter, subjects = Splitter(faq.cues), Subjects(faq)
    ranks = NextTurns(model, splitter, subjects, Points(model))
    known = {one.message for one in asked_in_lessons(faq)}
    return [turn for number, one in conversations for turn in _turns(number, one, model, subjects, ranks, known)]


def _turns(
    number: int, conversation: Transcript, model: Model, subjects: Subjects, ranks: NextTurns, known: Collection[str]
) -> Iterator[Choice]:
    context: Context | None = None
    for line in conversation.lines:
        rank = functools.cache(model.rank)
        if context is not None:
            found = tuple(ranks.candidates(line.resident, context, rank))
            right = tuple(_is_right(one.key, line, model) for one in found)
            if any(right) and line.resident not in known:
                yield Choice(number, model.words.features(line.resident), found, right)
        answered = _answered(line, model, rank)
        if answered is not None:
            before = context.intent if context else None
            former = context.former if context and answered == before else before
            subject = next(reversed(subjects.asked(line.resident)), None)
            if former and model.faq.signpost(answered):  # as bot.dialogue.thread has it
                answered, former = former, answered
            context = Context(answered, subject=subject, former=former)
        elif context is not None:
            context = replace(context, strange=Expectation.DECLINE in line.labels)


def _answered(line: Line, model: Model, rank: Rank) -> Intent | None:
    """Return the policy that answers `line`, the likeliest of those that may; None: none does."""
    intents = [model.faq.intents[label] for label in line.labels if label in model.faq.intents]
    policies = [i for i in intents if not (model.faq.small_talk(i) or model.faq.topics[i.topic].passing)]
    if len(policies) < 2:
        return next(iter(policies), None)
    likely = {guess.intent.id: guess.confidence for guess in rank(line.resident)}
    return max(policies, key=lambda intent: likely.get(intent.id, 0.0))


def _is_right(key: str, line: Line, model: Model) -> bool:
    """Tell whether the candidate `key` is what `line` expects."""
    intent = model.faq.intents.get(key)
    declined = key == DECLINED or (intent is not None and model.faq.signpost(intent))
    talk = key == TOLD or (intent is not None and model.faq.small_talk(intent))
    labels = line.labels
    return key in labels or (declined and Expectation.DECLINE in labels) or (talk and Expectation.TALK in labels)
