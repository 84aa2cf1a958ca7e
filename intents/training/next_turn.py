"""Learn how residents go on: a conditional logit over what may come next, from conversations."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from faq.knowledge.case import Expectation, Line
from faq.knowledge.types import Intent
from intents.classifier.model import Floats, Model
from intents.classifier.next_turn import DECLINED, PRIOR, TOLD, NextTurn
from intents.entities.subjects import Subjects
from intents.interpret.context import Context
from intents.interpret.follow_up import Rank
from intents.interpret.next_turn import NextTurns
from intents.interpret.parts import Splitter
from intents.interpret.points import Points

PULL = 2.0
"""How strongly weights are drawn towards `PRIOR`: as much as this many turns, where a weight is 1 off."""


@dataclass(frozen=True)
class Turn:
    """What may come next at one place of a conversation, and what does."""

    talk: int
    """Number of the conversation."""
    candidates: tuple[str, ...]
    """As `NextTurns.candidates`."""
    features: tuple[Mapping[str, float], ...]
    """Of each."""
    right: tuple[bool, ...]
    """Which of them are right; at least one is."""


@dataclass(frozen=True)
class _Table:
    """Turns as arrays, with places for as many candidates as any has."""

    names: tuple[str, ...]
    values: npt.NDArray[np.float32]
    """(turns, candidates, features)."""
    right: npt.NDArray[np.bool_]
    """(turns, candidates)."""
    there: npt.NDArray[np.bool_]
    """Which places hold a candidate; (turns, candidates)."""

    def probabilities(self, weights: Floats) -> Floats:
        """Return the probability of each candidate (turns, candidates)."""
        scores = (self.values @ weights.astype(np.float32)).astype(np.float64)
        scores[~self.there] = -np.inf
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def learn_next_turn(model: Model) -> NextTurn:
    """Return what the conversations of the knowledge of `model` that are there to learn from teach of next turns."""
    return learned(list(turns_of(model)))


def learned(turns: Sequence[Turn]) -> NextTurn:
    """Return what `turns` teach; of none, what is always so."""
    if not turns:
        return NextTurn()
    table = _table(turns)
    weights = _fit(table)
    return NextTurn({name: round(float(w), 4) for name, w in zip(table.names, weights, strict=True)})


def turns_of(model: Model) -> Iterator[Turn]:
    """Yield each later turn of the conversations to learn from that something answered came before."""
    faq = model.faq
    splitter, subjects = Splitter(faq.cues), Subjects(faq)
    ranks = NextTurns(model, splitter, subjects, Points(model))
    for number, transcript in enumerate(faq.lessons):
        context: Context | None = None
        for line in transcript.lines:
            rank = functools.cache(model.rank)
            if context is not None:
                found = list(ranks.candidates(line.resident, context, rank))
                right = tuple(_is_right(key, line, model) for key, _ in found)
                if any(right):
                    yield Turn(number, tuple(key for key, _ in found), tuple(f for _, f in found), right)
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


def _table(turns: Sequence[Turn]) -> _Table:
    names = tuple(sorted({*PRIOR, *(name for turn in turns for features in turn.features for name in features)}))
    column = {name: number for number, name in enumerate(names)}
    shape = (len(turns), max(len(turn.candidates) for turn in turns))
    values = np.zeros((*shape, len(names)), np.float32)
    right, there = np.zeros(shape, bool), np.zeros(shape, bool)
    for row, turn in enumerate(turns):
        there[row, : len(turn.right)] = True
        right[row, : len(turn.right)] = turn.right
        for place, features in enumerate(turn.features):
            for name, value in features.items():
                values[row, place, column[name]] = value
    return _Table(names, values, right, there)


def _fit(table: _Table) -> Floats:
    """Return the weights under which what is right is likeliest, drawn towards `PRIOR`."""
    prior = np.array([PRIOR.get(name, 0.0) for name in table.names])
    rows = table.values.reshape(-1, len(table.names))

    def surprise(weights: Floats) -> tuple[float, Floats]:
        every = table.probabilities(weights)
        right = np.where(table.right, every, 0.0)
        likely = np.maximum(right.sum(axis=1, keepdims=True), 1e-12)
        slopes = ((every - right / likely).reshape(-1).astype(np.float32) @ rows).astype(np.float64)
        away = weights - prior
        return float(-np.log(likely).sum() + PULL / 2 * away @ away), slopes + PULL * away

    return np.asarray(minimize(surprise, prior, jac=True, method="L-BFGS-B").x)
