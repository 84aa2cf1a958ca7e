"""What may come next is ranked by the message, by what was asked, and by how long ago that was."""

from __future__ import annotations

import pytest

from faq.knowledge.types import Faq
from intents.classifier.model import Model
from intents.classifier.next_turn import DECLINED, TOLD
from intents.interpret.context import Context
from intents.interpret.interpreter import Interpreter
from intents.interpret.next_turn import NextTurns


@pytest.fixture(scope="module")
def interpreter(model: Model) -> Interpreter:
    return Interpreter(model)


@pytest.fixture(scope="module")
def turns(interpreter: Interpreter) -> NextTurns:
    return NextTurns(interpreter.model, interpreter.splitter, interpreter.subjects, interpreter.points)


@pytest.mark.parametrize("freshness", [1.0, 0.5, 0.25])
def test_probabilities_are_sorted_and_sum_to_one_at_most(turns: NextTurns, model: Model, freshness: float) -> None:
    context = Context(model.faq.intents["dibao.apply"], freshness)
    ranked = turns.rank("要多久", context, model.rank)
    assert {DECLINED, TOLD, "dibao.apply"} <= ranked.keys()
    assert list(ranked.values()) == sorted(ranked.values(), reverse=True)
    assert 0.9 < sum(ranked.values()) <= 1 + 1e-9


def test_the_longer_ago_the_less_it_goes_on(turns: NextTurns, model: Model) -> None:
    fresh, old = (Context(model.faq.intents["dibao.apply"], share) for share in (1.0, 0.25))
    before, after = (turns.rank("那俺娘呢", context, model.rank)["dibao.apply"] for context in (fresh, old))
    assert before > after


@pytest.mark.parametrize("message", ["", "……", "要" * 4000, "𠮷🙂"])
def test_any_message_is_ranked(turns: NextTurns, model: Model, message: str) -> None:
    assert turns.rank(message, Context(model.faq.intents["dibao.apply"]), model.rank)


@pytest.mark.parametrize(
    ("asked", "said", "meant"),
    [
        ("dibao.apply", "要带啥", "dibao.materials"),
        ("canteen.where", "几点开门", "canteen.hours"),
        ("dibao.apply", "那特困呢", "tekun.apply"),
        ("linshi.apply", "公积金能取不", None),
    ],
)
def test_what_residents_usually_mean_next(
    interpreter: Interpreter, faq: Faq, asked: str, said: str, meant: str | None
) -> None:
    answered = interpreter.understand(said, Context(faq.intents[asked])).answered
    assert [guess.intent.id for guess in answered][:1] == [meant][: meant is not None]


def test_what_is_only_told_is_heard_as_told(interpreter: Interpreter, faq: Faq) -> None:
    assert interpreter.understand("我妈今年七十三", Context(faq.intents["dibao.apply"])).told


def test_a_number_alone_goes_on_from_nothing(interpreter: Interpreter, faq: Faq) -> None:
    meaning = interpreter.understand("9", Context(faq.intents["dibao.apply"]))
    assert not meaning.answered
    assert not meaning.told
