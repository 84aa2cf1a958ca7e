"""The served model is the trained one, says nothing it does not know, and refuses to load when damaged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from faq.knowledge.types import CRISIS, Faq
from faq.load import load
from intents.classifier.model import Model, ModelError
from intents.features.words import Words
from intents.interpret.interpreter import Interpreter
from intents.registry import storage
from intents.registry.registry import Registry
from intents.training.examples import examples
from intents.training.learn import Lesson, fit, learn, trained
from intents.training.train import labels, train
from tests.conftest import ROOT

HALF_PRECISION = 1e-3
"""How far a score may move because its coefficients are kept with three digits."""


@pytest.mark.slow
def test_served_scores_equal_scikit_learns_own(small_untouched: Path, tmp_path: Path) -> None:
    registry = Registry(small_untouched / "var")
    model = registry.open()
    faq, words = model.faq, Words(model.faq, tmp_path)
    lines = (registry.folder / "v0001" / "vocabulary.txt").read_text("utf-8").split("\n")
    data = examples(faq)
    names = labels(faq)
    features = [words.features(question) for question in data.questions]
    known = lines[: len(model.weights.idf)]
    vectorizer = CountVectorizer(analyzer=list, vocabulary={feature: row for row, feature in enumerate(known)})
    targets = np.array([names.index(label) for label in data.labels])
    weighting, classifier = trained(vectorizer.transform(features), targets)
    asked = [said for said in data.questions if words.features(said)]  # they hold no feature that is unknown
    counts = vectorizer.transform([words.features(message) for message in asked])
    classifier.coef_ = classifier.coef_.astype(np.float16).astype(np.float64)
    theirs = classifier.decision_function(weighting.transform(counts))
    ours = np.array([model.weights.scores(words.features(message)) for message in asked])
    assert np.abs(ours - theirs).max() < 1e-6


def test_every_title_is_answered_with_its_own_intent(faq: Faq, model: Model) -> None:
    interpreter = Interpreter(model)
    answered = {i.id: interpreter.understand(i.title).answered for i in faq.intents.values() if i.after is None}
    assert {id_: meant for id_, meant in answered.items() if [guess.intent.id for guess in meant] != [id_]} == {}


def test_probabilities_are_ordered_and_leave_room_for_out_of_scope(faq: Faq, model: Model) -> None:
    guesses = model.rank("低保怎么申请")
    confidences = [guess.confidence for guess in guesses]
    assert {guess.intent.id for guess in guesses} == {i.id for i in faq.intents.values() if i.after is None} - {CRISIS}
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[-1] >= 0
    assert sum(confidences) <= 1 + 1e-9


@pytest.mark.parametrize("nothing", ["", "？？", "😀", "ⵣⵣⵣ"])
def test_nothing_known_ranks_nothing(model: Model, nothing: str) -> None:
    assert model.rank(nothing) == []


def test_a_saved_model_scores_as_before(faq: Faq, words: Words, model: Model, tmp_path: Path) -> None:
    storage.save(model, tmp_path / "m")
    loaded = storage.load(faq, words, tmp_path / "m")
    assert loaded.rank("俺娘八十了能吃低保不") == model.rank("俺娘八十了能吃低保不")
    assert (loaded.thresholds, loaded.calibration) == (model.thresholds, model.calibration)
    assert len(loaded.curve) > 10
    assert loaded.curve == model.curve


def test_features_that_say_the_same_are_kept_once_and_score_to_the_last_bit_as_before(
    faq: Faq, words: Words, model: Model, tmp_path: Path
) -> None:
    storage.save(model, tmp_path / "m")
    kept = storage.load(faq, words, tmp_path / "m").weights
    trained = model.weights
    every = np.arange(len(trained.idf))
    assert len(kept.coefficients) == len({row.tobytes() for row in trained.said(every)}) < len(every)
    assert np.array_equal(kept.said(every), trained.said(every))
    features = words.features("俺娘八十了能吃低保不,低保怎么申请ⵣ")
    now, before = kept.scores(features), trained.scores(features)
    assert now is not None
    assert before is not None
    assert np.array_equal(now, before)


def test_what_a_model_weighs_with_stays_on_disk_until_a_message_asks_for_it(
    faq: Faq, words: Words, model: Model, tmp_path: Path
) -> None:
    storage.save(model, tmp_path / "m")
    loaded = storage.load(faq, words, tmp_path / "m")
    for weights in (loaded.weights, loaded.distress.weights):
        assert isinstance(weights.coefficients.base, np.memmap)


@pytest.mark.slow
def test_the_same_knowledge_gives_the_same_model_byte_for_byte(small_folder: Path, tmp_path: Path) -> None:
    faq = load(small_folder)
    words = Words(faq, tmp_path / "cache")
    storage.save(train(faq, words), tmp_path / "one")
    storage.save(train(faq, words), tmp_path / "two")
    for file in ("vocabulary.txt", "weights.npz", "weights.npy", "distress.npy", "manifest.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.slow
def test_a_core_more_or_another_hash_seed_changes_no_byte(small_folder: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from bot.delivery import training; from intents.training import processes;"
        "processes.WORTH_A_PROCESS = int(sys.argv.pop()); training.main()"
    )
    manifests = []
    for name, seed, worth_a_process in (("alone", "1", "1000000"), ("together", "2", "0")):
        command = [sys.executable, "-c", program, str(small_folder), str(tmp_path / name), "--quiet", worth_a_process]
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed})
        manifests.append((tmp_path / name / "models" / "v0001" / "manifest.json").read_text("utf-8"))
    assert manifests[0] == manifests[1]


def test_what_a_feature_adds_is_its_value_times_its_coefficient(words: Words, model: Model) -> None:
    features = words.features("低保怎么申请")
    scores, known = model.weights.scores(features), model.weights.values(features)
    assert scores is not None
    assert known is not None
    rows, values = known
    added = values[:, None].astype(np.float64) * model.weights.said(rows)
    assert np.abs(added.sum(axis=0) + model.weights.intercepts - scores).max() < 1e-6
    assert float(values @ values) == pytest.approx(1.0, abs=1e-6)
    diluted = model.weights.values([*features, "wⵣ"])
    assert diluted is not None
    assert (diluted[1] < values).all(), "what is unknown counts too"


def test_held_out_questions_are_scored_as_they_would_be_served(words: Words) -> None:
    said = [
        "低保怎么申请",
        "怎么办低保",
        "低保去哪里申请",
        "低保谁来申请",
        "食堂几点开门",
        "食堂开门时间",
        "食堂在哪里",
        "食堂贵不贵",
    ]
    features, targets = [words.features(question) for question in said], np.array([0] * 4 + [1] * 4)
    features += [words.features(question) for question in ("今天天气", "股票涨了吗", "讲个笑话", "几点下雨")]
    targets = np.concatenate([targets, [2] * 4])
    names = ("a", "b", "oos")
    _, tried, out_of_fold = learn(Lesson(features, targets, names, range(len(features))))
    assert tried.tolist() == list(range(len(features)))  # so few are all tried
    compared = 0
    for held_out in range(4):
        rest = np.arange(len(features)) % 4 != held_out
        served = fit([f for f, kept in zip(features, rest, strict=True) if kept], targets[rest], names)
        for row in np.flatnonzero(~rest):
            if (scores := served.scores(features[row])) is not None:
                assert np.abs(scores - out_of_fold[row]).max() < HALF_PRECISION
                compared += 1
    assert compared > len(features) / 2


@pytest.mark.slow
def test_processes_end_when_the_one_that_started_them_is_killed(tmp_path: Path) -> None:
    program = """
import os, signal, sys, time
from intents.training.processes import processes
if __name__ == "__main__":
    with processes(10**9) as spread:
        print(*set(spread(os_id, range(8))), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""
    script = tmp_path / "parent.py"
    script.write_text(f"import os\n\ndef os_id(_):\n    return os.getpid()\n{program}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        check=False,
        timeout=120,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    started = [int(process) for process in done.stdout.split()]
    assert len(os.sched_getaffinity(0)) < 2 or started
    give_up = time.monotonic() + 30
    while any(Path(f"/proc/{process}").exists() for process in started):
        assert time.monotonic() < give_up, "they wait for work for ever"
        time.sleep(0.1)


def test_a_changed_byte_is_refused(faq: Faq, words: Words, model: Model, tmp_path: Path) -> None:
    storage.save(model, tmp_path / "m")
    arrays = tmp_path / "m" / "weights.npz"
    content = bytearray(arrays.read_bytes())
    content[len(content) // 2] ^= 1
    arrays.write_bytes(content)
    with pytest.raises(ModelError, match=r"weights\.npz: its bytes differ"):
        storage.load(faq, words, tmp_path / "m")


def test_a_model_of_other_knowledge_is_refused(faq: Faq, words: Words, model: Model, tmp_path: Path) -> None:
    storage.save(model, tmp_path / "m")
    with pytest.raises(ModelError, match=r"trained_on is .*, but .* is in use; train again"):
        storage.load(replace(faq, lexicon={}), words, tmp_path / "m")
    assert storage.load(replace(faq, fingerprint="other", sources={}), words, tmp_path / "m").faq.fingerprint == "other"


def test_publishing_keeps_old_versions_and_names_the_new_one(
    faq: Faq, words: Words, model: Model, tmp_path: Path
) -> None:
    registry = Registry(tmp_path)
    assert registry.active() is None
    assert registry.serves() is None
    with pytest.raises(ModelError, match="no model has been published"):
        registry.load(faq, words)
    assert [registry.publish(model), registry.publish(model)] == ["v0001", "v0002"]
    assert registry.versions() == ["v0001", "v0002"]
    assert registry.active() == "v0002"
    assert registry.serves() == faq.fingerprint
    assert sorted(p.name for p in registry.folder.iterdir()) == ["active", "v0001", "v0002"], "no drafts stay behind"


def test_a_version_that_lost_its_manifest_is_not_written_over(model: Model, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    (registry.folder / registry.publish(model) / "manifest.json").unlink()
    assert registry.serves() is None
    assert registry.publish(model) == "v0002"


@pytest.mark.parametrize("content", ["[]", "{}", "", "{"])
def test_a_manifest_that_is_none_is_refused(faq: Faq, words: Words, model: Model, tmp_path: Path, content: str) -> None:
    registry = Registry(tmp_path)
    (registry.folder / registry.publish(model) / "manifest.json").write_text(content, encoding="utf-8")
    assert registry.serves() in (None, "None")
    with pytest.raises(ModelError):
        registry.load(faq, words)


def test_a_model_of_other_library_versions_is_trained_anew(faq: Faq, model: Model, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    manifest = registry.folder / registry.publish(model) / "manifest.json"
    content = json.loads(manifest.read_text("utf-8"))
    content["libraries"]["jieba"] = "0.1"
    manifest.write_text(json.dumps(content), "utf-8")
    assert registry.serves() is None


def test_wordings_of_one_line_share_a_group_and_no_question_stands_twice(faq: Faq) -> None:
    data = examples(faq)
    assert len(data.questions) == len(data.labels) == len(data.groups)
    assert len(set(data.questions)) == len(data.questions)
    assert len(set(data.groups)) < len(data.groups)


def test_a_model_can_be_fitted_on_three_intents(words: Words) -> None:
    said = [
        ("a", "低保怎么申请"),
        ("a", "怎么办低保"),
        ("b", "食堂几点开门"),
        ("b", "食堂开门时间"),
        ("oos", "今天天气"),
    ]
    weights = fit([words.features(q) for _, q in said], np.array([0, 0, 1, 1, 2]), ("a", "b", "oos"))
    scores = weights.scores(words.features("食堂啥时候开门"))
    assert scores is not None
    assert weights.labels[int(scores.argmax())] == "b"
