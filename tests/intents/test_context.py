"""A follow-up goes where residents go next, and less so the longer they wait."""

from __future__ import annotations

import pytest

from faq.knowledge import Faq
from intents.context import Context, switched, weigh
from intents.model import Guess


@pytest.mark.parametrize("freshness", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("asked", [False, True])
def test_the_prior_is_a_probability(faq: Faq, freshness: float, within: bool, asked: bool) -> None:
    for intent in faq.intents.values():
        prior = Context(intent, freshness, "dibao", within, asked).prior(faq)
        assert sum(prior.values()) == pytest.approx(1)
        assert min(prior.values()) >= 0


def test_the_prior_fades_to_none(faq: Faq) -> None:
    apply = faq.intents["dibao.apply"]
    fresh, old = Context(apply).prior(faq), Context(apply, 0.0).prior(faq)
    assert fresh["dibao.materials"] > fresh["invest.parks"]
    assert len(set(old.values())) == 1


def test_who_asks_on_in_one_message_asks_something_else(faq: Faq) -> None:
    apply = faq.intents["dibao.apply"]
    assert Context(apply, within=True).prior(faq)["dibao.apply"] < Context(apply).prior(faq)["dibao.apply"]


def test_what_a_message_says_can_rule_the_nearest_intent_out(faq: Faq) -> None:
    apply, hours = faq.intents["dibao.apply"], faq.intents["canteen.hours"]
    said = [Guess(hours, 0.99), Guess(apply, 1e-9)]
    assert weigh(faq, Context(apply), said, said)[0].intent == hours


def test_nothing_known_means_nothing(faq: Faq) -> None:
    assert weigh(faq, Context(faq.intents["dibao.apply"]), [], []) == []


def test_another_subject_is_asked_the_same(faq: Faq) -> None:
    apply, other = faq.intents["tekun.apply"], faq.intents["dibao.apply"]
    (guess,) = switched([apply], [Guess(other, 0.6), Guess(apply, 0.2)])
    assert guess.intent == apply
    assert guess.confidence == pytest.approx(1)
    assert switched([apply], [Guess(other, 0.6)]) == []
