"""Places are found by name, alias, landmark and sound, and other cities are told apart."""

from __future__ import annotations

import pytest

from faq.knowledge import OUTSIDE, Faq
from intents.places import Gazetteer


@pytest.fixture(scope="module")
def gazetteer(faq: Faq) -> Gazetteer:
    return Gazetteer(faq.places, faq.cues)


@pytest.mark.parametrize(
    ("message", "district", "town"),
    [
        ("浚县低保怎么申请", "浚县", None),
        ("俺是小河镇的", "浚县", "小河镇"),
        ("黎阳路街道在哪", "淇滨区", "黎阳路街道"),
        ("黎阳街道在哪", "浚县", "黎阳街道"),
        ("鹤壁集镇的低保", "鹤山区", "鹤壁集镇"),
        ("银杏社区食堂", "淇滨区", "黎阳路街道"),
        ("淇縣靈山街道", "淇县", "灵山街道"),
        ("俊县的低保", "浚县", None),
        ("其滨区民政局", "淇滨区", None),
        ("我在郑州打工，家是浚县的", "浚县", None),
        ("郑州低保多少钱", OUTSIDE, None),
        ("安阳那边能办吗", OUTSIDE, None),
        ("鹤壁低保多少钱", None, None),
    ],
)
def test_the_most_exact_place_is_found(
    gazetteer: Gazetteer, message: str, district: str | None, town: str | None
) -> None:
    mention = gazetteer.find(message)
    assert mention is not None
    assert (mention.district, mention.town) == (district, town)


@pytest.mark.parametrize("message", ["低保怎么申请", "公示期限是几天", "新华书店在哪", "七天能办好吗"])
def test_ordinary_words_are_no_places(gazetteer: Gazetteer, message: str) -> None:
    assert gazetteer.find(message) is None


@pytest.mark.parametrize(
    ("message", "alone"),
    [
        ("我在淇县", True),
        ("俺是小河镇的", True),
        ("户口在浚县", True),
        ("那淇滨区呢？", True),
        ("浚县低保", False),
        ("淇县食堂", False),
        ("郑州", False),
        ("鹤壁", False),
        ("我在", False),
    ],
)
def test_a_message_is_only_a_place_if_nothing_is_asked(gazetteer: Gazetteer, message: str, alone: bool) -> None:
    assert gazetteer.only(message) is alone


def test_every_town_and_landmark_resolves_to_its_own_district(faq: Faq, gazetteer: Gazetteer) -> None:
    for name, district in faq.places.districts.items():
        for town, aliases in district.towns.items():
            for written in (town, *aliases):
                mention = gazetteer.find(f"{written}低保怎么申请")
                assert mention is not None, written
                assert (mention.district, mention.town) == (name, town), written
        for landmark in district.landmarks:
            mention = gazetteer.find(landmark)
            assert mention is not None, landmark
            assert mention.district == name, landmark
