"""The glossary says the words residents stumble over in one plain, sourced sentence each."""

from __future__ import annotations

from pathlib import Path

import pytest

from faq.knowledge.types import Faq
from faq.load import FaqError, load

NAMED = (
    "公示 承诺书 授权书 委托书 家庭经济状况核对 入户调查 刚性支出 补差 渐退 并轨 一门受理 协理员 首负责任".split()  # noqa: SIM905
)


def words(faq: Faq) -> dict[str, str]:
    return {word: term for term, entry in faq.glossary.items() for word in (term, *entry.also)}


def test_the_words_that_residents_asked_about_are_explained_in_one_short_sentence(faq: Faq) -> None:
    assert set(NAMED) <= set(words(faq))
    assert len(faq.glossary) >= 30
    long = [term for term, entry in faq.glossary.items() if len(entry.means) > 60 or "\n" in entry.means]
    assert long == []


def test_an_explanation_with_a_figure_names_its_source(faq: Faq) -> None:
    figures = [term for term, entry in faq.glossary.items() if any(c.isdigit() for c in entry.means)]
    assert figures
    assert [term for term in figures if not faq.glossary[term].sources] == []


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("公示 7 天", "公示 60 天", "60 天", "60 天"),
        ("about: [dibao.materials]", "about: [dibao.material]", "dibao.material]", "dibao.materials"),
        ("sources: [sc-649, henan-2022-4]", "sources: [sc-694, henan-2022-4]", "sc-694", "sc-649"),
        ("also: [委托手续, 委托代办]", "also: [承诺书]", "委托书:", "承诺书"),
        ("  means: 自己写明", "  meaning: 自己写明", "meaning:", "means"),
    ],
)
def test_a_mistake_in_the_glossary_is_said_with_its_line(
    folder: Path, old: str, new: str, line: str, said: str
) -> None:
    path = folder / "glossary.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FaqError) as error:
        load(folder)
    lines = path.read_text("utf-8").split("\n")
    found = [m for m in error.value.mistakes if m.file == path and said in m.say("zh")]
    assert any(line in lines[m.line - 1] for m in found), [str(m) for m in error.value.mistakes]
