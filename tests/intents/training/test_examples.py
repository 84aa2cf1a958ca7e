"""Conversations to learn from teach the classifier what their messages ask by themselves."""

from __future__ import annotations

from faq.knowledge.case import asked_in_lessons
from intents.classifier.model import OUT_OF_SCOPE, Model
from intents.training.examples import examples
from tests.intents.training.talks import teaching


def learned(model: Model, *talk: tuple[str, str]) -> list[tuple[str, str]]:
    """Return what is learned of one conversation, given as messages with what is expected."""
    return [(one.label, one.message) for one in asked_in_lessons(teaching(model.faq, talk))]


def test_a_first_message_is_learned_if_one_policy_answers_it(model: Model) -> None:
    assert learned(model, ("俺娘咋吃低保", "dibao.apply")) == [("dibao.apply", "俺娘咋吃低保")]
    assert learned(model, ("低保", "dibao.apply|dibao.overview")) == []
    assert learned(model, ("低保", "dibao.apply|ask")) == []
    assert learned(model, ("恁好", "talk")) == []


def test_later_messages_are_learned_where_they_turn_to_something_else(model: Model) -> None:
    talk = (
        ("低保怎么申请", "dibao.apply"),
        ("一个月能给俺娘多少钱", "dibao.amount"),
        ("社区食堂一顿饭要花几块钱", "canteen.price"),
        ("老年人去食堂吃便宜不", "canteen.price"),
        ("那吃低保", "dibao.apply"),
    )
    assert learned(model, *talk) == [("dibao.apply", "低保怎么申请"), ("canteen.price", "社区食堂一顿饭要花几块钱")]


def test_other_offices_business_is_learned_as_theirs(model: Model) -> None:
    talk = (("低保怎么申请", "dibao.apply"), ("护照要去哪儿办理", "decline"), ("那要带啥", "decline|dibao.materials"))
    assert learned(model, *talk)[1:] == [(OUT_OF_SCOPE, "护照要去哪儿办理")]


def test_what_lessons_ask_is_among_the_examples(model: Model) -> None:
    faq = teaching(model.faq, [("恁好", "talk"), ("低保怎么申请", "dibao.apply"), ("护照要去哪儿办理哩", "decline")])
    taught = examples(faq)
    assert dict(zip(taught.questions, taught.labels, strict=True))["护照要去哪儿办理哩"] == OUT_OF_SCOPE
    assert [str(one) for one in faq.trained_on() if one.question == "护照要去哪儿办理哩"] == ["talk.yaml:3"]
