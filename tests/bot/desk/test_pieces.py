"""Sentences and districts are edited in a form; every other line stays, and what cannot be written so is said."""

from __future__ import annotations

import difflib

import pytest

from bot.desk.pieces import DISTRICT, NEW, district, file_of, new_intent, of_new, phrases, with_district, with_phrase
from faq.said import SaidError
from tests.conftest import FAQ, plain

PLACES, PHRASES = ((FAQ / name).read_text("utf-8") for name in ("places.yaml", "phrases.yaml"))
DISTRICTS = tuple(plain(PLACES)["districts"])


def changed(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


@pytest.mark.parametrize("name", DISTRICTS)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_district_can_be_edited_and_nothing_else_changes(name: str, ending: str) -> None:
    text = PLACES.replace("\n", ending)
    before = district(text, name)
    assert with_district(text, name, before) == text
    wanted = {
        "aliases": f"{before['aliases']}\n试写的叫法".strip(),
        "towns": f"{before['towns']}\n试写镇：试写乡、试写".strip(),
        "landmarks": f"试写小区：试写镇\n试写村\n{before['landmarks']}".strip(),
    }
    after = with_district(text, name, wanted)
    assert district(after, name) == wanted
    told, was = plain(after), plain(text)
    assert told["districts"].pop(name)["landmarks"]["试写村"] is None
    was["districts"].pop(name)
    assert told == was, "no other district, and nothing behind them"
    assert with_district(after, name, before | dict.fromkeys(set(DISTRICT) - before.keys(), "")) is not None
    if ending == "\n":
        assert len(changed(text, after)) <= 8


def test_a_place_that_goes_takes_its_line_and_remarks_of_others_stay() -> None:
    text = (
        "districts:\n  甲区:\n    towns:\n      乙镇: [乙]   # 备注\n      丙镇: [丙, 丙乡]\n    aliases: [甲]\n"
        "  丁县:\n    towns: {}\n"
    )
    values = district(text, "甲区")
    after = with_district(text, "甲区", {**values, "towns": "乙镇：乙"})
    assert after == text.replace("      丙镇: [丙, 丙乡]\n", "")
    assert "    towns: {}\n    aliases" in with_district(text, "甲区", {**values, "towns": ""})
    added = with_district(text, "丁县", {**district(text, "丁县"), "landmarks": "戊村"})
    assert plain(added)["districts"]["丁县"] == {"towns": {}, "landmarks": {"戊村": None}}


@pytest.mark.parametrize("line", ["坏[镇：别", "镇：{a: b}", "镇: '别", "#镇", "：别", "镇：甲#乙"])
def test_what_is_no_name_of_a_place_is_refused(line: str) -> None:
    with pytest.raises(SaidError, match="not written as a place"):
        with_district(PLACES, DISTRICTS[0], {**district(PLACES, DISTRICTS[0]), "towns": line})


def test_every_sentence_can_be_edited_and_no_other_changes() -> None:
    found = phrases(PHRASES)
    assert len(found) > 150
    for name, text in found.items():
        after = with_phrase(PHRASES, name, f"{text}改")
        assert {**found, name: f"{text}改"} == phrases(after), name
        assert with_phrase(PHRASES, name, text) == PHRASES


@pytest.mark.parametrize("text", ["一行", "一: 二 # 三", "- 横", "两行\n第二行", "'引号", "{name}"])
def test_a_sentence_of_any_signs_is_what_was_typed(text: str) -> None:
    for name in ("menu", "fallback", "desk.offer", "desk.passed"):
        assert phrases(with_phrase(PHRASES, name, text))[name] == text


def test_blanks_around_a_sentence_which_no_form_shows_stay() -> None:
    text = 'desk:\n  minutes: " {value} 分钟"\n'
    after = with_phrase(text, "desk.minutes", "{value} 分")
    assert plain(after)["desk"]["minutes"] == " {value} 分"


def test_a_new_intent_is_a_file_that_its_form_can_be_made_of_again() -> None:
    values = dict.fromkeys(NEW, "") | {
        "title": "新的: 一件",
        "answer": "一行。\n\n［注意］· 二行。",
        "questions": "- 一问\n二问 # 带号",
    }
    values |= {"topic": "dibao", "name": "new_one", "checks": "三问", "office": "township"}
    values |= {"sources": "a\nb", "review_by": "2027-06-30"}
    text = new_intent(values)
    assert plain(text)["questions"] == ["- 一问", "二问 # 带号"]
    assert of_new(file_of("dibao", "new_one"), text) == values
    for name in ("", "../a", "A", "1a", "a" * 41, "a.b"):
        with pytest.raises(SaidError):
            file_of("dibao", name)
