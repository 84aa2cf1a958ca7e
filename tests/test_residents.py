"""Real residents' messages that are kept out of the knowledge: none of them is learned, and what they get by totals."""

from __future__ import annotations

import pytest

from faq.knowledge.template import expand
from faq.knowledge.text import bare
from faq.knowledge.types import Faq
from intents.classifier.model import Model
from tests.bench.residents import KEPT, LEARN, REAL, SHARES, Result, ask, real
from tests.bench.understanding import OUT_OF_SCOPE

FLOORS = [("inscope", "right", 0.70), ("inscope", "or offered", 0.84), ("multi", "right", 0.50)]
CEILINGS = [("inscope", "wrong", 0.10), ("inscope", "alarm", 0.05), ("calm", "alarm", 0.07), ("oos", "policy", 0.08)]
"""File, what is counted (tests.bench.residents), least or greatest share."""


@pytest.fixture(scope="module")
def results(model: Model) -> list[Result]:
    return ask(model, [row for name in REAL for row in real(name) if row.part == KEPT])


def test_no_row_that_is_kept_out_is_learned(faq: Faq) -> None:
    lines = [line for intent in faq.intents.values() for line in (*intent.questions, *intent.checks)]
    lines += [line for emergency in faq.emergencies.values() for line in (*emergency.told, *emergency.harmless)]
    known = {bare(said) for line in lines for said in expand(line)}
    known |= {bare(line) for kind in faq.out_of_scope.values() for line in kind}
    assert sum(bare(row.said) in known for name in REAL for row in real(name) if row.part == KEPT) == 0


def test_a_story_stands_on_one_side() -> None:
    parts: dict[str, set[str]] = {}
    for name in REAL:
        for row in real(name):
            parts.setdefault(row.case, set()).add(row.part)
    assert all(len(of) == 1 for of in parts.values())
    assert set.union(*parts.values()) == {LEARN, KEPT}


def test_the_ids_of_the_rows_are_intents(faq: Faq) -> None:
    ids = {one for name in REAL for row in real(name) for part in row.labels.split(",") for one in part.split("|")}
    assert ids - {OUT_OF_SCOPE} <= set(faq.intents)


@pytest.mark.parametrize(("file", "what", "least"), FLOORS)
def test_residents_are_served(results: list[Result], file: str, what: str, least: float) -> None:
    of = [result for result in results if result.row.file == file]
    assert sum(map(SHARES[what], of)) / len(of) >= least


@pytest.mark.parametrize(("file", "what", "most"), CEILINGS)
def test_residents_are_not_harmed(results: list[Result], file: str, what: str, most: float) -> None:
    of = [result for result in results if result.row.file == file]
    assert sum(map(SHARES[what], of)) / len(of) <= most
