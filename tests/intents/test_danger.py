"""Danger is heard in any wording, and harmless exaggeration is not taken for it."""

from __future__ import annotations

import pytest

from faq.knowledge import Faq
from faq.template import expand
from intents.danger import Alarm


@pytest.fixture(scope="module")
def alarm(faq: Faq) -> Alarm:
    return Alarm(faq)


@pytest.mark.parametrize(
    "message",
    [
        "我不想活了",
        "活着没啥意思",
        "俺几天没吃饭了",
        "不 想 活 了",
        "我不想火了",
        "老公天天打我，刚才又动手，头都打破了",
    ],
)
def test_danger_is_heard(alarm: Alarm, message: str) -> None:
    assert alarm.heard(message) is not None


@pytest.mark.parametrize(
    "message", ["热死个人", "气死我了", "忙得要命", "爱死这个菜了", "低保怎么申请", "食堂几点开饭", "饿死了几点开饭"]
)
def test_exaggeration_is_no_danger(alarm: Alarm, message: str) -> None:
    assert alarm.heard(message) is None


def test_every_sign_raises_its_own_alarm_or_an_earlier_one(faq: Faq, alarm: Alarm) -> None:
    for emergency in faq.emergencies.values():
        silent = [sign for line in emergency.signs for sign in expand(line) if alarm.heard(sign) is None]
        assert silent == []


def test_no_answer_or_title_sounds_like_danger(faq: Faq, alarm: Alarm) -> None:
    assert [i.id for i in faq.intents.values() if i.id != "chat.crisis" and alarm.heard(i.title)] == []
