"""An admin's mistakes are all found at once, each at its place, with the remedy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from faq.load import FaqError, load
from faq.reading.yaml_reader import Mistake
from tests.conftest import rewritten

Edit = Callable[[str], str]

INTENT = """\
title: 题目@
questions:
  - 测试用的问法@
checks:
  - 另一个问法@
answer: |
  这是测试用的答复。
sources: [mca-2021-57]
office: township
related: [dibao.apply]
review_by: 2027-06-30
"""


def intent(mark: object) -> str:
    return INTENT.replace("@", str(mark))


def edited(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


PLANTED: dict[str, tuple[Edit, int, str]] = {
    "unknown_key": (edited("related:", "relatd:"), 10, r"unknown key 'relatd'; did you mean 'related'\?"),
    "missing_key": (edited("office: township\n", ""), 1, "missing key 'office'; add it"),
    "time_as_number": (
        edited("title: 题", "title: 9:00\n# "),
        1,
        r'must be text, but 9:00 is read as a number.*"9:00"',
    ),
    "digits_as_number": (edited("  - 测", "  - 12345\n  - 测"), 3, r"questions → 1: must be text, but 12345 is read"),
    "octal": (edited("  - 测", "  - 010\n  - 测"), 3, r'but 010 is read as a number; put it in quotes: "010"'),
    "boolean": (edited("  - 测", "  - no\n  - 测"), 3, r'but no is read as a yes/no value; put it in quotes: "no"'),
    "duplicate_key": (
        edited("office:", "title: 又一个\noffice:"),
        9,
        r"key 'title' is given twice \(first on line 1\)",
    ),
    "same_question": (
        edited("  - 测", "  - 低保，怎麼申請？\n  - 测"),
        3,
        r"is also a question of dibao\.apply \(apply\.yaml:\d+\)",
    ),
    "trained_check": (
        edited("  - 另", "  - 低保怎么申请!\n  - 另"),
        5,
        r"is also trained on, as a question of dibao\.apply",
    ),
    "dangling_related": (
        edited("[dibao.apply]", "[dibao.aply]"),
        10,
        r"'dibao\.aply' is not an intent; did you mean 'dibao\.apply'\?",
    ),
    "dangling_office": (
        edited("township", "townships"),
        9,
        r"office 'townships' is not a kind in offices\.yaml; did you mean 'township'\?",
    ),
    "dangling_source": (
        edited("mca-2021-57", "mca-2021-75"),
        8,
        r"sources 'mca-2021-75' is not a key of sources\.yaml; did you mean",
    ),
    "empty_text": (edited("  这是测试用的答复。\n", "\n"), 6, "answer: is empty; fill it in or remove the key"),
    "long_title": (edited("title: 题", "title: " + "长" * 21), 1, r"title: has \d+ characters, at most 20 are shown"),
    "long_answer": (edited("这是", "很长" * 1501), 6, r"answer: has \d+ characters, at most 3000"),
    "bad_date": (edited("2027-06-30", "2027-06-31"), 11, "'2027-06-31' is not a day of the calendar"),
    "broken_syntax": (edited("sources: [mca-2021-57]", "sources: [mca-2021-57"), 8, "not valid YAML: "),
    "open_brace": (edited("  - 测", "  - {问\n  - 测"), 3, "not valid YAML: "),
    "open_quote": (edited("title: ", "title: '"), 1, "not valid YAML: "),
    "outdented_answer": (edited("  这是", "这是"), 7, "not valid YAML: "),
    "tab": (edited("  - 另", "\t- 另"), 5, "a tab character; replace each tab by two spaces"),
    "missing_list_key": (edited("questions:\n", ""), 2, "this list item is read as a part of line 1; put the key"),
    "deeper_item": (edited("checks", "    - 深\nchecks"), 4, "this list item is read as a part of line 3"),
    "lost_remark": (edited("  - 测", "  - 三楼 #2 窗口\n  - 测"), 3, "'#2 窗口' is taken for a remark and lost"),
    "open_bracket": (edited("  - 测", "  - (怎么|如何办测\n  - 测"), 3, r"'\(' at character 1 is never closed"),
    "bar_outside": (edited("  - 测", "  - 食堂|饭堂测\n  - 测"), 3, r"'\|' at character 3 stands outside brackets"),
    "stray_bracket": (edited("  - 测", "  - 怎么)办测\n  - 测"), 3, r"'\)' at character 3 closes nothing"),
    "open_bracket_check": (edited("  - 另", "  - (怎么|如何办另\n  - 另"), 5, r"'\(' at character 1 is never closed"),
    "template_check": (edited("  - 另", "  - (咋|怎样)办另\n  - 另"), 5, "a check is asked as it stands"),
    "big_template": (
        edited("  - 测", "  - 测" + "(一|二|三|四|五)" * 4 + "\n  - 测"),
        3,
        "stands for 625 questions, more than 500",
    ),
    "figure_without_source": (
        edited("测试用的答复", "每月发 7777 元"),
        7,
        "figure '7777 元' stands in no fact of the cited sources",
    ),
    "list_expected": (edited("sources: [mca-2021-57]", "sources: mca-2021-57"), 8, "sources: must be a list"),
    "expires_before_start": (
        edited("review_by", "effective_from: 2027-02-01\nexpires_on: 2027-01-01\nreview_by"),
        12,
        "expires_on lies before effective_from",
    ),
}


@pytest.fixture
def folder(small_folder: Path) -> Path:
    return small_folder  # six intents are enough here


def plant(folder: Path) -> dict[Path, tuple[int, str]]:
    """Write one broken intent a kind of mistake into `folder`; return line and message expected of each."""
    expected: dict[Path, tuple[int, str]] = {}
    for kind, (edit, line, message) in PLANTED.items():
        path = folder / "topics" / "dibao" / f"zz_{kind}.yaml"
        path.write_text(edit(intent(chr(0x5000 + len(expected)))), encoding="utf-8")
        expected[path] = (line, message)
    return expected


def mistakes_of(folder: Path) -> list[Mistake]:
    with pytest.raises(FaqError) as caught:
        load(folder)
    return caught.value.mistakes


def test_every_planted_mistake_is_found_at_once_with_file_line_and_remedy(folder: Path) -> None:
    expected = plant(folder)
    gbk = folder / "topics" / "dibao" / "zz_encoding.yaml"
    gbk.write_bytes(intent("编码").encode("gbk"))
    expected[gbk] = (1, "is not UTF-8; save the file with encoding UTF-8")
    twin = folder / "topics" / "dibao" / "apply.yml"
    twin.write_text(intent("孪生"), encoding="utf-8")
    expected[twin] = (1, "id 'dibao.apply' is already given by apply.yaml")
    stray = folder / "topics" / "dibaoo" / "one.yaml"
    stray.parent.mkdir()
    stray.write_text(intent("题目"), encoding="utf-8")
    expected[stray] = (1, r"topic 'dibaoo' is not in topics\.yaml; did you mean 'dibao'\?")
    found = {mistake.file: mistake for mistake in mistakes_of(folder)}
    assert set(found) == set(expected)
    for path, (line, message) in expected.items():
        assert (path.name, found[path].line) == (path.name, line)
        assert re.search(message, found[path].text), (message, found[path].text)
    assert len(mistakes_of(folder)) == len(expected), "one line a mistake"


def test_a_mistake_in_a_shared_file_does_not_hide_the_others(thinned: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(thinned, tmp_path / "faq"))
    (folder / "offices.yaml").write_text("township: {anywhere: {nam: x}}\n", encoding="utf-8")
    found = [str(mistake) for mistake in mistakes_of(folder)]
    assert any("unknown key 'nam'; did you mean 'name'?" in text for text in found)
    assert any("office 'county_bureau' is not a kind in offices.yaml" in text for text in found)


def test_missing_and_misplaced_files_are_named(folder: Path) -> None:
    (folder / "sources.yaml").unlink()
    (folder / "notes.yaml").write_text("a: b\n", encoding="utf-8")
    found = {mistake.file.name: mistake.text for mistake in mistakes_of(folder)}
    assert found["sources.yaml"].startswith("this file is missing")
    assert found["notes.yaml"].startswith("no place for this file")


def test_an_unreadable_shared_file_is_reported_once_and_nothing_dangles_because_of_it(folder: Path) -> None:
    (folder / "sources.yaml").write_text("a: [\n", encoding="utf-8")
    found = mistakes_of(folder)
    assert [mistake.file.name for mistake in found if "not a key of sources.yaml" in mistake.text] == []
    assert sum(mistake.file.name == "sources.yaml" for mistake in found) == 1


def test_a_phrase_without_its_slot_is_refused(folder: Path) -> None:
    phrases = folder / "phrases.yaml"
    phrases.write_text(phrases.read_text("utf-8").replace("关于“{name}”", "关于“{nmae}”", 1), encoding="utf-8")
    assert "it must have {name}" in str(mistakes_of(folder)[0])


def test_a_name_may_mean_one_place_only(folder: Path) -> None:
    with rewritten(folder / "places.yaml") as places:
        places["districts"]["淇县"]["towns"]["北阳镇"].append("小河镇")
    assert "'小河镇' already means" in str(mistakes_of(folder)[0])


@pytest.mark.parametrize("slot", ["{name!z}", "{name:d}", "{{name}}", "{}", "{name"])
def test_a_slot_is_taken_only_as_it_is_filled(folder: Path, slot: str) -> None:
    phrases = folder / "phrases.yaml"
    phrases.write_text(phrases.read_text("utf-8").replace("关于“{name}”", f"关于“{slot}”", 1), encoding="utf-8")
    assert "it must have {name}, written just so" in str(mistakes_of(folder)[0])


@pytest.mark.parametrize(
    ("file", "content", "line", "message"),
    [
        ("out_of_scope.yaml", "{}\n", 1, "is an empty list"),
        ("emergencies.yaml", "{}\n", 1, "is an empty list"),
        ("cues.yaml", "a: &a [x]\nb: [*a, *a]\n", 1, "an alias"),
        ("cues.yaml", "a: b\nc: \x07\n", 2, "control character"),
        ("cues.yaml", "[" * 900 + "]" * 900, 1, "too deep"),
    ],
)
def test_files_that_would_break_the_bot_are_refused(
    folder: Path, file: str, content: str, line: int, message: str
) -> None:
    (folder / file).write_text(content, encoding="utf-8")
    assert any(m.file.name == file and m.line == line and message in m.text for m in mistakes_of(folder))


def test_a_name_without_a_word_is_no_place(folder: Path) -> None:
    places = folder / "places.yaml"
    places.write_text(places.read_text("utf-8").replace("city: [", "city: [😀, ", 1), encoding="utf-8")
    assert any("'😀' cannot be a name" in mistake.text for mistake in mistakes_of(folder))


def test_a_phone_needs_its_source_and_the_day_of_verification(folder: Path) -> None:
    offices = folder / "offices.yaml"
    text = offices.read_text("utf-8")
    offices.write_text(text.replace("phone: null", 'phone: "0392-0000000"', 1), encoding="utf-8")
    found = [mistake.text for mistake in mistakes_of(folder)]
    assert len(found) == 2
    assert "has no source" in found[0]
    assert "has no verified_on" in found[1]


def test_an_alias_of_a_district_belongs_to_no_other_place(folder: Path) -> None:
    with rewritten(folder / "places.yaml") as places:
        places["districts"]["淇县"]["aliases"].append("浚县")
    assert any("'浚县' already means" in mistake.text for mistake in mistakes_of(folder))


@pytest.mark.parametrize(
    ("district", "field", "value", "said"),
    [
        ("浚县", "link", "qixian", "link 'qixian'"),
        ("浚县", "link", "dibao", "link 'dibao'"),
        ("浚县", "seat", "114.54 35.68", "no position"),
        ("浚县", "seat", "35,114", "no position"),
    ],
)
def test_a_link_that_means_two_things_and_a_position_that_is_none_are_found(
    folder: Path, district: str, field: str, value: str, said: str
) -> None:
    with rewritten(folder / "places.yaml") as places:
        places["districts"][district][field] = value
    assert any(said in mistake.text for mistake in mistakes_of(folder))


def test_a_key_says_which_characters_it_may_hold(folder: Path) -> None:
    sources = folder / "sources.yaml"
    sources.write_text(sources.read_text("utf-8").replace("bot-guide:", "使用说明:", 1), encoding="utf-8")
    assert any("use a-z, 0-9, '_', '.' and '-' only" in mistake.text for mistake in mistakes_of(folder))


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_files_saved_by_a_windows_editor_load(folder: Path, ending: str) -> None:
    path = folder / "topics" / "dibao" / "apply.yaml"
    text = path.read_text("utf-8").replace("\n", ending)
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert "dibao.apply" in load(folder).intents


def test_the_fingerprint_changes_with_any_byte_and_only_then(folder: Path) -> None:
    before = load(folder).fingerprint
    assert load(folder).fingerprint == before
    path = folder / "topics.yaml"
    path.write_text(path.read_text("utf-8") + "\n", encoding="utf-8")
    assert load(folder).fingerprint != before
