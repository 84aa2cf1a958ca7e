"""Every sentence for admins stands in one file, in both languages, and is said somewhere."""

from __future__ import annotations

import ast
import re
import shlex
import string
import subprocess
from pathlib import Path

import pytest

from faq.checking.causes import SHOWN, report
from faq.reading.yaml_reader import Mistake
from faq.said import MESSAGES, command, said
from tests.conftest import ROOT, plain

SENTENCES: dict[str, dict[str, str]] = plain(MESSAGES.read_text("utf-8"))
CODE = [path for floor in ("faq", "intents", "bot") for path in (ROOT / floor).rglob("*.py")]


def slots(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def both(sentence: dict[str, str]) -> bool:
    """Tell whether a sentence is written in both languages, each its own, with fields of one set."""
    if set(sentence) != {"zh", "en"}:
        return False
    chinese, english = sentence["zh"], sentence["en"]
    return (
        slots(english) <= slots(chinese) | {"msg", "byte"}
        and not re.search(r"[\u4e00-\u9fff]", english)
        and (bool(re.search(r"[\u4e00-\u9fff]", chinese)) or len(chinese) <= len("{before} → {name}"))
    )


def test_each_sentence_is_written_in_both_languages_with_fields_of_one_set() -> None:
    assert {key: sentence for key, sentence in SENTENCES.items() if not both(sentence)} == {}


def test_every_sentence_is_used_in_the_code_and_every_one_used_is_written() -> None:
    strings = {
        node.value
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    begun = ("kind_", "contact_", "column_", "course_", "not_utf8", "deed_", "role_")  # ends are put to these
    built = {key for key in SENTENCES if key.startswith(begun) or key.endswith("_do")}
    assert sorted(set(SENTENCES) - strings - built) == []


def mistakes(count: int) -> list[Mistake]:
    return [Mistake(Path(f"faq/topics/a/b{number}.yaml"), number, said("tab")) for number in range(1, count + 1)]


def test_at_most_thirty_lines_are_printed_and_the_rest_is_counted() -> None:
    lines = report(mistakes(SHOWN + 12), "zh", "x check").splitlines()
    assert len(lines) == SHOWN + 2
    assert "还有 12 处" in lines[-2]
    assert lines[-1] == f"共 {SHOWN + 12} 处错；改好以后再检查：x check"


def test_the_same_slip_in_many_lines_of_a_file_is_told_once_with_the_other_places() -> None:
    many = [Mistake(Path("faq/a.yaml"), line, said("tab")) for line in range(3, 43)]
    first, last = report(many, "zh", "x").splitlines()
    assert first.startswith("faq/a.yaml:3: 这一行有 Tab")
    assert "同样的还有 39 处：4, 5, 6, 7, 8 ……" in first
    assert last.startswith("共 1 处错")


@pytest.mark.slow
def test_a_command_runs_as_it_is_printed(tmp_path: Path) -> None:
    printed = command("check", "--lang", "en", faq=tmp_path / "no such folder", data=tmp_path)
    assert shlex.split(printed)[-1] == str(tmp_path)
    done = subprocess.run(printed, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 2, "the folder is not there"
    assert "no such folder" in done.stderr
