"""An explanation is exact, and names the training questions where an admin finds them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from faq.knowledge.types import Faq
from intents.classifier.model import Model
from intents.evaluation.explain import Neighbours, explain, readable
from intents.evaluation.reasons import Reasons

MESSAGES = ("低保怎么申请", "俺娘八十了能吃低保不", "di bao zenme shenqing", "今天天气真好呀", "郑州的低保标准是多少😀")


@pytest.fixture(scope="module")
def neighbours(model: Model) -> Neighbours:
    return Neighbours(model)


@pytest.fixture(scope="module")
def reasons(model: Model, neighbours: Neighbours) -> Reasons:
    return Reasons(model, neighbours)


def test_contributions_and_intercept_add_up_to_the_score(model: Model, faq: Faq) -> None:
    checks = [check for intent in faq.intents.values() for check in intent.checks]
    for message in (*MESSAGES, *checks[::7]):
        why = explain(model, message)
        scores = model.weights.scores(model.words.features(message))
        assert why is not None
        assert scores is not None
        for scored, added in (
            (why.winner, sum(c.winner for c in why.contributions)),
            (why.runner_up, sum(c.runner_up for c in why.contributions)),
        ):
            assert added + scored.intercept == pytest.approx(scored.score, abs=1e-6)
            assert scored.score == pytest.approx(scores[model.weights.labels.index(scored.label)], abs=1e-6)


def test_winner_and_runner_up_are_the_two_most_probable(model: Model) -> None:
    for message in MESSAGES:
        why = explain(model, message)
        assert why is not None
        scores = model.weights.scores(model.words.features(message))
        assert scores is not None
        probabilities = model.calibration.probabilities(scores)
        order = np.argsort(-probabilities)
        assert [why.winner.label, why.runner_up.label] == [model.weights.labels[i] for i in order[:2]]
        assert why.winner.probability == pytest.approx(probabilities[order[0]])


def test_nothing_known_has_no_explanation(model: Model, neighbours: Neighbours) -> None:
    assert explain(model, "？？") is None
    assert neighbours.nearest("？？") == []


def test_what_was_never_met_is_said(model: Model) -> None:
    why = explain(model, "低保龘怎么申请")
    assert why is not None
    assert any("龘" in feature for feature in why.unknown)


def test_features_are_readable() -> None:
    assert readable("w低保") == ("word", "低保")
    assert readable("c^低") == ("characters", "^低")
    assert readable("?new") == ("other", "?new")


def test_a_training_question_is_its_own_nearest_at_the_line_it_is_written_on(faq: Faq, neighbours: Neighbours) -> None:
    for intent in [one for one in faq.intents.values() if one.after is None][::9]:
        question = intent.wordings()[0][0]
        first = neighbours.nearest(question)[0]
        assert first.likeness == pytest.approx(1)
        line = first.origin.file.read_text("utf-8").splitlines()[first.origin.line - 1]
        assert first.origin.label == intent.id
        assert line.strip().startswith("- ")
        assert first.origin.file == faq.folder / "topics" / f"{intent.id.replace('.', '/')}.yaml"


def test_each_line_is_named_once_and_likeness_falls(neighbours: Neighbours) -> None:
    near = neighbours.nearest("低保怎么申请", 20)
    assert len({str(one.origin) for one in near}) == len(near) == 20
    assert [one.likeness for one in near] == sorted((one.likeness for one in near), reverse=True)


def test_what_pulls_a_message_to_an_intent_are_questions_of_that_intent(neighbours: Neighbours) -> None:
    pulling = neighbours.pulling("申请低保要带什么证件", "dibao.materials", "dibao.apply")
    assert pulling
    assert {near.origin.label for near in pulling} == {"dibao.materials"}
    assert neighbours.pulling("申请低保要带什么证件", "no.such", "dibao.apply") == []


def test_each_question_of_a_message_gets_its_own_reason(reasons: Reasons) -> None:
    found = reasons.as_json("低保怎么申请？另外社区食堂几点开门？")
    winners = [reason["winner"]["label"] for reason in found if isinstance(reason["winner"], dict)]
    assert winners == ["dibao.apply", "canteen.hours"]


def test_a_story_is_explained_as_it_is_read_with_the_clause_that_decided(model: Model, reasons: Reasons) -> None:
    story = "老伴瘫痪在床两年了，药钱一月八百，闺女在外地打工，请问残疾证在哪儿办"
    (reason,) = reasons.as_json(story)
    guess = model.rank(story)[0]
    assert isinstance(reason["winner"], dict)
    assert (guess.intent.id, reason["winner"]["label"]) == ("special.card", "special.card")
    assert reason["winner"]["probability"] == pytest.approx(guess.confidence)
    assert isinstance(reason["clauses"], tuple)
    assert reason["clauses"][0][0] == "请问残疾证在哪儿办"
    assert "请问残疾证在哪儿办" in reasons.in_words(story).partition("by itself")[2]


def test_the_serving_model_carries_no_training_questions(small: Path) -> None:
    files = {path.name for path in (small / "var" / "models" / "v0001").iterdir()}
    assert files == {
        "vocabulary.txt",
        "weights.npz",
        "weights.npy",
        "distress.npz",
        "distress.npy",
        "at_risk.npz",
        "at_risk.npy",
        "manifest.json",
        "publication.json",
        "SHA256SUMS",
        "faq",
    }
