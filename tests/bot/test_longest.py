"""No message blocks the others: what 4,096 characters of anything cost grows with their length, not with its square.

How much they may cost is for `tests.bench.longest` to say, on a quiet machine.
"""

from __future__ import annotations

import random
import time
import unicodedata

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.privacy import Redactor
from bot.dialogue.session import Session
from faq.knowledge.text import LONGEST, bounded, normalise
from faq.knowledge.types import Faq
from tests.bench.longest import PIECES, SHORT, Candidate, Served, characters
from tests.bench.longest import words as sought
from tests.bot.test_any_message import NOW

FLOOR = 50.0
"""CPU milliseconds below which nothing is said of growth: beside the other tests the machine is never quiet."""
GROWTH = 20.0
"""Times that the long one may cost: 8 if every step is linear, 64 if one is quadratic, and noise is below threefold."""
ROUNDS = 4
PAIRS = 60


@pytest.fixture(scope="module")
def served(dialogue: Dialogue) -> Served:
    return Served(dialogue)


def grows_too_fast(served: Served, candidate: Candidate) -> bool:
    """Tell whether it still does when measured again: one measurement on a busy machine says nothing."""
    if served.cost(candidate) <= FLOOR:
        return False
    return served.cost(candidate, rounds=ROUNDS) > max(FLOOR, GROWTH * served.cost(candidate, SHORT, ROUNDS))


def test_what_is_odd_or_was_once_dear_costs_in_proportion_to_its_length(served: Served) -> None:
    assert [piece for piece in PIECES if grows_too_fast(served, Candidate((piece,)))] == []


def test_so_do_pairs_of_anything(served: Served, faq: Faq) -> None:
    chance = random.Random(20261129)
    pools = (PIECES, sought(faq), characters())
    pairs = [
        Candidate((chance.choice(chance.choice(pools)), chance.choice(chance.choice(pools)))) for _ in range(PAIRS)
    ]
    drawn = [Candidate(pair.fragments, seed) for seed, pair in enumerate(pairs[: PAIRS // 4], 1)]
    assert [str(one) for one in (*pairs, *drawn) if grows_too_fast(served, one)] == []


@pytest.mark.slow
def test_so_does_redaction_of_any_character(faq: Faq) -> None:
    redactor = Redactor(faq.personal)
    assert [character for character in characters() if cost(redactor, character) > 5 * FLOOR] == []


def cost(redactor: Redactor, character: str) -> float:
    message = character * LONGEST
    start = time.process_time()
    redactor.redact(message)
    return (time.process_time() - start) * 1e3


def test_no_character_makes_a_message_longer_than_the_bound() -> None:
    every = "".join(c for c in map(chr, range(0x110000)) if len(unicodedata.normalize("NFKC", c).lower()) == 1)
    for start in range(0, len(every), SHORT):
        assert len(normalise(every[start : start + SHORT])) <= SHORT
    assert len(bounded("".join(characters() * 3)[:LONGEST])) < LONGEST
    assert bounded("低" * LONGEST) == "低" * LONGEST
    assert bounded("㎉" * 1000) == "㎉" * 1000
    assert len(bounded("低" * 100_000)) == LONGEST


@pytest.mark.parametrize(
    ("before", "behind"),
    [("Ⅷ" * 4000, ""), ("", "ﷺ" * 4000), ("ﷺ" * 2000, "㍿" * 2000), ("今天天气不错。" * 5000, "天气好。" * 9000)],
)
def test_a_cry_for_help_is_heard_wherever_it_stands(dialogue: Dialogue, before: str, behind: str) -> None:
    message = f"{before}。我不想活了，已经吃了一瓶安眠药。{behind}"
    assert dialogue.urgent(message)
    reply, _ = dialogue.hear(message, Session(), NOW)
    assert reply.decision == "emergency"
    assert not dialogue.urgent(before + behind)
