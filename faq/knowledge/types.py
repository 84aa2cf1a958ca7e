"""The types of the knowledge base; they are also the schema that the YAML files are validated against."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from faq.knowledge.case import OUT_OF_SCOPE, AskedPoint, Case, Transcript, asked_in_lessons
from faq.knowledge.cues import Cues
from faq.knowledge.dangers import After, Dangers, Emergency
from faq.knowledge.fields import STRICT_KEYS, Body, Day, IssueDate, Key, Keys, Lines, Text, Title, Url
from faq.knowledge.origins import Origin, Written
from faq.knowledge.personal import Personal
from faq.knowledge.phrases import Phrases
from faq.knowledge.places import FRESH, District, Office, Places, Referral
from faq.knowledge.points import Point, Term
from faq.knowledge.template import expand

__all__ = [
    "FRESH",
    "Dangers",
    "District",
    "Emergency",
    "Office",
    "Places",
    "Referral",
    "Term",
]  # kept elsewhere, for this file is long

OUTSIDE = "outside"
"""District name of a place that does not belong to the city."""

ANYWHERE = "anywhere"
"""Key in offices.yaml of the office shown while a resident's district is unknown."""

CRISIS = "chat.crisis"
"""Intent of a resident in danger; answered before anything else."""


@dataclass(frozen=True)
class Intent:
    """One thing residents ask, and what they are told."""

    __pydantic_config__ = STRICT_KEYS

    id: Key
    """`<topic>.<name>`; comes from the path topics/<topic>/<name>.yaml, never from the file's text."""
    title: Title
    """Button label."""
    questions: Lines
    """Question lines that the classifier is trained on; brackets expand (faq.knowledge.template)."""
    checks: Lines
    """Questions that are never trained on; a model is judged by them."""
    answer: Body
    """What the resident reads, a point a line, without tags; the first sentence answers."""
    sources: Keys
    """Keys of sources.yaml; each figure of the answer stands in a fact of one of them."""
    office: Key
    """Kind of office (offices.yaml) named under the answer."""
    review_by: Day
    """Day by which an admin must read the answer again."""
    further: tuple[Body, ...] = ()
    """The answer in other words; all are said in turn, so that nobody reads the same twice in a row."""
    beside: tuple[Body, ...] = ()
    """Warm lines, one of which is put below a policy that was asked for in the same message, in turn; none: nothing."""
    after: After | None = None
    """The danger that must have been told of before; None: it is an answer like any other."""
    details: Body | None = None
    """Long form, shown on request in place of the answer; a point a line, without tags."""
    details_sources: tuple[Key, ...] = ()
    """Keys of sources.yaml that only `details` rest on, besides `sources`; told to those who read the long form."""
    related: tuple[Key, ...] = ()
    """Ids of intents offered as the next question."""
    effective_from: Day | None = None
    """First day on which the answer holds; None: it already does."""
    expires_on: Day | None = None
    """Last day on which the figures may be told; None: no known end, or the day before the next version."""
    supersedes: Text | None = None
    """Version that this one takes over from: `dibao.amount`, `dibao.amount@2027-01-01`; None: it is the first."""
    later: tuple[Intent, ...] = ()
    """Versions that take over on a day of their own, earliest first; never written in YAML (faq.reading.versions)."""
    points: tuple[Point, ...] = ()
    """The lines of `answer` with what each is about; never written in YAML."""
    details_points: tuple[Point, ...] = ()
    """The same of `details`."""

    @functools.cached_property
    def topic(self) -> str:
        """Folder that the intent stands in."""
        return self.id.partition(".")[0]

    @property
    def ends_danger(self) -> bool:
        """Whether who is answered with this has told that the danger is over, or was none."""
        return self.after is not None and self.after.over

    def said(self, turn: int) -> str:
        """Return the wording of the answer for the `turn`th message of a conversation."""
        wordings = (self.answer, *self.further)
        return wordings[turn % len(wordings)]

    def wordings(self) -> list[list[str]]:
        """Return the questions each line stands for, a list a line."""
        return [expand(line) for line in self.questions]

    def on(self, today: dt.date) -> Intent:
        """Return the version that holds on `today`: the last one that has begun, else this one."""
        begun = [version for version in self.later if version.effective_from and version.effective_from <= today]
        return begun[-1] if begun else self

    def in_force(self, today: dt.date) -> bool:
        """Tell whether the answer's figures may be told on `today`."""
        started = self.effective_from is None or self.effective_from <= today
        return started and (self.expires_on is None or today <= self.expires_on)


@dataclass(frozen=True)
class Topic:
    """A heading of the menu."""

    __pydantic_config__ = STRICT_KEYS

    title: Title
    """Button label."""
    subject: Text | None = None
    """What its questions are about, put before a follow-up that does not say it; None: the titles serve instead."""
    featured: tuple[Key, ...] = ()
    """Ids of intents listed first; the others follow in the order of their names."""
    hidden: bool = False
    """True: not in the menu (small talk)."""
    passing: bool = False
    """True: asked in passing (where, when, what number), and what was asked before goes on."""
    general: bool = False
    """True: asked of any subject (how far it is, by proxy), which a message behind it may go back to."""
    household: bool = False
    """True: given where the household is registered, so that people from other cities have to ask there."""
    signposts: bool = False
    """True: its answers only say whose business it is; told instead of declining, they state no policy."""


@dataclass(frozen=True)
class Source:
    """A document that answers rest on."""

    __pydantic_config__ = STRICT_KEYS

    title: Text
    """Name of the document as a resident would look it up."""
    publisher: Text
    """Who issued it."""
    date: IssueDate | None
    """Year, month or day of issue: 2021, 2021-06 or 2021-06-11; None: nobody has verified it."""
    facts: Lines
    """What it says, in our own words; every figure of an answer is looked up here."""
    number: Text | None = None
    """Document number; None: it has none, or nobody has verified it."""
    note: Text | None = None
    """What a resident must know before relying on it (age, other city)."""
    url: Url | None = None
    """Official site of the publisher, where it can be looked up; None: none is confirmed."""


Declined = Annotated[dict[str, Annotated[tuple[str, ...], Field(min_length=1)]], Field(min_length=1)]
"""Questions to decline by kind; without them the classifier would take anything for a policy."""


@dataclass(frozen=True)
class Faq:
    """All of the knowledge base, valid and complete."""

    topics: Mapping[str, Topic]
    """Topics by id, in the order of the menu."""
    intents: Mapping[str, Intent]
    """Intents by id, in the order of topics and names."""
    offices: Mapping[str, Mapping[str, Office]]
    """Kind of office → district or `ANYWHERE` → office."""
    places: Places
    """Districts, towns and the world outside."""
    sources: Mapping[str, Source]
    """Documents by key."""
    lexicon: Mapping[str, tuple[str, ...]]
    """Canonical word → what residents say instead."""
    thesaurus: Mapping[str, tuple[str, ...]]
    """Class of words → words that say things of one kind: 透析 and 化疗 are both treatment."""
    cues: Cues
    """Small words by which messages are read."""
    phrases: Phrases
    """Every fixed sentence and button."""
    personal: Personal
    """How personal data is recognised."""
    out_of_scope: Mapping[str, tuple[str, ...]]
    """Questions to decline, by kind."""
    emergencies: Mapping[str, Emergency]
    """Dangers by kind."""
    glossary: Mapping[str, Term]
    """Words that residents stumble over, by their usual form."""
    referrals: Mapping[str, Referral]
    """Other offices' business by what it is about."""
    fingerprint: str
    """SHA-256 of the YAML bytes; a model carries the fingerprint of the Faq it was trained on."""
    folder: Path = Path()
    """Folder that it was read from."""
    golden: tuple[Case, ...] = ()
    """Questions whose answers a new model must not lose; no part of the fingerprint, for no answer depends on them."""
    written: Mapping[str, Written] = field(default_factory=dict)
    """Id of an intent, or `OUT_OF_SCOPE` → the lines on which its questions stand."""
    transcripts: tuple[Transcript, ...] = ()
    """Conversations as they should go; no part of the fingerprint either."""
    lessons: tuple[Transcript, ...] = ()
    """Conversations that show how residents go on, to learn from."""
    asked_points: tuple[tuple[str, AskedPoint], ...] = ()
    """What is asked of answers, each with the id of its intent, to learn from."""

    def trained_on(self) -> Iterator[Origin]:
        """Yield every wording of every question with its line, those to decline, and what lessons ask."""
        for intent in self.intents.values():
            where = self.written[intent.id]
            for wordings, line in zip(intent.wordings(), where.questions, strict=True):
                yield from (Origin(intent.id, wording, where.file, line) for wording in wordings)
        where = self.written[OUT_OF_SCOPE]
        declined = (question for kind in self.out_of_scope.values() for question in kind)
        for question, line in zip(declined, where.questions, strict=True):
            yield Origin(OUT_OF_SCOPE, question, where.file, line)
        for asked in asked_in_lessons(self):
            conversation = asked.conversation
            yield Origin(asked.label, asked.message, conversation.file, conversation.rows[asked.number])

    def checks(self) -> Iterator[Case]:
        """Yield the checks of all intents, which are never trained on; not of those only told after danger."""
        for intent in (intent for intent in self.intents.values() if not intent.after):
            where = self.written[intent.id]
            for check, line in zip(intent.checks, where.checks, strict=True):
                yield Case(check, frozenset({intent.id}), f"{where.file}:{line}")

    def office(self, kind: str, district: str | None) -> tuple[str, Office]:
        """Return id and office of `kind` for `district`, or the one for anywhere if there is none of its own.

        The id is the kind, with the district behind a dot where the office has one: `township.浚县`.
        """
        by_district = self.offices[kind]
        if district is not None and district != ANYWHERE and district in by_district:
            return f"{kind}.{district}", by_district[district]
        return kind, by_district[ANYWHERE]

    def small_talk(self, intent: Intent) -> bool:
        """Tell whether the answer of `intent` states no policy: its topic is not in the menu."""
        return self.topics[intent.topic].hidden

    def signpost(self, intent: Intent) -> bool:
        """Tell whether the answer of `intent` only says which office to ask: right for a question out of scope."""
        return self.topics[intent.topic].signposts

    def subject(self, intent: Intent) -> str | None:
        """Return the subject of `intent`: its own, its topic's, or None; what is asked in passing has none."""
        if self.topics[intent.topic].passing:
            return None
        return next((key for key in (intent.id, intent.topic) if key in self.cues.subjects), None)

    def in_topic(self, topic: str) -> Iterator[Intent]:
        """Yield the intents of `topic`: featured ones first, then the others by name."""
        yield from map(self.intents.__getitem__, featured := self.topics[topic].featured)
        yield from (i for i in self.intents.values() if i.topic == topic and i.id not in featured)
