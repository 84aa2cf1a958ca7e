"""How residents go on is learned from conversations."""

from __future__ import annotations

import pytest

from intents.classifier.logit import Candidate, Logit
from intents.classifier.model import Model
from intents.classifier.next_turn import DECLINED, PRIOR, TOLD, Kind
from intents.training.logit import Choice
from intents.training.next_turn import learn_next_turn, turns_of
from tests.intents.training.talks import teaching


def taught(model: Model, *talks: tuple[tuple[str, str], ...]) -> Model:
    """Return `model` with `talks` alone, each of messages with what is expected, as lessons."""
    return model.telling(teaching(model.faq, *talks))


def of(turn: Choice) -> dict[str, bool]:
    """Return of each candidate whether it is right."""
    return {one.key: right for one, right in zip(turn.candidates, turn.right, strict=True)}


def test_without_lessons_it_is_as_it_always_was(model: Model) -> None:
    assert learn_next_turn(taught(model)) == Logit(PRIOR)


def test_every_turn_behind_a_policy_is_learned_with_what_may_be_right(model: Model) -> None:
    talk = (
        ("你好", "talk"),
        ("低保怎么申请", "dibao.apply"),
        ("要多久", "dibao.timeline|dibao.apply"),
        ("俺爹瘫了", "talk"),
        ("护照咋办", "decline"),
    )
    told = taught(model, talk)
    after_apply, after_timeline, strange = turns_of(told, list(enumerate(told.faq.lessons)))
    right = of(after_apply)
    assert {key for key, fits in right.items() if fits} == {"dibao.apply", "dibao.timeline"}
    piece = of(after_timeline)
    assert piece[TOLD]
    assert not piece[DECLINED]
    declined = of(strange)
    assert declined[DECLINED]
    assert not declined["dibao.apply"]


def test_what_the_lessons_show_becomes_likelier(model: Model) -> None:
    asked = ("低保怎么申请", "dibao.apply")
    facts = ("俺爹瘫了", "她妈走了", "家里就俺一个", "没儿没女", "地也没了", "住的土房")
    told = learn_next_turn(taught(model, *((asked, (fact, "talk")) for fact in facts)))
    answered = learn_next_turn(taught(model, *((asked, (fact, "dibao.apply")) for fact in facts)))
    assert told.weights["told"] > PRIOR["told"] > answered.weights["told"]
    assert answered.weights["same"] > told.weights["same"]


def test_words_that_go_with_telling_are_heard_in_other_messages(model: Model) -> None:
    asked = ("低保怎么申请", "dibao.apply")
    told = ("他已经走了半年", "老伴已经走了", "俺妈已经走了三年", "人已经走了快俩月")
    meant = ("他在外地打工", "老伴在外地看病", "俺妈在外地住", "人在外地快俩月")
    lessons = [*((asked, (said, "talk")) for said in told), *((asked, (said, "dibao.apply")) for said in meant)]
    learned = learn_next_turn(taught(model, *lessons))
    candidates = [Candidate(kind, kind, {}) for kind in (Kind.TOLD, Kind.SAME)]
    gone, away = (learned.shares(candidates, model.words.features(f"大伯{said}")) for said in ("已经走了", "在外地"))
    assert gone[Kind.TOLD] > 0.55
    assert away[Kind.TOLD] < 0.45


@pytest.mark.slow
def test_the_same_lessons_give_the_same_weights(model: Model) -> None:
    talk = (
        ("低保怎么申请", "dibao.apply"),
        ("要多久", "dibao.timeline"),
        ("要多久", "dibao.timeline"),
        ("要多久", "talk"),
    )
    first, second = (learn_next_turn(taught(model, talk)) for _ in range(2))
    assert first.weights == second.weights
    assert first.words is not None
    assert second.words is not None
    assert first.words.coefficients.tobytes() == second.words.coefficients.tobytes()
    assert first.words.coefficients.any()
