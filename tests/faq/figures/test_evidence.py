"""Every sentence of an answer rests on a fact of its sources, says that something is unknown, or was read by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import bot
from faq.figures.evidence import Evidence, evidence
from faq.reading.folder import open_folder
from tests.conftest import FAQ, ROOT

READ = frozenset((ROOT / "tests" / "data" / "read_sentences.txt").read_text("utf-8").splitlines())


@pytest.fixture
def folder(small_folder: Path) -> Path:
    return small_folder  # six intents are enough here


@pytest.fixture(scope="module")
def rows() -> list[Evidence]:
    return list(evidence(open_folder(FAQ)))


def test_what_rests_on_no_fact_was_read(rows: list[Evidence]) -> None:
    groundless = {row.sentence: f"{row.told.document.path}:{row.line}" for row in rows if not row.fact}
    unread = {at: said for said, at in groundless.items() if said not in READ}
    unknown = {row.sentence for row in rows if row.unknown}
    assert {at: said for at, said in unread.items() if said not in unknown} == {}, (
        "give the answer a source whose fact says so, or have the sentence read and add it to read_sentences.txt"
    )
    assert len(groundless) < len({row.sentence for row in rows}) / 3


def test_what_was_read_is_still_said(rows: list[Evidence]) -> None:
    assert {line for line in READ if not line.startswith("#")} <= {row.sentence for row in rows}


def test_the_table_in_the_docs_is_of_these_answers(rows: list[Evidence]) -> None:
    table = (ROOT / "docs" / "evidence.md").read_text("utf-8")
    lost = [row.sentence for row in rows if f"| {row.sentence} |".replace("<", "&lt;") not in table]
    assert lost == [], "python run_bot.py evidence --out docs/evidence.md"


def test_a_sentence_names_its_line_and_the_fact_nearest_to_it(folder: Path) -> None:
    path = folder / "topics" / "dibao" / "apply.yaml"
    text = path.read_text("utf-8").replace("answer: |\n", "answer: |\n  猫粮每月发三袋，狗粮发两袋。\n", 1)
    path.write_text(text, encoding="utf-8")
    sources = folder / "sources.yaml"
    told = sources.read_text("utf-8")
    before, head, behind = told.partition("\nsc-649:\n")
    sources.write_text(
        before + head + behind.replace("  facts:\n", "  facts:\n    - 猫粮每月发三袋。\n", 1), encoding="utf-8"
    )
    found = [row for row in evidence(open_folder(folder)) if "猫粮" in row.sentence]
    assert [(row.source, row.fact, row.unknown) for row in found] == [("sc-649", "猫粮每月发三袋。", False)]
    assert path.read_text("utf-8").splitlines()[found[0].line - 1].strip() == found[0].sentence


def test_the_command_prints_a_row_for_a_sentence(folder: Path, tmp_path: Path) -> None:
    usual = ["--faq", str(folder), "--data", str(tmp_path / "var")]
    shown = CliRunner().invoke(bot, [*usual, "evidence"])
    assert shown.exit_code == 0
    assert "## dibao/apply 低保怎么申请" in shown.output
    assert "| （不知道的事） |  |" in shown.output
    written = CliRunner().invoke(bot, [*usual, "evidence", "--out", str(tmp_path / "e.md")])
    assert written.exit_code == 0
    assert (tmp_path / "e.md").read_text("utf-8") == shown.output
