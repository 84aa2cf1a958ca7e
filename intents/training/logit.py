"""Learn to choose: a conditional logit over candidates, and what the words of a message say for each kind of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from intents.classifier.logit import Candidate, Logit
from intents.classifier.weights import Floats, Weights

PULL = 2.0
"""How strongly weights are drawn towards what is known before: as much as this many choices, where one is 1 off."""

WORDS_PULL = 0.25
"""How strongly what a word says of a kind is drawn towards nothing, likewise."""

FEWEST = 3
"""Messages in which a feature must stand to be learned of. These were chosen on conversations of other writers."""

_STEPS = 60
"""Most steps of the search for weights; more find a hundredth of a percent."""


@dataclass(frozen=True)
class Choice:
    """A message with what may be chosen for it, and what should be."""

    group: int
    """Number of what belongs together: a conversation."""
    features: Sequence[str]
    """Of the message, as `Words.features`."""
    candidates: tuple[Candidate, ...]
    """At least one."""
    right: tuple[bool, ...]
    """Which of them are right; at least one is."""


def learned(
    choices: Sequence[Choice],
    weights: Weights,
    kinds: Sequence[str],
    prior: Mapping[str, float],
    pull: float = PULL,
    words_pull: float = WORDS_PULL,
) -> Logit:
    """Return what `choices` teach; of none, `prior`.

    `weights` know the features of messages, `kinds` are those that candidates may be of.
    """
    if not choices:
        return Logit(dict(prior))
    table = _Table(choices, weights, kinds, prior)
    of_features, of_words = _fit(table, pull, words_pull)
    coefficients = np.zeros((len(weights.idf), len(kinds)), np.float16)
    coefficients[list(table.rows)] = of_words
    words = Weights(tuple(kinds), weights.vocabulary, weights.idf, coefficients, np.zeros(len(kinds), np.float32))
    named = zip(table.names, of_features.tolist(), strict=True)
    return Logit({name: round(weight, 4) for name, weight in named}, words)


class _Table:
    """Choices as arrays, the candidates of all of them one below the other."""

    def __init__(
        self, choices: Sequence[Choice], weights: Weights, kinds: Sequence[str], prior: Mapping[str, float]
    ) -> None:
        """Take at least one of `choices`, and the rest as `learned`."""
        every = [one for choice in choices for one in choice.candidates]
        self.names = tuple(sorted({*prior, *(name for one in every for name in one.features)}))
        """Names of the features of candidates."""
        self.prior = np.array([prior.get(name, 0.0) for name in self.names])
        """Their weights before anything is learned; (features,)."""
        self.values = _matrix([one.features for one in every], {name: at for at, name in enumerate(self.names)})
        """(candidates, features)."""
        known = [weights.values(choice.features) for choice in choices]
        said = [dict(zip(*(part.tolist() for part in one), strict=True)) if one else {} for one in known]
        count = Counter(row for one in said for row in one)
        self.rows = tuple(sorted(row for row, times in count.items() if times >= FEWEST))
        """Features of messages that are learned of, by their rows in the vocabulary."""
        self.words = _matrix(said, {row: at for at, row in enumerate(self.rows)})
        """TF-IDF values; (choices, rows)."""
        self.starts = np.cumsum([0, *(len(choice.candidates) for choice in choices[:-1])])
        """Where the candidates of each choice begin; (choices,)."""
        self.choice = np.repeat(np.arange(len(choices)), [len(choice.candidates) for choice in choices])
        """Number of the choice of each candidate."""
        numbers = {kind: number for number, kind in enumerate(kinds)}
        self.kinds = len(kinds)
        """How many kinds there are."""
        self.kind = np.array([numbers[one.kind] for one in every])
        """Number of the kind of each candidate."""
        self.right = np.array([right for choice in choices for right in choice.right])
        """Which candidates are right."""

    def probabilities(self, weights: Floats, words: Floats) -> Floats:
        """Return the probability of each candidate, by weights (features,) and words (rows, kinds)."""
        scores = self.values @ weights + (self.words @ words)[self.choice, self.kind]
        odds = np.exp(scores - np.maximum.reduceat(scores, self.starts)[self.choice])
        return np.asarray(odds / self.summed(odds)[self.choice])

    def curvature(self, pull: float, words_pull: float) -> Floats:
        """Return how fast the surprise curves along each weight, then along each cell of `words`, at even odds."""
        even = 1 / np.diff([*self.starts, len(self.choice)])[self.choice]
        cells = self.choice * self.kinds + self.kind
        kinds = np.bincount(cells, even, len(self.starts) * self.kinds).reshape(-1, self.kinds)
        of_features = self.values.power(2).T @ (even * (1 - even)) + pull
        of_words = self.words.power(2).T @ (kinds * (1 - kinds)) + words_pull
        return np.concatenate([of_features, of_words.ravel()])

    def summed(self, values: Floats) -> Floats:
        """Return the sums of `values` of candidates for each choice."""
        return np.asarray(np.add.reduceat(values, self.starts))


def _matrix(rows: Sequence[Mapping[Any, float]], columns: Mapping[Any, int]) -> csr_matrix:
    """Return `rows` as a matrix with the `columns` that are named, of float64."""
    found = [[(columns[name], value) for name, value in row.items() if name in columns] for row in rows]
    ends = np.cumsum([0, *map(len, found)])
    places = np.array([column for row in found for column, _ in row], np.int32)
    values = np.array([value for row in found for _, value in row], np.float64)
    return csr_matrix((values, places, ends), (len(rows), len(columns)))


def _fit(table: _Table, pull: float, words_pull: float) -> tuple[Floats, Floats]:
    """Return the weights (features,) and what words say (rows, kinds) under which what is right is likeliest."""
    size, shape = len(table.prior), (len(table.rows), table.kinds)
    values, words = table.values.T.tocsr(), table.words.T.tocsr()
    cells = table.choice * table.kinds + table.kind

    def surprise(found: Floats) -> tuple[float, Floats]:
        weights, said = found[:size], found[size:].reshape(shape)
        every = table.probabilities(weights, said)
        right = np.where(table.right, every, 0.0)
        likely = np.maximum(table.summed(right), 1e-12)
        slopes = every - right / likely[table.choice]
        kinds = np.bincount(cells, slopes, len(table.starts) * table.kinds).reshape(-1, table.kinds)
        away = weights - table.prior
        value = -np.log(likely).sum() + pull / 2 * away @ away + words_pull / 2 * (said**2).sum()
        return float(value), np.concatenate(
            [values @ slopes + pull * away, (words @ kinds + words_pull * said).ravel()]
        )

    start = np.concatenate([table.prior, np.zeros(shape).ravel()])
    scale = 1 / np.sqrt(table.curvature(pull, words_pull))  # without it, the search needs ten times as many steps

    def scaled(steps: Floats) -> tuple[float, Floats]:
        value, slopes = surprise(start + scale * steps)
        return value, scale * slopes

    taken = minimize(scaled, np.zeros(len(start)), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    found = start + scale * taken
    return np.asarray(found[:size]), np.asarray(found[size:].reshape(shape))
