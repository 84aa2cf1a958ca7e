"""The city's own name is no town, zones are known, and 鹤壁市 is 鹤壁."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.session import Session
from faq.knowledge.types import Faq
from intents.entities.places import Gazetteer
from intents.features.words import Words


@pytest.fixture(scope="module")
def gazetteer(faq: Faq) -> Gazetteer:
    return Gazetteer(faq.places, faq.cues)


@pytest.mark.parametrize(
    "message",
    [
        "鹤壁城乡居民低保多少钱",
        "鹤壁城乡居民养老保险",
        "鹤壁城乡低保标准",
        "鹤壁城镇居民医保",
        "鹤壁乡镇街道都能办吗",
        "鹤壁及乡镇的窗口",
        "鹤壁村镇银行",
        "鹤壁市城乡居民医保怎么交",
    ],
)
def test_the_citys_name_before_an_ordinary_word_is_no_town(gazetteer: Gazetteer, message: str) -> None:
    mention = gazetteer.find(message)
    assert mention is not None
    assert mention.district is None, mention


@pytest.mark.parametrize(
    "message", ["鹤壁集镇低保", "鹤壁集乡的", "贺壁集镇", "鹤必集镇低保", "鹤壁镇低保", "鹤壁及镇的低保"]
)
def test_the_town_of_that_name_is_still_heard(gazetteer: Gazetteer, message: str) -> None:
    mention = gazetteer.find(message)
    assert mention is not None
    assert (mention.district, mention.town) == ("鹤山区", "鹤壁集镇")


@pytest.mark.parametrize(
    ("message", "district"),
    [
        ("俺是城乡一体化示范区的，低保找谁", "城乡一体化示范区"),
        ("鹤壁市城乡一体化示范区管委会", "城乡一体化示范区"),
        ("我在一体化示范区", "城乡一体化示范区"),
        ("示范区的低保", "城乡一体化示范区"),
        ("宝山经开区的低保", "宝山经开区"),
        ("鹤壁宝山经济技术开发区", "宝山经开区"),
        ("宝山经济开发区招工", "宝山经开区"),
        ("开发区的低保", "鹤壁经开区"),
        ("经开区管委会", "鹤壁经开区"),
        ("宝山街道的低保", "山城区"),
    ],
)
def test_zones_of_the_city_are_known(gazetteer: Gazetteer, message: str, district: str) -> None:
    mention = gazetteer.find(message)
    assert mention is not None
    assert mention.district == district


@pytest.mark.parametrize("message", ["先行示范区是什么", "现代农业示范区招人吗", "文明示范区"])
def test_model_areas_of_other_kinds_are_no_zone(gazetteer: Gazetteer, message: str) -> None:
    mention = gazetteer.find(message)
    assert mention is None or mention.district is None


@pytest.mark.parametrize(
    "asked", ["{}低保", "{}低保怎么申请", "{}的特困标准", "我是{}的，临时救助找谁", "{}残疾人补贴"]
)
def test_the_city_is_the_same_with_and_without_its_suffix(dialogue: Dialogue, asked: str) -> None:
    now = dt.datetime(2026, 11, 29, 10)
    plain, _ = dialogue.hear(asked.format("鹤壁"), Session(), now)
    full, _ = dialogue.hear(asked.format("鹤壁市"), Session(), now)
    assert full.text == plain.text


def test_the_words_of_both_names_of_the_city_are_one(faq: Faq, tmp_path: Path) -> None:
    words = Words(faq, tmp_path)
    assert words.canonical("鹤壁市低保") == words.canonical("鹤壁低保")
