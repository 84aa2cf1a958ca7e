"""Residents are told the figures of their own district, whenever they say which it is."""

from __future__ import annotations

import pytest

from bot.channels.terminal.json_view import as_json
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Press
from bot.dialogue.session import Session
from faq.knowledge.local import Local
from faq.knowledge.types import Faq
from tests.bot.dialogue.talk import NOW, last

URBAN = "80—89 岁每月 100 元，90—99 岁 200 元，100 岁以上 500 元"
QIXIAN = "80—89 岁只给“三无”老人，每月 50 元；90—99 岁每月 100 元；100 岁以上每月 300 元"
XUNXIAN = "80—89 岁给“三无”老人，每月 50 元；90—99 岁给“三无”和经济困难的老人，每月 100 元；100 岁以上每月 300 元"
ALLOWANCE = {
    "鹤山区": URBAN,
    "山城区": URBAN,
    "淇滨区": URBAN,
    "鹤壁经开区": URBAN,
    "城乡一体化示范区": URBAN,
    "浚县": XUNXIAN,
    "淇县": QIXIAN,
}
CREMATION = "2013 年的办法免遗体接运、火化、冷藏（不超过 3 天）、骨灰寄存等基本费用"


def pressed(dialogue: Dialogue, district: str, intent: str, action: Action = Action.ANSWER) -> str:
    return dialogue.press(Press(action, intent), Session(district=district, heard_at=NOW), NOW)[0].text


@pytest.mark.parametrize("action", [Action.ANSWER, Action.DETAILS])
@pytest.mark.parametrize("district", ALLOWANCE)
def test_each_district_is_told_its_own_allowance_alone(dialogue: Dialogue, district: str, action: Action) -> None:
    text = pressed(dialogue, district, "elders.allowance", action)
    assert [figures for figures in (URBAN, QIXIAN, XUNXIAN) if figures in text] == [ALLOWANCE[district]]
    assert "点“说详细些”" not in text
    assert text.index("约 2019 年") < text.index(ALLOWANCE[district]), "how old it is stands above the figure"


@pytest.mark.parametrize("district", ALLOWANCE)
def test_each_district_is_told_its_own_cremation_fees(dialogue: Dialogue, district: str) -> None:
    text = pressed(dialogue, district, "elders.funeral")
    assert (CREMATION in text) is (district in ("鹤山区", "山城区", "淇滨区", "鹤壁经开区"))
    assert ("浚县、淇县户口：先打 12345 问" in text) is (district in ("浚县", "淇县"))


@pytest.mark.parametrize(
    ("intent", "figures"),
    [("dibao.amount", "B 类每月补 252 元、C 类 210 元"), ("tekun.benefits", "每月 600 元、300 元、60 元")],
)
def test_figures_of_one_county_come_first_there_and_nowhere_else(
    dialogue: Dialogue, faq: Faq, intent: str, figures: str
) -> None:
    assert figures in pressed(dialogue, "浚县", intent).splitlines()[1 + 1]
    for district in set(faq.places.districts) - {"浚县"}:
        assert figures not in pressed(dialogue, district, intent, Action.DETAILS), district


def test_where_nothing_is_known_of_a_district_no_line_speaks_of_figures_below(dialogue: Dialogue) -> None:
    text = pressed(dialogue, "宝山经开区", "elders.allowance")
    assert "下面是" not in text
    assert "现在发多少" in text


def test_an_address_in_a_district_is_for_everybody(faq: Faq) -> None:
    local = Local(faq.places, faq.cues.heading)
    of = {intent.id for intent in faq.intents.values() if local.differs(intent)}
    assert of == {
        "dibao.amount",
        "tekun.benefits",
        "elders.allowance",
        "elders.funeral",
        "canteen.price",
        "canteen.where",
    }


@pytest.mark.parametrize(
    ("messages", "figures"),
    [
        (("我是浚县的", "八十岁老人有钱领没"), XUNXIAN),
        (("我是浚县的", "高龄津贴怎么领", "发多少"), XUNXIAN),
        (("我在浚县，我奶奶八十三，高龄补贴一个月多少",), XUNXIAN),
        (("淇县的，九十一岁，高龄津贴多少钱",), QIXIAN),
        (("高龄津贴怎么领", "我是淇县的，八十五", "一个月多少"), QIXIAN),
        (("俺是钜桥镇的，高龄津贴多少钱",), URBAN),
        (("我在淇县", "俺爹九十二了，高龄补贴能给多少"), QIXIAN),
    ],
)
def test_the_figure_is_that_of_the_district_that_was_named(
    dialogue: Dialogue, messages: tuple[str, ...], figures: str
) -> None:
    text = last(dialogue, *messages).text
    assert [one for one in (URBAN, QIXIAN, XUNXIAN) if one in text] == [figures], text


@pytest.mark.parametrize(
    ("said", "figures"), [("浚县的", XUNXIAN), ("我是淇县的", QIXIAN), ("淇滨区", URBAN), ("俺是小河镇的", XUNXIAN)]
)
def test_a_district_told_after_an_answer_that_differs_answers_again(
    dialogue: Dialogue, said: str, figures: str
) -> None:
    reply = last(dialogue, "高龄补贴一个月几块", said)
    assert figures in reply.text
    assert "记住了" in reply.text
    assert as_json(said, reply)["district"] is not None


def test_a_district_chosen_by_a_button_answers_again_too(dialogue: Dialogue) -> None:
    _, session = dialogue.hear("高龄津贴怎么领", Session(), NOW)
    reply, session = dialogue.press(Press(Action.DISTRICT, "淇县", "elders.allowance"), session, NOW)
    assert QIXIAN in reply.text
    again, _ = dialogue.press(Press(Action.DISTRICT, "淇县", "elders.allowance"), session, NOW)
    assert QIXIAN not in again.text, "nothing new was said"


def test_where_the_answer_is_the_same_everywhere_only_the_office_is_told(dialogue: Dialogue, faq: Faq) -> None:
    reply = last(dialogue, "低保怎么申请", "我是淇县的")
    assert faq.intents["dibao.apply"].points[0].text not in reply.text
    assert "记住了" in reply.text
