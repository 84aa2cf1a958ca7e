"""Danger is heard by two witnesses, told by its kind, and not imagined."""

from __future__ import annotations

import dataclasses

import pytest

from faq.knowledge import CRISIS, Faq
from faq.template import expand
from intents.danger import Alarm
from intents.examples import dangers
from intents.model import CALM, Model
from intents.signs import Signs


@pytest.fixture(scope="module")
def alarm(model: Model) -> Alarm:
    return Alarm(model)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("我不想活了", "suicide"),
        ("已經兩天沒吃東西了，頭暈站不住", "hunger"),
        ("lao gong da wo", "violence"),
        ("他们收了我的手机，不让我走", "held"),
        ("有人把婴儿放在村口了", "child"),
        ("俺爹倒地上叫不醒", "illness"),
        ("家里着火了，老人出不来", "fire"),
        ("下着雪，我睡在桥洞里，手脚没知觉了", "homeless_cold"),
    ],
)
def test_each_kind_of_danger_is_heard_as_what_it_is(alarm: Alarm, message: str, kind: str) -> None:
    danger = alarm.danger(message)
    assert danger is not None
    assert danger.kind == kind


@pytest.mark.parametrize(
    "message",
    [
        "热死个人",
        "气死我了",
        "忙得要命",
        "爱死这个菜了",
        "我不想活动了",
        "饿死了，食堂几点开饭",
        "低保户死了丧葬费给多少",
        "家暴离婚后一个人带孩子能吃低保吗",
        "晚安，我睡了",
        "低保怎么申请",
        "",
    ],
)
def test_what_only_sounds_like_danger_raises_no_alarm(alarm: Alarm, message: str) -> None:
    assert alarm.danger(message) is None


def test_the_classifier_hears_what_no_sign_tells(model: Model, alarm: Alarm) -> None:
    message = "存折放枕头底下了，我放心走了，你们别惦记"
    assert Signs(model.faq).seen_in(message) == ()
    assert alarm.danger(message) is not None


def test_a_sign_makes_danger_likelier_and_its_absence_less_likely(model: Model) -> None:
    assert model.distress.with_sign > 1 > model.distress.without_sign > 0


def test_danger_deep_in_a_long_story_is_heard(alarm: Alarm) -> None:
    story = "俺家在淇县种了六亩地，今年收成还中，儿子在郑州送外卖，媳妇在家带孩子。" * 8
    asked = "我不想活了，农药都买好了"
    assert alarm.danger(story) is None
    assert alarm.danger(story + asked, [asked]) is not None


def test_a_part_without_a_sign_is_not_believed_out_of_its_story(model: Model) -> None:
    believing = dataclasses.replace(model.distress, believed=0.0, alone=0.0)
    doubting = dataclasses.replace(model.distress, believed=1.0, alone=1.0)
    parts = ["今天天气怎么样"]
    for distress, heard in ((believing, True), (doubting, False)):
        weighed = Model(model.faq, model.words, model.weights, model.calibration, model.thresholds, distress)
        assert (Alarm(weighed).danger("低保怎么申请", parts) is not None) == heard


def test_the_alarm_is_trained_on_every_kind_and_on_calm(faq: Faq) -> None:
    assert set(dangers(faq).labels) == {*faq.emergencies, CRISIS, CALM}


def test_no_message_is_both_an_example_and_harmless(faq: Faq) -> None:
    kinds = faq.emergencies.values()
    real = {wording for kind in kinds for line in kind.examples for wording in expand(line)}
    harmless = {wording for kind in kinds for line in kind.harmless for wording in expand(line)}
    assert real & harmless == set()
