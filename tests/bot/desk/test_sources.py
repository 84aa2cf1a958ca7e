"""Sources and later versions are edited in a form; every other line stays, and what cannot be written so is said."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import cast

import pytest
import yaml

from bot.desk.entries import entry, entry_spans, with_entry
from bot.desk.forms import FieldError
from bot.desk.sources import SOURCE, VERSION, source, sources, version_file, with_source, with_version
from faq.knowledge.types import Intent
from tests.conftest import FAQ

TEXT = (FAQ / "sources.yaml").read_text("utf-8")
KEYS = sources(TEXT)
TOMORROW = (dt.date.today() + dt.timedelta(days=1)).isoformat()
AMOUNT = cast("Intent", SimpleNamespace(id="dibao.amount", later=()))
FIRST = {"answer": "一行。", "details": "二行。", "sources": "a\nb", "review_by": "2027-01-01"}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_source_is_edited_and_no_other_changes(ending: str) -> None:
    text = TEXT.replace("\n", ending)
    before = yaml.safe_load(TEXT)
    for key in KEYS[:: 10 if ending == "\n" else 40]:
        values = source(text, key)
        assert with_source(text, key, values) == text, key
        wanted = {
            **values,
            "title": "试: 写",
            "number": "试写〔2026〕1 号",
            "note": "",
            "facts": f"{values['facts']}\n试 # 写",
        }
        after = with_source(text, key, wanted)
        assert source(after, key) == wanted
        told = yaml.safe_load(after)
        assert told.pop(key)["facts"] == [*before[key]["facts"], "试 # 写"]
        assert told == {name: one for name, one in before.items() if name != key}, key
        assert after.count(ending) == after.count("\n"), "its line ends"


def test_a_field_that_is_emptied_goes_and_a_date_that_nobody_knows_is_said_to_be_none() -> None:
    head = '# 头\na:\n  title: 甲   # 备注\n  publisher: 乙\n  date: "2024"\n  note: 丙\n'
    text = f"{head}  # 关于事实\n  facts:\n    - 丁\n\nb:\n  x: 1\n"
    after = with_source(text, "a", {**source(text, "a"), "date": "", "note": ""})
    assert after == text.replace('  date: "2024"\n  note: 丙\n', "").replace("  facts:", "  date: null\n  facts:")
    again = with_source(after, "a", {**source(after, "a"), "date": "2025-06"})
    assert yaml.safe_load(again)["a"]["date"] == "2025-06"
    assert "# 备注" in again
    assert "# 关于事实" in again


def test_a_new_source_stands_at_the_end_and_its_name_is_one() -> None:
    values = {**dict.fromkeys(SOURCE, ""), "title": "甲", "publisher": "乙", "date": "2024", "facts": "丙\n丁"}
    after = with_source(TEXT, "new-one", values)
    assert after.startswith(TEXT.rstrip())
    assert source(after, "new-one") == values
    assert yaml.safe_load(after)["new-one"]["date"] == "2024", "no number"
    for key in ("", "A", "-a", "a b", "a" * 61, "../a", "a:"):
        with pytest.raises(FieldError) as error:
            with_source(TEXT, key, values)
        assert error.value.fields == ("key",)
    with pytest.raises(FieldError) as error:
        with_source(TEXT, "new-one", {**values, "publisher": "", "facts": ""})
    assert error.value.fields == ("publisher", "facts")


def test_what_stands_below_a_key_is_a_text_of_its_own() -> None:
    text = "a:\n  b: 1\n  c: |\n    x\n\n    y\n# 关于 d\nd: 2\n"
    assert entry(text, "a") == "b: 1\nc: |\n  x\n\n  y"
    assert with_entry(text, "a", entry(text, "a")) == text
    assert entry_spans(text, "a") == {"b": range(2, 3), "c": range(3, 7)}
    assert entry("a:\n  b: 1", "a") == "b: 1", "without an end of line"


def test_a_later_version_says_only_what_changes_and_can_be_edited_again() -> None:
    values = {**FIRST, "answer": "新的一行。", "review_by": "2027-12-31"}
    text = with_version("", AMOUNT, FIRST, TOMORROW, values)
    assert yaml.safe_load(text) == {
        "supersedes": "dibao.amount",
        "answer": "新的一行。\n",
        "review_by": dt.date(2027, 12, 31),
    }
    again = {**values, "answer": "更新的一行。", "sources": "a\nc"}
    edited = with_version(text, AMOUNT, FIRST, TOMORROW, again)
    assert yaml.safe_load(edited)["sources"] == ["a", "c"]
    assert "details" not in edited, "as in the first file"
    assert with_version(edited, AMOUNT, FIRST, TOMORROW, again) == edited
    assert yaml.safe_load(with_version("", AMOUNT, FIRST, TOMORROW, {**values, "details": ""}))["details"] is None
    with pytest.raises(FieldError):
        with_version(edited, AMOUNT, FIRST, TOMORROW, {**again, "details": ""})
    with pytest.raises(FieldError):
        with_version("", AMOUNT, FIRST, TOMORROW, {**values, "answer": ""})


def test_a_version_takes_over_from_the_last_before_it_on_a_day_to_come() -> None:
    days = ("2200-01-01", "2300-01-01")
    later = tuple(SimpleNamespace(effective_from=dt.date.fromisoformat(day)) for day in days)
    intent = cast("Intent", SimpleNamespace(id="dibao.amount", later=later))
    assert "supersedes: dibao.amount@2200-01-01\n" in with_version("", intent, FIRST, "2250-01-01", FIRST)
    assert version_file(intent, TOMORROW).as_posix() == f"topics/dibao/amount@{TOMORROW}.yaml"
    for day in ("", "2027-7-1", "20270701", "../x", "2027-02-30"):
        with pytest.raises(FieldError):
            version_file(intent, day)
    today = dt.date.today().isoformat()
    with pytest.raises(FieldError):
        with_version("", intent, FIRST, today, FIRST)
    text = with_version("", intent, FIRST, TOMORROW, FIRST)
    assert with_version(text, intent, FIRST, today, FIRST) == text, "one that has begun is edited like any other"
    assert list(VERSION) == list(FIRST)
