"""Templates expand to what they read as, or say what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.knowledge.template import LIMIT, TemplateError, expand


def test_brackets_nest_and_parts_may_be_optional() -> None:
    assert expand("(给(我|俺)|)办低保") == ["给我办低保", "给俺办低保", "办低保"]


def test_full_width_brackets_of_chinese_keyboards_count_too() -> None:
    assert expand("（怎么｜咋）办") == ["怎么办", "咋办"]


@pytest.mark.parametrize("line", ["甲|乙", "(甲|丙)丁｜乙"])
def test_a_bar_outside_brackets_is_refused_rather_than_learned(line: str) -> None:
    with pytest.raises(TemplateError, match="outside brackets"):
        expand(line)


@pytest.mark.parametrize("line", ["(" * 2000 + ")" * 2000, "(", "甲(乙", "甲)乙", "(甲|(乙)", "(甲))"])
def test_unbalanced_brackets_are_refused(line: str) -> None:
    with pytest.raises(TemplateError, match=r"closes nothing|never closed|brackets, more than"):
        expand(line)


def test_a_template_of_too_many_questions_is_refused_before_it_is_built() -> None:
    with pytest.raises(TemplateError, match="more than 500"):
        expand("(一|二|三|四|五|六|七|八|九|十)" * 9)


@given(st.text(alphabet="()|甲乙", max_size=30))
def test_any_line_expands_or_is_refused(line: str) -> None:
    try:
        wordings = expand(line)
    except TemplateError:
        return
    assert 1 <= len(wordings) <= LIMIT
    assert len(set(wordings)) == len(wordings)
    assert not any(sign in wording for wording in wordings for sign in "()|")
