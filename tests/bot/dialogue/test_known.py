"""What residents asked in vain after an answer stands in its points now, and is found by the words they use for it."""

from __future__ import annotations

import pytest

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Press
from bot.dialogue.session import Session
from tests.bot.dialogue.talk import NOW, last


@pytest.mark.parametrize(
    ("asked", "then", "held"),
    [
        ("孤儿和困境儿童有什么保障", "8种情形都有啥", "重残"),
        ("孤儿和困境儿童有什么保障", "孩子妈妈跑了算不算", "失联"),
        ("什么人算特困人员", "侄子算不算该养我的人", "侄子"),
        ("什么人算特困人员", "吃着低保能不能再领五保", "资料里没有写"),
        ("高龄津贴怎么领", "三无是啥意思", "没有生活来源"),
        ("残疾人两项补贴怎么领", "这个月没到账咋回事", "没到账"),
        ("残疾人两项补贴怎么领", "换了卡 钱打到哪张卡上", "哪张卡"),
        ("低保没批不服怎么办", "复议申请书上写啥", "签名"),
        ("低保没批不服怎么办", "老人不识字 能口头说不", "口头"),
        ("孩子上学困难找谁资助", "高中学费谁能免", "免学杂费"),
        ("小店小摊登记备案", "自己磨豆腐算不算小作坊", "小作坊"),
        ("临时救助能给多少钱", "几天能下来", "3 天"),
        ("我家能不能吃低保", "没拿到手的抚养费算不算收入", "抚养费"),
        ("申请低保要带什么", "离婚证要不要带", "离婚证"),
    ],
)
def test_a_detail_that_was_asked_in_vain_is_told(dialogue: Dialogue, asked: str, then: str, held: str) -> None:
    assert held in last(dialogue, asked, then).text


@pytest.mark.parametrize(
    ("district", "told", "kept_back"),
    [
        ("淇滨区", "银杏食堂", "马南社区"),
        ("鹤山区", "马南社区", "银杏食堂"),
        ("淇县", "没有查到", "银杏食堂"),
        ("山城区", "没有查到", "马南社区"),
    ],
)
def test_a_resident_is_told_the_canteens_of_his_district_alone(
    dialogue: Dialogue, district: str, told: str, kept_back: str
) -> None:
    reply, _ = dialogue.press(Press(Action.ANSWER, "canteen.where"), Session(district=district, heard_at=NOW), NOW)
    assert told in reply.text
    assert kept_back not in reply.text


def test_who_asks_for_a_protection_order_is_sent_to_the_court(dialogue: Dialogue) -> None:
    assert "找谁办：当地的人民法院" in last(dialogue, "保护令去哪申请").text
