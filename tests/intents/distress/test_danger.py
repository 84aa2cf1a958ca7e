"""Danger is heard by two witnesses, told by its kind, and not imagined."""

from __future__ import annotations

from pathlib import Path

import pytest

from faq.knowledge.template import expand
from faq.knowledge.types import CRISIS, Faq
from intents.classifier.model import CALM, Model
from intents.distress import signs
from intents.distress.danger import Alarm, Hints
from intents.distress.signs import Signs
from intents.evaluation.perturb import Kind, Perturber
from intents.interpret.interpreter import Interpreter
from intents.registry.registry import Registry
from intents.training.examples import dangers
from tests.bench.danger import hear, lines


@pytest.fixture(scope="module")
def alarm(model: Model) -> Alarm:
    return Alarm(model)


def test_an_interpreter_expands_the_signs_once(small_untouched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Registry(small_untouched / "var").open()
    expanded: list[Faq] = []
    whole = Signs.__init__

    def counted(signs: Signs, faq: Faq) -> None:
        expanded.append(faq)
        whole(signs, faq)

    monkeypatch.setattr(Signs, "__init__", counted)
    monkeypatch.setattr(signs, "_in_use", {})
    Interpreter(model)
    assert expanded == [model.faq]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("我不想活了", "suicide"),
        ("已經兩天沒吃東西了，頭暈站不住", "hunger"),
        ("lao gong da wo", "violence"),
        ("他们收了我的手机，不让我走", "captivity"),
        ("有人把婴儿放在村口了", "child"),
        ("俺爹倒地上叫不醒", "medical"),
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
        "邻居半夜吵得睡不着",
        "孩子昨天走丢了，已经找回来了，谢谢",
        "电视剧里女主被关在地下室，真可怜",
        "如果煤气泄漏了该先干什么？想提前学学",
        "救命啊这个奶茶也太好喝了吧",
        "加班加到我想跳楼哈哈",
        "低保怎么申请",
        "",
    ],
)
def test_what_only_sounds_like_danger_raises_no_alarm(alarm: Alarm, message: str) -> None:
    assert alarm.danger(message) is None


def test_the_classifier_hears_what_no_sign_tells(model: Model, alarm: Alarm) -> None:
    message = "存折放枕头底下了，我放心走了，你们别惦记"
    assert Signs.of(model.faq).seen_in(message) == ()
    assert alarm.danger(message) is not None


@pytest.mark.parametrize("kind", ["suicide", "violence", "captivity", "child", "medical", "hunger", "homeless_cold"])
def test_a_sign_makes_danger_of_its_kind_likelier(model: Model, kind: str) -> None:
    features = model.words.features("今天一个人在家")
    plain, signed = (model.distress.probabilities([*features, *hints]) for hints in ((), (f"!{kind}",)))
    assert signed[kind] > plain[kind]
    assert signed[CALM] < plain[CALM]


def test_the_alarm_is_told_each_sign_and_each_pair_of_concepts(faq: Faq) -> None:
    assert {"!suicide", "kdeath", "kdeath weapon"} <= set(Hints(faq).features("我不想活着了，刀就在手边", []))
    assert not [hint for hint in Hints(faq).features("低保怎么申请", []) if hint.startswith("!")]


def test_syllables_apart_outlast_a_swap_and_runs_of_letters_count_only_without_them(model: Model) -> None:
    def seen(message: str) -> list[str]:
        return Hints(model.faq).features(message, model.words.features(message))

    assert "pbu phuo~" in set(seen("我不想活")) & set(seen("我活想不"))
    assert not [feature for feature in seen("wo bbu xiang huo") if feature[0] in "lvs"]
    assert [feature for feature in seen("pls help") if feature[0] == "l"]


@pytest.mark.parametrize(("kind", "least"), [(Kind.SWAPPED, 0.82), (Kind.HOMOPHONE, 0.92)])
def test_danger_is_heard_in_bad_writing(model: Model, data: Path, kind: Kind, least: float) -> None:
    perturber, asked = Perturber(model.faq, data / "cache"), lines(model.faq, ["dev_distress"])
    noisy = [heard for heard in hear(Interpreter(model), perturber, asked, [kind]) if heard.noise == kind.value]
    alarms = {real: [heard.danger is not None for heard in noisy if heard.real == real] for real in (True, False)}
    assert sum(alarms[True]) >= least * len(alarms[True]) > 0
    assert sum(alarms[False]) <= 0.03 * len(alarms[False])


@pytest.mark.parametrize("message", ["想死", "救命", "救命啊", "不想活了"])
def test_few_characters_are_believed_if_they_are_an_example(alarm: Alarm, message: str) -> None:
    assert alarm.danger(message) is not None


def test_danger_deep_in_a_long_story_is_heard(alarm: Alarm) -> None:
    story = "俺家在淇县种了六亩地，今年收成还中，儿子在郑州送外卖，媳妇在家带孩子。" * 8
    asked = "我不想活了，农药都买好了"
    assert alarm.danger(story) is None
    assert alarm.danger(story + asked, [asked]) is not None


def test_danger_without_a_sign_is_heard_in_a_long_story_too(model: Model, alarm: Alarm) -> None:
    story = "我在外地上班，平时回不去，家里老人让我帮忙打听打听：今年麦子收成还中，孩子也上学了，"
    part = "存折放枕头底下了，我放心走了，你们别惦记"
    assert not Signs.of(model.faq).seen_in(story + part)
    assert alarm.danger(story) is None
    assert alarm.danger(story + part, [story, part]) is not None


def test_a_part_without_a_sign_is_not_believed_out_of_its_story(model: Model, alarm: Alarm) -> None:
    told, part = "电视剧里有人说不想活了，演得真好", "存折放枕头底下了，我放心走了，你们别惦记"
    assert Signs.of(model.faq).seen_in(told), "else no part is looked at"
    assert alarm.danger(part) is not None
    assert alarm.danger(told, [part]) is None
    assert alarm.danger(told, ["我不想活了，药都买好了"]) is not None


def test_the_alarm_is_trained_on_every_kind_and_on_calm(faq: Faq) -> None:
    assert set(dangers(faq).labels) == {*faq.emergencies, CRISIS, CALM}


def test_no_message_is_both_an_example_and_harmless(faq: Faq) -> None:
    kinds = faq.emergencies.values()
    real = {wording for kind in kinds for line in kind.told for wording in expand(line)}
    harmless = {wording for kind in kinds for line in kind.harmless for wording in expand(line)}
    assert real & harmless == set()
