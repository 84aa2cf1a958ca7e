"""Messages that mean the same have the same features, however they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from faq.knowledge.types import Faq
from intents.distress.danger import Hints
from intents.features.pinyin import spelled, syllable
from intents.features.words import CLASS, ELSEWHERE, Words


@pytest.fixture(scope="module")
def plain(data: Path) -> Words:
    return Words(None, data / "cache")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("農村低保戶怎麼申請", "农村低保户怎么申请"),
        ("低保　怎么申请？？", "低保怎么申请"),
        ("低保咋申请", "低保怎么申请"),
        ("低宝怎么申请", "低保怎么申请"),
        ("ＤＩＢＡＯ", "dibao"),
        ("低保😀怎么申请", "低保怎么申请"),
    ],
)
def test_writings_of_one_question_have_the_same_features(words: Words, typed: str, meant: str) -> None:
    assert words.features(typed) == words.features(meant)


def test_homophones_share_their_sounds(words: Words) -> None:
    def sounds(message: str) -> set[str]:
        return {feature for feature in words.features(message) if feature.startswith("p")}

    assert sounds("临时救助") == sounds("林十就住")
    assert sounds("低保怎么办") == sounds("dibaozenmeban") == sounds("di bao zen me ban")


def test_pinyin_with_tone_marks_is_read_like_pinyin_without(words: Words) -> None:
    assert words.features("dī bǎo zěn me shēn qǐng") == words.features("di bao zen me shen qing")
    assert "w低保" in words.features("dī bǎo zěn me shēn qǐng")


def test_languages_with_spaces_have_words_pairs_and_letters(plain: Words) -> None:
    features = plain.features("Can't I freeze my card?")
    assert [feature for feature in features if feature[0] == "w"] == ["wcant", "wi", "wfreeze", "wmy", "wcard"]
    assert {"vmy card", "sfreeze card", "l^fr", "lze$"} <= set(features)
    assert not [feature for feature in features if feature[0] == "c"]
    assert {"scant my", "si card", "scant card"} <= set(features)
    assert "sa e" in plain.features("a b c d e f")
    assert "sa f" not in plain.features("a b c d e f")


def test_chinese_has_no_letters_and_no_pairs_of_words(plain: Words) -> None:
    assert {feature[0] for feature in plain.features("请帮我打开微信,谢谢")} == {"w", "c", "p"}


def test_words_without_a_knowledge_base_know_no_lexicon_and_no_places(words: Words, plain: Words) -> None:
    assert "w什么" in words.features("要啥")
    assert "w啥" in plain.features("要啥")
    assert f"w{ELSEWHERE}" not in plain.features("郑州低保多少钱")


def test_every_other_city_teaches_about_all_others(words: Words) -> None:
    assert words.features("郑州低保多少钱") == words.features("石家庄低保多少钱")
    assert f"w{ELSEWHERE}" in words.features("郑州低保多少钱")
    assert f"w{ELSEWHERE}" not in words.features("鹤壁低保多少钱")


def test_an_age_is_any_age_but_a_hotline_keeps_its_number(words: Words) -> None:
    assert words.features("我今年70岁") == words.features("我今年81岁")
    assert words.features("打12345") != words.features("打12315")


@pytest.mark.parametrize("nothing", ["", "   ", "？！。…", "😀😀", "\u200b"])
def test_nothing_readable_has_no_features(words: Words, nothing: str) -> None:
    assert words.features(nothing) == []


def test_a_damaged_dictionary_is_written_anew(faq: Faq, tmp_path: Path) -> None:
    asked = "孩子上学能补不"
    whole = Words(faq, tmp_path).features(asked)
    (dictionary,) = tmp_path.glob("*.txt")
    dictionary.write_bytes(dictionary.read_bytes()[:1000])
    assert Words(faq, tmp_path).features(asked) == whole


def test_words_of_the_lexicon_stay_whole(words: Words) -> None:
    assert "w临时救助" in words.features("我想问临时救助的事")


def test_words_of_one_class_share_a_feature_that_weighs_more_than_they_do(words: Words) -> None:
    classes = [[f for f in words.features(f"他一直在{said}") if f.startswith(CLASS)] for said in ("透析", "放疗")]
    assert classes[0] == classes[1] == ["ttreatment"] * 2


def test_variants_of_the_lexicon_are_of_the_class_of_their_word(words: Words) -> None:
    assert "tdeath" in words.features("俺爹亡故了")  # 亡故 stands for 去世


def test_danger_is_told_by_its_own_classes_of_words(faq: Faq, words: Words) -> None:
    said = "俺爹去世了"
    assert "tdeath" in words.features(said)
    assert not [feature for feature in Hints(faq).features(said, words.features(said)) if feature.startswith(CLASS)]


def test_latin_words_are_read_as_pinyin_only_if_they_are() -> None:
    assert spelled("xian") == ("xian",)
    assert spelled("telegram") == ()
    assert syllable("，") == ""
