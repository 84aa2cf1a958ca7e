"""Where residents live, and the counters they turn to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from faq.knowledge.fields import STRICT_KEYS, Body, Day, Key, Keys, OpeningHours, Phone, Position, Text, Title, Word

FRESH = 180
"""Days for which a verified contact is taken as it is."""


@dataclass(frozen=True)
class Office:
    """A counter to turn to."""

    __pydantic_config__ = STRICT_KEYS

    name: Text
    """What is written over its door, or how residents know it."""
    phone: Phone | None
    """Verified number; None: nobody has verified one, 12345 is named instead."""
    address: Text | None
    """Verified address; None: not verified."""
    hours: OpeningHours | None
    """Verified opening hours, as faq.knowledge.opening.hours reads them; None: not verified."""
    verified_on: Day | None
    """Day on which an admin last called and looked; None: never."""
    source: Key | None = None
    """Key of sources.yaml for the phone; None only while nothing is filled in."""

    def stale(self, today: dt.date) -> bool:
        """Tell whether the contact was verified too long ago to be trusted."""
        return self.verified_on is not None and (today - self.verified_on).days > FRESH


@dataclass(frozen=True)
class Referral:
    """Other offices' business, and whose it is."""

    __pydantic_config__ = STRICT_KEYS

    words: Annotated[tuple[Word, ...], Field(min_length=1)]
    """Words of a message by which the business is known: 宅基地, 征地."""
    says: Body
    """Which office to turn to; no number but of those that all know, no figure."""
    sources: Keys
    """Keys of sources.yaml that name the office."""


@dataclass(frozen=True)
class District:
    """A county or district of the city."""

    __pydantic_config__ = STRICT_KEYS

    towns: Mapping[Text, tuple[Text, ...]]
    """Streets, towns and townships with the other names residents use for each."""
    aliases: tuple[Text, ...] = ()
    """Other names of the district."""
    landmarks: Mapping[Text, Text | None] = field(default_factory=dict)
    """Villages, neighbourhoods and buildings with the town each lies in; None: town not known."""
    seat: Position | None = None
    """Where its government sits, `latitude,longitude` in degrees; None: it has no land of its own that is known."""
    link: Key | None = None
    """By which links and posters name it: t.me/…?start=xunxian; None: none do."""


@dataclass(frozen=True)
class Places:
    """Where residents live, and how they write it."""

    __pydantic_config__ = STRICT_KEYS

    districts: Mapping[Title, District]
    """Districts by name."""
    city: tuple[Text, ...]
    """Names of the city itself."""
    outside: tuple[Text, ...]
    """Provinces, cities and counties that are not this city."""
    neighbours: Mapping[Title, Position] = field(default_factory=dict)
    """Counties and cities beside this one with their seats: who is there is told so."""
    counties: tuple[Text, ...] = ()
    """Counties and districts of other cities, by their full names."""
    kinds: tuple[Text, ...] = ()
    """Last words of names, by which a place is known even if the rest is written by its sound."""
    joints: tuple[Text, ...] = ()
    """What may stand between a foreign place and a name that then lies in it: 深圳`市`龙岗街道."""
    traps: tuple[Text, ...] = ()
    """Ordinary phrases in which a place's name is not the place."""
