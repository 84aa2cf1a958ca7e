"""Put unanswered questions together that ask the same, by the TF-IDF of the classifier; what is ignored stays away."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.store.desk.acts import Trace
from bot.store.desk.records import Question
from faq.knowledge.text import bare

ALIKE = 0.35
"""Cosine from which on two questions are taken for one; measured in docs/desk.md."""

ALIKE_IGNORED = 0.45
"""The same for what is ignored: to show one twice is better than never to show one that was not meant."""

LIKELY = 3
"""Most intents named as what a group means."""

_HEAVIEST = 16
"""Features of a question by which others like it are looked for: its heaviest ones."""

_POSTED = 100
"""Most groups remembered under one feature: what stands in more tells none from another."""

_COMPARED = 8
"""Groups that a question is compared with as a whole."""

_REMEMBERED = 40_000
"""Wordings remembered, twice as many as there may be at once."""

_TRACED = 40
"""Features kept of a question that is never to be shown again."""

_TRACES = 5
"""Wordings kept so of one group."""

Vector = Mapping[str, float]
"""Weights by feature; length 1."""


@dataclass(frozen=True)
class Group:
    """Questions that ask the same."""

    questions: tuple[Question, ...]
    """All of them, the newest last."""

    @property
    def number(self) -> int:
        """By which it is called: the number of its newest question, which is kept longest."""
        return self.questions[-1].number

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of its questions."""
        return tuple(question.number for question in self.questions)

    @property
    def wordings(self) -> list[str]:
        """Each wording once, the most frequent first."""
        first: dict[str, str] = {}
        for question in self.questions:
            first.setdefault(bare(question.text), question.text)
        return [first[text] for text, _ in Counter(bare(one.text) for one in self.questions).most_common()]

    @property
    def likely(self) -> list[str]:
        """Ids of the intents that it means most probably."""
        votes: Counter[str] = Counter()
        for question in self.questions:
            votes.update({intent: LIKELY - place for place, intent in enumerate(question.intents[:LIKELY])})
        return [intent for intent, _ in votes.most_common(LIKELY)]


class Board:
    """Knows which questions ask the same, one after the other as they come: each joins the group most like it.

    A question costs the same however many there are. It belongs to one model, whose features it weighs.
    """

    def __init__(self, vector: Callable[[str], Vector], digest: Callable[[str], str]) -> None:
        """Take what weighs the features of a text, and what stands for one where it is kept."""
        self._vector, self._digest = vector, digest
        self._begun, self._ignored = _Index(ALIKE), _Index(ALIKE_IGNORED)
        self._heeded: set[int] = set()
        self._of: dict[str, int | None] = {}

    def groups(self, questions: Iterable[Question]) -> list[Group]:
        """Return the groups of `questions`, without what is ignored, the most frequent first, then the newest."""
        found: defaultdict[int, list[Question]] = defaultdict(list)
        for question in sorted(questions, key=lambda one: one.number):
            place = self._place(question.text)
            if place is not None:
                found[place].append(question)
        groups = [Group(tuple(some)) for some in found.values()]
        return sorted(groups, key=lambda one: (-len(one.questions), -one.number))

    def knows(self, question: Question) -> bool:
        """Tell whether the wording of `question` has its group."""
        return bare(question.text) in self._of

    @property
    def full(self) -> bool:
        """Whether it remembers so much of what is gone that it had better be made anew."""
        return len(self._of) > _REMEMBERED

    def heed(self, traces: Iterable[Trace]) -> None:
        """Ignore from now on what is like what left `traces`.

        A group that stands there already stays: an admin has seen it apart from what was ignored.
        """
        for trace in traces:
            if trace.number in self._heeded:
                continue
            self._heeded.add(trace.number)
            vector = _read(trace.features)
            self._ignored.add(vector)
            own = self._begun.nearest(vector)
            self._of = {wording: place for wording, place in self._of.items() if place is None or place != own}

    def traces(self, group: Group, day: str) -> tuple[Trace, ...]:
        """Return what is to be kept of `group`, so that nothing like it is shown again."""
        by_wording = {bare(question.text): question for question in group.questions}
        chosen = list(by_wording.values())[-_TRACES:]
        return tuple(Trace(one.number, day, _written(self._vector_of(one.text))) for one in chosen)

    def _place(self, text: str) -> int | None:
        """Return the group of a text; None: it is ignored."""
        wording = bare(text)
        if wording not in self._of:
            vector = self._vector_of(text)
            if self._ignored.nearest(vector) is not None:
                self._of[wording] = None
            else:
                place = self._begun.nearest(vector)
                self._of[wording] = self._begun.add(vector) if place is None else place
        return self._of[wording]

    def _vector_of(self, text: str) -> Vector:
        return {self._digest(feature): weight for feature, weight in self._vector(text).items()}


class _Index:
    """Finds the vector most like another among many, by their heaviest features."""

    def __init__(self, alike: float) -> None:
        """Take the cosine from which on two are alike."""
        self._alike = alike
        self._vectors: list[Vector] = []
        self._posted: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)  # places, and its weight there

    def add(self, vector: Vector) -> int:
        """Add a vector; return its place."""
        place = len(self._vectors)
        self._vectors.append(vector)
        for feature in _heaviest(vector, _HEAVIEST):
            posted = self._posted[feature]
            if len(posted) < _POSTED:
                posted.append((place, vector[feature]))
        return place

    def nearest(self, vector: Vector) -> int | None:
        """Return the place of the one most like `vector`; None: none is like it."""
        shared: defaultdict[int, float] = defaultdict(float)
        for feature in _heaviest(vector, _HEAVIEST):
            weight = vector[feature]
            for place, other in self._posted.get(feature, ()):
                shared[place] += weight * other
        near = heapq.nlargest(_COMPARED, shared, key=shared.__getitem__)
        best = max(((likeness(vector, self._vectors[place]), -place) for place in near), default=(0.0, 0))
        return -best[1] if best[0] >= self._alike else None


def likeness(one: Vector, other: Vector) -> float:
    """Return the cosine of two vectors of length 1."""
    few, many = sorted((one, other), key=len)
    return sum(weight * many[feature] for feature, weight in few.items() if feature in many)


def _heaviest(vector: Vector, most: int) -> Sequence[str]:
    return sorted(vector, key=lambda feature: (-vector[feature], feature))[:most]


def _written(vector: Vector) -> str:
    return " ".join(f"{feature}:{vector[feature]:.3f}" for feature in _heaviest(vector, _TRACED))


def _read(features: str) -> Vector:
    pairs = (part.partition(":") for part in features.split())
    vector = {feature: float(weight) for feature, _, weight in pairs}
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {feature: weight / length for feature, weight in vector.items()}
