"""Of an edit that needs a training all is told at once that the model in use can be told with, and nothing else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from faq.knowledge.types import Faq
from faq.load import load
from faq.reading.folder import open_folder
from intents.classifier.training_text import training_fingerprint
from intents.registry.fitting import fitted
from tests.conftest import rewritten

pytestmark = pytest.mark.slow

Fit = Callable[[], Faq]
APPLY = "topics/dibao/apply.yaml"
QUESTION = "低保往哪个屋里报"


@pytest.fixture
def old(small_folder: Path) -> Faq:
    return load(shutil.copytree(small_folder, small_folder.parent / "old"))


@pytest.fixture
def fit(old: Faq, small_folder: Path) -> Fit:
    """Return what can be told of the folder as it was edited, with a question that trains."""

    def made() -> Faq:
        replace(small_folder / APPLY, "questions:\n", f"questions:\n  - {QUESTION}\n")
        new = load(small_folder)
        with fitted(old, new, open_folder(small_folder).contents, small_folder.parent) as draft:
            told = load(draft)
        assert training_fingerprint(told) == training_fingerprint(old) != training_fingerprint(new)
        assert QUESTION not in told.intents["dibao.apply"].questions
        assert not draft.exists()
        return told

    return made


def replace(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_nothing_is_told_of_an_edit_of_questions(old: Faq, fit: Fit) -> None:
    assert fit().fingerprint == old.fingerprint


def test_answers_and_contacts_are_told_though_questions_of_the_same_file_are_new(small_folder: Path, fit: Fit) -> None:
    replace(small_folder / APPLY, "answer: |\n", "answer: |\n  先打个电话。\n")
    replace(small_folder / APPLY, "title: 低保怎么申请", "title: 怎么报低保")
    with rewritten(small_folder / "offices.yaml") as offices:
        offices["township"]["anywhere"]["address"] = "某街某号"
    told = fit()
    assert told.intents["dibao.apply"].answer.startswith("先打个电话。")
    assert told.intents["dibao.apply"].title == "低保怎么申请", "it is trained on"
    assert told.offices["township"]["anywhere"].address == "某街某号"


def test_a_new_intent_waits_for_its_model_and_nobody_is_led_to_it(old: Faq, small_folder: Path, fit: Fit) -> None:
    text = (small_folder / APPLY).read_text("utf-8").replace("title: 低保怎么申请", "title: 锅碗瓢盆怎么领")
    text = re.sub(r"questions:\n(  - .*\n)+", "questions:\n  - 锅碗瓢盆咋领\n  - 发不发碗\n", text)
    text = re.sub(r"checks:\n(  - .*\n)+", "checks:\n  - 锅碗瓢盆去哪儿领\n", text)
    text = text.replace("answer: |\n", "answer: |\n  锅碗瓢盆另有安排。\n")
    (small_folder / "topics" / "dibao" / "pans.yaml").write_text(text, encoding="utf-8")
    replace(small_folder / "topics" / "dibao" / "amount.yaml", "related: []", "related: [dibao.pans]")
    replace(small_folder / "topics" / "dibao" / "amount.yaml", "answer: |\n", "answer: |\n  先打个电话。\n")
    with rewritten(small_folder / "topics.yaml") as topics:
        topics["dibao"]["featured"] = ["dibao.pans"]
    with rewritten(small_folder / "glossary.yaml") as glossary:
        next(iter(glossary.values()))["about"] = ["dibao.pans"]
    told = fit()
    assert told.intents.keys() == old.intents.keys()
    assert told.intents["dibao.amount"].answer.startswith("先打个电话。")
    assert told.intents["dibao.amount"].related == ()
    assert (told.topics, told.glossary) == (old.topics, old.glossary)


def test_a_deleted_intent_is_told_until_there_is_a_model_without_it(old: Faq, small_folder: Path, fit: Fit) -> None:
    (small_folder / "topics" / "dibao" / "timeline.yaml").unlink()
    with rewritten(small_folder / "glossary.yaml") as glossary:
        for term in glossary.values():
            term["about"] = [intent for intent in term["about"] if intent != "dibao.timeline"]
    golden = small_folder / "golden.tsv"
    lines = golden.read_text("utf-8").splitlines(keepends=True)
    golden.write_text("".join(line for line in lines if not line.startswith("dibao.timeline")), encoding="utf-8")
    assert fit().intents["dibao.timeline"] == old.intents["dibao.timeline"]


def test_later_versions_are_told_and_taken_back(small_folder: Path, old: Faq) -> None:
    later = small_folder / "topics" / "dibao" / "apply@2031-01-01.yaml"
    later.write_text("supersedes: dibao.apply\nanswer: |\n  以后另有办法。\nreview_by: 2032-01-01\n", encoding="utf-8")
    with_version = load(small_folder)
    contents = open_folder(small_folder).contents
    with fitted(old, with_version, contents, small_folder.parent) as draft:
        assert [one.answer for one in load(draft).intents["dibao.apply"].later] == ["以后另有办法。"]
    with fitted(with_version, old, open_folder(old.folder).contents, small_folder.parent) as draft:
        assert load(draft).intents["dibao.apply"].later == ()
