"""Words of one kind are one concept, and two together say more than each."""

from __future__ import annotations

import pytest

from faq.knowledge.types import Faq
from intents.distress.concepts import Concepts


@pytest.fixture(scope="module")
def concepts(faq: Faq) -> Concepts:
    return Concepts(faq.cues)


@pytest.mark.parametrize("weapon", ["刀", "板凳", "皮带"])
def test_whatever_one_is_hit_with_is_the_same(concepts: Concepts, weapon: str) -> None:
    assert {"kweapon", "khitting", "khitting weapon"} <= set(concepts.features(f"他拿{weapon}打我"))


def test_a_longer_word_wins_over_a_shorter_one_in_it(concepts: Concepts) -> None:
    assert "kpapers" in concepts.features("手机")
    assert "kpapers" not in concepts.features("手机号")


def test_a_message_without_a_concept_has_no_features(concepts: Concepts) -> None:
    assert concepts.features("") == concepts.features("？！") == []
