"""What an admin does is the same rows, whichever channel it comes by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.desk import deeds
from bot.desk.deeds import By
from bot.desk.groups import Group
from bot.store.desk.acts import FAILED, GATED, NEW, Act, Answered, Deed, Ignored, Noted
from bot.store.desk.records import Question, Why
from faq.knowledge.types import Faq
from faq.said import Said

GROUP = Group(
    (
        Question(1, "低保咋停了", Why.FALLBACK, "2026-11-30", ()),
        Question(2, "低保咋停", Why.DOWNVOTE, "2026-11-30", ()),
    )
)
EDITOR, OWNER = By(7, "editor", "e", False), By(8, "owner", "o", True)


def test_each_act_is_a_row_and_what_becomes_of_the_questions() -> None:
    act, noted = deeds.as_new(EDITOR, GROUP)
    assert isinstance(act, Act)
    assert (act.number, act.role, act.who, act.deed, act.version, act.numbers) == (
        7,
        "editor",
        "e",
        Deed.NEW,
        "",
        (1, 2),
    )
    assert noted == Noted((1, 2), NEW)
    act, gone = deeds.ignored(EDITOR, GROUP, ())
    assert isinstance(act, Act)
    assert act.numbers == (), "no trace of what is never to be seen again"
    assert gone == Ignored((1, 2), ())
    assert len(deeds.later(GROUP)) == 1


def test_a_line_is_under_way_until_it_is_published_and_a_known_one_is_only_noted(faq: Faq) -> None:
    (act,) = deeds.learns(EDITOR, GROUP, "dibao.apply", "没学过的一句", faq, "v0007")
    assert isinstance(act, Act)
    assert (act.deed, act.target, act.wording, act.version) == (Deed.ASSIGN, "dibao.apply", "没学过的一句", None)
    known = faq.intents["dibao.apply"].wordings()[0][0]
    act, answered = deeds.learns(EDITOR, GROUP, "dibao.apply", known, faq, "v0007")
    assert isinstance(act, Act)
    assert (act.wording, act.version, answered) == ("", "v0007", Answered((1, 2), "dibao.apply"))
    (act,) = deeds.learns(EDITOR, GROUP, "out_of_scope.other", known, faq, "v0007")
    assert isinstance(act, Act)
    assert (act.deed, act.version) == (Deed.DECLINE, None)


@pytest.mark.parametrize(
    ("change", "by", "why"),
    [
        ({}, OWNER, ""),
        ({"who": "e"}, EDITOR, ""),
        ({}, EDITOR, "desk_undo_not_yours"),
        ({"version": None}, OWNER, "desk_undo_none"),
        ({"version": FAILED}, OWNER, "desk_undo_none"),
        ({"wording": ""}, OWNER, "desk_undo_none"),
    ],
)
def test_who_may_take_back_what(change: dict[str, Any], by: By, why: str) -> None:
    act = replace(Act(3, 0.0, "owner", "x", Deed.EDIT, "dibao.apply", "低保怎么申请", "", "v0002"), **change)
    undo = deeds.undoes(by, {3: act}, 3)
    if why:
        assert isinstance(undo, Said)
        assert undo.key == why
    else:
        assert isinstance(undo, Act)
        assert (undo.deed, undo.target, undo.number, undo.version) == (Deed.UNDO, "3", by.number, None)
        assert isinstance(deeds.undoes(OWNER, {3: act, undo.number: undo}, 3), Said), "once"
    assert isinstance(deeds.undoes(OWNER, {}, 3), Said)


@pytest.mark.parametrize(
    ("version", "by", "why", "refused"),
    [
        (GATED, OWNER, "把关拦错了", ""),
        (GATED, EDITOR, "把关拦错了", "desk_insist_owners"),
        (GATED, OWNER, "  ", "desk_insist_why"),
        (FAILED, OWNER, "把关拦错了", "desk_insist_none"),
        (None, OWNER, "把关拦错了", "desk_insist_none"),
        ("v0002", OWNER, "把关拦错了", "desk_insist_none"),
    ],
)
def test_only_an_owner_with_a_reason_overrules_the_gate_and_nothing_but_the_gate(
    version: str | None, by: By, why: str, refused: str
) -> None:
    act = Act(3, 0.0, "editor", "x", Deed.EDIT, "dibao.apply", "低保怎么申请", "没过把关", version)
    changes = deeds.insists(by, {3: act}, 3, why)
    if refused:
        assert isinstance(changes, Said)
        assert changes.key == refused
    else:
        assert isinstance(changes, tuple)
        insisted, again = changes
        assert (insisted.deed, insisted.target, insisted.why, insisted.version) == (Deed.INSIST, "3", why, "")
        assert again == replace(act, version=None)
    assert isinstance(deeds.undoes(OWNER, {3: replace(act, version=GATED)}, 3), Said), "nothing was published"


def test_every_reason_has_words() -> None:
    assert deeds.reasons(GROUP).say() == "答不了 1 次、点了 👎 1 次"
    for why in set(Why) - {Why.FEEDBACK}:
        assert deeds.reasons(Group((replace(GROUP.questions[0], why=why),))).say()
