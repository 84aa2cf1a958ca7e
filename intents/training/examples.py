"""What the classifiers are trained on: messages with their labels, from one `Faq`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from faq.knowledge.case import asked_in_lessons
from faq.knowledge.template import expand
from faq.knowledge.text import any_of, bare
from faq.knowledge.types import CRISIS, Faq
from intents.classifier.model import CALM, OUT_OF_SCOPE

WORDINGS = 16
"""Most wordings taken of one line of emergencies.yaml."""

NAMES_PLACES = 0.1
"""Share of an intent's questions from which on another city in the question is part of what it is about."""


@dataclass(frozen=True)
class Examples:
    """Training questions with their labels."""

    questions: list[str]
    """What residents type; (examples,)."""
    labels: list[str]
    """Intent id or `OUT_OF_SCOPE` of each."""
    groups: list[int]
    """Line of the FAQ that each comes from: wordings of one template must stay in one fold."""


FRAGMENTS = (3, 4, 5, 6, 8)
"""Lengths of the fragments of questions that are taken for harmless messages, in characters."""


def examples(faq: Faq) -> Examples:
    """Return every wording of every question, questions to decline, and what is asked in lessons (`asked_in_lessons`).

    Not those of `CRISIS`, which `dangers` has, nor of what is said after danger (intents.training.aftermath).
    """
    asked = [intent for intent in faq.intents.values() if intent.id != CRISIS and not intent.after]
    lines = [(intent.id, line) for intent in asked for line in intent.wordings()]
    elsewhere = [(OUT_OF_SCOPE, [question]) for question in asked_elsewhere(faq)]
    talked = [(one.label, [one.message]) for one in asked_in_lessons(faq)]
    return _distinct([*lines, *_declined(faq, OUT_OF_SCOPE), *elsewhere, *talked])


def dangers(faq: Faq) -> Examples:
    """Return what people in each kind of danger write, and everything that is written by those who are in none.

    What is said after danger is neither, unless it says that it is over.
    """
    kinds = faq.emergencies.items()
    lines = [(kind, some(expand(line))) for kind, emergency in kinds for line in emergency.told]
    lines += [(CALM, some(expand(line))) for _, emergency in kinds for line in emergency.harmless]
    said = [i for i in faq.intents.values() if i.after is None or i.after.over]
    lines += [(i.id if i.id == CRISIS else CALM, line[:1]) for i in said for line in i.wordings()]
    calm = [*lines, *_declined(faq, CALM)]
    calm += [(CALM, [part]) for label, wordings in calm if label == CALM for part in _fragments(wordings[0])]
    return _distinct(calm)


def _fragments(question: str) -> list[str]:
    """Return the beginning or the end of a harmless question: what residents say in few words sounds like nothing."""
    size = FRAGMENTS[len(question) % len(FRAGMENTS)]
    return [question[:size] if len(question) % 2 else question[-size:]] if len(question) > 2 * size else []


def some(wordings: list[str]) -> list[str]:
    """Return at most `WORDINGS` of them, spread evenly: a line of many brackets tells no more than its neighbour."""
    step = max(1.0, len(wordings) / WORDINGS)
    return [wordings[int(i * step)] for i in range(min(WORDINGS, len(wordings)))]


def _declined(faq: Faq, label: str) -> list[tuple[str, list[str]]]:
    return [(label, [question]) for kind in faq.out_of_scope.values() for question in kind]


def _distinct(lines: Iterable[tuple[str, list[str]]]) -> Examples:
    """Return the wordings of labelled lines, each only once."""
    data = Examples([], [], [])
    seen: set[str] = set()
    for group, (label, wordings) in enumerate(lines):
        for wording in wordings:
            if bare(wording) not in seen:
                seen.add(bare(wording))
                data.questions.append(wording)
                data.labels.append(label)
                data.groups.append(group)
    return data


def asked_elsewhere(faq: Faq) -> list[str]:
    """Return what each policy's title would be in another city: nothing that this city's bot may answer.

    Left out are intents with another place in `NAMES_PLACES` of their questions: moving here, investors.
    """
    names = re.compile(any_of(faq.places.outside))
    local = []
    for intent in faq.intents.values():
        wordings = [wording for line in intent.wordings() for wording in line]
        naming = sum(names.search(wording) is not None for wording in wordings)
        if not faq.small_talk(intent) and naming < NAMES_PLACES * len(wordings):
            local.append(intent.title)
    return [f"{name}{title}" for name, title in zip(itertools.cycle(faq.places.outside), local, strict=False)]
