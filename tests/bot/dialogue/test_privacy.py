"""What names a person is taken out of a message, and nothing else is."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from bot.dialogue.privacy import Redactor
from faq.knowledge.text import normalise
from faq.knowledge.types import Faq
from tests.personal import Residents


@pytest.fixture(scope="module")
def redactor(faq: Faq) -> Redactor:
    return Redactor(faq.personal)


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("我身份证号410602195403021234能查下低保不", "我身份证号〔身份证号〕能查下低保不"),
        ("身份证41060219540302123Ｘ", "身份证〔身份证号〕"),
        ("410602 19540302 1234", "〔身份证号〕"),
        ("残疾证41060219540302123443", "残疾证〔身份证号〕"),
        ("电话13839212345", "电话〔电话〕"),
        ("电话是138 3921-2345打给我", "电话是〔电话〕打给我"),
        ("一三八三九二幺二三四五", "〔电话〕"),
        ("座机0392-3313875", "座机〔电话〕"),
        ("卡号6222 0210 0111 6245 638没到账", "卡号〔号码〕没到账"),
        ("卡号4111 1111 1111 1111没到账", "卡号〔银行卡号〕没到账"),
        ("我叫王桂兰，今年八十", "我叫〔姓名〕,今年八十"),
        ("我叫歐陽娜娜", "我叫〔姓名〕"),
        ("俺娘张秀英有高血压", "俺娘〔姓名〕有高血压"),
        ("我是李四，户口在浚县", "我是〔姓名〕,户口在浚县"),
        ("李建国同志的低保批了没", "〔姓名〕同志的低保批了没"),
        ("住淇滨区桃花源小区3号楼2单元501", "住淇滨区桃花源小区〔住址〕"),
        ("小河村5组12号", "小河村〔住址〕"),
        ("黎阳路123号", "黎阳路〔住址〕"),
        ("微信号zhangsan_88加我", "微信号〔账号〕加我"),
        ("豫F12345的车", "〔车牌〕的车"),
        ("邮箱zhang.san@qq.com", "邮箱〔邮箱〕"),
        ("电话138，3921，2345", "电话〔电话〕"),
        ("电话138 - 3921 - 2345", "电话〔电话〕"),
        ("电话138–3921–2345", "电话〔电话〕"),
        ("一三八，三九二幺，二三四五", "〔电话〕"),
        ("腰三八三九二腰二三四五", "〔电话〕"),
        ("138然后3921然后2345", "〔电话〕"),
        ("前面是138,后面3921,最后2345", "前面是〔电话〕"),
        ("(0392)3313875", "(〔电话〕"),
        ("1383921234o", "〔电话〕"),
        ("138392l2345", "〔电话〕"),
        ("身份证410602，19540302，1234", "身份证〔身份证号〕"),
        ("410602********1234", "〔号码〕"),
        ("壹叁捌叁玖贰壹贰叁肆伍", "〔电话〕"),
        ("电话331-3875", "电话〔号码〕"),
        ("尾号2345没到账", "尾号〔号码〕没到账"),
        ("我的电话13839", "我的电话〔号码〕"),
        ("后面是212345", "后面是〔号码〕"),
        ("212345", "〔号码〕"),
        ("二一二三四五。", "〔号码〕"),
        ("姓名：王 桂 兰", "姓名:〔姓名〕"),
        ("王桂兰，女，1954年生", "〔姓名〕,女,1954年生"),
        ("4 1 0 6 0 2 1 9 5 4 0 3 0 2 1 2 3 4", "〔身份证号〕"),
        ("银行卡号：6228，4807，1234，5678，910", "银行卡号:〔银行卡号〕"),
        ("第一段139，第二段3920，第三段1122", "第一段〔号码〕,第二段〔号码〕,第三段〔号码〕"),
        ("赵铁柱 男 62岁", "〔姓名〕 男 62岁"),
        ("婆婆李桂花瘫了", "婆婆〔姓名〕瘫了"),
        ("福源二期A座1203", "福源二期〔住址〕"),
        ("姓名：呼延庆", "姓名:〔姓名〕"),
        ("我叫阿依古丽·买买提", "我叫〔姓名〕"),
        ("俺是姬长河", "俺是〔姓名〕"),
        ("小河村二十五号", "小河村〔住址〕"),
        ("黎阳路北123号", "黎阳路北〔住址〕"),
        ("兴鹤大街中段123号", "兴鹤大街中段〔住址〕"),
        ("十二号楼三单元", "〔住址〕"),
        ("向阳小区3栋501", "向阳小区〔住址〕"),
        ("3#楼2单元", "〔住址〕"),
        ("门牌号23", "门牌号〔住址〕"),
        ("住五楼三门", "住〔住址〕"),
        ("vx zhangsan88", "vx 〔账号〕"),
        ("薇信号就是zhangsan88", "薇信号就是〔账号〕"),
        ("zhangsan88是我的微信", "〔账号〕是我的微信"),
        ("QQ号码 123456789", "qq号码 〔账号〕"),
        ("发到zhangsan艾特qq点com", "发到〔邮箱〕"),
        ("发到zhangsan @ qq.com", "发到〔邮箱〕"),
    ],
)
def test_personal_data_gives_way_to_a_mark(redactor: Redactor, message: str, kept: str) -> None:
    assert redactor.redact(message) == kept


@pytest.mark.parametrize(
    "message",
    [
        "我爸高血压,我妈黄疸",
        "儿子马上高考",
        "我是周口人,在鹤壁打工",
        "投资50000000元",
        "一个月3000 2000 够不够",
        "2024-11-05交的材料,3号公示",
        "打12345还是12315",
        "民政局在几楼",
        "全市核对了148815人次",
        "民发〔2021〕57号",
        "一层一层往上报",
        "一层一层审批,一户一户走访",
        "一单元一单元地敲门",
        "一号楼一号楼地通知",
        "五层楼的老房子要不要装电梯",
        "小区五层楼的老房子",
        "三层五层都行",
        "盖了两栋三层小楼",
        "三室两厅的房子",
        "两室一厅能申请公租房不",
        "村里盖了12栋楼",
        "一栋三层的楼房",
        "打12345电话没人接",
        "电话12356是啥",
        "身份证2027年到期",
        "社保卡2000块没到账",
        "残疾证3级",
        "一个月1200,1300,1400都有过",
        "婆婆常骂常掐我",
        "妈妈白天没事",
        "姥姥高兴得直抹泪",
        "邻居闻见味才发现",
        "后面300米就到",
        "我是农村户口",
        "我是党员",
        "我是巩义的",
        "姓名写错了咋改",
        "名字叫什么来着",
        "12345",
        "2026",
    ],
)
def test_what_names_nobody_stays(redactor: Redactor, message: str) -> None:
    assert redactor.redact(message) == normalise(message)


def test_hardly_a_training_question_is_touched(redactor: Redactor, faq: Faq) -> None:
    asked = [wording for intent in faq.intents.values() for line in intent.wordings() for wording in line]
    touched = [question for question in asked if redactor.redact(question) != normalise(question)]
    assert len(touched) <= len(asked) / 200, touched


@given(
    st.integers(1, 999), st.dates(), st.sampled_from(["", "我的是", "低保 "]), st.sampled_from(["", " ", "的", "。"])
)
def test_no_identity_number_survives(redactor: Redactor, serial: int, born: dt.date, before: str, behind: str) -> None:
    digits = f"410602{str(born).replace('-', '')}{serial:03}"
    number = digits + ric.calc_check_digit(digits)
    assert number not in redactor.redact(f"{before}{number}{behind}").upper()


@given(st.text(alphabet="13 -零幺王李叫我号楼x@a.豫", max_size=60))
def test_what_was_redacted_once_stays_as_it_is(redactor: Redactor, text: str) -> None:
    once = redactor.redact(text)
    assert redactor.redact(once) == once


@pytest.mark.parametrize(
    "message",
    [
        "桂兰说她的低保停了",
        "村头的王桂兰家",
        "我叫呼延庆",
        "开头138,卡是移动的,再3921,末了2345",
        "一百三十八三千九百二十一",
        "尾数是四个八",
        "12360",
        "生日是1954年3月2日",
        "小河村东头第三家",
    ],
)
def test_what_is_missed_is_what_the_documentation_says(redactor: Redactor, message: str) -> None:
    """Where one of these is met one day, docs/security.md has to be mended with it."""
    assert redactor.redact(message) == normalise(message)


@pytest.mark.parametrize("seed", range(4))
def test_in_whatever_way_it_is_written_nothing_of_it_is_left(redactor: Redactor, seed: int) -> None:
    for one in Residents(seed).conversations(150):
        left = "\n".join(map(redactor.redact, one.messages))
        assert [secret for secret in one.secrets if secret in left] == [], left


def test_numbers_are_told_from_words(redactor: Redactor) -> None:
    assert redactor.holds_numbers("身份证410602195403021234")
    assert not redactor.holds_numbers("我叫王桂兰,低保怎么申请")
