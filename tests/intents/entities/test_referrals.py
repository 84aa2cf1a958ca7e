"""A message is known to be other offices' business by its words; the last named is what is asked."""

from __future__ import annotations

import pytest

from faq.knowledge.places import Referral
from faq.knowledge.types import Faq
from intents.entities.referrals import Referrals

KNOWN = {
    "licences": Referral(("营业执照", "执照注销"), "市场监督管理部门管执照。", ("regs",)),
    "homes": Referral(("养老院营业执照",), "开养老院问民政。", ("rules",)),
    "land": Referral(("宅基地",), "先找村委会。", ("law",)),
}


@pytest.mark.parametrize(
    ("message", "business"),
    [
        ("营业执照咋办", "licences"),
        ("養老院 營業執照 在哪辦", "homes"),
        ("宅基地的事说完了，营业执照呢", "licences"),
        ("营业执照有了，宅基地让人占了", "land"),
        ("低保怎么申请", None),
        ("", None),
    ],
)
def test_the_last_and_longest_word_tells(message: str, business: str | None) -> None:
    assert Referrals(KNOWN).of(message) == (KNOWN[business] if business else None)


def test_without_any_nothing_is_known() -> None:
    assert Referrals({}).of("宅基地") is None


def test_no_question_of_ours_is_mostly_taken_for_others(faq: Faq) -> None:
    """Only what is declined is looked up; a word of which our own questions are full would still be a wrong one."""
    referrals = Referrals(faq.referrals)
    ours = [
        wording
        for intent in faq.intents.values()
        if not (faq.small_talk(intent) or faq.signpost(intent))
        for wordings in intent.wordings()
        for wording in wordings[:1]
    ]
    named = [said for said in ours if referrals.of(said)]
    assert len(ours) > 2_000
    assert len(named) < len(ours) / 20, named[:40]
