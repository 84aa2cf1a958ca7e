"""What makes a conversation of look-ups: nothing said twice, words that steer, pieces of a story, subjects kept."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from bot.delivery.rehearsal import rehearse
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Decision, Kind, Press
from bot.dialogue.session import STORY_MEMORY, Session
from faq.knowledge.cues import Steer
from faq.knowledge.template import expand
from faq.knowledge.types import CRISIS, Faq
from intents.classifier.model import Model
from intents.evaluation.conversations import hold
from intents.evaluation.report import held_in_words
from tests.bot.dialogue.talk import NOW, ids, said


@pytest.mark.parametrize(
    "messages",
    [
        ("低保怎么申请",) * 5,
        ("低保怎么申请", "在哪儿申请低保", "低保咋个申请法"),
        ("股票怎么买",) * 5,
        ("俺家的事说来话长",) * 5,
        ("他拿刀追着我打",) * 4,
        ("谢谢",) * 4,
        ("菜单", "帮助", "没看懂", "没看懂", "没看懂"),
        ("特困怎么申请", "还有呢", "还有呢", "还有呢"),
        ("特困怎么申请", "不是这个", "不是这个", "不是这个"),
    ],
)
def test_no_reply_is_given_twice_in_a_row(dialogue: Dialogue, messages: tuple[str, ...]) -> None:
    replies, _ = said(dialogue, *messages)
    texts = [reply.text for reply in replies]
    assert all(one != other for one, other in itertools.pairwise(texts)), texts


def test_an_answer_asked_for_again_is_short_and_names_the_office(dialogue: Dialogue) -> None:
    (whole, again), _ = said(dialogue, "浚县低保怎么申请", "在哪儿申请低保")
    assert ids(again) == ids(whole)
    assert len(again.text) < len(whole.text) / 2
    assert again.offices == whole.offices
    assert [part.kind for part in again.parts][:2] == [Kind.ANSWER, Kind.OFFICE]


def test_every_word_that_steers_is_understood_by_itself_and_with_courtesies(dialogue: Dialogue, faq: Faq) -> None:
    assert set(faq.cues.steering) == set(Steer)
    for steer, lines in faq.cues.steering.items():
        for line in lines:
            for word in expand(line)[:6]:
                for message in (word, f"麻烦{word}吧"):
                    reply, _ = dialogue.hear(message, Session(), NOW)
                    policy = [guess for guess in reply.answered if guess.intent.topic not in ("chat", "contacts")]
                    assert policy == [], (steer, message)


@pytest.mark.parametrize(
    ("message", "steer"),
    [
        ("恁再说一遍中不中", Steer.AGAIN),
        ("没听清楚", Steer.AGAIN),
        ("在说一遍", Steer.AGAIN),
        ("太长了，俺看不下去", Steer.SHORTER),
        ("看不董", Steer.SHORTER),
        ("太长了看不下去", Steer.SHORTER),
        ("字太多了", Steer.SHORTER),
        ("能不能说简单点", Steer.SHORTER),
        ("给俺说详细些呗", Steer.LONGER),
        ("还有没有", Steer.MORE),
        ("给我转人工", Steer.HUMAN),
        ("找个真人", Steer.HUMAN),
        ("换个县区", Steer.DISTRICT),
        ("俺想换县", Steer.DISTRICT),
        ("才单", Steer.MENU),
        ("重头来吧", Steer.RESTART),
        ("你没回答我的问题", Steer.MISSED),
        ("你答岔了", Steer.MISSED),
        ("返回", Steer.BACK),
        ("接着说吧", Steer.GOING_ON),
        ("就最后一个", Steer.LAST),
        ("都不对", Steer.NONE),
    ],
)
def test_steering_is_known_in_many_voices(dialogue: Dialogue, message: str, steer: Steer) -> None:
    assert dialogue._steering.of(message) == steer


@pytest.mark.parametrize(
    "message",
    [
        "俺娘说话说不清",
        "人工耳蜗能报销不",
        "换个县区办低保中不中",
        "低保还有哪些条件",
        "返回头再说低保要啥材料",
        "都不管俺",
        "字太多了低保到底给多少",
    ],
)
def test_what_says_more_than_such_words_steers_nothing(dialogue: Dialogue, message: str) -> None:
    assert dialogue._steering.of(message) is None


def test_too_long_gets_the_first_sentence_and_the_office(dialogue: Dialogue, faq: Faq) -> None:
    (_, short), session = said(dialogue, "低保怎么申请", "太长了看不下去")
    first = faq.intents["dibao.apply"].answer.partition("。")[0]
    assert first in short.text
    assert [part.kind for part in short.parts] == [Kind.ANSWER, Kind.OFFICE]
    assert session.intent == "dibao.apply"


def test_again_repeats_on_purpose_and_more_gives_the_details_once(dialogue: Dialogue, faq: Faq) -> None:
    intent = next(i for i in faq.intents.values() if i.details and not faq.topics[i.topic].hidden)
    _, session = dialogue.press(Press(Action.ANSWER, intent.id), Session(), NOW)
    again, session = dialogue.hear("再说一遍", session, NOW)
    assert again.text.startswith(faq.phrases.repeated)
    assert intent.answer.strip() in again.text
    more, session = dialogue.hear("还有呢", session, NOW)
    assert str(intent.details).strip() in more.text
    none, session = dialogue.hear("还有呢", session, NOW)
    assert none.text in faq.phrases.no_more


def test_steering_in_danger_says_first_to_call(dialogue: Dialogue, faq: Faq) -> None:
    for word in ("菜单", "换县区", "人工"):
        (_, reply), session = said(dialogue, "他拿刀追着我打，我躲在厕所里", word)
        assert reply.text.startswith(faq.phrases.danger_asks)
        assert session.danger
    (_, again), _ = said(dialogue, "他拿刀追着我打，我躲在厕所里", "再说一遍")
    assert again.decision == Decision.EMERGENCY
    assert "110" in again.text


def test_the_last_of_what_was_offered_is_chosen_by_its_name(dialogue: Dialogue) -> None:
    (reply,), session = said(dialogue, "低保怎么申请")
    last = [choice for choice in reply.choices if choice.press.action == Action.ANSWER][-1]
    answer, _ = dialogue.hear("最后一个", session, NOW)
    assert ids(answer) == [last.press.target]
    second, _ = dialogue.hear("选2", session, NOW)
    assert second.text == dialogue.press(reply.choices[1].press, session, NOW)[0].text


def test_a_piece_of_a_story_gets_an_ear_and_is_read_with_what_follows(dialogue: Dialogue) -> None:
    (heard, asked), _ = said(dialogue, "俺家仨孩子都在念书", "学费有没有减的")
    assert heard.answered == ()
    assert ids(asked) == ["special.education"]


def test_pieces_are_kept_redacted_few_and_for_minutes(dialogue: Dialogue) -> None:
    _, session = said(dialogue, *(f"俺家的事可多，一言难尽，1383920000{n}" for n in range(9)))
    assert 0 < len(session.story) <= 6
    assert not any("138" in piece for piece in session.story)
    assert session.at(NOW + STORY_MEMORY + dt.timedelta(seconds=1)).story == ()
    _, session = dialogue.hear("低保怎么申请", session, NOW)
    assert session.story == (), "what was answered is not read again"


@pytest.mark.parametrize(
    ("messages", "wanted"),
    [
        (("低保怎么申请", "不是低保，是特困"), "tekun.apply"),
        (("低保怎么申请", "说错了，是特困"), "tekun.apply"),
        (("低保怎么申请", "是特困不是低保"), "tekun.apply"),
        (("特困怎么申请", "打错了 我说的是低保"), "dibao.apply"),
    ],
)
def test_what_was_meant_takes_the_place_of_what_was_not(
    dialogue: Dialogue, messages: tuple[str, ...], wanted: str
) -> None:
    replies, _ = said(dialogue, *messages)
    assert ids(replies[-1]) == [wanted]


@pytest.mark.parametrize("message", ["不是低保户是不是就不能申请临时救助", "是不是低保户才能办", "不是本地户口是咋办"])
def test_a_question_with_not_and_is_is_no_correction(dialogue: Dialogue, message: str) -> None:
    assert dialogue._corrections.corrected(message) == (message, False)


@pytest.mark.parametrize("moved", ["我搬到淇县了", "换成淇县", "不是浚县是淇县", "俺现在住淇县"])
def test_a_district_is_corrected(dialogue: Dialogue, moved: str) -> None:
    (_, reply), session = said(dialogue, "浚县低保怎么申请", moved)
    assert (session.district, reply.district) == ("淇县", "淇县")
    assert reply.offices == ("township.淇县",)


def test_going_back_to_a_subject_returns_to_what_was_asked_of_it(dialogue: Dialogue) -> None:
    (*_, back, reply), session = said(dialogue, "低保怎么申请", "社区食堂几点开门", "说回低保", "要带什么")
    assert back.answered == ()
    assert ids(reply) == ["dibao.materials"]
    assert session.before == "dibao.apply"
    (*_, reply), _ = said(dialogue, "低保怎么申请", "社区食堂几点开门", "返回")
    assert dialogue.faq.intents["dibao.apply"].title in reply.text


def test_what_is_out_of_scope_stays_so(dialogue: Dialogue) -> None:
    replies, _ = said(dialogue, "低保怎么申请", "狂犬疫苗在哪里打", "要多少钱")
    assert [reply.decision for reply in replies[1:]] == [Decision.FALLBACK] * 2
    (*_, hours), _ = said(dialogue, "低保怎么申请", "狂犬疫苗在哪里打", "特困要带什么")
    assert ids(hours) == ["tekun.apply"]


def test_a_district_button_finds_the_office_of_its_own_card(dialogue: Dialogue) -> None:
    (first, _), session = said(dialogue, "看病自费太多咋办", "低保怎么申请")
    opened, session = dialogue.press(
        next(c.press for c in first.choices if c.press.action == Action.DISTRICTS), session, NOW
    )
    chosen, session = dialogue.press(opened.choices[0].press, session, NOW)
    assert chosen.offices[0].partition(".")[0] == "medical_insurance"
    shown, session = dialogue.hear("换县区", session, NOW)
    assert str(session.district) in shown.text
    kept, session = dialogue.press(shown.choices[-1].press, session, NOW)
    assert session.district == chosen.district, "not choosing forgets nothing"
    assert kept.text == dialogue.faq.phrases.district_kept
    assert all(len(choice.press.data().encode()) <= 64 for choice in (*opened.choices, *shown.choices))


def test_a_few_buttons_help_next_and_the_topics_stand_in_the_menu_alone(dialogue: Dialogue, faq: Faq) -> None:
    for intent in faq.intents.values():
        reply, _ = dialogue.press(Press(Action.ANSWER, intent.id), Session(), NOW)
        assert len(reply.choices) <= 5
        assert reply.choices[-1].press.action == Action.MENU
    for reply in (dialogue.say(faq.phrases.welcome), dialogue.hear("谢谢", Session(), NOW)[0]):
        assert [choice.press.action for choice in reply.choices if choice.press.action == Action.TOPIC] == []
    menu, _ = dialogue.hear("菜单", Session(), NOW)
    assert {choice.press.action for choice in menu.choices} == {Action.TOPIC}


def test_what_is_general_does_not_take_the_subject_for_good(dialogue: Dialogue) -> None:
    _, session = said(dialogue, "低保怎么申请", "能让别人代办吗", "低保没批下来，不服去哪告")
    assert session.intent == "dibao.appeal"


@pytest.mark.parametrize("talk", ["谢谢你啊", "你好呀"])
def test_small_talk_is_small_talk_whatever_was_asked_before(dialogue: Dialogue, talk: str) -> None:
    (_, reply), session = said(dialogue, "协理员是干啥的", talk)
    assert all(guess.intent.topic == "chat" for guess in reply.answered)
    assert session.intent == "channel.assistant"


def test_the_conversations_of_the_knowledge_base_go_as_written(model: Model) -> None:
    held = hold(model, rehearse)
    assert held.right >= 0.95, held_in_words(held)


@pytest.mark.parametrize(
    ("asked", "then", "decision"),
    [
        ("公租房怎么申请", "不是公租房", Decision.ANSWER),
        ("公租房怎么申请", "不是公租房 他打我", Decision.EMERGENCY),
        ("低保怎么申请", "不是低保我想死", Decision.EMERGENCY),
        ("低保怎么申请", "俺不想活了，不是低保", Decision.EMERGENCY),
    ],
)
def test_what_is_denied_is_not_answered_again_and_danger_is_heard_before(
    dialogue: Dialogue, asked: str, then: str, decision: Decision
) -> None:
    (_, reply), _ = said(dialogue, asked, then)
    assert reply.decision == decision
    assert not [one for one in ids(reply) if one != CRISIS]
