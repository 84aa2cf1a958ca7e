"""A vocabulary finds the row of every feature it was made of, of those alone, and keeps none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from intents.classifier.vocabulary import UNKNOWN, Vocabulary

FEATURES = [f"c{chr(0x4E00 + code)}" for code in range(5_000)]


@pytest.fixture
def vocabulary(tmp_path: Path) -> Vocabulary:
    (tmp_path / "v.txt").write_text("\n".join(FEATURES), encoding="utf-8")
    return Vocabulary(tmp_path / "v.txt")


def test_each_feature_is_found_in_the_row_of_its_line(vocabulary: Vocabulary) -> None:
    assert vocabulary.find(FEATURES) == list(range(len(FEATURES)))
    assert list(vocabulary) == FEATURES
    assert len(vocabulary) == len(FEATURES)


def test_what_was_not_met_is_unknown_wherever_its_hash_would_lie(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.find([f"p{number}" for number in range(5_000)])) == {UNKNOWN}
    assert vocabulary.find(["c低", "嗯", "c低"]) == [FEATURES.index("c低"), UNKNOWN, FEATURES.index("c低")]
    assert vocabulary.find([]) == []
