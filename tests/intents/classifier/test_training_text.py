"""An edit trains if, and only if, it changes what classifiers learn from; and they learn from nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from faq.acceptance import mark
from faq.knowledge.places import District, Places
from faq.knowledge.types import Emergency, Faq, Intent, Topic
from faq.load import load, validate
from faq.reading.folder import open_folder
from intents.classifier.training_text import training_fingerprint, training_text
from intents.features.words import Words
from intents.registry import storage
from intents.training import train as training
from tests.conftest import rewritten

APPLY, GREETING = "topics/dibao/apply.yaml", "topics/chat/greeting.yaml"
PLACE, KIND = ("districts", "淇县"), "suicide"

Change = Callable[[dict[str, Any]], None]


def put(*path: str, value: object) -> Change:
    """Return what puts `value` at the keys `path`."""

    def change(content: dict[str, Any]) -> None:
        *above, last = path
        for key in above:
            content = content[key]
        content[last] = value

    return change


def extend(*path: str, by: str) -> Change:
    """Return what adds `by` to the list, or to the end of the text, at the keys `path`."""

    def change(content: dict[str, Any]) -> None:
        *above, last = path
        for key in above:
            content = content[key]
        content[last] = content[last] + (by if isinstance(content[last], str) else [by])

    return change


def first(key: str, by: str) -> Change:
    """Return what adds `by` to the list below the first key of a file, or below `key` of the first entry."""

    def change(content: dict[str, Any]) -> None:
        entry = next(iter(content.values()))
        (entry[key] if key else entry).append(by)

    return change


def drop(*keys: str) -> Change:
    def change(content: dict[str, Any]) -> None:
        for key in keys:
            del content[key]

    return change


TOLD: list[tuple[str, Change]] = [
    (APPLY, extend("answer", by="\n多带一份复印件。")),
    (APPLY, put("details", value="从头说一遍。")),
    (APPLY, put("office", value="county_bureau")),
    (APPLY, put("related", value=["dibao.amount"])),
    (APPLY, put("review_by", value="2029-01-01")),
    (APPLY, put("expires_on", value="2029-01-01")),
    (APPLY, put("further", value=["换个说法。"])),
    (GREETING, put("title", value="问个好")),
    ("offices.yaml", put("township", "anywhere", "address", value="某路")),
    ("offices.yaml", put("township", "anywhere", "hours", value="周一至周五 8:30-12:00")),
    ("figures.yaml", extend("words", by="一溜")),
    ("glossary.yaml", drop("公示")),
    ("topics.yaml", put("dibao", "title", value="吃低保的事")),
    ("emergencies.yaml", extend(KIND, "reply", by="\n有人陪您。")),
    ("places.yaml", put(*PLACE, "seat", value="35.6,114.1")),
    ("places.yaml", put(*PLACE, "landmarks", value={"某小区": None})),
    ("places.yaml", extend("counties", by="某某县")),
    ("places.yaml", extend("joints", by="那个")),
]

TRAINED: list[tuple[str, Change]] = [
    (APPLY, extend("questions", by="低保往哪个屋里报")),
    (APPLY, extend("checks", by="低保上哪间屋子说")),
    (APPLY, put("title", value="怎么申请低保金")),
    ("out_of_scope.yaml", first("", "俺家的驴让谁牵走了")),
    ("lexicon.yaml", extend("低保", by="氐保")),
    ("thesaurus.yaml", first("", "那号")),
    ("cues.yaml", extend("polite", by="劳驾您嘞")),
    ("places.yaml", extend("outside", by="某某市")),
    ("places.yaml", extend("traps", by="某某话")),
    ("places.yaml", extend(*PLACE, "aliases", by="老淇县")),
    ("places.yaml", put(*PLACE, "towns", value={})),
    ("topics.yaml", put("dibao", "signposts", value=True)),
    ("emergencies.yaml", extend(KIND, "signs", by="想不开跳淇河")),
    ("emergencies.yaml", extend(KIND, "examples", by="俺把绳都拴好了")),
    ("emergencies.yaml", extend(KIND, "harmless", by="绳子拴羊用的")),
]


def edited(folder: Path, file: str, change: Change) -> str:
    """Return the fingerprint of what `folder` trains on once `file` was changed."""
    with rewritten(folder / file) as content:
        change(content)
    found = open_folder(folder)
    return training_fingerprint(validate(found, mark(found.fingerprint)))  # whether it is true is not asked here


@pytest.mark.parametrize(("file", "change"), TOLD)
def test_an_edit_of_what_is_only_told_needs_no_training(small_folder: Path, file: str, change: Change) -> None:
    before = load(small_folder)
    assert edited(small_folder, file, change) == training_fingerprint(before)
    assert open_folder(small_folder).fingerprint != before.fingerprint, "something was edited"


@pytest.mark.parametrize(("file", "change"), TRAINED)
def test_an_edit_of_what_is_learned_from_trains(small_folder: Path, file: str, change: Change) -> None:
    before = training_fingerprint(load(small_folder))
    assert edited(small_folder, file, change) != before


def test_a_fact_of_a_source_is_told_only(small_folder: Path) -> None:
    before = training_fingerprint(load(small_folder))
    path = small_folder / "sources.yaml"
    path.write_text(path.read_text("utf-8").replace("440 元", "441 元"), encoding="utf-8")
    found = open_folder(small_folder)
    edited_faq = validate(found, mark(found.fingerprint))
    assert "441 元" in str(edited_faq.sources)
    assert training_fingerprint(edited_faq) == before


def test_phrases_and_personal_words_are_told_only(small_folder: Path) -> None:
    before = training_fingerprint(load(small_folder))
    for name in ("phrases", "personal"):
        path = small_folder / f"{name}.yaml"
        path.write_text(path.read_text("utf-8") + "# looked through\n", encoding="utf-8")
    assert training_fingerprint(load(small_folder)) == before
    text = training_text(load(small_folder))
    assert not text.phrases
    assert not text.personal


@pytest.mark.slow
def test_training_reads_nothing_but_its_text(
    small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field that training newly reads differs here between all of the knowledge and the text, and so the models."""
    faq = load(small_folder)
    text = training_text(faq)
    storage.save(training.train(faq, Words(text, tmp_path / "cache")), tmp_path / "text")
    monkeypatch.setattr(training, "training_text", lambda whole: whole)
    storage.save(training.train(faq, Words(faq, tmp_path / "cache")), tmp_path / "whole")
    one, other = (json.loads((tmp_path / name / "manifest.json").read_text("utf-8")) for name in ("text", "whole"))
    assert one == other


KEPT = {
    Faq: {"topics", "intents", "places", "lexicon", "thesaurus", "cues", "out_of_scope", "emergencies"},
    Topic: {"hidden", "signposts"},
    Intent: {"id", "title", "questions", "checks", "after"},
    Places: {"districts", "outside", "traps"},
    District: {"towns", "aliases"},
    Emergency: {"signs", "unless", "examples", "of_writer", "of_others", "harmless"},
}


def test_the_text_keeps_these_fields_and_no_other(small_folder: Path) -> None:
    text = training_text(load(small_folder))
    intent, places = text.intents["dibao.apply"], text.places
    parts = (text, text.topics["dibao"], intent, places, places.districts["淇县"], text.emergencies[KIND])
    for part in parts:
        left = {field.name for field in fields(part) if getattr(part, field.name)} - {"review_by", "folder"}
        assert left <= KEPT[type(part)], type(part)
