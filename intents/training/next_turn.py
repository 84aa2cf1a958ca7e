"""Learn how residents go on: a conditional logit over what may come next, from conversations."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from faq.knowledge.case import Expectation, Line
from faq.knowledge.types import Intent
from intents.classifier.model import Model
from intents.classifier.next_turn import DECLINED, PRIOR, TOLD, Candidate, Kind, NextTurn
from intents.classifier.weights import Floats, Weights
from intents.entities.subjects import Subjects
from intents.interpret.context import Context
from intents.interpret.follow_up import Rank
from intents.interpret.next_turn import NextTurns
from intents.interpret.parts import Splitter
from intents.interpret.points import Points

PULL = 2.0
"""How strongly weights are drawn towards `PRIOR`: as much as this many turns, where a weight is 1 off."""

WORDS_PULL = 0.25
"""How strongly what a word says of a kind is drawn towards nothing, likewise."""

FEWEST = 3
"""Turns in which a feature must stand to be learned of. These were chosen on conversations of other writers."""

_STEPS = 200
"""Most steps of the search for weights; it needs about half."""

_KINDS = tuple(Kind)


@dataclass(frozen=True)
class Turn:
    """What may come next at one place of a conversation, and what does."""

    talk: int
    """Number of the conversation."""
    features: Sequence[str]
    """Of the message, as `Words.features`."""
    candidates: tuple[Candidate, ...]
    """As `NextTurns.candidates`."""
    right: tuple[bool, ...]
    """Which of them are right; at least one is."""


class _Table:
    """Turns as arrays, the candidates of all of them one below the other."""

    def __init__(self, turns: Sequence[Turn], weights: Weights) -> None:
        """Take at least one of `turns`; `weights` say what each feature of a message is worth."""
        every = [one for turn in turns for one in turn.candidates]
        names = {*PRIOR, *(name for one in every for name in one.features)}
        self.names = tuple(sorted(names))
        """Names of the features of candidates."""
        self.values = _matrix([one.features for one in every], {name: at for at, name in enumerate(self.names)})
        """(candidates, features)."""
        said = [dict(zip(*(part.tolist() for part in found), strict=True)) if found else {}
                for found in (weights.values(turn.features) for turn in turns)]  # fmt: skip
        count = Counter(row for one in said for row in one)
        self.rows = tuple(sorted(row for row, times in count.items() if times >= FEWEST))
        """Features of messages that are learned of, by their rows in the vocabulary."""
        self.words = _matrix(said, {row: at for at, row in enumerate(self.rows)})
        """TF-IDF values; (turns, rows)."""
        self.starts = np.cumsum([0, *(len(turn.candidates) for turn in turns[:-1])])
        """Where the candidates of each turn begin; (turns,)."""
        self.turn = np.repeat(np.arange(len(turns)), [len(turn.candidates) for turn in turns])
        """Number of the turn of each candidate."""
        self.kind = np.array([_KINDS.index(one.kind) for one in every])
        """Number of the kind of each candidate."""
        self.right = np.array([right for turn in turns for right in turn.right])
        """Which candidates are right."""

    def probabilities(self, weights: Floats, words: Floats) -> Floats:
        """Return the probability of each candidate, by weights (features,) and words (rows, kinds)."""
        scores = self.values @ weights + (self.words @ words)[self.turn, self.kind]
        odds = np.exp(scores - np.maximum.reduceat(scores, self.starts)[self.turn])
        return np.asarray(odds / self.summed(odds)[self.turn])

    def summed(self, values: Floats) -> Floats:
        """Return the sums of `values` of candidates for each turn."""
        return np.asarray(np.add.reduceat(values, self.starts))


def learn_next_turn(model: Model) -> NextTurn:
    """Return what the conversations of the knowledge of `model` that are there to learn from teach of next turns."""
    return learned(list(turns_of(model)), model.weights)


def learned(turns: Sequence[Turn], weights: Weights) -> NextTurn:
    """Return what `turns` teach; of none, what is always so. `weights` know the features of messages."""
    if not turns:
        return NextTurn()
    table = _Table(turns, weights)
    of_features, of_words = _fit(table)
    coefficients = np.zeros((len(weights.idf), len(_KINDS)), np.float16)
    coefficients[list(table.rows)] = of_words
    words = Weights(tuple(_KINDS), weights.vocabulary, weights.idf, coefficients, np.zeros(len(_KINDS), np.float32))
    named = zip(table.names, of_features.tolist(), strict=True)
    return NextTurn({name: round(weight, 4) for name, weight in named}, words)


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
                found = tuple(ranks.candidates(line.resident, context, rank))
                right = tuple(_is_right(one.key, line, model) for one in found)
                if any(right):
                    yield Turn(number, model.words.features(line.resident), found, right)
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


def _matrix(rows: Sequence[Mapping[Any, float]], columns: Mapping[Any, int]) -> csr_matrix:
    """Return `rows` as a matrix with the `columns` that are named, of float64."""
    found = [[(columns[name], value) for name, value in row.items() if name in columns] for row in rows]
    ends = np.cumsum([0, *map(len, found)])
    places = np.array([column for row in found for column, _ in row], np.int32)
    values = np.array([value for row in found for _, value in row], np.float64)
    return csr_matrix((values, places, ends), (len(rows), len(columns)))


def _fit(table: _Table) -> tuple[Floats, Floats]:
    """Return the weights (features,) and what words say (rows, kinds) under which what is right is likeliest."""
    prior = np.array([PRIOR.get(name, 0.0) for name in table.names])
    size, shape = len(prior), (len(table.rows), len(_KINDS))
    values, words = table.values.T.tocsr(), table.words.T.tocsr()
    cells = table.turn * len(_KINDS) + table.kind

    def surprise(found: Floats) -> tuple[float, Floats]:
        weights, said = found[:size], found[size:].reshape(shape)
        every = table.probabilities(weights, said)
        right = np.where(table.right, every, 0.0)
        likely = np.maximum(table.summed(right), 1e-12)
        slopes = every - right / likely[table.turn]
        kinds = np.bincount(cells, slopes, len(table.starts) * len(_KINDS)).reshape(-1, len(_KINDS))
        away = weights - prior
        value = -np.log(likely).sum() + PULL / 2 * away @ away + WORDS_PULL / 2 * (said**2).sum()
        return float(value), np.concatenate(
            [values @ slopes + PULL * away, (words @ kinds + WORDS_PULL * said).ravel()]
        )

    start = np.concatenate([prior, np.zeros(shape).ravel()])
    found = minimize(surprise, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return np.asarray(found[:size]), np.asarray(found[size:].reshape(shape))
