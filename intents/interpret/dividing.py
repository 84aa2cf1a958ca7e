"""Divide an asking clause into the questions it holds: one of each subject, or two without a mark between."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from intents.classifier.model import Model, top
from intents.entities.subjects import Subjects
from intents.interpret.follow_up import Rank
from intents.interpret.parts import Question, Splitter

_CUT = 0.8
"""How sure both halves of a clause must be, against the whole, to be taken for two questions."""

_CUTS = 16
"""Ways to cut a clause that are tried at most: each costs two rankings."""

_UNMARKED = 3
"""Asking clauses up to which two questions are looked for in one: whoever marks more of them marks them all."""


class Dividing:
    """Divides clauses by what one `Model` is sure of."""

    def __init__(self, model: Model, splitter: Splitter, subjects: Subjects) -> None:
        """Take the model, and what cuts clauses and finds subjects."""
        self._model = model
        self._splitter = splitter
        self._subjects = subjects

    def all(self, questions: Sequence[Question], rank: Rank) -> Iterator[Question]:
        """Yield the questions that asking clauses hold; see `parts`."""
        for question in questions:
            yield from self.parts(question, rank, cut=len(questions) <= _UNMARKED)

    def parts(self, question: Question, rank: Rank, *, cut: bool = True) -> Iterator[Question]:
        """Yield the questions that one asking clause holds: one, one of each subject, or two without a mark between.

        The last is not looked for unless `cut`.
        """
        spread = self._spread(question)
        if len(spread) > 1 and self._differ(spread, rank):
            yield from spread
            return
        cuts = itertools.islice(self._splitter.cuts(question.asks), _CUTS if cut else 0)
        best = max(cuts, key=lambda halves: self._worth(halves, rank), default=None)
        if best is None or self._worth(best, rank) < _CUT * top(rank(question.asks)):
            yield question
            return
        left, right = best
        yield from self.parts(Question(left, question.told), rank)
        yield from self.parts(Question(right), rank)

    def _worth(self, cut: tuple[str, str], rank: Rank) -> float:
        """Return how sure both halves of a clause are; 0 if they ask the same."""
        left, right = cut
        subjects = self._subjects.named(left)
        if subjects and not self._subjects.named(right):
            right = f"{self._subjects.word(subjects[-1])},{right}"
        halves = [rank(left), rank(right)]
        if not all(map(self._model.thresholds.sure, halves)) or halves[0][0].intent == halves[1][0].intent:
            return 0.0
        return min(map(top, halves))

    def _spread(self, question: Question) -> list[Question]:
        """Return `question` of each subject it names alike: 低保和特困怎么申请, 我爸低保,我妈残疾补贴,分别找谁."""
        subjects, asks = self._subjects, question.asks
        about = [clause for clause in question.told if subjects.named(clause)]
        if not subjects.named(asks):
            if len(about) < 2 or not self._splitter.shares(asks):
                return [question]
            return [Question(self._splitter.unshared(asks), (clause,)) for clause in about]
        spans = subjects.spans(asks)
        coupled = [spans[0]]
        for span in spans[1:]:
            if not self._splitter.couples(asks[coupled[-1][1] : span[0]]):
                break
            coupled.append(span)
        start, end = coupled[0][0], coupled[-1][1]
        alone = [clause for clause in question.told if subjects.only(clause)]
        names = [*alone, *(asks[a:b] for a, b in coupled)]
        rest = tuple(clause for clause in question.told if clause not in alone)
        if len(names) < 2:
            return [question]
        before, behind = asks[:start], self._splitter.unshared(asks[end:])
        return [Question(f"{before}{name}{behind}", rest) for name in names]

    def _differ(self, spread: Sequence[Question], rank: Rank) -> bool:
        """Tell whether each question is sure and means something else."""
        rankings = [rank(question.text) for question in spread]
        return all(map(self._model.thresholds.sure, rankings)) and len({r[0].intent.id for r in rankings}) == len(
            rankings
        )
