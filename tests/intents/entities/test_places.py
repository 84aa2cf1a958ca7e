"""Places are found by name, alias, landmark and sound, and other cities are told apart."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.session import Session
from faq.knowledge.text import normalise
from faq.knowledge.types import OUTSIDE, Faq
from intents.entities.places import Gazetteer
from tests.conftest import ROOT


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
        ("俺浚县卫贤的 今年七十四了", True),
        ("我家是屯子镇的,52岁", True),
        ("淇县的 73能领多少", False),
        ("浚县低保", False),
        ("淇县食堂", False),
        ("郑州", False),
        ("鹤壁", False),
        ("我在", False),
    ],
)
def test_a_message_is_only_a_place_if_nothing_is_asked(gazetteer: Gazetteer, message: str, alone: bool) -> None:
    assert gazetteer.only(message, gazetteer.all(message)) is alone


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


def dev_places() -> list[tuple[str, str]]:
    lines = (ROOT / "tests" / "data" / "dev_places.tsv").read_text("utf-8").splitlines()
    return [(district, message) for district, message in (line.split("\t") for line in lines)]


def test_places_of_two_hundred_messages_are_found_or_left_alone(gazetteer: Gazetteer) -> None:
    wrong = []
    for district, message in dev_places():
        mention = gazetteer.find(message)
        if ((mention.district if mention else None) or "none") != district:
            wrong.append((message, district, mention))
    assert len(dev_places()) >= 200
    assert len(wrong) <= 2, wrong


@pytest.mark.parametrize(
    ("message", "home"),
    [
        ("户口是安阳的，人住在淇滨区", OUTSIDE),
        ("人在深圳，户口在浚县小河镇", "浚县"),
        ("我户籍淇县 现在郑州打工", "淇县"),
        ("我是滑县人，嫁到山城区，户口没迁", None),
        ("住在郑州", None),
    ],
)
def test_where_the_household_is_registered_is_told_from_where_somebody_lives(
    gazetteer: Gazetteer, message: str, home: str | None
) -> None:
    mention = gazetteer.household(message, gazetteer.all(message))
    assert (mention.district if mention else None) == home


def test_a_household_registered_elsewhere_is_told_where_to_apply(dialogue: Dialogue) -> None:
    now = dt.datetime(2026, 11, 24, 10)
    said, _ = dialogue.hear("户口是安阳的，人住在淇滨区，低保怎么申请", Session(), now)
    assert "您说户口在安阳" in said.text
    plain, _ = dialogue.hear("我住在淇滨区，低保怎么申请", Session(), now)
    assert "您说户口在" not in plain.text


def test_a_name_of_ours_behind_a_foreign_place_lies_there(gazetteer: Gazetteer) -> None:
    for message in ("深圳龙岗街道", "郑州的经开区", "新乡市红旗街道", "卢氏县灵山街道"):
        mention = gazetteer.find(message)
        assert mention is not None
        assert mention.district == OUTSIDE, message
    ours = gazetteer.find("安阳浚县")
    assert ours is not None
    assert ours.district == "浚县", "there is one 浚县, whatever stands before it"


def test_no_county_of_china_is_taken_for_ours(faq: Faq, gazetteer: Gazetteer) -> None:
    taken = [
        name for name in faq.places.counties if (m := gazetteer.find(f"{name}低保怎么申请")) and m.district != OUTSIDE
    ]
    assert len(faq.places.counties) > 2500
    assert taken == []


def test_questions_that_name_no_place_are_not_heard_as_one(faq: Faq, gazetteer: Gazetteer) -> None:
    """The topics of assistance, whose questions name a place in writing or none."""
    known = {name for d, e in faq.places.districts.items() for name in (d, *e.aliases, *e.towns, *e.landmarks)}
    known |= {alias for e in faq.places.districts.values() for aliases in e.towns.values() for alias in aliases}
    known |= {*faq.places.outside, *faq.places.counties, *faq.places.city}
    topics = ("dibao", "linshi", "tekun", "special", "people", "service", "monitoring", "food", "chat")
    questions = [q for i in faq.intents.values() if i.topic in topics for ws in i.wordings() for q in ws]
    heard = [
        (question, mention.name)
        for question in questions
        if (mention := gazetteer.find(question)) and not any(name in normalise(question) for name in known)
    ]
    assert len(questions) > 1000
    assert len(heard) <= len(questions) / 500, heard
