"""What was wrong or stale in the answers of November 2026 is told right, and the old wording is gone."""

from __future__ import annotations

import re

import pytest

from faq.knowledge.types import Faq

HELD = [
    ("tekun.eligibility", "60 周岁以上", "年纪大了算不算“没有劳动能力”"),
    ("tekun.eligibility", "70 周岁以上", "都由乡镇（街道）核实，别自己先断定不够。\n· 存款"),
    ("people.children", "8 种情形", "失联之一"),
    ("people.children", "6 个月以上", "从当年 7 月起"),
    ("people.children", "公安报警查找", "2019 年 7 月"),
    ("people.children", "2019 年 1 月 1 日起算", "从当年 7 月"),
    ("dibao.appeal", "建议 60 日内先申请行政复议", "可以直接去法院"),
    ("dibao.appeal", "以复议机关", "6 个月内，可以直接"),
    ("dibao.appeal", "经开区", "（无）"),
    ("merging.fanpin", "常态化精准帮扶", "· 监测户有 3 类"),
    ("merging.policy", "常态化精准帮扶", "（无）"),
    ("dibao.amount", "440 元", "（无）"),
    ("dibao.amount", "220 元", "（无）"),
    ("food.small_shop", "营业执照复印件", "交哪些材料、在哪个窗口交，我没有查到"),
    ("special.education", "2300 元", "各年级给多少钱、要什么条件，还有助学贷款怎么办，我没有查到"),
    ("food.report", "生产的人不论知不知情", "加倍赔偿的前提，是商家明知"),
    ("food.report", "平台所在地", "网购的由哪里管"),
    ("food.hygiene", "125 克", "每样留多少、放多久：没有查到"),
    ("food.health_cert", "活动性肺结核", "得了哪种病不能干，我没有查到"),
    ("chat.about", "说过哪类险情", "两样"),
    ("chat.about", "25 小时", "（无）"),
    ("contacts.hotline", "96110，全国统一", "太原市"),
    ("contacts.hotline", "12356", "（无）"),
    ("contacts.hotline", "12393", "（无）"),
    ("channel.free", "全国统一的反诈专号", "太原市"),
    ("special.medical", "12393", "（无）"),
    ("dibao.single", "河南 2018 年、2019 年", "河南是不是一样"),
    ("dibao.marginal", "国家 2024 年写明", "1.5 倍是河南的规定"),
    ("dibao.marginal", "虚拟收入", "（无）"),
    ("dibao.marginal", "谁救助谁公示", "（无）"),
    ("special.disability", "10 年", "据浚县 2013 年的材料"),
    ("people.wanderers", "先拨 12345 核对", "电话多少，我没有查到"),
]
"""Intent, what it tells now, and what it no longer tells."""

REWRITTEN = sorted({intent_id for intent_id, _, _ in HELD} - {"chat.about"} - {"merging.policy", "dibao.amount"})
UNKNOWN = re.compile("没有?查到|没有核实到|不清楚")


@pytest.mark.parametrize(("intent_id", "told", "gone"), HELD, ids=[f"{i}-{told}" for i, told, _ in HELD])
def test_what_was_wrong_is_told_right(faq: Faq, intent_id: str, told: str, gone: str) -> None:
    intent = faq.intents[intent_id]
    text = f"{intent.answer}\n{intent.details or ''}"
    assert told in text
    assert gone not in text


@pytest.mark.parametrize("intent_id", [i for i in REWRITTEN if i not in ("food.health_cert", "special.medical")])
def test_what_is_unknown_is_said_once_and_last(faq: Faq, intent_id: str) -> None:
    lines = faq.intents[intent_id].answer.strip().split("\n")
    assert [line for line in lines[:-1] if UNKNOWN.search(line)] == []


@pytest.mark.parametrize(
    "intent_id", ["channel.stations", "canteen.price", "canteen.hours", "canteen.subsidy", "invest.industries"]
)
def test_no_answer_opens_with_not_knowing(faq: Faq, intent_id: str) -> None:
    assert not UNKNOWN.search(faq.intents[intent_id].answer.split("\n")[0])


def test_the_texts_of_what_is_kept_agree(faq: Faq) -> None:
    for kept in (
        "县区",
        "上一个问的是哪类问题",
        "列给您选的几件",
        "说过哪类险情",
        "两小时",
        "25 小时",
        "30 天",
        "工作人员的群",
    ):
        assert kept in faq.phrases.privacy
        assert kept in f"{faq.intents['chat.about'].answer}{faq.intents['chat.about'].details}"
    for trace in ("痕迹", "几分钟", "好几天"):  # docs/delivery.md says of which database it is how long
        assert trace in faq.phrases.privacy


@pytest.mark.parametrize(
    ("intent_id", "hidden"),
    [("linshi.overview", "law-antifraud"), ("dibao.appeal", "huangchuan-2016"), ("dibao.appeal", "law-legal-aid")],
)
def test_a_source_of_hidden_details_is_not_cited_under_the_answer(faq: Faq, intent_id: str, hidden: str) -> None:
    intent = faq.intents[intent_id]
    assert hidden not in intent.sources
    assert hidden in intent.details_sources


def test_no_emergency_sends_someone_trapped_to_the_police_first(faq: Faq) -> None:
    told = "".join(emergency.reply for emergency in faq.emergencies.values())
    assert not re.search(r"(水淹|房塌|被困)[^。]{0,6}打 110", told)
    assert not any("房塌、人被困，打 110" in fact for source in faq.sources.values() for fact in source.facts)
