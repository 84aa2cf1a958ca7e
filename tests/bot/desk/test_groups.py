"""Questions that ask the same are one card; what is ignored never comes back; many are no trouble."""

from __future__ import annotations

import datetime as dt
import random
import time
from pathlib import Path

import pytest

from bot.desk.groups import Board
from bot.desk.waiting import AT_ONCE, Waiting
from bot.dialogue.desk.questions import Questions
from bot.dialogue.dialogue import Dialogue
from bot.store.desk.acts import NEW, Act, Deed, Ignored, Noted
from bot.store.desk.opinions import Opinions
from bot.store.desk.records import Question, Why
from bot.store.pseudonyms import Pseudonyms
from intents.registry.registry import Registry
from tests.bench.groups import judged, matters

TODAY = dt.date.today()
SAME = [
    ("坐公交车的老年卡丢了咋补", "老年公交卡丢了怎么补办", "公交老年卡丢了上哪补", "老年人坐公交的卡丢了"),
    ("驾驶证到期了在哪换", "驾驶证到期怎么换证", "驾照到期了换证去哪", "驾驶证快到期了换证"),
    ("孩子上小学报名要啥", "小学报名什么时候", "上小学怎么报名", "小学新生报名要带啥"),
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def questions(small_untouched: Path) -> Questions:
    return Dialogue(Registry(small_untouched / "var").open()).questions


def board(questions: Questions, folder: Path) -> Board:
    return Board(questions.vector, Pseudonyms(folder).digest)


def asked(texts: list[str] | tuple[str, ...], first: int = 1) -> list[Question]:
    return [
        Question(number, text, Why.FALLBACK, TODAY.isoformat(), ("dibao.apply",))
        for number, text in enumerate(texts, first)
    ]


def test_other_words_for_the_same_are_one_group_the_most_frequent_first(questions: Questions, tmp_path: Path) -> None:
    texts = [*SAME[0], *SAME[1][:3], *SAME[2][:2], SAME[0][0]]
    groups = board(questions, tmp_path).groups(asked(texts))
    together = [{text for one in SAME for text in one if text in group.wordings} for group in groups]
    assert groups[0].wordings[0] == SAME[0][0], "asked twice"
    for group in together:
        assert any(group <= set(one) for one in SAME), f"two matters in one card: {group}"
    assert len(groups) <= 5, [group.wordings for group in groups]
    assert [len(group.questions) for group in groups] == sorted((len(g.questions) for g in groups), reverse=True)


def test_what_residents_ask_in_vain_comes_as_few_cards_with_one_matter_each(
    questions: Questions, tmp_path: Path
) -> None:
    matter_of = {text: matter for matter, texts in matters().items() for text in texts}
    found = board(questions, tmp_path).groups(asked(list(matter_of)))
    purity, completeness, count = judged([group.wordings for group in found], matter_of)
    assert purity > 0.9
    assert completeness > 0.5, f"{count} cards for {len(set(matter_of.values()))} matters"


def test_a_question_misspelled_by_its_sound_stands_with_the_others(questions: Questions, tmp_path: Path) -> None:
    texts = ["路灯坏了找谁修", "露登坏了早谁修"]
    (group,) = board(questions, tmp_path).groups(asked(texts))
    assert len(group.questions) == 2


def test_what_is_ignored_is_known_again_in_other_words_after_a_restart_and_without_its_words(
    questions: Questions, tmp_path: Path
) -> None:
    opinions = Opinions()
    opinions.questions = {one.number: one for one in asked([*SAME[0][:2], *SAME[1][:2]])}
    waiting = Waiting(opinions, lambda: questions, Pseudonyms(tmp_path).digest)
    waiting.sort()
    for group in [one for one in waiting.groups() or () if one.wordings[0] in SAME[0]]:
        traces = waiting.traces(group)
        assert not any(word in trace.features for trace in traces for word in ("公交", "老年", "卡"))
        opinions.apply_admins(Ignored(group.numbers, traces))
    again = {one.number: one for one in asked([SAME[0][2], SAME[0][0]], first=50)}
    opinions.questions |= again
    for shown in (waiting, Waiting(opinions, lambda: questions, Pseudonyms(tmp_path).digest)):
        wordings = {text for one in shown.groups() or () for text in one.wordings}
        assert not wordings & set(SAME[0])
        assert wordings & set(SAME[1])


def test_what_is_under_way_answered_noted_or_put_off_is_not_shown(questions: Questions, tmp_path: Path) -> None:
    opinions = Opinions()
    opinions.questions = {one.number: one for one in asked([SAME[0][0], SAME[1][0], SAME[2][0]])}
    waiting = Waiting(opinions, lambda: questions, Pseudonyms(tmp_path).digest)
    assert len(waiting.groups() or ()) == 3
    opinions.apply_admins(Act(9, 0.0, "owner", "x", Deed.ASSIGN, "dibao.apply", "句", "", None, (1,)))
    opinions.apply_admins(Noted((2,), NEW))
    opinions.apply_admins(Noted((3,), (TODAY + dt.timedelta(days=1)).isoformat()))
    assert waiting.groups() == []
    assert [one.numbers for one in waiting.groups(noted=True) or ()] == [(2,)]
    opinions.apply_admins(Noted((3,), TODAY.isoformat()))
    assert [one.numbers for one in waiting.groups() or ()] == [(3,)], "shown again on the day"


GROWTH = 40.0
"""Times that eight times as many questions may cost: some 16 as it is, 64 if each is compared with all others."""


def sorting(questions: Questions, folder: Path, count: int) -> float:
    """Return the CPU seconds that it takes to put so many questions in order."""
    rng = random.Random(1)
    letters = "".join(map("".join, SAME))
    opinions = Opinions()
    opinions.questions = {one.number: one for one in asked(["".join(rng.choices(letters, k=12)) for _ in range(count)])}
    waiting = Waiting(opinions, lambda: questions, Pseudonyms(folder).digest)
    assert waiting.groups() is None, f"more than {AT_ONCE} are not put in order while somebody waits"
    began = time.process_time()
    waiting.sort()
    took = time.process_time() - began
    assert waiting.groups()
    return took


def test_questions_are_grouped_in_time_that_grows_with_their_number_and_not_with_its_square(
    questions: Questions, tmp_path: Path
) -> None:
    assert sorting(questions, tmp_path, 8_000) < GROWTH * sorting(questions, tmp_path, 1_000)
