"""A changed figure is found wherever it stands and however it is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from faq.folder import open_folder
from faq.verify import figures, verify
from tests.conftest import FAQ


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一般 30 个工作日", [("30", "个工作日")]),
        ("３０个工作日", [("30", "个工作日")]),
        ("不超过三倍", [("3", "倍")]),
        ("十二个月", [("12", "个月")]),
        ("1.5 倍", [("1.5", "倍")]),
        ("百分之二十", [("20", "%")]),
        ("21.81%", [("21.81", "%")]),
        ("84.5万元", [("845000", "元")]),
        ("34,856人", [("34856", "人")]),
        ("2021年7月1日", [("2021", "年"), ("7", "月"), ("1", "天")]),
        ("拨 12345 或 110", [("12345", ""), ("110", "")]),
        ("1. 先去街道\n2. 再等 7 天", [("7", "天")]),
        ("一家人一次性办完", []),
        ("第三步", []),
        ("百分之五点点三", [("-1", "%")]),
    ],
)
def test_figures_are_read_with_their_units(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(f"{figure.value:f}", figure.unit) for figure in figures(text)] == expected


def test_every_figure_that_residents_are_told_stands_in_a_cited_source() -> None:
    assert [str(mistake) for mistake in verify(open_folder(FAQ))] == []


def test_each_digit_changed_in_a_real_answer_is_found(folder: Path) -> None:
    path = folder / "topics" / "dibao" / "timeline.yaml"
    text = path.read_text("utf-8")
    answer = text[text.index("answer:") : text.index("sources:")]
    found = list(re.finditer(r"\d+(?= ?(?:个工作日|天))", answer))
    assert found
    for match in found:
        changed = answer[: match.start()] + str(int(match[0]) + 1000) + answer[match.end() :]
        path.write_text(text.replace(answer, changed), encoding="utf-8")
        (mistake,) = list(verify(open_folder(folder)))
        assert mistake.file == path
        assert mistake.line == text[: text.index("answer:")].count("\n") + answer[: match.start()].count("\n") + 1
