"""Put unanswered questions together that ask the same, by the TF-IDF of the classifier; what is ignored stays away."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.desk.clusters import Clusters, Vector, heaviest
from bot.store.desk.acts import Trace
from bot.store.desk.records import Question
from faq.knowledge.text import bare

ALIKE = 0.39
"""Average cosine from which on a question is taken for one of a group; measured in docs/desk.md."""

ALIKE_IGNORED = 0.55
"""Cosine from which on a question is taken for one that is ignored: to show one twice is better than never to show one
that was not meant."""

LIKELY = 3
"""Most intents named as what a group means."""

_REMEMBERED = 40_000
"""Wordings remembered, twice as many as there may be at once."""

_TRACED = 40
"""Features kept of a question that is never to be shown again."""

_TRACES = 5
"""Wordings kept so of one group."""


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
        self._shown, self._ignored = Clusters(ALIKE), Clusters(ALIKE_IGNORED)
        self._now = self._shown.place
        self._heeded: set[int] = set()
        self._of: dict[str, int | None] = {}

    def groups(self, questions: Iterable[Question]) -> list[Group]:
        """Return the groups of `questions`, without what is ignored, the most frequent first, then the newest."""
        known = sorted(questions, key=lambda one: one.number)
        for question in known:
            self._place(question.text)  # all before any is asked for: what comes later may merge two groups
        found: defaultdict[int, list[Question]] = defaultdict(list)
        for question in known:
            if (place := self._place(question.text)) is not None:
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
            self._ignored.add(vector, alone=True)
            own = self._shown.nearest(vector)
            for wording in [one for one, place in self._of.items() if place is not None and self._now(place) == own]:
                del self._of[wording]

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
                self._of[wording] = self._shown.add(vector)
        place = self._of[wording]
        return None if place is None else self._now(place)

    def _vector_of(self, text: str) -> Vector:
        return {self._digest(feature): weight for feature, weight in self._vector(text).items()}


def _written(vector: Vector) -> str:
    return " ".join(f"{feature}:{vector[feature]:.3f}" for feature in heaviest(vector, _TRACED))


def _read(features: str) -> Vector:
    pairs = (part.partition(":") for part in features.split())
    vector = {feature: float(weight) for feature, _, weight in pairs}
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {feature: weight / length for feature, weight in vector.items()}
