"""Rank the points of an answer for a message that asks about a part of it."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from faq.knowledge.local import Local
from faq.knowledge.points import About, Point
from faq.knowledge.text import any_of, bare, normalise
from faq.knowledge.types import Intent, Term
from intents.classifier.model import Floats, Model
from intents.features.words import CLASS
from intents.interpret.index import Index

_TAGGED = 0.3
"""Worth of a point about what the message asks about, beside one with all of its words: 1."""
_ALIKE = 0.3
"""Worth of a point that the classifier takes for the same question as the message."""
_PARAPHRASED = 0.6
"""Weight of a word that says in the answer's words what the resident said in others: 坐牢, 服刑."""
_SMALL = 0.5
"""Weight of words that tell little of which part is asked: 咋, 啥, 不. These four, and how much the length of a point
counts (intents.interpret.index), were chosen on tests/data/dev_points.tsv."""
STEP = 2.0
"""Worth of the step that was asked for by its number: more than any words."""
_FULLER = 1.0
"""Worth of a step as the details tell it, beside the same step of the answer."""
_ELSEWHERE = 0.5
"""Share of its worth that a point keeps which is for some districts, while it is not known where somebody lives."""
_OWN = 0.5
"""Worth of a point that is for the resident's own district, where such figures are asked for or it is named."""
_MOST = 1.5
"""Most that words alone are worth."""
_KINDS = ("w", "c", "p")
"""Kinds of features that are compared: words, characters, sounds."""
BULLET = "·"
"""Begins a line of a list that has no numbers."""
_NAME = "n"
"""Kind of the names of districts, which the classifier must not tell apart and an answer may."""
_FIGURE = "f"
"""Kind of figures, which are all one to the classifier: 不到60真不中."""
_FIGURES = re.compile(r"\d{2,}")


@dataclass(frozen=True)
class Given:
    """The part of an answer that a message asks for."""

    points: tuple[Point, ...]
    """Its points, the best first."""
    said: bool = True
    """Whether the answer says it; False: `points` hold what comes nearest, if anything does."""
    whole: bool = False
    """The rest of the answer is told after them; False: they stand in its place."""
    about: frozenset[About] = frozenset()
    """What the message asks about, by its words."""
    term: str | None = None
    """Word of the glossary that the point explains; None: it is a point of the answer."""


class Ranked(NamedTuple):
    """A point with how well it answers a message."""

    point: Point
    """The point."""
    score: float
    """From 0, nothing in common, to about 1, all words of the message; above `STEP` a step asked for by number."""
    words: float = 0.0
    """Share of the words of the message that it has, those that stand in few points counting more."""
    classes: float = 0.0
    """The same of the classes of words in the thesaurus."""
    alike: float = 0.0
    """How near it is to the message in the eyes of the classifier, from -1 to 1."""
    tagged: float = 0.0
    """1 if it alone is about what the message asks about; less if others are; 0 if it is not."""


@dataclass(frozen=True)
class _Asked:
    """What is looked up once of a message, however many answers it is compared with."""

    about: frozenset[About]
    wanted: Mapping[str, float]
    """Features that a point should have, with the weight of each times its squared frequency."""
    whole: float
    """Weight of all telling features."""
    classes: Mapping[str, float]
    """Classes of words of the message, with the weight of each; they sum to 1."""
    alike: Floats | None
    step: str | None
    named: frozenset[str]


class Points:
    """Knows the features of one `Model`, and the words that ask about parts."""

    def __init__(self, model: Model) -> None:
        """Prepare patterns over the cue words; the points of an answer are read when it is first asked about."""
        cues = model.faq.cues
        self.local = Local(model.faq.places, cues.heading)
        """What tells which districts a point is for."""
        self._model = model
        self._asked: dict[str, set[About]] = {}
        for about, aspect in cues.about.items():
            for word in map(normalise, aspect.asked):
                self._asked.setdefault(word, set()).add(about)
        self._asking = re.compile(any_of(self._asked))
        meaning = cues.about.get(About.MEANING)
        self._meaning = re.compile(any_of(map(normalise, meaning.asked if meaning else ())))
        small = (*cues.asking, *cues.polite, *cues.filling, *cues.empty, *cues.at_a_loss)
        self._small = re.compile(any_of(small))
        self._nothing = re.compile(any_of((*small, *cues.kin)))  # 我妈低保咋办 asks about no part
        self._said: dict[str, list[str]] = {}
        for word, others in cues.paraphrases.items():
            for other in others:
                self._said.setdefault(other, []).append(word)
        self._paraphrased = re.compile(any_of(self._said))
        numeral = "|".join(map(re.escape, cues.numerals))
        self._step = re.compile(rf"第\s?(?:(\d{{1,2}})|({numeral}))\s?{any_of(cues.steps)}")
        self._numerals = cues.numerals
        self._heading = cues.heading
        self._terms = {bare(word): term for term, entry in model.faq.glossary.items() for word in (term, *entry.also)}
        self._term = re.compile(any_of(self._terms))
        self._names = re.compile(any_of(map(normalise, model.faq.places.districts)))
        self._explained: dict[str, list[Point]] = {}
        for entry in model.faq.glossary.values():
            for intent_id in entry.about:
                self._explained.setdefault(intent_id, []).append(Point(entry.means, About.MEANING))
        self._indexes: dict[tuple[str, dt.date | None, bool], Index] = {}
        self._read = functools.lru_cache(maxsize=4)(self._reading)

    def about(self, message: str) -> set[About]:
        """Return what `message` asks about, by its words, of which longer ones count first: 花多少钱 is no 多少钱."""
        found: set[About] = set()
        return found.union(*(self._asked[word] for word in self._asking.findall(normalise(message))))

    def rank(self, message: str, intent: Intent, district: str | None = None) -> list[Ranked]:
        """Return the points of the answer of `intent` and of its details, the best for `message` first.

        One that asks what something means is also compared with the glossary's words for it. A point that is for other
        districts than the message names, or than the resident's `district`, is left out: its figures are theirs.
        """
        asked = self._read(message)
        about, named = asked.about, asked.named
        explained = self._explained.get(intent.id, ()) if About.MEANING in about else ()
        version = intent.id, intent.effective_from, bool(explained)  # of one knowledge: hashing the points takes longer
        index = self._indexes.get(version)
        if index is None:
            index = self._indexes[version] = self._index((*intent.points, *intent.details_points, *explained))
        homes = named | {district} if district else named
        ours = self._ours(intent, district) if any(index.districts) else frozenset()
        shared, classes = index.shared(asked.wanted), index.shared(asked.classes)
        tags: dict[About | None, float] = {tag: index.rarity(index.tags[tag]) for tag in about}
        found, likeness = [], index.likeness(asked.alike)
        for at, point in enumerate(index.points):
            words = min(shared[at] / asked.whole, _MOST)
            tagged = tags.get(point.about, 0.0)
            score = words / index.length[at] + _ALIKE * likeness[at] + _TAGGED * tagged
            if of := index.districts[at]:
                if homes.isdisjoint(of) or (district in of and point not in ours):
                    score *= 0.0 if homes else _ELSEWHERE
                elif point.about in about or named & of:
                    score += _OWN
            if asked.step is not None and self._numbered(intent, asked.step, point):
                score += STEP + _FULLER * (at >= len(intent.points))
            if score or not homes:
                found.append(Ranked(point, score, words, min(classes[at], _MOST), likeness[at], tagged))
        return sorted(found, key=lambda one: -one.score)

    def _index(self, points: Iterable[Point]) -> Index:
        every = tuple({point.text: point for point in points}.values())
        read = [(self.features(one.text), self._classes(one.text), self.alike(one.text)) for one in every]
        features, classes, alike = zip(*read, strict=True) if read else ((), (), ())
        sizes = [sum(self._squared(one).values()) for one in features]
        return Index(every, features, classes, sizes, alike, list(map(self.local.districts, every)))

    def _reading(self, message: str) -> _Asked:
        text = normalise(message)
        telling = self.features(self._small.sub(" ", text))
        wanted = self._wanted(text, telling)
        squared = self._squared(wanted)
        worth = {feature: weight * squared[feature] for feature, weight in wanted.items()}
        chosen: Collection[str] = [feature for feature in worth if feature in telling] or worth
        return _Asked(
            about=frozenset(self.about(message)),
            wanted=worth,
            whole=sum(worth[feature] for feature in chosen) or 1.0,
            classes=self._classes(message),
            alike=self.alike(message),
            step=self.step(message),
            named=self.names(message),
        )

    def _ours(self, intent: Intent, district: str | None) -> frozenset[Point]:
        """Return what a resident of `district` is told of `intent`, in its answer or its details."""
        blocks = (intent.points, intent.details_points)
        return frozenset(point for block in blocks for point in self.local.told(intent, block, district))

    def caution(self, intent: Intent, point: Point) -> Point | None:
        """Return the line that says of those below it, `point` among them, what must be known: 下面是外地的时限.

        It speaks of what it is about itself; a note speaks of everything.
        """
        for block in (intent.points, intent.details_points):
            above = reversed(block[: block.index(point)]) if point in block else ()
            for one in above:
                if any(word in one.text for word in self._heading):
                    return one if one.about in (point.about, About.NOTE) and point.about != About.ASK else None
        return None

    def _numbered(self, intent: Intent, step: str, point: Point) -> bool:
        """Tell whether `point` has the number `step` in the answer, or stands there in a list without numbers."""
        mark = f"{step}."
        if any(one.text.startswith(mark) for one in intent.points):
            return point.text.startswith(mark)
        listed = [one for one in intent.points if one.text.startswith(BULLET)]
        return point in listed[int(step) - 1 : int(step)]

    def step(self, message: str) -> str | None:
        """Return the number of the step that `message` asks about: 第三步; None: of none."""
        found = self._step.search(normalise(message))
        if found is None:
            return None
        return found[1] or str(self._numerals.index(found[2]) + 1)

    def beside(self, unnamed: str, title: str) -> str | None:
        """Return what a message, `unnamed` without the names of subjects, asks beside the question `title`, or None."""
        words = self._model.words
        known = set(words.canonical(title))
        asked = "".join(word for word in words.canonical(unnamed) if word not in known)
        return asked if bare(self._nothing.sub("", asked)) else None

    def term(self, message: str) -> tuple[str, Term] | None:
        """Return the word of the glossary whose meaning is all that `message` asks, with its entry: 公示啥意思."""
        text = normalise(message)
        if not self._meaning.search(text):
            return None
        said = bare(text)
        found = max(self._term.finditer(said), key=lambda hit: len(hit[0]), default=None)
        if found is None:
            return None
        rest = self._meaning.sub("", said.replace(found[0], "", 1))
        if bare(self._small.sub("", rest)):
            return None
        term = self._terms[found[0]]
        return term, self._model.faq.glossary[term]

    def names(self, text: str) -> frozenset[str]:
        """Return the districts that `text` names."""
        return frozenset(self._names.findall(normalise(text)))

    def features(self, text: str) -> frozenset[str]:
        """Return the features of `text` that are compared; those of its first and last character left out."""
        names = [_NAME + name for name in self.names(text)]
        names += map(_FIGURE.__add__, _FIGURES.findall(normalise(text)))
        read = self._model.words.features(text)
        inner = [one for one in read if one[0] in _KINDS and not one.startswith("c^") and not one.endswith("$")]
        return frozenset([*inner, *names])

    def _classes(self, text: str) -> Mapping[str, float]:
        """Return the classes of words in `text`, each with its share of their squared weights."""
        squared = self._squared(sorted({one for one in self._model.words.features(text) if one.startswith(CLASS)}))
        whole = sum(squared.values())
        return {one: square / whole for one, square in squared.items()}

    def _squared(self, features: Iterable[str]) -> dict[str, float]:
        """Return the square of the inverse document frequency of each of `features`."""
        return {feature: rarity**2 for feature, rarity in self._model.weights.rarities(list(features)).items()}

    def alike(self, text: str) -> Floats | None:
        """Return where the classifier sees `text` among the intents (intents,), of length 1; None: it knows no word."""
        scores = self._model.weights.scores(self._model.words.features(text))
        if scores is None:
            return None
        centred = scores[:-1] - scores[:-1].mean()
        length = float(np.linalg.norm(centred))
        return centred / length if length else None

    def _wanted(self, text: str, telling: Collection[str]) -> Mapping[str, float]:
        """Return the features that a point should have, with the weight of each; those not `telling` weigh little."""
        wanted = {feature: 1.0 if feature in telling else _SMALL for feature in self.features(text)}
        others = " ".join(word for said in self._paraphrased.findall(text) for word in self._said[said])
        for feature in self.features(others):
            wanted.setdefault(feature, _PARAPHRASED)
        return wanted
