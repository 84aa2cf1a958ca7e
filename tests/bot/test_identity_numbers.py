"""An identity number of whatever county, day or check digit is taken out of a message, and never stops the bot."""

from __future__ import annotations

import random

import pytest
from stdnum.cn import ric

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.privacy import Redactor
from bot.dialogue.session import Session
from faq.knowledge.types import Faq
from tests.bot.test_any_message import NOW


@pytest.fixture(scope="module")
def redactor(faq: Faq) -> Redactor:
    return Redactor(faq.personal)


def numbers(count: int) -> list[str]:
    """Return identity numbers of regions that exist and of many that do not, a third with a wrong check digit."""
    chance = random.Random(20261129)
    found = []
    for _ in range(count):
        region = chance.choice([f"{chance.randrange(1_000_000):06}", f"4106{chance.randrange(100):02}"])
        born = f"{chance.randrange(1900, 2027)}{chance.randrange(1, 15):02}{chance.randrange(34):02}"
        body = f"{region}{born}{chance.randrange(1000):03}"
        found.append(body + chance.choice([ric.calc_check_digit(f"{body}0"), ric.calc_check_digit(f"{body}0"), "x"]))
    return found


def test_numbers_of_any_region_are_taken_out(redactor: Redactor, faq: Faq) -> None:
    for number in numbers(2000):
        for written in (number, f"{number[:6]} {number[6:14]} {number[14:]}", f"{number}44"):
            redacted = redactor.redact(f"我的身份证{written}能查不")
            assert not any(part in redacted for part in (number[:6], number[6:14], number[14:17])), redacted


def test_a_county_that_nobody_lists_does_not_make_a_number_another_kind(redactor: Redactor) -> None:
    known = [number for number in numbers(2000) if number[17] in f"{ric.calc_check_digit(number)}"]
    real = [number for number in known if number[6:14] < "20261129" and _is_day(number[6:14])]
    assert len(real) > 200
    assert {redactor.redact(number) for number in real} == {"〔身份证号〕"}


def _is_day(written: str) -> bool:
    month, day = int(written[4:6]), int(written[6:])
    return 1 <= month <= 12 and 1 <= day <= 28


@pytest.mark.parametrize(
    "number", ["410629195403021233", "990000195403021234", "000000000000000000", "41062919540302123x"]
)
def test_who_sends_such_a_number_is_answered(dialogue: Dialogue, number: str) -> None:
    reply, _ = dialogue.hear(f"我身份证{number}，低保怎么申请", Session(), NOW)
    assert reply.text
    assert number not in reply.text
    assert dialogue.faq.phrases.numbers_seen in reply.text
