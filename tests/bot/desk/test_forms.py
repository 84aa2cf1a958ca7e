"""An intent is edited in a form: what is not changed stays byte for byte, what is changed is what was typed."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from bot.desk.changes import KEPT, Edit, Edits
from bot.desk.forms import FIELDS, Kind, fields, spans, tidied, written
from faq.said import SaidError
from tests.conftest import FAQ, plain

FILE = """# 备注
title: 低保
questions:   # 居民怎么问
  - 低保怎么申请   # 常问
  - >-
    一句
    折成两行的
  # 还没写完

  - "带引号: 的"
checks:
    - 甲
    - 乙
answer: |
  ［步骤］一、二。

  三。

# 尾巴
sources: [a]
review_by: 2027-06-30
"""


def changed(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.split("\n"), after.split("\n"))
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize("path", sorted(FAQ.glob("topics/*/*.yaml")), ids=lambda path: path.stem)
def test_every_file_of_ours_can_be_edited_and_nothing_else_changes(path: Path) -> None:
    before = path.read_text("utf-8")
    values = fields(before)
    assert written(before, values) == before, "nothing was changed"
    questions = values["questions"].split("\n")
    new = {
        **values,
        "questions": "\n".join([questions[0], "新加的: 一句 # 带号", *questions[2:]]),
        "answer": values["answer"] + "\n［注意］· 新加的一行。",
        "title": "换个标题",
    }
    after = written(before, new)
    told, was = plain(after), plain(before)
    assert told["title"] == "换个标题"
    assert told["answer"].rstrip().endswith("［注意］· 新加的一行。")
    assert "新加的: 一句 # 带号" in told["questions"]
    typed = dict.fromkeys(("title", "answer", "questions"))
    assert told | typed == was | typed
    assert len(changed(before, after)) <= 5
    assert written(after, values) == before, "and back"


def test_remarks_and_blank_lines_stay_where_they_stood() -> None:
    values = fields(FILE)
    assert values["questions"].split("\n") == ["低保怎么申请", "一句 折成两行的", "带引号: 的"]
    after = written(FILE, {**values, "questions": "新的\n低保怎么申请\n一句 折成两行的\n带引号: 的\n尾上的"})
    assert changed(FILE, after) == ["+   - 新的", "+   - 尾上的"]
    gone = written(FILE, {**values, "questions": "低保怎么申请\n带引号: 的"})
    assert changed(FILE, gone) == ["-   - >-", "-     一句", "-     折成两行的"]
    answer = written(FILE, {**values, "answer": "四。"})
    assert plain(answer)["answer"] == "四。\n"
    assert "\n\n# 尾巴\nsources" in answer


def test_details_come_and_go_and_windows_line_ends_stay() -> None:
    values = fields(FILE)
    assert values["details"] == ""
    more = written(FILE, {**values, "details": "  长的\r\n说明 \r\n"})
    assert plain(more)["details"] == "长的\n说明\n"
    assert written(more, values) == FILE
    dos = FILE.replace("\n", "\r\n")
    after = written(dos, {**values, "answer": "四。", "checks": "甲\n丙\n乙", "review_by": "2028-01-01"})
    assert after.count("\r\n") == after.count("\n")
    assert (plain(after)["checks"], str(plain(after)["review_by"])) == (
        ["甲", "丙", "乙"],
        "2028-01-01",
    )


@pytest.mark.parametrize("text", ["title: [", "- a", "", "title: |\n  a\n  b\nquestions: [a, b]\n"])
def test_what_the_form_cannot_edit_is_said_and_not_spoiled(text: str) -> None:
    with pytest.raises(SaidError):
        written(text, {"title": "新", "questions": "c", "answer": "d"})


@pytest.mark.parametrize(
    "line",
    [
        "- 减号",
        "'引号",
        '"双',
        "a: b",
        "# 号",
        "{花}",
        "[方]",
        "*星",
        "&和",
        "!叹",
        "%百",
        "@at",
        "yes",
        "12",
        "|",
        ">",
    ],
)
def test_whatever_is_typed_stands_in_the_file_as_typed(line: str) -> None:
    after = written(FILE, {**fields(FILE), "questions": f"甲乙\n{line}", "title": line})
    assert plain(after)["questions"] == ["甲乙", line]
    assert plain(after)["title"] == line


def test_a_mistake_is_told_beside_the_field_on_whose_lines_it_stands() -> None:
    lines = FILE.split("\n")
    for name, where in spans(FILE).items():
        assert lines[where[0] - 1].startswith(f"{name}:")
    assert FIELDS["checks"] == Kind.LIST
    assert lines.index("    - 乙") + 1 in spans(FILE)["checks"]
    assert tidied({"title": " a\tb "})["title"] == "a b"


def test_an_edit_replaces_the_very_text_that_was_shown_or_nothing(tmp_path: Path) -> None:
    edit = Edit(Path("a.yaml"), "甲", "乙")
    assert (edit.added("甲"), edit.added("乙"), edit.removed("乙"), edit.stands("乙")) == ("乙", "乙", "甲", True)
    for act in (edit.added, edit.removed):
        with pytest.raises(SaidError):
            act("别人写的")
    edits = Edits(tmp_path)
    for number in range(KEPT + 3):
        edits.keep(1_000 + number, [edit])
    assert edits.of(1_002 + KEPT) == [edit]
    assert edits.of(1_000) == [], "bounded: the oldest go"
    assert len(list((tmp_path / "desk-edits").iterdir())) == KEPT
