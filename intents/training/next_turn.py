"""Learn how residents go on, from conversations."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace

from faq.knowledge.case import Expectation, Line
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


def learn_next_turn(model: Model) -> Logit:
    """Return what the conversations of the knowledge of `model` that are there to learn from teach of next turns."""
    return learned(list(turns_of(model)), model.weights, tuple(Kind), PRIOR)


def turns_of(model: Model) -> Iterator[Choice]:
    """Yield each later turn of the conversations to learn from that something answered came before."""
    faq = model.faq
    splitter, subjects = Splitter(faq.cues), Subjects(faq)
    ranks = NextTurns(model, splitter, subjects, Points(model))
    for number, transcript in enumerate(faq.lessons):
        context: Context | None = None
        for line in transcript.lines:
            rank = functools.cache(model.rank)
            if context is not None:
                found = tuple(ranks.candidates(line.resident, context, rank))
                right = tuple(_is_right(one.key, line, model) for one in found)
                if any(right):
                    yield Choice(number, model.words.features(line.resident), found, right)
            answered = _answered(line, model, rank)
            if answered is not None:
                before = context.intent if context else None
                former = context.former if context and answered == before else before
                subject = next(reversed(subjects.asked(line.resident)), None)
                if former and faq.signpost(answered):  # as bot.dialogue.thread has it
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
