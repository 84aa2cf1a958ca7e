"""A changed figure is found wherever it stands and however it is written."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from faq.figures.figures import FigureReader, FigureWords, fold
from faq.figures.mutate import Score, mutants, mutate
from faq.figures.verify import ToldText, facts_of, told_texts, verify
from faq.reading.folder import Folder, open_folder
from faq.reading.schema import Schema
from faq.reading.yaml_reader import Document
from tests.conftest import FAQ


@pytest.fixture(scope="module")
def shipped() -> Folder:
    return open_folder(FAQ)


@pytest.fixture(scope="module")
def reader(shipped: Folder) -> FigureReader:
    document = shipped.shared["figures"]
    words = Schema(FigureWords).check(document.value, document)
    assert words is not None
    return FigureReader(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一般 30 个工作日", [("30", "个工作日")]),
        ("３０个工作日", [("30", "个工作日")]),
        ("不超过三倍", [("3", "倍")]),
        ("十二个月", [("12", "个月")]),
        ("1.5 倍", [("1.5", "倍")]),
        ("百分之二十", [("20", "%")]),
        ("三分之二", [("2/3", "share")]),
        ("21.81%", [("21.81", "%")]),
        ("84.5万元", [("845000", "元")]),
        ("50 余万元", [("500000", "元+")]),
        ("50多万元", [("500000", "元+")]),
        ("34,856人", [("34856", "人")]),
        ("2021年7月1日", [("2021-07-01", "date")]),
        ("二〇二一年七月", [("2021-07", "date")]),
        ("2021-07-01 起", [("2021-07-01", "date")]),
        ("7月18日", [("7-18", "day of the year")]),
        ("民发〔2021〕57号", [("民发2021-57", "document")]),
        ("民发[2021] 57 号", [("民发2021-57", "document")]),
        ("国办发（2020）53号", [("办发2020-53", "document")]),
        ("国务院令第 649 号", [("649", "decree")]),
        ("381 号令", [("381", "decree")]),
        ("第 12 条", [("12", "第条")]),
        ("第十二条第一款", [("12", "第条"), ("1", "第款")]),
        ("第三步", [("3", "第步")]),
        ("1—3 倍", [("1", "倍"), ("3", "倍")]),
        ("1 倍到 3 倍", [("1", "倍"), ("3", "倍")]),
        ("三、四级", [("3", "级"), ("4", "级")]),
        ("半年一次", [("0.5", "年")]),
        ("一年半", [("1.5", "年")]),
        ("两项", [("2", "项")]),
        ("十几个", [("10", "个N几")]),
        ("拨 12345 或 110", [("12345", ""), ("110", "")]),
        ("0392-0000000", [("03920000000", "phone")]),
        ("8:30 开门", [("8:30", "time")]),
        ("7×24 小时", [("7×24", "×")]),
        ("1. 先去街道\n2. 再等 7 天", [("7", "天")]),
        ("一家人一次性办完，一般统一去", []),
        ("每年一级", [("1", "级")]),
        ("三下三促", [("3", "下"), ("3", "促")]),
        ("百分之五点点三", [("-1", "%")]),
    ],
)
def test_figures_are_read_with_their_units(reader: FigureReader, text: str, expected: list[tuple[str, str]]) -> None:
    assert [(figure.value, figure.unit) for figure in reader.figures(text)] == expected


def test_every_figure_that_residents_are_told_stands_in_a_cited_source(shipped: Folder) -> None:
    assert [str(mistake) for mistake in verify(shipped)] == []


@given(st.text(alphabet="0１半一二两三十百千万亿几多余第年月日元个工作〔〕号令分之点-—×:.,、\n ", max_size=30))
def test_any_text_has_figures_that_stand_where_they_say(text: str) -> None:
    reader = FigureReader(FigureWords(("年", "元", "个工作日"), {}, ("年",), ("万一",)))
    figures = reader.figures(text)
    assert [figure.at for figure in figures] == sorted(figure.at for figure in figures)
    for figure, following in itertools.pairwise(figures):
        assert figure.end <= following.at, "no character belongs to two figures"
    assert all(fold(text)[figure.at : figure.end] == figure.written for figure in figures)


SOURCES = """\
rules:
  title: 《办法》
  publisher: 民政部
  number: 民发〔2021〕57号
  date: "2021-06"
  facts:
    - 在村里公示 7 天；不服的 60 日内申请复议，15 日内起诉。
    - 城市每月 580 元，农村每年 4500 元；补助城市每月 286 元。
    - 由窗口在 10 个工作日内确认，可处 1 到 3 倍罚款，从 2022 年 1 月 1 日起按月发。
"""


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("公示 7 天。", ""),
        ("公示七天。", ""),
        ("公示 60 天。", "'60 天' is not what the fact nearest in words says: rules has '7 天'"),
        ("公示 7 个工作日。", "'7 个工作日' stands in no fact"),
        ("公示 10 个工作日。", "'10 个工作日' is not what the fact nearest in words says"),
        ("不服的 60 日内可以申请复议。", ""),
        ("不服的 15 日内可以申请复议。", "says: rules has '60 日'"),
        ("城市每月 580 元。", ""),
        ("补助城市每月 580 元。", "says: rules has '286 元'"),
        ("补助城市每月 286 元。", ""),
        ("农村每年 580 元。", "says: rules has '4500 元'"),
        ("可处 1—3 倍罚款。", ""),
        ("可处 1—4 倍罚款。", "'4 倍' stands in no fact"),
        ("从 2022 年起按月发。", ""),
        ("从 2022 年 2 月起按月发。", "'2022 年 2 月' stands in no fact"),
        ("民政部《办法》，民发〔2021〕57号。", ""),
        ("按民发〔2021〕58号办。", "stands in no fact"),
        ("按国发〔2021〕57号办。", "stands in no fact"),
        ("天气凉了多穿衣，7 天。", "but in other words"),
    ],
)
def test_a_figure_must_be_the_one_of_the_fact_nearest_in_words(shipped: Folder, line: str, refused: str) -> None:
    document = Document(Path("sources.yaml"))
    folder = Folder(Path("faq"), shared={"figures": shipped.shared["figures"], "sources": document})
    document.value = yaml.safe_load(SOURCES)
    facts = facts_of(folder)
    assert facts is not None
    found = "; ".join(str(why) for _, why in facts.unfounded(line, ("rules",)))
    named = "; ".join(f"'{figure.written}' {why}" for figure, why in facts.unfounded(line, ("rules",)))
    assert bool(found) is bool(refused)
    assert refused in named


@pytest.mark.slow
def test_every_changed_figure_of_the_shipped_texts_is_noticed_in_its_line(shipped: Folder) -> None:
    facts, score = facts_of(shipped), Score()
    assert facts is not None
    for told in told_texts(shipped):
        mutate(told, facts, score)
    assert [str(mutant) for mutant in score.survivors] == []
    assert score.figures >= 500
    assert score.mutants >= 5 * score.figures


def test_a_figure_that_no_check_looks_at_would_survive(shipped: Folder) -> None:
    facts = facts_of(shipped)
    assert facts is not None
    told = ToldText(Document(Path("a.yaml")), ("answer",), "公示 7 天", ("unheard-of",))
    score = Score()
    mutate(told, facts, score)
    assert score.survivors, "a text whose sources dangle is not looked at: the score must show it"
    assert score.percent == 0.0


def test_each_kind_of_change_is_tried(shipped: Folder) -> None:
    facts = facts_of(shipped)
    assert facts is not None
    kinds = {mutant.kind for told in told_texts(shipped) for mutant in mutants(told, facts)}
    assert kinds == {"digit", "numeral", "plus one", "minus one", "times ten", "unit", "other figure"}


def test_each_digit_changed_in_a_real_file_is_found_by_the_whole_check(small_folder: Path) -> None:
    path = small_folder / "topics" / "dibao" / "timeline.yaml"
    text = path.read_text("utf-8")
    answer = text[text.index("answer:") : text.index("sources:")]
    found = list(re.finditer(r"\d+(?= ?(?:个工作日|天))", answer))
    assert found
    for match in found:
        changed = answer[: match.start()] + str(int(match[0]) + 1000) + answer[match.end() :]
        path.write_text(text.replace(answer, changed), encoding="utf-8")
        (mistake,) = list(verify(open_folder(small_folder)))
        assert mistake.file == path
        assert mistake.line == text[: text.index("answer:")].count("\n") + answer[: match.start()].count("\n") + 1
