"""The signs of danger are seen in any spelling, and harmless exaggeration shows none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from faq.knowledge.template import expand
from faq.knowledge.types import Faq
from intents.distress.signs import Signs


@pytest.fixture(scope="module")
def signs(faq: Faq) -> Signs:
    return Signs.of(faq)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("我不想活了", "suicide"),
        ("活着没啥意思", "suicide"),
        ("俺几天没吃饭了", "hunger"),
        ("不 想 活 了", "suicide"),
        ("我不想火了", "suicide"),
        ("老公天天打我，刚才又动手，头都打破了", "violence"),
        ("屋里着火了", "fire"),
    ],
)
def test_signs_of_danger_are_seen(signs: Signs, message: str, kind: str) -> None:
    assert kind in signs.seen_in(message)


@pytest.mark.parametrize(
    "message", ["热死个人", "气死我了", "忙得要命", "爱死这个菜了", "低保怎么申请", "食堂几点开饭", "饿死了几点开饭"]
)
def test_exaggeration_shows_no_sign(signs: Signs, message: str) -> None:
    assert signs.seen_in(message) == ()


def test_every_sign_is_seen_in_itself(faq: Faq, signs: Signs) -> None:
    for emergency in faq.emergencies.values():
        silent = [sign for line in emergency.signs for sign in expand(line) if not signs.seen_in(sign)]
        assert silent == []


def test_no_title_shows_a_sign(faq: Faq, signs: Signs) -> None:
    assert [
        i.id for i in faq.intents.values() if i.id != "chat.crisis" and not i.after and signs.seen_in(i.title)
    ] == []


def test_a_kind_without_signs_shows_none(faq: Faq) -> None:
    silent = replace(faq.emergencies["suicide"], signs=(), unless=())
    assert Signs(replace(faq, emergencies={"silent": silent})).seen_in("我不想活了") == ()


def test_full_width_brackets_of_a_sign_expand(faq: Faq) -> None:
    kind = replace(faq.emergencies["suicide"], signs=("不想（活｜在）了",), unless=())
    signs = Signs(replace(faq, emergencies={"suicide": kind}))
    assert [signs.seen_in(said) for said in ("我不想活了", "不想在了呀", "不想来了")] == [
        ("suicide",),
        ("suicide",),
        (),
    ]


def test_a_sign_that_touches_an_exception_is_none_but_one_beside_it_is(faq: Faq) -> None:
    kind = replace(faq.emergencies["suicide"], signs=("不想活",), unless=("不想活动",))
    signs = Signs(replace(faq, emergencies={"suicide": kind}))
    assert signs.seen_in("今天不想活动") == ()
    assert signs.seen_in("不想活动，也不想活") == ("suicide",)


def test_the_same_signs_are_expanded_once_and_others_anew(faq: Faq, signs: Signs) -> None:
    assert Signs.of(replace(faq, fingerprint="other")) is signs
    kind = replace(faq.emergencies["suicide"], signs=("铁皮屋顶蓝色的",), unless=())
    other = Signs.of(replace(faq, emergencies={**faq.emergencies, "suicide": kind}))
    assert other is not signs
    assert [one.seen_in("铁皮屋顶蓝色的") for one in (other, signs)] == [("suicide",), ()]
