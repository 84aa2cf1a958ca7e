"""A turn about a part of an answer gets the part; sources are those of what is shown; what is unknown is said once."""

from __future__ import annotations

import pytest

from bot.channels.terminal.json_view import as_json
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Kind, Press
from bot.dialogue.session import Session
from faq.knowledge.types import Faq
from tests.bot.dialogue.talk import NOW, ids, told


@pytest.mark.parametrize(
    ("asked", "then", "intent", "held"),
    [
        ("低保怎么申请", "能网上办不", "dibao.apply", "网上"),
        ("低保怎么申请", "第三步是啥意思", "dibao.apply", "3."),
        ("低保怎么申请", "手机上能弄不", "dibao.apply", "网上"),
        ("低保多久能批下来", "周末算不算", "dibao.timeline", "周末"),
        ("低保每月发多少钱", "钱打到哪张卡", "dibao.amount", "没有查到"),
        ("申请低保要带什么", "复印件行不行", "dibao.materials", "复印"),
        ("残疾人两项补贴怎么领", "三级的有没有", "special.disability", "三级"),
        ("流浪的人能去哪", "能住几天", "people.wanderers", "10 天"),
    ],
)
def test_a_turn_about_a_part_gets_the_part_and_not_the_whole_again(
    dialogue: Dialogue, faq: Faq, asked: str, then: str, intent: str, held: str
) -> None:
    reply, _ = told(dialogue, asked, then)
    assert ids(reply) == [intent]
    assert reply.points is not None
    assert 1 <= len(reply.points) <= 3
    assert any(held in point for point in reply.points), reply.points
    assert reply.parts[0].text.count("\n") < 3
    assert faq.intents[intent].answer.strip() not in reply.text
    assert as_json(then, reply)["points"] == list(reply.points)


def test_a_step_asked_for_by_its_number_is_told_once_and_in_full(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "低保怎么申请", "第三步是啥意思")
    assert reply.points is not None
    (step,) = reply.points
    assert step in {point.text for point in dialogue.faq.intents["dibao.apply"].details_points}


def test_an_answer_that_was_given_is_given_again_beside_another_only_where_it_is_named(dialogue: Dialogue) -> None:
    both, _ = told(dialogue, "低保怎么申请", "低保怎么申请，特困怎么申请")
    assert ids(both) == ["dibao.apply", "tekun.apply"]
    half, _ = told(dialogue, "低保怎么申请", "低保在哪办，社区食堂几点开门")
    assert ids(half) == ["dibao.apply", "canteen.hours"]


@pytest.mark.parametrize(
    ("asked", "then", "caution"),
    [("高龄津贴怎么领", "俺娘九十三了能给多少", "2019")],
)
def test_a_figure_is_told_with_the_line_above_that_says_how_old_or_whose_it_is(
    dialogue: Dialogue, asked: str, then: str, caution: str
) -> None:
    reply, _ = told(dialogue, asked, then)
    assert caution in reply.parts[0].text, reply.text


def test_the_figures_of_one_district_are_not_given_to_a_resident_of_another(dialogue: Dialogue) -> None:
    elsewhere, _ = told(dialogue, "我是山城区的，高龄津贴怎么领", "九十三了能给多少")
    here, _ = told(dialogue, "我是浚县的，高龄津贴怎么领", "九十三了能给多少")
    assert "浚县" not in "".join(elsewhere.points or ())
    assert "浚县" in "".join(here.points or ())


def test_the_whole_answer_is_a_press_away_after_a_part(dialogue: Dialogue, faq: Faq) -> None:
    reply, session = told(dialogue, "低保怎么申请", "能网上办不")
    whole = next(choice for choice in reply.choices if choice.label == faq.phrases.button_whole)
    again, _ = dialogue.press(whole.press, session, NOW)
    assert faq.intents["dibao.apply"].answer.strip() in again.text
    assert again.points is None


@pytest.mark.parametrize("then", ["穿啥衣服去合适", "塑料袋装着中不"])
def test_what_the_answer_does_not_say_is_said_to_be_unknown_with_whom_to_ask(
    dialogue: Dialogue, faq: Faq, then: str
) -> None:
    reply, _ = told(dialogue, "申请低保要带什么", then)
    assert faq.intents["dibao.materials"].answer.strip() not in reply.text
    if reply.answered:
        first = reply.parts[0].text
        wordings = (*faq.phrases.point_unknown, *(w.partition("{value}")[0] for w in faq.phrases.point_nearest))
        assert any(first.startswith(wording) for wording in wordings), first
        assert any(part.kind == Kind.OFFICE for part in reply.parts)


@pytest.mark.parametrize(
    ("messages", "term", "intent"),
    [
        (["低保怎么申请", "啥叫承诺书"], "承诺书", "dibao.materials"),
        (["低保怎么申请", "核对是啥意思"], "核对", "dibao.apply"),
        (["“公示”什么意思"], "公示", "dibao.timeline"),
        (["渐退是啥意思"], "渐退", "dibao.changes"),
    ],
)
def test_a_word_is_explained_from_the_glossary(
    dialogue: Dialogue, faq: Faq, messages: list[str], term: str, intent: str
) -> None:
    reply, _ = told(dialogue, *messages)
    assert reply.points == (faq.glossary[term].means,)
    assert (reply.decision, ids(reply)) == ("answer", [intent])
    assert len(reply.text) < 120


def test_a_first_question_about_a_part_gets_that_part_first_and_the_rest_too(dialogue: Dialogue, faq: Faq) -> None:
    reply, _ = told(dialogue, "残疾人两项补贴人在外地能交吗")
    assert ids(reply) == ["special.disability"]
    lines = reply.parts[0].text.split("\n")
    assert "全国任一乡镇" in lines[0]
    assert {point.text for point in faq.intents["special.disability"].points} <= {*lines, f"· {lines[0]}"}
    assert reply.points is None


def test_that_a_telephone_is_not_known_is_said_once_a_conversation(dialogue: Dialogue, faq: Faq) -> None:
    unknown = faq.phrases.phone_unknown
    first, session = dialogue.hear("低保怎么申请", Session(), NOW)
    second, session = dialogue.hear("临时救助怎么申请", session, NOW)
    third, _ = dialogue.press(Press(Action.ANSWER, "tekun.apply"), session, NOW)
    assert unknown in first.text
    assert unknown not in second.text + third.text
    fresh, _ = dialogue.hear("临时救助怎么申请", Session(), NOW)
    assert unknown in fresh.text


def test_at_most_three_sources_are_named_by_title_and_all_of_them_on_request(dialogue: Dialogue, faq: Faq) -> None:
    for intent in faq.intents.values():
        reply, session = dialogue.press(Press(Action.ANSWER, intent.id), Session(), NOW)
        named = [part for part in reply.parts if part.kind == Kind.SOURCES]
        if faq.small_talk(intent):
            assert named == []
            continue
        (line,) = named
        titles = {faq.sources[key].title for key in intent.sources}
        cited = line.text.removeprefix(faq.phrases.sources.format(value="")).split("；")
        assert len(cited) <= 3
        assert set(cited) <= titles, intent.id
        press = next(choice.press for choice in reply.choices if choice.label == faq.phrases.button_sources)
        everything, _ = dialogue.press(press, session, NOW)
        for key in intent.sources + intent.details_sources:
            assert faq.sources[key].title in everything.text
            assert (faq.sources[key].number or "") in everything.text


def test_a_part_names_only_the_sources_that_bear_it_out(dialogue: Dialogue) -> None:
    reply, _ = told(dialogue, "残疾人两项补贴怎么领", "为啥给俺停了")
    sources = [part.text for part in reply.parts if part.kind == Kind.SOURCES]
    assert len(sources) <= 1
    assert all("；" not in text or text.count("；") < 2 for text in sources)


def test_an_official_site_is_shown_with_the_sources_only(dialogue: Dialogue, faq: Faq) -> None:
    sites = {source.url for source in faq.sources.values() if source.url}
    assert sites
    assert all(site.startswith("https://") for site in sites)
    reply, session = dialogue.press(Press(Action.ANSWER, "dibao.apply"), Session(), NOW)
    assert not any(site in reply.text for site in sites)
    everything, _ = dialogue.press(Press(Action.SOURCES, "dibao.apply"), session, NOW)
    assert "https://mzt.henan.gov.cn" in everything.text


def test_no_source_is_kept_twice(faq: Faq) -> None:
    titles = [source.title for source in faq.sources.values()]
    assert {title for title in titles if titles.count(title) > 1} == set()


@pytest.mark.parametrize(
    ("asked", "then"),
    [
        ("看病自费太多咋办", "病历复印件行不行"),
        ("残疾人两项补贴怎么领", "能给我家装个空调不"),
    ],
)
def test_what_no_point_answers_is_said_plainly_without_a_far_one(
    dialogue: Dialogue, faq: Faq, asked: str, then: str
) -> None:
    reply, _ = told(dialogue, asked, then)
    assert not reply.points, reply.text
    assert "挨得上" not in str(faq.phrases.point_nearest)
    assert "沾边" not in str(faq.phrases.point_nearest)
