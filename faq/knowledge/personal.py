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
    digits_spoken: dict[
        Annotated[str, StringConstraints(pattern=r"^.$")], Annotated[str, StringConstraints(pattern=r"^\d$")]
    ]
    """The same for those that are digits in long numbers alone: 壹 → 1, and 腰, which voice input writes for 幺."""
    amounts: tuple[_Character, ...]
    """Digits that only count, and number no door: 两."""
    tens: tuple[_Character, ...]
    """Characters that numbers of two figures and more are said with: 十."""
    number_joins: _Words
    """Words between the parts of one number: 后面是."""
    number_cues: _Words
    """Words behind which a short number too names somebody: 尾号."""
    number_rests: _Words
    """The same, behind which no hotline is meant: 后四位."""
    number_links: _Words
    """Words that may stand between them and the number: 是."""
    counted_too: _Words
    """Words behind a short number that is an amount or a time; see `counted`."""
    counted: _Words
    """Words behind a long number that is an amount and names nobody: 元."""
    surnames: _Words
    """Family names, of one or two characters."""
    naming: _Words
    """Words behind which a full name stands: 我叫."""
    naming_surely: _Words
    """Of `naming` those behind which whatever stands alone is a name, of a rare family too."""
    no_names: _Characters
    """Characters with which no name behind them begins: 姓名是什么."""
    words_too: _Characters
    """Surnames that are ordinary words too: behind `kin` they begin a name only if it has three characters and ends."""
    behind_names: _Words
    """Words by which it is seen to end."""
    kin: _Words
    """Words for relatives, behind which a full name may stand: 我妈."""
    sexes: _Characters
    """Characters before which, behind a comma or a space, a full name stands: 王桂兰，女."""
    titles: _Words
    """Words before which a full name may stand: 同志."""
    after_name: _Words
    """Words that cannot be part of a given name: 今年."""
    never_names: _Words
    """Words that begin like a name and are none: 高血压."""
    accounts: _Words
    """Words behind which an account stands: 微信."""
    account_links: _Words
    """Words that may stand between: 号, 是."""
    mine: _Words
    """Words before them where the account stands first: …是我的微信."""
    email_at: _Words
    """What is written for the @ of an e-mail address."""
    email_dot: _Words
    """Words for the dot of one."""
    roads: _Characters
    """Last characters of roads, villages and estates."""
    sides: _Characters
    """Characters that may stand behind them: 黎阳路北."""
    stretches: _Characters
    """Characters that may stand behind a side: 东段."""
    to_be: _Characters
    """Characters between a word for a door and its number."""
    door_cues: _Words
    """Words behind which the number of a door stands."""
    doors: _Words
    """Units of an address that several of make one: 号, 组."""
    rooms: _Words
    """Units of an address that one of is enough: 单元."""
    floors: _Words
    """Of `doors` those that alone are none: 三层五层."""
    measures: _Words
    """Of `rooms` those that things are counted by too: 三栋."""
    built: _Words
    """What is counted by them: 三栋楼, 两室一厅."""
    kinds_of_house: _Words
    """Words between: 五层的老房子."""
    plates: _Characters
    """First characters of number plates."""
