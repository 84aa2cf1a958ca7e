"""A follow-up goes where residents go next, and less so the longer they wait."""

from __future__ import annotations

import pytest

from faq.knowledge.types import Faq
from intents.classifier.model import Guess
from intents.interpret.context import Context, switched, weigh


@pytest.mark.parametrize("freshness", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("asked", [False, True])
def test_the_prior_is_a_probability(faq: Faq, freshness: float, within: bool, asked: bool) -> None:
    for intent in faq.intents.values():
        prior = Context(intent, freshness, "dibao", within, asked).prior(faq)
        assert sum(prior.values()) == pytest.approx(1)
        assert min(prior.values()) >= 0


def test_after_a_while_a_message_means_what_it_says_by_itself(faq: Faq) -> None:
    apply, hours, materials = (faq.intents[i] for i in ("dibao.apply", "contacts.hours", "dibao.materials"))
    alone, together = [Guess(hours, 0.4), Guess(materials, 0.3)], [Guess(materials, 0.9), Guess(hours, 0.01)]
    fresh, fading, old = (weigh(faq, Context(apply, share), alone, together, 4) for share in (1.0, 0.5, 0.0))
    assert fresh[0].intent == materials
    assert fresh[0].confidence > fading[0].confidence > 0.3
    assert [guess for guess in old if guess.confidence] == alone


def test_the_longer_an_unsure_message_the_less_it_goes_on(faq: Faq) -> None:
    apply, materials = faq.intents["dibao.apply"], faq.intents["dibao.materials"]
    alone, together = [Guess(materials, 0.02)], [Guess(materials, 0.9)]
    short, same, long = (weigh(faq, Context(apply), alone, together, length)[0] for length in (2, 8, 30))
    assert short.confidence == same.confidence > long.confidence > 0
    within = Context(apply, within=True)
    assert weigh(faq, within, alone, together, 30) == weigh(faq, within, alone, together, 2)


def test_what_both_rankings_take_for_out_of_scope_does_not_go_on(faq: Faq) -> None:
    apply = faq.intents["dibao.apply"]
    strange, ours = [Guess(apply, 1e-4)], [Guess(apply, 0.5)]
    assert weigh(faq, Context(apply), strange, strange, 6)[0].confidence < 0.05
    assert weigh(faq, Context(apply), ours, ours, 6)[0].confidence > 0.9


def test_who_asks_on_in_one_message_asks_something_else(faq: Faq) -> None:
    apply = faq.intents["dibao.apply"]
    assert Context(apply, within=True).prior(faq)["dibao.apply"] < Context(apply).prior(faq)["dibao.apply"]


def test_what_a_message_says_can_rule_the_nearest_intent_out(faq: Faq) -> None:
    apply, hours = faq.intents["dibao.apply"], faq.intents["canteen.hours"]
    said = [Guess(hours, 0.99), Guess(apply, 1e-9)]
    assert weigh(faq, Context(apply), said, said, 6)[0].intent == hours


def test_nothing_known_means_nothing(faq: Faq) -> None:
    assert weigh(faq, Context(faq.intents["dibao.apply"]), [], [], 0) == []


def test_another_subject_is_asked_the_same(faq: Faq) -> None:
    apply, other = faq.intents["tekun.apply"], faq.intents["dibao.apply"]
    (guess,) = switched([apply], [Guess(other, 0.6), Guess(apply, 0.2)])
    assert guess.intent == apply
    assert guess.confidence == pytest.approx(1)
    assert switched([apply], [Guess(other, 0.6)]) == []
