"""A question leans on what was asked before it as far as its own words leave room, and no farther."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from faq.knowledge.types import Faq
from intents.classifier.model import Guess, Model
from intents.entities.subjects import Subjects
from intents.interpret.context import Context
from intents.interpret.follow_up import FollowUp
from intents.interpret.interpreter import Interpreter
from intents.interpret.parts import Question, Splitter


@pytest.fixture(scope="module")
def interpreter(model: Model) -> Interpreter:
    return Interpreter(model)


@pytest.fixture(scope="module")
def follow_up(model: Model) -> FollowUp:
    return FollowUp(model, Splitter(model.faq.cues), Subjects(model.faq))


@pytest.fixture(scope="module")
def ranks(faq: Faq) -> Callable[[Mapping[str, Mapping[str, float]]], Callable[[str], list[Guess]]]:
    """Make a ranking of questions that are written down; of all others nothing is known."""

    def make(written: Mapping[str, Mapping[str, float]]) -> Callable[[str], list[Guess]]:
        return lambda question: [Guess(faq.intents[i], share) for i, share in written.get(question, {}).items()]

    return make


Ranks = Callable[[Mapping[str, Mapping[str, float]]], Callable[[str], list[Guess]]]
ASKED = Question("几点上班")


def test_what_is_asked_of_any_subject_is_answered_by_its_own_words(follow_up: FollowUp, faq: Faq, ranks: Ranks) -> None:
    context, unsure = Context(faq.intents["dibao.apply"]), [Guess(faq.intents["dibao.apply"], 0.1)]
    rank = ranks({ASKED.asks: {"contacts.hours": 0.9}})
    assert follow_up.by_itself(ASKED, context, unsure, rank)[0].intent.id == "contacts.hours"


def test_own_words_less_sure_than_the_context_do_not_count(follow_up: FollowUp, faq: Faq, ranks: Ranks) -> None:
    context, guesses = Context(faq.intents["dibao.apply"]), [Guess(faq.intents["dibao.materials"], 0.95)]
    rank = ranks({ASKED.asks: {"contacts.hours": 0.9}})
    assert follow_up.by_itself(ASKED, context, guesses, rank) == guesses
    assert follow_up.by_itself(ASKED, context, [], ranks({})) == []


def test_own_words_do_not_lead_to_another_subject_unless_it_was_only_named(
    follow_up: FollowUp, faq: Faq, ranks: Ranks
) -> None:
    unsure = [Guess(faq.intents["dibao.apply"], 0.1)]
    rank = ranks({ASKED.asks: {"tekun.apply": 0.9}})
    asked, named = (Context(faq.intents["dibao.apply"], subject="dibao", asked=asked) for asked in (True, False))
    assert follow_up.by_itself(ASKED, asked, unsure, rank) == unsure
    assert follow_up.by_itself(ASKED, named, unsure, rank)[0].intent.id == "tekun.apply"


def test_a_subject_with_an_answer_of_its_own_stands_before_the_general_one(
    follow_up: FollowUp, faq: Faq, ranks: Ranks
) -> None:
    opens = Question("几点开门")
    rank = ranks({opens.asks: {"contacts.hours": 1.0}})
    where, own = Context(faq.intents["canteen.where"]), [Guess(faq.intents["canteen.hours"], 0.7)]
    assert follow_up.by_itself(opens, where, own, rank) == own
    hours = Context(faq.intents["canteen.hours"])
    assert follow_up.by_itself(opens, hours, own, rank)[0].intent.id == "contacts.hours", "it was answered already"


def test_a_question_behind_what_is_strange_must_be_sure_together_with_it(follow_up: FollowUp, ranks: Ranks) -> None:
    alone, told = Question("要几天"), Question("要几天", ("护照过期了",))
    assert follow_up.stands_after("", alone, None, ranks({}))
    assert not follow_up.stands_after("护照在哪里办", alone, None, ranks({}))
    assert not follow_up.stands_after("", told, None, ranks({}))
    assert follow_up.stands_after("", told, None, ranks({"护照过期了,要几天": {"dibao.timeline": 0.9}}))


def test_a_question_that_names_its_subject_stands_after_anything(follow_up: FollowUp, ranks: Ranks) -> None:
    assert follow_up.stands_after("护照在哪里办", Question("低保要几天"), None, ranks({}))


def test_behind_what_was_asked_before_less_will_do(follow_up: FollowUp, faq: Faq, model: Model, ranks: Ranks) -> None:
    told = Question("要带啥", ("我妈七十了",))
    context, accept = Context(faq.intents["dibao.apply"]), model.thresholds.accept
    rank = ranks({"低保,我妈七十了,要带啥": {"dibao.materials": accept * 0.9, "dibao.apply": 0.3}})
    assert follow_up.stands_after("", told, context, rank)
    strange = ranks({"低保,我妈七十了,要带啥": {"dibao.materials": 0.45}})
    assert not follow_up.stands_after("", told, context, strange), "it is rather another office's"
    assert not follow_up.stands_after("", told, None, rank)
    assert not follow_up.stands_after("", told, Context(faq.intents["chat.greeting"]), rank)


@pytest.mark.parametrize(
    ("intent", "subject", "about"),
    [
        ("dibao.apply", None, "低保"),
        ("dibao.apply", "tekun", "特困"),
        ("dibao.marginal", None, "低保边缘"),
        ("channel.free", None, "办救助要不要花钱"),
    ],
)
def test_what_was_talked_about_is_called_by_its_usual_word(
    faq: Faq, intent: str, subject: str | None, about: str
) -> None:
    assert Context(faq.intents[intent], subject=subject).about(faq) == about


@pytest.mark.parametrize("message", ["是立马停还是过几个月给停", "添人进口的手续几天之内补上就行"])
def test_a_longer_message_that_is_unsure_leans_on_what_was_asked_before(
    interpreter: Interpreter, faq: Faq, message: str
) -> None:
    guess = interpreter.understand(message, Context(faq.intents["dibao.changes"])).answered[0]
    assert guess.intent.topic == "dibao"


def test_a_long_question_of_another_subject_that_is_unsure_does_not_lean(interpreter: Interpreter, faq: Faq) -> None:
    said = "北京的低保户怎么申请公租房"
    meaning = interpreter.understand(said, Context(faq.intents["special.housing"]))
    assert "special.housing" not in [guess.intent.id for guess in meaning.answered]


def test_hours_asked_beside_the_canteen_are_the_canteens(interpreter: Interpreter) -> None:
    answered = [guess.intent.id for guess in interpreter.understand("社区食堂在哪、几点开门").answered]
    assert answered == ["canteen.where", "canteen.hours"]


@pytest.mark.parametrize(("asked", "said"), [("dibao.eligibility", "那房子呢")])
def test_a_word_of_everyday_life_does_not_turn_to_the_policy_of_that_name(
    interpreter: Interpreter, faq: Faq, asked: str, said: str
) -> None:
    answered = interpreter.understand(said, Context(faq.intents[asked])).answered
    assert [guess.intent.id for guess in answered] == [asked]


@pytest.mark.parametrize(
    ("asked", "said", "meant"),
    [("dibao.apply", "那特困呢", "tekun.apply"), ("special.medical", "房子呢", "special.housing")],
)
def test_the_name_of_a_policy_or_a_word_for_one_beside_it_does(
    interpreter: Interpreter, faq: Faq, asked: str, said: str, meant: str
) -> None:
    answered = interpreter.understand(said, Context(faq.intents[asked])).answered
    assert [guess.intent.id for guess in answered] == [meant]
