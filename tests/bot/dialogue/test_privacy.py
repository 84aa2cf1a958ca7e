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


def test_numbers_are_told_from_words(redactor: Redactor) -> None:
    assert redactor.holds_numbers("身份证410602195403021234")
    assert not redactor.holds_numbers("我叫王桂兰,低保怎么申请")
