"""Lines of an answer are points; tags say what each is about and are never shown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.dialogue.compose import Composer
from faq.figures.mutate import Score, mutate
from faq.figures.verify import facts_of, told_texts
from faq.knowledge.points import About, Point, points_of, untagged
from faq.load import FaqError, load
from faq.reading.folder import open_folder

MATERIALS = Path("topics") / "dibao" / "materials.yaml"
TAGGED = "［材料］带上户口簿。\n  [时间]2024 年以前的证也行。\n  ［步骤］1. 交申请。\n  ［步骤］2. 等通知。\n"
NAMES = ["谁能办", "材料", "时间", "地点", "金额", "网上", "费用", "意思", "步骤", "电话", "不能办", "注意", "去哪问"]


@pytest.fixture
def small(small_folder: Path) -> Path:
    return small_folder


def tagged(folder: Path, text: str = TAGGED) -> Path:
    path = folder / MATERIALS
    before = path.read_text("utf-8")
    path.write_text(before.replace("answer: |\n", f"answer: |\n  {text}", 1), encoding="utf-8")
    return folder


def test_a_point_is_a_line_and_its_tag_is_not_shown(small: Path) -> None:
    path = tagged(small, TAGGED.replace("2024 年以前的", "旧的")) / MATERIALS
    path.write_text(path.read_text("utf-8").replace("details: |\n", "details: |\n  几点提醒：\n"), encoding="utf-8")
    faq = load(small)
    intent = faq.intents["dibao.materials"]
    assert intent.points[:2] == (Point("带上户口簿。", About.PAPERS), Point("旧的证也行。", About.TIME))
    assert intent.details_points[0] == Point("几点提醒：", None)
    shown = Composer(faq).answer(intent, dt.datetime(2026, 11, 29, 10)).text
    assert shown.startswith("带上户口簿。\n旧的证也行。\n1. 交申请。\n2. 等通知。\n")


def test_every_name_of_the_list_is_understood(small: Path) -> None:
    lines = "".join(f"［{name}］说{name}的事。\n  " for name in NAMES).rstrip(" ")
    points = load(tagged(small, lines)).intents["dibao.materials"].points[: len(NAMES)]
    assert {point.about for point in points} == set(About)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("［材枓］带上户口簿。\n", 0, ("材枓", "材料", "谁能办")),
        ("先说一句。\n  [要带的]户口簿。\n", 1, ("要带的", "、注意、")),
        ("· ［材料］户口簿。\n", 0, ("材料", "最前面")),
        ("先说一句。\n  ［材料］\n", 1, ("［材料］", "没有话")),
    ],
)
def test_a_wrong_tag_is_said_with_file_line_and_list(small: Path, text: str, line: int, said: tuple[str, ...]) -> None:
    tagged(small, text)
    lines = (small / MATERIALS).read_text("utf-8").split("\n")
    expected = lines.index("answer: |") + 2 + line
    with pytest.raises(FaqError) as error:
        load(small)
    (mistake,) = error.value.mistakes
    assert (mistake.file, mistake.line) == (small / MATERIALS, expected)
    assert all(part in mistake.say("zh") for part in said), mistake.say("zh")


def test_figures_and_steps_of_tagged_lines_are_checked_in_their_lines(small: Path) -> None:
    tagged(small, TAGGED.replace("2. 等", "3. 等"))
    with pytest.raises(FaqError) as error:
        load(small)
    wrong = {mistake.line: mistake.text for mistake in error.value.mistakes}
    first = (small / MATERIALS).read_text("utf-8").split("\n").index("answer: |") + 2
    assert set(wrong) == {first + 1, first + 3}
    assert "2024" in wrong[first + 1]
    assert "step 3 should be step 2" in wrong[first + 3]


def test_the_mutation_test_changes_figures_behind_tags(small: Path) -> None:
    path = small / MATERIALS
    (line,) = [line for line in path.read_text("utf-8").split("\n") if "信阳市 2024 年" in line]
    assert line.startswith("  ［")
    folder = open_folder(small)
    facts, score = facts_of(folder), Score()
    assert facts is not None
    told = next(t for t in told_texts(folder) if t.place == ("details",) and t.document.path == path)
    assert "［" not in told.text
    mutate(told, facts, score)
    assert score.mutants > 0
    assert score.survivors == []


def test_points_of_a_later_version_are_its_own(small: Path) -> None:
    (small / "topics" / "dibao" / "materials@2027-07-01.yaml").write_text(
        "supersedes: dibao.materials\nanswer: |\n  ［去哪问］请问窗口。\nreview_by: 2028-01-01\n", encoding="utf-8"
    )
    intent = load(small).intents["dibao.materials"]
    assert intent.on(dt.date(2027, 7, 2)).points == (Point("请问窗口。", About.ASK),)
    assert intent.on(dt.date(2027, 6, 30)).points == intent.points


def test_brackets_within_a_line_that_are_no_tag_stay() -> None:
    text = "发文字号［2022］4号也照办。\n［时间］当天。"
    assert untagged(text) == "发文字号［2022］4号也照办。\n当天。"
    assert [point.about for point in points_of(text, {"时间": About.TIME})] == [None, About.TIME]
