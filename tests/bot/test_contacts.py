"""The list of offices to call can be filled in as a table and taken back into the YAML, comments and all."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import bot
from faq.checking.contacts import answers, calls, table
from faq.knowledge.types import Faq
from faq.load import load
from faq.said import SaidError

TODAY = dt.date.today()
HEADS = "编号,窗口,要做的事,电话,地址,办公时间,哪天打的电话\n"
HOURS = "周一至周五 8:30-12:00, 14:30-18:00"


def run(folder: Path, *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(
        bot, ["contacts", *words, "--faq", str(folder), "--data", str(folder.parent)], input=typed
    )


def filled(tmp_path: Path, *rows: str, encoding: str = "utf-8-sig") -> str:
    path = tmp_path / "calls.csv"
    path.write_bytes((HEADS + "\n".join(rows) + "\n").encode(encoding))
    return str(path)


def row(office: str, phone: str = "", address: str = "", hours: str = "", day: str = str(TODAY)) -> str:
    return f'{office},x,y,{phone},{address},"{hours}",{day}'


@pytest.fixture
def folder(small_folder: Path) -> Path:
    return small_folder  # six intents are enough here


def test_the_list_names_what_is_missing_and_what_is_old(faq: Faq) -> None:
    old = dataclasses.replace(
        faq.offices["county_bureau"]["浚县"],
        phone="0392-0000000",
        address="甲路",
        hours=HOURS,
        verified_on=TODAY - dt.timedelta(days=181),
        source="hotline-12345",
    )
    offices = {**faq.offices, "county_bureau": {**faq.offices["county_bureau"], "浚县": old}}
    todo = {call.office: call.todo.say() for call in calls(dataclasses.replace(faq, offices=offices), TODAY)}
    assert "再打一次" in todo["county_bureau.浚县"]
    assert "电话、地址、办公时间" in todo["county_bureau.淇县"]
    assert "hotline.anywhere" not in todo, "12345 is known"
    assert "county_bureau.anywhere" not in todo, "there is nobody to call"


@pytest.mark.slow
def test_answers_are_entered_and_nothing_else_changes(folder: Path, tmp_path: Path) -> None:
    before = (folder / "offices.yaml").read_text("utf-8")
    sources = (folder / "sources.yaml").read_text("utf-8")
    file = filled(tmp_path, row("county_bureau.浚县", "0392-0000000", "举例路 1 号", HOURS), row("school.anywhere"))
    result = run(folder, file, "--yes")
    assert result.exit_code == 0, result.output
    assert '+  浚县: {name: 浚县民政局, phone: "0392-0000000"' in result.output
    after = (folder / "offices.yaml").read_text("utf-8")
    changed = [(a, b) for a, b in zip(before.split("\n"), after.split("\n"), strict=True) if a != b]
    assert len(changed) == 1
    assert (folder / "sources.yaml").read_text("utf-8").startswith(sources.rstrip("\n")), "only added to"
    office = load(folder).offices["county_bureau"]["浚县"]
    assert (office.phone, office.address, office.hours) == ("0392-0000000", "举例路 1 号", HOURS)
    assert (office.verified_on, office.source) == (TODAY, f"calls-{TODAY}")


@pytest.mark.slow
def test_a_second_table_of_the_day_gets_a_source_of_its_own(folder: Path, tmp_path: Path) -> None:
    assert run(folder, filled(tmp_path, row("county_bureau.浚县", "0392-0000000")), "--yes").exit_code == 0
    assert run(folder, filled(tmp_path, row("county_bureau.浚县", hours=HOURS)), "--yes").exit_code == 0
    office = load(folder).offices["county_bureau"]["浚县"]
    assert office.source == f"calls-{TODAY}-2"
    assert (office.phone, office.hours) == ("0392-0000000", HOURS), "what was known stays"


def test_nothing_is_written_without_a_yes(folder: Path, tmp_path: Path) -> None:
    before = (folder / "offices.yaml").read_bytes()
    result = run(folder, filled(tmp_path, row("county_bureau.浚县", "0392-0000000")), typed="n\n")
    assert "0392-0000000" in result.output, "the change is shown first"
    assert (folder / "offices.yaml").read_bytes() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_of_excel_and_wps_are_read(faq: Faq, encoding: str) -> None:
    lines = [HEADS.strip(), row("county_bureau.浚县", "０３９２－０００００００", day="2026/1/5")]
    for delimiter in (",", ";", "\t"):
        text = "\r\n".join(line.replace('""', "").replace(",", delimiter) for line in lines)
        (answer,) = answers(text.encode(encoding), faq, TODAY)
        assert answer.found == {"phone": "0392-0000000"}
        assert answer.day == dt.date(2026, 1, 5)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (row("county_bureau.俊县", "0392-0000000"), "没有叫"),
        (row("county_bureau.浚县", "0392-0000000", day=""), "哪天打的"),
        (row("county_bureau.浚县", "0392-0000000", day="2026-13-01"), "照 2026-12-01 的样子"),
        (row("county_bureau.浚县", "0392-0000000", day=str(TODAY + dt.timedelta(days=2))), "不能是以后"),
        (row("county_bureau.浚县", "0392-0000000") + "\n" + row("county_bureau.浚县", "0392-1111111"), "只留一行"),
        ('"county_bureau.浚县,没有结束的引号', "读不懂"),
    ],
)
def test_a_mistake_in_the_table_is_said_with_its_row(faq: Faq, line: str, told: str) -> None:
    with pytest.raises(SaidError) as caught:
        answers((HEADS + line + "\n").encode(), faq, TODAY)
    assert told in caught.value.said.say()


@pytest.mark.parametrize(
    ("phone", "hours"),
    [("13800138000", ""), ("0392-12", ""), ("", "早上到晚上"), ("0392-0000000", "周一至周五 18:00-8:00")],
)
def test_what_check_refuses_is_not_entered(folder: Path, tmp_path: Path, phone: str, hours: str) -> None:
    before = {file: (folder / file).read_bytes() for file in ("offices.yaml", "sources.yaml")}
    result = run(folder, filled(tmp_path, row("county_bureau.浚县", phone, hours=hours)), "--yes")
    assert result.exit_code == 1
    assert ".yaml:" in result.output, "the mistake is said, with its line"
    assert {file: (folder / file).read_bytes() for file in before} == before


def test_an_empty_or_huge_table_changes_nothing(folder: Path, tmp_path: Path, faq: Faq) -> None:
    assert "没有填好的行" in run(folder, filled(tmp_path), "--yes").output
    with pytest.raises(SaidError):
        answers(b"x" * 2_000_000, faq, TODAY)


def test_the_table_handed_out_can_be_taken_back(folder: Path, tmp_path: Path, faq: Faq) -> None:
    assert answers(table(faq, TODAY).encode(), faq, TODAY) == [], "nothing is filled in yet"
    out = tmp_path / "list.csv"
    assert run(folder, "--out", str(out)).exit_code == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel reads Chinese only with the mark"
