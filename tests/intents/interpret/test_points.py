"""A turn about a part finds the point that answers it; measured on questions of intents kept aside as well."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import pytest

from faq.knowledge.points import About, Point
from intents.classifier.model import Model
from intents.interpret.asked_points import AskedPoints
from intents.interpret.context import Context
from intents.interpret.interpreter import Interpreter
from intents.interpret.meaning import Meaning
from intents.interpret.narrowing import Narrowing
from intents.interpret.points import STEP, Points
from tests.conftest import ROOT

TODAY = dt.date(2026, 11, 29)
UNKNOWN = ("没有查到", "没有写", "没写", "没有核实")


@dataclass(frozen=True)
class Row:
    """A turn of tests/data/dev_points.tsv."""

    part: str
    """learn or kept."""
    intent: str
    """Id of the intent answered before."""
    held: str
    """What the points given must hold, one of them; none: the answer does not say it."""
    message: str
    """What the resident asks on."""

    def borne_out(self, points: tuple[Point, ...]) -> bool:
        """Tell whether `points` answer."""
        if self.held == "none":
            return all(p.about == About.ASK or any(said in p.text for said in UNKNOWN) for p in points)
        return any(one in point.text for point in points for one in self.held.split("|"))


ROWS = [
    Row(*line.split("\t"))
    for line in (ROOT / "tests" / "data" / "dev_points.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def outcomes(model: Model) -> dict[str, Counter[str]]:
    """Count what becomes of the rows of each part."""
    interpreter = Interpreter(model)
    narrowing = Narrowing(interpreter)
    counted: dict[str, Counter[str]] = {"learn": Counter(), "kept": Counter()}
    for row in ROWS:
        context = Context(model.faq.intents[row.intent])
        meaning = narrowing.narrowed(row.message, interpreter.understand(row.message, context), context, TODAY)
        counted[row.part][outcome(row, meaning)] += 1
    return counted


def outcome(row: Row, meaning: Meaning) -> str:
    """Return whether the right point was given, a wrong one, none, or the whole of some answer."""
    kind = "none: " if row.held == "none" else ""
    if meaning.given is None:
        same = any(guess.intent.id == row.intent for guess in meaning.answered)
        return kind + ("the whole again" if same else "another answer" if meaning.answered else "asked back")
    if not meaning.given.said:
        right = kind or row.borne_out(meaning.given.points)
        return kind + ("right" if right else "said to be unknown")
    return kind + ("right" if row.borne_out(meaning.given.points) else "wrong")


def test_the_rows_are_many_and_parted_by_intent() -> None:
    assert len(ROWS) >= 150
    assert not {r.intent for r in ROWS if r.part == "learn"} & {r.intent for r in ROWS if r.part == "kept"}


@pytest.mark.parametrize(("part", "right", "wrong"), [("learn", 0.73, 0.07), ("kept", 0.64, 0.16)])
def test_the_right_point_is_given(outcomes: dict[str, Counter[str]], part: str, right: float, wrong: float) -> None:
    asked = Counter({name: count for name, count in outcomes[part].items() if not name.startswith("none: ")})
    total = asked.total()
    assert asked["right"] / total >= right, asked
    assert asked["wrong"] / total <= wrong, asked
    assert asked["said to be unknown"] / total <= 0.10, asked
    assert asked["the whole again"] / total <= 0.08, asked


def test_what_the_answer_does_not_say_is_seldom_taken_for_one_of_its_points(outcomes: dict[str, Counter[str]]) -> None:
    unsaid = Counter(
        {name: count for name, count in (outcomes["learn"] + outcomes["kept"]).items() if "none: " in name}
    )
    assert unsaid.total() >= 30
    assert unsaid["none: wrong"] / unsaid.total() <= 0.25, unsaid


@pytest.mark.parametrize(
    ("message", "about"),
    [
        ("能网上办不", About.ONLINE),
        ("要几天", About.TIME),
        ("复印件行不行", About.PAPERS),
        ("一个月给多少", About.AMOUNT),
        ("收费不", About.FEE),
        ("这是啥意思", About.MEANING),
    ],
)
def test_what_a_turn_asks_about_is_told_by_its_words(model: Model, message: str, about: About) -> None:
    assert about in Points(model).about(message)


@pytest.mark.parametrize(
    ("message", "step"), [("第三步是啥意思", "3"), ("第2步咋弄", "2"), ("头一步", None), ("第一次来", None)]
)
def test_a_step_is_asked_for_by_its_number(model: Model, message: str, step: str | None) -> None:
    assert Points(model).step(message) == step


@pytest.mark.parametrize(
    ("message", "term"),
    [
        ("公示是啥意思", "公示"),
        ("啥叫核对授权书", "授权书"),
        ("公示几天", None),
        ("公示完了没人提意见是啥意思", None),
    ],
)
def test_a_word_is_explained_only_where_nothing_else_is_asked(model: Model, message: str, term: str | None) -> None:
    found = Points(model).term(message)
    assert (found[0] if found else None) == term


def test_a_message_of_danger_is_never_narrowed(model: Model) -> None:
    context = Context(model.faq.intents["dibao.apply"])
    message = "我不想活了，药都买好了，能网上办不"
    meaning = Interpreter(model).understand(message, context)
    assert meaning.danger is not None
    assert Narrowing(Interpreter(model)).narrowed(message, meaning, context, TODAY) == meaning


def test_a_point_is_only_told_as_what_was_asked_if_that_is_likely(model: Model) -> None:
    interpreter = Interpreter(model)
    narrowing = Narrowing(interpreter)
    ranks = AskedPoints(model, interpreter.points, interpreter.splitter)
    told = {True: 0, False: 0}
    for row in ROWS:
        context = Context(model.faq.intents[row.intent])
        meaning = narrowing.narrowed(row.message, interpreter.understand(row.message, context), context, TODAY)
        if (
            meaning.given is None
            or meaning.given.whole
            or meaning.given.term
            or meaning.answered[0].intent.id != row.intent
        ):
            continue
        best = ranks.rank(row.message, meaning.answered[0].intent.on(TODAY))[0]
        if best.point is not None and best.point.about != About.ASK and best.score < STEP:
            assert meaning.given.said == (best.share >= 0.6), row
            told[meaning.given.said] += 1
    assert min(told.values()) > 10
