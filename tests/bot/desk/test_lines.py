"""A line goes into a list and out of it again, and every other byte of the file stays."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from bot.desk.lines import Line, added, removed, stands
from bot.desk.wording import learnable
from faq.said import SaidError
from tests.conftest import FAQ, plain

KEY = Line(Path("topics/a/b.yaml"), "questions", "低保咋弄")
FILE = """# 备注
title: 低保
questions:   # 居民怎么问
  - 低保怎么申请   # 常问
  - >-
    一句
    折成两行的
  # 还没写完

checks: [甲, 乙]
answer: |
  一、二。
"""


def listed(text: str) -> list[str]:
    found: list[str] = plain(text)["questions"]
    return found


@pytest.mark.parametrize("path", sorted(FAQ.glob("topics/*/*.yaml")), ids=lambda path: path.stem)
def test_every_file_of_ours_takes_a_line_and_keeps_all_others(path: Path) -> None:
    before = path.read_bytes().decode()
    after = added(before, KEY)
    assert listed(after) == [*listed(before), KEY.text]
    assert [one for one in difflib.ndiff(before.split("\n"), after.split("\n")) if one[0] != " "] == ["+   - 低保咋弄"]
    assert removed(after, KEY) == before


def test_a_question_to_decline_goes_to_its_kind() -> None:
    line = Line.of("out_of_scope.other_cities", "郑州地铁几点")
    before = (FAQ / line.file).read_text("utf-8")
    after = added(before, line)
    assert plain(after)["other_cities"][-1] == line.text
    assert removed(after, line) == before


@pytest.mark.parametrize("ending", ["", "\n", "\n\n"])
def test_remarks_folded_lines_and_the_end_of_the_file_stay(ending: str) -> None:
    after = added(FILE, KEY)
    assert listed(after) == ["低保怎么申请", "一句 折成两行的", KEY.text]
    assert removed(after, KEY) == FILE
    last = f"title: 低保\nquestions:\n- 甲\n- 乙{ending}"
    assert listed(added(last, KEY)) == ["甲", "乙", KEY.text]
    windows = FILE.replace("\n", "\r\n")
    assert added(windows, KEY).count("\r\n") == windows.count("\r\n") + 1
    assert "\n" not in added(windows, KEY).replace("\r\n", "")


@pytest.mark.parametrize(
    "text", ["12345", "2026-01-01", "no", "- 甲", "a: b", "it's", "~", "甲 # 乙", "'", "* 甲", "&甲"]
)
def test_what_yaml_would_read_otherwise_is_quoted(text: str) -> None:
    assert listed(added(FILE, Line(KEY.file, "questions", text)))[-1] == text


def test_a_list_on_one_line_is_left_to_a_person() -> None:
    with pytest.raises(SaidError, match="by hand"):
        added(FILE, Line(KEY.file, "checks", "丙"))
    with pytest.raises(SaidError, match="cannot be read"):
        stands("a: [", KEY)
    with pytest.raises(SaidError, match="by hand"):
        removed("questions:\n  - 低保咋弄\n", KEY)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("俺叫〔姓名〕,电话〔电话〕,低保停了咋办?", "低保停了咋办？"),
        ("〔姓名〕的低保", "的低保"),
        ("〔电话〕", ""),
        ("(急)低保|五保哪个多", "急 低保 五保哪个多"),
        ("低保:几号发", "低保：几号发"),
        ("3:30能办低保不", "3:30能办低保不"),
    ],
)
def test_what_is_learned_names_nobody_and_holds_no_signs(text: str, line: str) -> None:
    assert learnable(text) == line
