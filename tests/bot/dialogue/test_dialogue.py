"""What residents are told: answers with office and source, questions back, honest refusals, emergencies first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.channels.terminal.json_view import as_json
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Decision, Press, Reply
from bot.dialogue.session import Session
from faq.knowledge.types import OUTSIDE, Faq
from intents.classifier.model import Model
from intents.entities.places import Gazetteer, Mention
from tests.bot.dialogue.talk import NOW, ids, told


def labels(reply: Reply) -> list[str]:
    return [choice.label for choice in reply.choices]


def test_an_answer_names_source_and_office_and_offers_what_is_related(dialogue: Dialogue) -> None:
    reply, session = told(dialogue, "低保怎么申请")
    assert (reply.decision, ids(reply), reply.offices) == (Decision.ANSWER, ["dibao.apply"], ("township",))
    assert "依据：" in reply.text
    assert "《最低生活保障审核确认办法》" in reply.text
    assert "找谁办：户口所在地" in reply.text
    assert reply.text.index("找谁办：") < reply.text.index("依据："), "where to go stands before who says so"
    assert "12345" in reply.text
    assert dialogue.faq.intents[dialogue.faq.intents["dibao.apply"].related[0]].title in labels(reply)
    assert session.intent == "dibao.apply"


def test_the_json_view_has_the_keys_that_scripts_depend_on(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "浚县小河镇低保怎么申请")
    seen = as_json("浚县小河镇低保怎么申请", reply)
    keys = ["message", "decision", "intents", "offered", "district", "offices", "points", "text", "buttons"]
    assert list(seen) == [*keys, "kind", "concern"]
    assert (seen["decision"], seen["district"], seen["offices"]) == ("answer", "浚县", ["township.浚县"])
    assert "小河镇" in str(seen["text"])


def test_every_intent_is_answered_in_every_district_with_an_office(dialogue: Dialogue, faq: Faq) -> None:
    for intent in faq.intents.values():
        for district in (None, OUTSIDE, *faq.places.districts):
            reply, _ = dialogue.press(Press(Action.ANSWER, intent.id), Session(district, heard_at=NOW), NOW)
            if faq.topics[intent.topic].hidden:
                assert any(wording.strip() in reply.text for wording in (intent.answer, *intent.further))
            else:
                assert reply.offices, intent.id
                assert "依据：" in reply.text


def test_the_district_named_is_remembered_and_a_new_one_replaces_it(dialogue: Dialogue) -> None:
    reply, session = told(dialogue, "我是淇县的，低保怎么申请", "特困怎么申请")
    assert reply.district == "淇县"
    reply, _ = told(dialogue, "我娘在浚县，特困怎么申请", session=session)
    assert reply.district == "浚县"


def test_another_citys_policy_is_not_answered(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "郑州低保一个月多少钱")
    assert (reply.decision, reply.district, ids(reply)) == (Decision.FALLBACK, OUTSIDE, [])


@pytest.mark.parametrize("message", ["", "？？？", "😀😀😀", "asdf qwer zxcv", "彩票怎么中奖", "股票怎么买"])
def test_what_is_not_known_gets_no_policy(dialogue: Dialogue, message: str) -> None:
    reply, _ = told(dialogue, message)
    assert reply.decision == Decision.FALLBACK
    assert reply.answered == ()
    assert reply.offices == ()


def test_danger_comes_before_everything_else(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "低保没批下来，我不想活了")
    assert reply.decision == Decision.EMERGENCY
    assert ids(reply) == ["chat.crisis"]
    assert "110" in reply.text or "120" in reply.text


@pytest.mark.parametrize("message", ["我该咋办", "然后呢", "我害怕"])
def test_what_is_asked_after_danger_without_a_subject_is_about_the_danger(dialogue: Dialogue, message: str) -> None:
    _, session = told(dialogue, "他拿刀追着我打，我躲在厕所里")
    reply, _ = dialogue.hear(message, session, NOW)
    assert reply.decision == Decision.EMERGENCY
    assert ids(reply)[0] == "chat.crisis" or ids(reply)[0].startswith("chat.danger_")
    alone, _ = told(dialogue, message)
    assert alone.decision != Decision.EMERGENCY


@pytest.mark.parametrize("message", ["现在没事了，人救回来了", "没事了", "虚惊一场"])
def test_danger_that_is_over_is_over(dialogue: Dialogue, message: str) -> None:
    _, session = told(dialogue, "他拿刀追着我打，我躲在厕所里")
    reply, session = dialogue.hear(message, session, NOW)
    assert reply.decision == Decision.ANSWER
    assert session.danger is None
    reply, _ = dialogue.hear("然后呢", session, NOW)
    assert reply.decision != Decision.EMERGENCY
    alone, _ = told(dialogue, message)
    assert alone.text != reply.text


@pytest.mark.parametrize(("message", "asked"), [("谢谢", "chat.thanks"), ("低保怎么申请", "dibao.apply")])
def test_another_question_after_danger_is_answered(dialogue: Dialogue, message: str, asked: str) -> None:
    _, session = told(dialogue, "他拿刀追着我打，我躲在厕所里")
    reply, _ = dialogue.hear(message, session, NOW)
    assert reply.decision == Decision.ANSWER
    assert ids(reply) == [asked]


def test_a_danger_of_an_hour_ago_is_not_what_a_short_message_is_about(dialogue: Dialogue) -> None:
    _, session = told(dialogue, "他拿刀追着我打，我躲在厕所里")
    reply, _ = dialogue.hear("然后呢", session, NOW + dt.timedelta(hours=1))
    assert reply.decision != Decision.EMERGENCY


def test_a_policy_asked_beside_danger_is_answered_after_the_emergency_numbers(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "我不想活了，低保怎么申请？")
    assert reply.decision == Decision.EMERGENCY
    assert ids(reply) == ["chat.crisis", "dibao.apply"]
    suicide, policy = (dialogue.faq.emergencies["suicide"].reply, dialogue.faq.intents["dibao.apply"].answer)
    assert reply.text.startswith(suicide.strip()[:20])
    assert policy.strip()[:20] in reply.text


def test_two_questions_in_one_message_are_both_answered(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "低保怎么申请？残疾人补贴一个月多少钱？")
    assert ids(reply) == ["dibao.apply", "special.disability"]


def test_a_part_that_is_not_understood_is_named(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "低保怎么申请？残疾人两项补贴咋领？火星移民报名在哪？")
    assert "火星移民报名在哪" in reply.text
    assert len(ids(reply)) == 2


def test_a_follow_up_leans_on_the_question_before_and_only_for_a_while(dialogue: Dialogue) -> None:
    _, session = told(dialogue, "社区食堂在哪里")
    reply, _ = dialogue.hear("几点开门", session, NOW)
    assert ids(reply) == ["canteen.hours"]
    later, _ = dialogue.hear("几点开门", session, NOW + dt.timedelta(hours=1))
    assert ids(later) == ids(told(dialogue, "几点开门")[0]) != ["canteen.hours"]


def test_a_clear_new_question_ends_the_old_topic(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "特困怎么申请", "社区食堂几点开门")
    assert ids(reply) == ["canteen.hours"]


def test_a_message_that_only_names_a_place_sets_the_district(dialogue: Dialogue) -> None:
    reply, session = told(dialogue, "我在淇县")
    assert (session.district, reply.district, ids(reply)) == ("淇县", "淇县", [])
    assert reply.decision == Decision.ANSWER
    reply, _ = told(dialogue, "低保怎么申请", "我是小河镇的")
    assert reply.offices == ("township.浚县",)
    assert "小河镇" in reply.text


def test_memory_ends_after_two_hours(dialogue: Dialogue) -> None:
    _, session = told(dialogue, "浚县低保怎么申请")
    assert session.district == "浚县"
    reply, _ = dialogue.hear("低保怎么申请", session, NOW + dt.timedelta(hours=2, minutes=1))
    assert reply.district is None


def test_when_unsure_up_to_three_questions_are_offered_and_none_of_them(dialogue: Dialogue, model: Model) -> None:
    thresholds = replace(model.thresholds, accept=1.1, clarify=0.0)
    asking = Dialogue(Model(model.faq, model.words, model.weights, model.calibration, thresholds, model.distress))
    reply, session = told(asking, "低保怎么申请")
    assert reply.decision == Decision.CLARIFY
    assert reply.offered[0].intent.id == "dibao.apply"
    assert len(reply.choices) == 4
    assert labels(reply)[-1] == "都不是"
    none, _ = asking.press(reply.choices[-1].press, session, NOW)
    assert "12345" in none.text
    answer, _ = asking.press(reply.choices[0].press, session, NOW)
    assert ids(answer) == ["dibao.apply"]


def test_what_is_hardly_likely_is_not_offered(dialogue: Dialogue, model: Model) -> None:
    thresholds = replace(model.thresholds, accept=1.1)
    asking = Dialogue(Model(model.faq, model.words, model.weights, model.calibration, thresholds, model.distress))
    reply, _ = told(asking, "低保怎么申请")
    assert [guess.intent.id for guess in reply.offered] == ["dibao.apply"]
    assert reply.text == "我怕理解错了。您是想问“低保怎么申请”吗？是的话点一下："


@pytest.mark.parametrize(("typed", "wanted"), [("第二个", 1), ("1", 0), ("就第三个吧", 2), ("三", 2)])
def test_an_offered_question_may_be_named_by_its_place(model: Model, typed: str, wanted: int) -> None:
    asking, reply, session = asked_back(model)
    answer, _ = asking.hear(typed, session, NOW)
    assert ids(answer) == [reply.offered[wanted].intent.id]


@pytest.mark.parametrize("typed", ["都不是", "4"])
def test_none_of_what_was_offered_may_be_typed(model: Model, typed: str) -> None:
    asking, _, session = asked_back(model)
    answer, session = asking.hear(typed, session, NOW)
    assert answer.text == model.faq.phrases.clarify_none.strip()
    again, _ = asking.hear("1", session, NOW)
    assert ids(again) == [], "a number in the next message is no choice"


@pytest.mark.parametrize("message", ["嗯", "哦哦", "好。", "中中中"])
def test_a_resident_who_only_nods_is_not_told_that_nothing_was_understood(dialogue: Dialogue, message: str) -> None:
    reply, session = told(dialogue, "特困怎么申请", message)
    assert reply.text == dialogue.faq.phrases.go_on
    reply, _ = dialogue.hear("要带什么", session, NOW)
    assert ids(reply) == ["tekun.apply"]


def test_nodding_in_danger_does_not_end_it(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "他拿刀追着我打，我躲在厕所里", "嗯")
    assert reply.decision == Decision.EMERGENCY


@pytest.mark.parametrize("message", ["不是", "不对", "都不对"])
def test_a_resident_who_only_refuses_gets_no_other_policy(dialogue: Dialogue, message: str) -> None:
    reply, session = told(dialogue, "低保怎么申请", message)
    assert ids(reply) == []
    assert reply.text in dialogue.faq.phrases.missed_offering
    assert session.intent == "dibao.apply"


def test_a_digit_presses_a_button_and_a_number_that_nothing_was_offered_for_is_none(dialogue: Dialogue) -> None:
    asked, _ = told(dialogue, "低保怎么申请")
    place = next(place for place, choice in enumerate(asked.choices, 1) if choice.press.action == Action.ANSWER)
    pressed, _ = told(dialogue, "低保怎么申请", str(place))
    assert [guess.intent.id for guess in pressed.answered] == [asked.choices[place - 1].press.target]
    for messages in (("低保怎么申请", "9"), ("2",)):
        reply, _ = told(dialogue, *messages)
        assert reply.decision == Decision.FALLBACK


def test_the_label_of_a_button_may_be_typed(dialogue: Dialogue) -> None:
    for label, shown in ((dialogue.faq.phrases.button_menu, dialogue.menu()), ("选择我的县区", dialogue.districts())):
        reply, _ = told(dialogue, label)
        assert reply == shown


def asked_back(model: Model) -> tuple[Dialogue, Reply, Session]:
    """Return a dialogue that is never sure, after it asked back."""
    thresholds = replace(model.thresholds, accept=1.1, clarify=0.0)
    asking = Dialogue(Model(model.faq, model.words, model.weights, model.calibration, thresholds, model.distress))
    return asking, *told(asking, "低保怎么申请")


@pytest.mark.parametrize("between", ["谢谢", "你答得不对", "几点上班", "电话多少"])
def test_small_talk_and_what_is_asked_in_passing_leave_what_was_asked(dialogue: Dialogue, between: str) -> None:
    reply, _ = told(dialogue, "特困怎么申请", between, "要带什么")
    assert ids(reply) == ["tekun.apply"]


@pytest.mark.parametrize(
    ("asked", "office"),
    [
        ("大赉店镇低保怎么办", "township.淇滨区"),
    ],
)
def test_a_number_asked_in_passing_is_that_of_the_office_of_what_was_asked(
    dialogue: Dialogue, asked: str, office: str
) -> None:
    reply, _ = told(dialogue, asked, "电话多少")
    assert (ids(reply), reply.offices) == (["contacts.district"], (office,))


def test_an_office_that_is_named_stands_whatever_was_asked_before(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "淇县的低保怎么办", "民政局电话多少")
    assert reply.offices == ("county_bureau.淇县",)
    reply, _ = told(dialogue, "低保怎么办", "打12345有用吗")
    assert reply.offices == ("hotline",)


def test_a_district_with_a_question_mark_asks_again_what_was_asked(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "低保一个月发多少钱", "浚县呢")
    assert (ids(reply), reply.district) == (["dibao.amount"], "浚县")
    reply, _ = told(dialogue, "低保怎么申请", "俺是浚县善堂镇的")
    assert (ids(reply), reply.district) == ([], "浚县")
    assert "浚县善堂镇" in reply.text.splitlines()[0]


def with_dates(model: Model, **dates: dt.date) -> Dialogue:
    intents = dict(model.faq.intents)
    intents["dibao.apply"] = replace(intents["dibao.apply"], **dates)  # type: ignore[arg-type]
    faq = replace(model.faq, intents=intents)
    return Dialogue(Model(faq, model.words, model.weights, model.calibration, model.thresholds, model.distress))


@pytest.mark.parametrize(("day", "told_figures"), [(30, False), (31, True), (365 + 30, True), (365 + 31, False)])
def test_figures_are_told_only_from_the_first_day_to_the_last(model: Model, day: int, told_figures: bool) -> None:
    start = dt.date(2027, 2, 1)
    dialogue = with_dates(model, effective_from=start, expires_on=dt.date(2028, 1, 31))
    now = dt.datetime(2027, 1, 1, 12) + dt.timedelta(days=day)
    reply, _ = dialogue.hear("低保怎么申请", Session(), now)
    assert (model.faq.intents["dibao.apply"].answer.strip() in reply.text) == told_figures
    assert "找谁办：" in reply.text, "the office is named all the same"
    assert "12345" in reply.text


def test_the_menu_leads_to_every_intent(dialogue: Dialogue, faq: Faq) -> None:
    reached = set()
    for topic in dialogue.menu().choices:
        page, _ = dialogue.press(topic.press, Session(), NOW)
        reached |= {choice.press.target for choice in page.choices if choice.press.action == Action.ANSWER}
    assert reached == {i.id for i in faq.intents.values() if not faq.topics[i.topic].hidden}


def test_a_press_on_something_removed_since_is_answered(dialogue: Dialogue) -> None:
    for press in (Press(Action.ANSWER, "no.such"), Press(Action.TOPIC, "no"), Press(Action.DISTRICT, "火星")):
        reply, _ = dialogue.press(press, Session(), NOW)
        assert "按钮已经过期" in reply.text


def test_details_follow_on_request(dialogue: Dialogue, faq: Faq) -> None:
    intent = next(i for i in faq.intents.values() if i.details)
    reply, _ = dialogue.press(Press(Action.ANSWER, intent.id), Session(), NOW)
    more = next(choice for choice in reply.choices if choice.press.action == Action.DETAILS)
    details, _ = dialogue.press(more.press, Session(), NOW)
    assert str(intent.details).strip() in details.text
    assert more.label not in labels(details)


@pytest.mark.parametrize("number", ["身份证号410602195403021234", "电话13839200000", "卡号6222020200112233446"])
def test_a_message_with_a_number_that_names_somebody_is_answered_and_asked_to_be_deleted(
    dialogue: Dialogue, number: str
) -> None:
    note = dialogue.faq.phrases.numbers_seen
    reply, _ = told(dialogue, f"低保怎么申请，{number}")
    assert "dibao.apply" in ids(reply)
    assert reply.text.count(note) == 1
    assert number[-8:] not in reply.text
    assert note not in told(dialogue, "低保怎么申请")[0].text


def test_what_was_not_understood_is_echoed_without_its_numbers(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "低保怎么申请？隔壁那台机器13839200000啥颜色？")
    assert "13839200000" not in reply.text


@pytest.mark.parametrize(
    "message", ["淇县", "低保怎么申请", "我户口在安阳能在淇滨区申请低保吗", "我在浚县，低保怎么申请"]
)
def test_the_places_of_a_message_are_searched_once(
    dialogue: Dialogue, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    search = Gazetteer.all

    def counted(own: Gazetteer, text: str) -> list[Mention]:
        searched.append(text)
        return search(own, text)

    monkeypatch.setattr(Gazetteer, "all", counted)
    told(dialogue, message, session=Session(district="淇县", heard_at=NOW))
    assert searched == [message]
