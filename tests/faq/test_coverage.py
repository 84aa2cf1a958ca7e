"""docs/coverage.md names intents that exist, leaves none out, and lists figures where residents read them."""

from __future__ import annotations

import re

import pytest

from faq.knowledge.types import Faq
from tests.conftest import ROOT

_ROW = re.compile(r"^\| (?P<figure>[^|`]*\d[^|`]*|一日三检) \| (?P<intents>`[^|]+`) \|$", re.MULTILINE)
_ID = re.compile(r"`([a-z]+\.[a-z_]+)`")
TEXT = (ROOT / "docs" / "coverage.md").read_text("utf-8")
FIGURES = [(match["figure"], intent_id) for match in _ROW.finditer(TEXT) for intent_id in _ID.findall(match["intents"])]


def test_the_coverage_table_names_every_policy_intent_and_no_other(faq: Faq) -> None:
    named = set(_ID.findall(TEXT))
    assert named == {intent.id for intent in faq.intents.values() if not faq.small_talk(intent)}


def test_the_table_of_figures_is_read() -> None:
    assert len(FIGURES) >= 50


@pytest.mark.parametrize(("figure", "intent_id"), FIGURES)
def test_each_figure_of_the_newspaper_page_is_told_where_the_table_says(faq: Faq, figure: str, intent_id: str) -> None:
    intent = faq.intents[intent_id]
    told = f"{intent.answer}\n{intent.details or ''}"
    assert figure in told
    assert "约 2024 年" in told
