"""Who is at risk: the writer, or somebody else of whom he tells."""

from __future__ import annotations

import pytest

from intents.classifier.at_risk import ANOTHER, WRITER
from intents.classifier.model import Model
from intents.distress.at_risk import AtRisk


@pytest.fixture(scope="module")
def at_risk(model: Model) -> AtRisk:
    return AtRisk(model)


@pytest.mark.parametrize(
    ("message", "another"),
    [
        ("我奶奶说她不想拖累我们了 把药都攒着", True),
        ("隔壁男的打媳妇 打得嗷嗷叫", True),
        ("我妈给我发微信说下辈子再见 我在深圳回不去", True),
        ("我不想活了，药都买好了", False),
        ("老公打我 我抱着孩子躲厕所里", False),
        ("儿子不管俺 俺真不想活了", False),
    ],
)
def test_it_is_told_by_all_words_together(at_risk: AtRisk, message: str, another: bool) -> None:
    assert at_risk.another(message) == another


def test_what_was_found_before_is_kept_where_a_message_says_nothing_of_it(at_risk: AtRisk) -> None:
    assert at_risk.another("", True)
    assert not at_risk.another("", False)


def test_a_correction_goes_before_all(at_risk: AtRisk) -> None:
    assert at_risk.denies("不是我，是我奶奶")
    assert at_risk.another("不是我，是我奶奶 我心里慌得很", False)
    assert not at_risk.denies("不是我的错")


def test_what_is_said_of_relatives_speaks_for_another_and_of_blows_for_the_writer(at_risk: AtRisk) -> None:
    writer, another = at_risk.candidates("俺娘刚才说不想活")
    assert (writer.kind, another.kind) == (WRITER, ANOTHER)
    assert another.features == {"relative": 1.0}
    writer, another = at_risk.candidates("他砍俺")
    assert (writer.features, another.features) == ({"suffers": 1.0}, {})
