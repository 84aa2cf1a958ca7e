"""The words by which personal data in a message is recognised, and the marks it is replaced by; see personal.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from faq.knowledge.fields import STRICT_KEYS

_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
_Words = Annotated[tuple[_Word, ...], Field(min_length=1)]
_Character = Annotated[str, StringConstraints(pattern=r"^.$")]
_Digit = Annotated[str, StringConstraints(pattern=r"^\d$")]
_Characters = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True)
class Marks:
    """What stands in the place of each kind of personal data."""

    __pydantic_config__ = STRICT_KEYS

    identity: _Word
    """Number of an identity card, household or disability certificate."""
    phone: _Word
    """Mobile or fixed telephone number."""
    card: _Word
    """Number of a bank card."""
    number: _Word
    """Any other long number."""
    name: _Word
    """Name of a person."""
    address: _Word
    """House, flat or room."""
    account: _Word
    """Name or number of an account in a messenger."""
    email: _Word
    """E-mail address."""
    plate: _Word
    """Number plate of a vehicle."""


@dataclass(frozen=True)
class Personal:
    """How residents write personal data."""

    __pydantic_config__ = STRICT_KEYS

    marks: Marks
    """What it is replaced by."""
    digits: _Characters
    """Chinese digits in the order of their values, 0 to 9; further spellings are in `digits_too`."""
    digits_too: dict[
        Annotated[str, StringConstraints(pattern=r"^.$")], Annotated[str, StringConstraints(pattern=r"^\d$")]
    ]
    """Other character → digit it is spoken for: 幺 → 1."""
    counted: _Words
    """Words behind a long number that is an amount and names nobody: 元."""
    surnames: _Words
    """Family names, of one or two characters."""
    naming: _Words
    """Words behind which a full name stands: 我叫."""
    kin: _Words
    """Words for relatives, behind which a full name may stand: 我妈."""
    titles: _Words
    """Words before which a full name may stand: 同志."""
    after_name: _Words
    """Words that cannot be part of a given name: 今年."""
    never_names: _Words
    """Words that begin like a name and are none: 高血压."""
    accounts: _Words
    """Words behind which an account stands: 微信号."""
    roads: _Characters
    """Last characters of roads, villages and estates."""
    doors: _Words
    """Units of an address that several of make one: 号, 组."""
    rooms: _Words
    """Units of an address that one of is enough: 单元."""
    plates: _Characters
    """First characters of number plates."""
