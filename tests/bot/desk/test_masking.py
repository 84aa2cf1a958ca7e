"""Of a place finer than a district the district is kept: who asks from a village of forty houses is somebody."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.desk.questions import Questions
from bot.dialogue.dialogue import Dialogue
from intents.registry.registry import Registry

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def questions(small_untouched: Path) -> Questions:
    return Dialogue(Registry(small_untouched / "var").open()).questions


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("浚县小河镇的低保停了", "浚县的低保停了"),
        ("俺在善堂镇，低保咋弄", "俺在浚县,低保咋弄"),
        ("姬家山乡施家沟的，低保谁管", None),
        ("马南社区收低保申请不", "鹤山区收低保申请不"),
        ("住黎阳路街道福田社区", None),
        ("鹤山区九矿广场那边有食堂没", "鹤山区那边有食堂没"),
        ("淇滨区的低保多少钱", "淇滨区的低保多少钱"),
        ("我在郑州打工，低保咋办", "我在郑州打工,低保咋办"),
        ("鹤壁有没有临时救助", "鹤壁有没有临时救助"),
    ],
)
def test_a_place_is_kept_as_its_district(questions: Questions, said: str, kept: str | None) -> None:
    found = questions.clause(said)
    if kept is not None:
        assert found == kept
    assert not any(name in found for name in ("小河镇", "善堂", "姬家山", "马南", "黎阳路", "九矿"))


def test_no_town_of_ours_is_left_as_it_is_written(questions: Questions) -> None:
    districts = {
        name for name, entry in questions._model.faq.places.districts.items() for name in (name, *entry.aliases)
    }
    for entry in questions._model.faq.places.districts.values():
        for town in {*entry.towns, *entry.landmarks} - districts:
            assert town not in questions.clause(f"{town}的路灯坏了找谁"), town
