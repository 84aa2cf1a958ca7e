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


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我姓王住淇滨区泰山路88号3号楼2单元501，电话13839212345，想问下煤气罐换新的补贴", "想问下煤气罐换新的补贴"),
        ("俺是李庄的王大爷，身份证410611195001011234，高龄补贴停了咋回事", "高龄补贴停了咋回事"),
        ("低保咋停了，我家在泰山路一道街小卖部对面，手机13839212345，啥时候补发", "低保咋停了,啥时候补发"),
        ("俺家老头子动弹不了，伺候他的人有没有补贴", "俺家老头子动弹不了,伺候他的人有没有补贴"),
        ("电话13839212345", "电话〔电话〕"),
    ],
)
def test_of_who_says_who_he_is_only_what_he_asks_is_kept(questions: Questions, said: str, kept: str) -> None:
    assert questions.clause(said) == kept
